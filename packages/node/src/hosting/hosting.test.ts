// Organisations on the node of another one, in one process on real PostgreSQL, with each ordering.
import { cp, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { encodeHex } from '@suyuan/log';
import { exampleModule } from '@suyuan/testkit';
import { describe, expect, test } from 'vitest';

import type { FirstAdministrator } from '../accounts/first-administrator.ts';
import { until } from '../governance/testing/governance-network.ts';
import { batchesOf, pushRecords, reportAll } from '../governance/testing/report-records.ts';
import { checkJoin } from '../node-folder/check-join.ts';
import { keyFolderOf } from '../node-folder/init-node.ts';
import { readAdmission } from '../node-folder/late-joiner.ts';
import { installCometbft } from '../testing/install-cometbft.ts';
import { answerNewPassword, askNewPassword, firstAdministratorFileOf } from './hosted-folder.ts';
import { prepareHosted } from './prepare-hosted.ts';
import type { HostedNetwork } from './testing/hosted-network.ts';
import { startHostedNetwork } from './testing/hosted-network.ts';

const program = await installCometbft();
const record = {
  ...exampleModule,
  cellCodes: ['SY1CB01A000001GB10000003', 'SY1CB01A000001GB10000004'],
};

async function blocksOf(network: HostedNetwork, organization: string): Promise<readonly object[]> {
  return await network
    .node(organization)
    .database.read((db) => db.selectFrom('block').select(['height', 'app_hash']).orderBy('height').execute());
}

async function reportRecord(network: HostedNetwork, organization: string): Promise<Record<string, unknown>> {
  expect(await pushRecords(network, organization, 'battery_module', [record])).toMatchObject({
    body: { staged: 1 },
  });
  const report = await reportAll(network, organization);
  const [batch] = batchesOf(report);
  expect(report['status']).toBe('done');
  return { ...batch };
}

test('[HO7] an invitation names the host, and a place elsewhere is refused, asked for or made', async () => {
  await using network = await startHostedNetwork();
  const { request, ...place } = await network.ask('shop');
  expect(request.body).toMatchObject({ host: 'managers', url: place.url });
  const elsewhere = await network.call(
    'managers',
    'POST',
    '/join-requests',
    { ...request.body, host: 'vehicles' },
    null,
  );
  expect(elsewhere).toMatchObject({ status: 422, body: { code: 'governance_wish_invalid' } });

  const { secret, name, uscc, businessType } = request.body;
  const wish = {
    dataDir: network.dataDir,
    environment: {},
    organization: 'shop',
    network: request.network,
    host: 'managers',
    port: undefined,
    url: undefined,
    asked: { node: request.node, secret, name, uscc, businessType },
  };
  // Run again it is the same place with the same keys.
  expect(await prepareHosted(wish)).toEqual({ request, ...place });
  const next = await prepareHosted({
    ...wish,
    organization: 'corner',
    url: 'https://{organization}.example:{port}',
  });
  expect(next.port).not.toBe(place.port);
  expect(next.url).toBe(`https://corner.example:${next.port}`);
  const own = join(network.dataDir, 'elsewhere');
  await cp(next.folder, own, { recursive: true });
  const wrong = [
    [{ network: '00'.repeat(32) }, 'network_mismatch', 'is for the network'],
    [{ host: 'vehicles' }, 'configuration_invalid', 'is for a place at vehicles'],
    [{ organization: 'managers' }, 'configuration_invalid', 'the host itself'],
    [{ port: place.port + 1 }, 'configuration_invalid', 'has the port'],
    [{ organization: 'third', port: place.port }, 'configuration_invalid', 'another node of this host'],
    [
      { organization: 'third', port: Number(new URL(network.node('vehicles').url).port) },
      'address_in_use',
      'in use',
    ],
    [{ organization: 'third', from: own }, 'configuration_invalid', 'has no keys'],
  ] as const;
  for (const [change, code, words] of wrong)
    await expect(prepareHosted({ ...wish, ...change })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words),
    });

  // Keys that an organisation has made itself are taken over, and never others instead of them.
  const made = { ...wish, organization: 'fourth', from: own };
  await cp(keyFolderOf(place.folder, 'shop'), keyFolderOf(own, 'fourth'), { recursive: true });
  const { request: asked } = await prepareHosted(made);
  expect(asked.body.keys.map(({ publicKey }) => publicKey)).toEqual(
    request.body.keys.map(({ publicKey }) => publicKey),
  );
  const keys = keyFolderOf(own, 'fourth');
  await rename(join(keys, 'transport.pem'), join(keys, 'statement.pem'));
  await expect(prepareHosted(made)).rejects.toMatchObject({
    message: expect.stringContaining('is another key than'),
  });
});

describe.each(['solo', 'cometbft'] as const)('hosted organisations, ordered by %s', (ordering) => {
  test.skipIf(ordering === 'cometbft' && program === undefined)(
    '[HO1] [HO2] [HO4] [HO6] [HO8] [HO9] asked for, admitted, served without a restart: it reports, is traced elsewhere, and has receipts',
    { timeout: 120_000 },
    async () => {
      await using network = await startHostedNetwork({ ordering });
      const { hosting } = network.nodes.network();
      const place = await network.ask('shop');
      await hosting.look();
      expect((await network.call('managers', 'GET', '/organization')).body['hosts']).toMatchObject([
        { organization: 'shop', state: 'waiting', code: 'hosted_not_admitted' },
      ]);
      await network.admit('shop');

      const health = await fetch(`${network.node('managers').url}/api/v1/health`);
      expect(await health.json()).toMatchObject({ hosts: ['shop'] });
      expect((await network.call('shop', 'GET', '/organization')).body).toMatchObject({
        id: 'shop',
        name: 'Company shop',
        role: 'hosted',
        host: 'managers',
      });
      // The others learn its address from itself.
      await until(async () => network.node('vehicles').peers.addressOf('shop') === place.url);
      const seen = await network.call('vehicles', 'GET', '/organization');
      expect(seen.body['organizations']).toContainEqual(
        expect.objectContaining({ id: 'shop', role: 'hosted', host: 'managers', url: place.url }),
      );

      const { entry } = await reportRecord(network, 'shop');
      const stored = await network
        .node('shop')
        .database.read((db) =>
          db
            .selectFrom('batch')
            .select('acknowledgements')
            .where('entry', '=', Number(entry))
            .executeTakeFirst(),
        );
      expect(stored?.acknowledgements).not.toContain('managers');
      const trace = `/trace/${String(exampleModule.moduleCode)}`;
      await until(async () => (await network.call('vehicles', 'GET', trace)).status === 200);
      const receipt = `/batches/${String(entry)}/receipt`;
      await until(async () => (await network.call('shop', 'GET', receipt)).status === 200);
      const signed = await network
        .node('vehicles')
        .database.read((db) =>
          db.selectFrom('checkpoint_signature').select('organization').distinct().execute(),
        );
      expect(signed.map(({ organization }) => organization)).not.toContain('shop');
      for (const { slices } of [network.node('vehicles'), network.node('shop')]) await slices.monitor.look();
      const around = await network.call('vehicles', 'GET', '/monitoring');
      expect(around.body['nodes']).toMatchObject([
        { organization: 'vehicles', hosts: [] },
        { organization: 'batteries', hosts: [] },
        { organization: 'managers', hosts: ['shop'] },
      ]);
      const own = await network.call('shop', 'GET', '/monitoring');
      expect(own.body['nodes']).toMatchObject([
        { organization: 'shop', role: 'hosted', host: 'managers' },
        { organization: 'batteries' },
        { organization: 'managers' },
        { organization: 'vehicles' },
      ]);
      await until(
        async () => (await blocksOf(network, 'shop')).length === (await blocksOf(network, 'managers')).length,
      );
      expect(await blocksOf(network, 'shop')).toEqual(await blocksOf(network, 'managers'));

      const administrator = JSON.parse(
        await readFile(firstAdministratorFileOf(network.dataDir, 'shop'), 'utf8'),
      );
      expect(administrator).toMatchObject({ name: 'administrator', url: place.url });
      expect((await stat(firstAdministratorFileOf(network.dataDir, 'shop'))).mode & 0o077).toBe(0);
      const signedIn = await network.node('shop').signIn.users();
      expect(signedIn).toMatchObject([{ name: 'administrator', role: 'administrator' }]);
    },
  );

  test.skipIf(ordering === 'cometbft' && program === undefined)(
    '[HO3] [HO8] what others report reaches it, it acknowledges by itself, and after a stop it catches up from its host',
    { timeout: 120_000 },
    async () => {
      await using network = await startHostedNetwork({ ordering });
      await network.ask('shop');
      await network.admit('shop');
      const { entry } = await reportRecord(network, 'batteries');
      const batch = async (): Promise<string | undefined> =>
        (
          await network
            .node('shop')
            .database.read((db) =>
              db.selectFrom('batch').select('status').where('entry', '=', Number(entry)).executeTakeFirst(),
            )
        )?.status;
      await until(async () => (await batch()) === 'reported');

      // Its folder is away while its host goes on, and comes back.
      const folder = join(network.dataDir, 'hosted', 'shop');
      await rename(folder, join(network.dataDir, 'away'));
      await network.nodes.network().hosting.look();
      expect(network.nodes.network().hosting.nodeOf('shop')).toBeUndefined();
      await network.act('managers', { kind: 'modules', organization: 'vehicles', recordKinds: [] });
      await rename(join(network.dataDir, 'away'), folder);
      await network.nodes.network().hosting.look();
      await until(
        async () => (await blocksOf(network, 'shop')).length === (await blocksOf(network, 'managers')).length,
      );
      await network.nodes.restart();
      expect(await blocksOf(network, 'shop')).toEqual(await blocksOf(network, 'managers'));
    },
  );
});

test('[HO10] a new password that is asked for is given once, however often that was tried', async () => {
  await using network = await startHostedNetwork();
  const { hosting } = network.nodes.network();
  const { dataDir } = network;
  await network.ask('shop');
  await network.admit('shop');
  const kept = async (): Promise<FirstAdministrator> =>
    JSON.parse(await readFile(firstAdministratorFileOf(dataDir, 'shop'), 'utf8'));
  const first = await kept();
  await expect(askNewPassword(dataDir, 'corner')).rejects.toMatchObject({ code: 'configuration_invalid' });
  await askNewPassword(dataDir, 'shop');
  await expect(kept()).rejects.toMatchObject({ code: 'ENOENT' });
  const dies = async (): Promise<void> => await Promise.reject(new Error('the process died'));
  await expect(answerNewPassword(dataDir, 'shop', dies)).rejects.toThrow('died');

  await hosting.look();
  const renewed = await kept();
  expect(renewed).toEqual({ ...first, password: expect.any(String) });
  const { signIn } = network.node('shop');
  expect((await signIn.signIn(first.name, first.password)).ok).toBe(false);
  expect((await signIn.signIn(renewed.name, renewed.password)).ok).toBe(true);
  await hosting.look();
  expect(await kept()).toEqual(renewed);
});

test('[HO8] what its host and others on that host acknowledge does not count for it', async () => {
  await using network = await startHostedNetwork();
  for (const organization of ['shop', 'corner']) {
    await network.ask(organization);
    await network.admit(organization);
  }
  await Promise.all(['batteries', 'vehicles'].map(async (id) => await network.node(id).stop()));
  await pushRecords(network, 'shop', 'battery_module', [record]);
  const { body } = await network.call('shop', 'POST', '/reports', { all: true });
  const path = `/reports/${String(body['id'])}`;
  const waiting = async (): Promise<unknown> => (await network.call('shop', 'GET', path)).body['waiting'];
  await until(async () => (await waiting()) !== undefined);
  const told = Object(await waiting());
  expect(told).toMatchObject({ code: 'waiting_for_organizations', have: 0 });
  const asked = told.organizations.map(({ organization }: { organization: string }) => organization);
  expect(asked.sort()).toEqual(['batteries', 'vehicles']);

  await network.nodes.restart();
  await until(async () => (await network.call('shop', 'GET', path)).body['status'] === 'done');
});

test('[HO5] who is hosted elsewhere, or whose keys are missing or others, is refused by code and served once that is mended', async () => {
  await using network = await startHostedNetwork();
  const { hosting } = network.nodes.network();
  const codeOf = async (): Promise<unknown> => {
    await hosting.look();
    return hosting.list('managers').find(({ organization }) => organization === 'shop');
  };
  await network.ask('shop');
  await network.admit('shop');
  expect(await codeOf()).toMatchObject({ state: 'open' });
  const keys = keyFolderOf(join(network.dataDir, 'hosted', 'shop'), 'shop');
  const away = join(network.dataDir, 'away');
  const reopen = async (): Promise<void> => {
    await rename(join(network.dataDir, 'hosted', 'shop'), away);
    await hosting.look();
    await rename(away, join(network.dataDir, 'hosted', 'shop'));
  };
  await rename(join(keys, 'statement.pem'), join(keys, 'kept'));
  await reopen();
  expect(await codeOf()).toMatchObject({ state: 'refused', code: 'hosted_keys_missing' });
  await rename(join(keys, 'transport.pem'), join(keys, 'statement.pem'));
  expect(await codeOf()).toMatchObject({ state: 'refused', code: 'hosted_keys_wrong' });
  await rename(join(keys, 'statement.pem'), join(keys, 'transport.pem'));
  await rename(join(keys, 'kept'), join(keys, 'statement.pem'));
  expect(await codeOf()).toMatchObject({ state: 'open' });

  await network.act('managers', { kind: 'organization', organization: 'shop', host: 'vehicles' });
  await until(async () => hosting.list('vehicles').some(({ state }) => state === 'open'));
  // Both hosts are in this process: the organisation moves to the other one with the block.
  expect(hosting.list('vehicles')).toMatchObject([{ organization: 'shop', state: 'open' }]);
  await network.act('managers', { kind: 'organization', organization: 'shop', role: 'observer' });
  await until(async () => hosting.nodeOf('shop') === undefined);
  expect(await codeOf()).toMatchObject({ state: 'refused', code: 'hosted_elsewhere' });
  expect(hosting.nodeOf('shop')).toBeUndefined();
  await rm(join(network.dataDir, 'hosted', 'shop'), { recursive: true });
  expect(await codeOf()).toBeUndefined();
});

test('[N18] [HO5] whose key was replaced is told the keys in force, and joins with its moved folder', async () => {
  await using network = await startHostedNetwork();
  const { request, folder } = await network.ask('shop');
  const told = async (): Promise<ReturnType<typeof readAdmission>> =>
    readAdmission(
      request,
      Object((await network.call('managers', 'POST', '/join-requests', request.body, null)).body),
    );
  expect((await told()).keys).toEqual([]);
  await network.admit('shop');
  const before = (await told()).keys;
  const shown = (keys: typeof before): readonly string[] => keys.map(({ publicKey }) => encodeHex(publicKey));
  expect(shown(before)).toEqual(request.body.keys.map(({ publicKey }) => publicKey));
  await network.act('shop', { kind: 'key_rotation', purposes: ['statement'] });
  await until(async () => shown((await told()).keys)[0] !== shown(before)[0]);
  const { genesis, genesisBytes, peers, keys } = await told();
  const found = async (admittedKeys: typeof keys): Promise<unknown> =>
    (
      await checkJoin({
        dataDir: folder,
        organization: 'shop',
        genesis,
        genesisBytes,
        peers,
        admittedKeys,
        expectedNetwork: request.network,
        settings: network.nodes.settings,
        environment: {},
        nowMs: () => Date.now(),
      })
    ).find(({ check }) => check === 'keys');
  expect(await found(keys)).toMatchObject({ level: 'ok' });
  await network.nodes.restart();
  expect(await found(keys)).toMatchObject({ level: 'ok' });
  expect(await found(before)).toMatchObject({ level: 'error' });
  expect(await found([])).toMatchObject({ level: 'error' });
});
