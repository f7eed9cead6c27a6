// `suyuan node host` against a running host: what it refuses, and a place that is made, asked for again, and served. `suyuan node
// password` for one that is.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

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
