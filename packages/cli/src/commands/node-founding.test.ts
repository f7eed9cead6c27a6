// Two organisations found a network by the commands of docs/operations.md, and each check of `node join` is seen to
// fail where it should.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { assert } from '@suyuan/log';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { runJson as suyuan } from '../testing/run-json.ts';
import type { CommandOutcome } from '../testing/run-json.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'suyuan-founding-'));
});
afterAll(async () => await rm(folder, { recursive: true }));

/** Something that answers as the node of `acme`, with its clock so many milliseconds ahead. */
async function fakeNode(
  network: () => string,
  aheadMs: number,
): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((_, response) => {
    response.setHeader('date', new Date(Date.now() + aheadMs).toUTCString());
    response.end(JSON.stringify({ organization: 'acme', network: network() }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert(typeof address === 'object' && address !== null, 'a server has a port');
  return {
    port: address.port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const init = async (id: string, port: number, ...more: readonly string[]): Promise<CommandOutcome> =>
  await suyuan(
    'node',
    'init',
    `--data=${join(folder, id)}`,
    `--organization=${id}`,
    `--url=http://127.0.0.1:${port}`,
    `--consensus=127.0.0.1:${port}`,
    ...more,
  );

test('two found a network: init, genesis, join, with every check', async () => {
  let network = '';
  await using acme = await fakeNode(() => network, 0);
  const manager = await init('manager', 26_656, '--name=管理方');
  expect(manager).toMatchObject({ exitCode: 0, json: { organization: 'manager' } });
  const { context } = manager.json;
  expect(await init('acme', acme.port, `--context=${context}`)).toMatchObject({ json: { context } });
  for (const path of ['node.env', 'founder.json', 'organizations/manager/keys/statement.pem'])
    expect((await stat(join(folder, 'manager', path))).mode & 0o777).toBe(0o600);

  const founders = ['manager', 'acme'].map((id) => join(folder, id, 'founder.json'));
  const made = await suyuan(
    'node',
    'genesis',
    ...founders,
    `--out=${folder}`,
    '--origin=log.example/batteries',
  );
  expect(made).toMatchObject({
    exitCode: 0,
    json: { managing: 'manager', origin: 'log.example/batteries', organizations: ['manager', 'acme'] },
  });
  network = made.json.network;

  const files = [`--genesis=${join(folder, 'genesis.cbor')}`, `--peers=${join(folder, 'peers.json')}`];
  const joining = async (...more: readonly string[]): Promise<CommandOutcome> =>
    await suyuan('node', 'join', `--data=${join(folder, 'manager')}`, ...files, ...more);
  const level = (outcome: CommandOutcome, check: string): unknown =>
    outcome.json.checks
      .filter((one: { check: string }) => one.check === check)
      .map((one: { level: string }) => one.level);

  const wrongNetwork = await joining(`--network=${'0'.repeat(64)}`);
  expect(wrongNetwork).toMatchObject({ exitCode: 1, json: { ready: false } });
  expect(level(wrongNetwork, 'network')).toEqual(['error']);
  await expect(stat(join(folder, 'manager', 'genesis.cbor'))).rejects.toThrow('ENOENT');

  const statement = join(folder, 'manager', 'organizations', 'manager', 'keys', 'statement.pem');
  const own = await readFile(statement);
  await cp(statement.replaceAll('manager', 'acme'), statement);
  expect(level(await joining(), 'keys')).toEqual(['error']);
  await writeFile(statement, own);

  const ready = await joining(`--network=${network}`);
  expect(level(ready, 'network')).toEqual(['ok']);
  expect(level(ready, 'keys')).toEqual(['ok']);
  expect(level(ready, 'reachable')).toEqual(['ok', 'ok']);
  expect(level(ready, 'clock')).toEqual(['ok']);

  network = 'of another network';
  expect(level(await joining(), 'reachable')).toEqual(['ok', 'error']);
  const stranger = await suyuan('node', 'join', `--data=${join(folder, 'none')}`, ...files);
  expect(stranger).toMatchObject({ exitCode: 2, json: { code: 'configuration_invalid' } });
});

test('a clock that is far off is told', async () => {
  let network = '';
  await using acme = await fakeNode(() => network, 600_000);
  const id = 'late';
  const { json } = await init(id, 26_657);
  await suyuan(
    'node',
    'init',
    `--data=${join(folder, 'acme2')}`,
    '--organization=acme',
    `--url=http://127.0.0.1:${acme.port}`,
    '--consensus=127.0.0.1:1',
    `--context=${json.context}`,
  );
  const founders = [id, 'acme2'].map((one) => join(folder, one, 'founder.json'));
  network = (await suyuan('node', 'genesis', ...founders, `--out=${folder}`)).json.network;
  const joined = await suyuan(
    'node',
    'join',
    `--data=${join(folder, id)}`,
    `--genesis=${join(folder, 'genesis.cbor')}`,
    `--peers=${join(folder, 'peers.json')}`,
  );
  expect(joined.exitCode).toBe(1);
  expect(joined.json.checks).toContainEqual({
    check: 'clock',
    level: 'error',
    message: expect.stringMatching(/acme differs from this one by (59\d|60\d) s/),
  });
  expect(joined.json.checks).toContainEqual(
    expect.objectContaining({
      check: 'reachable',
      level: 'warning',
      message: expect.stringContaining('127.0.0.1:1'),
    }),
  );
});

test('what is wrong is refused by name', async () => {
  const wrong = [
    [['node', 'init', `--data=${folder}/x`, '--organization=A'], 'option_malformed'],
    [['node', 'init', `--data=${folder}/x`, '--organization=acme', '--url=acme'], 'url_malformed'],
    [
      ['node', 'init', `--data=${folder}/x`, '--organization=acme', '--url=http://a', '--consensus=a'],
      'option_malformed',
    ],
    [['node', 'genesis', join(folder, 'peers.json')], 'configuration_invalid'],
    [
      ['node', 'genesis', join(folder, 'late', 'founder.json'), join(folder, 'acme', 'founder.json')],
      'configuration_invalid',
    ],
    [['node', 'join', `--data=${folder}/x`, `--genesis=${folder}/none`, '--peers=p'], 'network_mismatch'],
    [['network', 'status', `--data=${folder}/none`], 'network_missing'],
  ] as const;
  for (const [argv, code] of wrong)
    expect([argv, await suyuan(...argv)]).toMatchObject([argv, { exitCode: 2, json: { code } }]);
});
