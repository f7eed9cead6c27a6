// The files of a data folder: what is written is read back, and what is wrong is said in a sentence that names it.
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { createLocalNetwork } from '../local-network/create-network.ts';
import { readPlan } from '../local-network/plan.ts';
import { encodeHostPort, parseHostPort } from './host-port.ts';
import { nodeFileOf, readNodeEnvironment, writeNodeFile } from './node-file.ts';
import { openNodeFolder, peersFileOf } from './open-node-folder.ts';
import { encodePeers, parsePeers } from './peers-file.ts';

async function folder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'suyuan-folder-'));
  return { path, [Symbol.asyncDispose]: async () => await rm(path, { recursive: true }) };
}

test('places are read as people write them', () => {
  for (const text of ['node.example:26656', '127.0.0.1:1', '[2001:db8::1]:65535']) {
    const place = parseHostPort(text);
    expect(place && encodeHostPort(place)).toBe(text);
  }
  for (const text of ['', 'node.example', ':1', 'a b:1', 'a:0', 'a:65536', 'a:1:2', '[::1]', 'a:01'])
    expect([text, parseHostPort(text)]).toEqual([text, undefined]);
});

test('a peers file is read back; a wrong one is told where it is wrong', () => {
  const one = {
    organization: 'acme',
    name: '甲公司',
    url: 'https://acme.example',
    consensus: { host: '::1', port: 9 },
  };
  expect(parsePeers(encodePeers([one]))).toEqual([one]);
  const wrong = [
    ['', 'no JSON'],
    ['null', '"organizations"'],
    ['{"organizations":[null]}', 'organisation 1 has no right "id"'],
    ['{"organizations":[{"id":"acme"}]}', '(acme) has no right "name"'],
    ['{"organizations":[{"id":"acme","name":"A","url":"ftp://x"}]}', '"url"'],
    ['{"organizations":[{"id":"acme","name":"A","url":"http://x","consensus":"x"}]}', '"consensus"'],
    [encodePeers([one, one]), 'acme stands there twice'],
  ] as const;
  for (const [text, words] of wrong) expect(parsePeers(text)).toContain(words);
});

test('settings: the environment goes before the file, and the file is private', async () => {
  await using data = await folder();
  await writeNodeFile(data.path, {
    organization: 'acme',
    ordering: 'cometbft',
    host: '0.0.0.0',
    port: 8080,
    consensusListen: '0.0.0.0:26656',
    profile: 'wide_area',
  });
  expect((await stat(nodeFileOf(data.path))).mode & 0o777).toBe(0o600);
  const read = await readNodeEnvironment(data.path, { SUYUAN_PORT: '9090' });
  expect(read).toMatchObject({
    SUYUAN_ORGANIZATION: 'acme',
    SUYUAN_ORDERING: 'cometbft',
    SUYUAN_PORT: '9090',
  });
  expect(read['DATABASE_URL']).toBeUndefined();
  expect(await readNodeEnvironment(join(data.path, 'none'), {})).toEqual({});
});

test('a network of three on one machine: one genesis, keys of its own for each, no port twice', async () => {
  await using data = await folder();
  const options = { folder: data.path, organizations: 3, validators: 2, firstPort: 0, withProxies: true };
  const plan = await createLocalNetwork(options);
  expect(await readPlan(data.path)).toEqual(plan);
  await expect(createLocalNetwork(options)).rejects.toMatchObject({ code: 'network_exists' });
  const ports = plan.organizations.flatMap(({ port, consensusPort }) => [port, consensusPort]);
  const links = plan.proxies?.links.map(({ port }) => port) ?? [];
  expect(links.length).toBe(3 * 2 * 2);
  expect(new Set([...ports, ...links, plan.proxies?.control]).size).toBe(3 * 2 + links.length + 1);
  const geneses = new Set<string>();
  for (const { id, port } of plan.organizations) {
    const dataDir = join(data.path, id);
    geneses.add((await readFile(join(dataDir, 'genesis.cbor'))).toString('hex'));
    const environment = await readNodeEnvironment(dataDir, {});
    expect(environment['SUYUAN_PORT']).toBe(String(port));
    const opened = await openNodeFolder(dataDir, environment);
    expect(opened?.member).toMatchObject({
      organization: id,
      role: id === 'org-3' ? 'observer' : 'validator',
    });
    // Each reaches the others through proxies of its own.
    const own = plan.proxies?.links.filter(({ from }) => from === id).map((link) => link.port);
    const reached = opened?.remote.others.flatMap(({ url, consensus }) => [
      Number(new URL(url).port),
      consensus.port,
    ]);
    expect(reached).toEqual(own);
  }
  expect(geneses.size).toBe(1);
});

test('what is wrong in a folder is refused before anything starts', async () => {
  await using data = await folder();
  await createLocalNetwork({
    folder: data.path,
    organizations: 1,
    validators: 1,
    firstPort: 0,
    withProxies: false,
  });
  const dataDir = join(data.path, 'org-1');
  const environment = await readNodeEnvironment(dataDir, {});
  const wrong = [
    [{ SUYUAN_ORGANIZATION: 'other' }, 'network_mismatch', 'those are org-1'],
    [{ SUYUAN_ORGANIZATION: undefined }, 'configuration_invalid', 'SUYUAN_ORGANIZATION is missing'],
    [{ SUYUAN_ORDERING: 'solo' }, 'configuration_invalid', 'needs cometbft'],
    [{ SUYUAN_CONSENSUS_LISTEN: 'here' }, 'configuration_invalid', 'expected HOST:PORT'],
    [{ SUYUAN_NETWORK_PROFILE: 'fast' }, 'configuration_invalid', 'expected local or wide_area'],
  ] as const;
  for (const [change, code, words] of wrong)
    await expect(openNodeFolder(dataDir, { ...environment, ...change })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words),
    });
  await writeFile(join(dataDir, 'genesis.cbor'), 'no genesis');
  await expect(openNodeFolder(dataDir, environment)).rejects.toMatchObject({ code: 'network_mismatch' });
  await rm(peersFileOf(dataDir));
  expect(await openNodeFolder(dataDir, environment)).toBeUndefined();
  await expect(readPlan(join(data.path, 'none'))).rejects.toMatchObject({ code: 'network_missing' });
});
