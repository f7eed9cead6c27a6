// `suyuan node host` against a running host: what it refuses, and a place that is made, asked for again, and served. `suyuan node
// password` for one that is.
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { writeXlsx } from 'hucre/xlsx';
import { expect, test } from 'vitest';

import { until } from '../../node/src/governance/testing/governance-network.ts';
import type { HostedNetwork } from '../../node/src/hosting/testing/hosted-network.ts';
import { startHostedNetwork } from '../../node/src/hosting/testing/hosted-network.ts';
import { runJson } from './testing/run-json.ts';

test('[HO7] [HO10] refuses what is not for this host, makes a place, run again tells where the request stands, and asks for a new password', async () => {
  await using network = await startHostedNetwork();
  const folder = await mkdtemp(join(tmpdir(), 'suyuan-host-'));
  try {
    const invite = async (role: string, name: string): Promise<string> => {
      const wish = { name, role, businessType: 'battery_maker' };
      const { body } = await network.call('managers', 'POST', '/governance/invitations', wish);
      const file = join(folder, `${name}.json`);
      await writeFile(file, JSON.stringify(body['file']));
      return file;
    };
    const host = async (...argv: readonly string[]): ReturnType<typeof runJson> =>
      await runJson('node', 'host', ...argv, `--data=${network.dataDir}`);
    const [shop, observer] = [await invite('hosted', 'shop'), await invite('observer', 'other')];
    const named = ['--organization=shop', '--uscc=91350100M000100Y43'];
    const refused = [
      [[observer, ...named], 'invitation_not_hosted'],
      [[shop], 'option_missing'],
      [[shop, observer, ...named], 'option_malformed'],
      [[folder], 'configuration_invalid'],
      [[shop, '--organization=managers', '--uscc=91350100M000100Y43'], 'configuration_invalid'],
    ] as const;
    for (const [argv, code] of refused) {
      const outcome = await host(...argv);
      expect(outcome).toMatchObject({ exitCode: 2, json: { code } });
    }

    const made = await host(shop, ...named);
    expect(made).toMatchObject({
      exitCode: 0,
      json: { hosts: [{ organization: 'shop', status: 'waiting' }] },
    });
    await network.admit('shop');
    const again = await host(shop, ...named);
    const [place] = made.json.hosts;
    expect(again).toEqual({ exitCode: 0, json: { hosts: [{ ...place, status: 'admitted' }] } });
    expect((await network.call('shop', 'GET', '/organization')).body).toMatchObject({ host: 'managers' });

    const renew = async (organization: string): ReturnType<typeof runJson> =>
      await runJson('node', 'password', organization, `--data=${network.dataDir}`);
    const first = await readFile(place.administrator, 'utf8');
    expect(await renew('corner')).toMatchObject({ exitCode: 2, json: { code: 'configuration_invalid' } });
    expect(await renew('shop')).toEqual({
      exitCode: 0,
      json: { organization: 'shop', administrator: place.administrator },
    });
    await network.nodes.network().hosting.look();
    expect(await readFile(place.administrator, 'utf8')).not.toBe(first);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** The options by which a command asks the managing organisation as its administrator. */
async function asManager(network: HostedNetwork): Promise<readonly string[]> {
  const { url, apiKeys } = network.node('managers');
  const { key } = await apiKeys.create({ name: 'commands', role: 'administrator' }, 'test');
  return [`--url=${url}`, `--token=${key}`];
}

test('[HO7] [N21] those of an Excel list are invited, hosted and admitted by nothing but the list', async () => {
  await using network = await startHostedNetwork();
  const folder = await mkdtemp(join(tmpdir(), 'suyuan-host-'));
  try {
    const ids = ['shop-1', 'shop-2', 'shop-3'];
    const codes = ['91350100M00010101G', '91350100M00010102K', '91350100M00010103N'];
    const rows = ids.map((id, index) => [
      `Shop ${id}`,
      'recycler',
      'hosted',
      'managers',
      id,
      codes[index] ?? '',
    ]);
    const header = ['name', 'business type', 'role', 'host', 'id', 'social credit code'];
    const list = join(folder, 'shops.xlsx');
    await writeFile(list, await writeXlsx({ sheets: [{ name: 'Shops', rows: [header, ...rows] }] }));
    const manager = await asManager(network);
    const out = join(folder, 'a new folder');
    const invited = await runJson('organization', 'invite', `--list=${list}`, `--out=${out}`, ...manager);
    const files: string[] = invited.json.invitations.map(({ file }: { file: string }) => file);
    const hosted = await runJson('node', 'host', ...files, `--data=${network.dataDir}`);
    expect(hosted.json.hosts).toMatchObject(ids.map((organization) => ({ organization, status: 'waiting' })));
    const { json } = await runJson('organization', 'requests', ...manager);
    for (const { id } of json.items) {
      const admitted = await runJson('organization', 'admit', `${id}`, '--yes', ...manager);
      expect(admitted.json.acts).toContainEqual(expect.objectContaining({ status: 'applied' }));
    }
    const { hosting } = network.nodes.network();
    await hosting.look();
    expect(hosting.list('managers')).toMatchObject(
      ids.map((organization) => ({ organization, state: 'open' })),
    );
    const urls = new Set(ids.map((id) => network.node(id).url));
    expect(urls.size).toBe(ids.length);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('[N24] [HO5] a hosted organisation that has lost its keys is served again with new ones that the managing organisation has registered', async () => {
  await using network = await startHostedNetwork();
  const { folder } = await network.ask('shop');
  await network.admit('shop');
  const { hosting } = network.nodes.network();
  const away = join(network.dataDir, 'away');
  await rename(folder, away);
  await hosting.look();
  expect(hosting.nodeOf('shop')).toBeUndefined();

  const out = join(away, 'new-keys.json');
  const none = await runJson(
    'key',
    'new',
    'statement',
    `--data=${join(away, 'organizations')}`,
    `--out=${out}`,
  );
  expect(none).toMatchObject({ exitCode: 2, json: { code: 'configuration_invalid' } });
  for (const purpose of ['statement', 'transport'])
    await rm(join(away, 'organizations', 'shop', 'keys', `${purpose}.pem`));
  const made = await runJson('key', 'new', 'statement', 'transport', `--data=${away}`, `--out=${out}`);
  expect(made).toMatchObject({ exitCode: 0, json: { organization: 'shop', keys: [{}, {}] } });
  const registered = await runJson('key', 'register', out, '--yes', ...(await asManager(network)));
  expect(registered).toMatchObject({ exitCode: 0, json: { acts: [{ status: 'applied' }] } });

  await rename(away, folder);
  await hosting.look();
  expect(hosting.list('managers')).toMatchObject([{ organization: 'shop', state: 'open' }]);
  const waits = join(folder, 'organizations', 'shop', 'keys', 'transport.next.pem');
  await until(async () => !existsSync(waits)); // it is the key in force once the blocks are applied
  // What it signs with the new key is ordered.
  expect(await network.act('shop', { kind: 'key_rotation', purposes: ['transport'] })).toMatchObject([
    { status: 'applied' },
  ]);
});
