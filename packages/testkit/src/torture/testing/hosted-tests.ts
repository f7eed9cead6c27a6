// An organisation on the node of another one, which dies while the hosted one reports. For a network of four validators
// as real processes; the hosted one takes part in it afterwards.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { assert } from '@suyuan/log';
import { expect, test } from 'vitest';

import { runJson as suyuan } from '../../../../cli/src/testing/run-json.ts';
import { createApiKeys } from '../../../../node/src/accounts/api-keys.ts';
import { systemClock, systemRandom } from '../../../../node/src/clock.ts';
import { openDatabase } from '../../../../node/src/database/database.ts';
import { faultKinds } from '../faults.ts';
import { findViolations } from '../invariants.ts';
import type { RealNetwork } from '../real-network.ts';
import { until } from '../real-network.ts';
import { approve, whileStill } from './membership-steps.ts';
import type { Under } from './under.ts';

const [shop, host] = ['shop', 'org-2'];
const kill = faultKinds.find(({ name }) => name === 'kill_node');

/** Invited, given a place at its host and admitted, by the commands of docs/operations.md; it has joined channel 1. */
async function hostShop(network: RealNetwork): Promise<void> {
  const manager = network.asAdministrator('org-1');
  const wish = ['Corner Shop', '--type=battery_maker', '--role=hosted', `--host=${host}`];
  const invited = await suyuan('organization', 'invite', ...wish, `--out=${network.folder}`, ...manager);
  const { file } = invited.json.invitations[0];
  const data = join(network.folder, host);
  const place = await suyuan(
    'node',
    'host',
    file,
    `--organization=${shop}`,
    '--uscc=91350100M000100Y43',
    `--data=${data}`,
  );
  const [{ url, administrator }] = place.json.hosts;
  const requests = await network.ask<{ items: { id: number; organization: string }[] }>('org-1', {
    as: 'administrator',
    path: '/governance/join-requests',
  });
  const request = requests.items.find(({ organization }) => organization === shop);
  const wanted = [`${request?.id}`, '--channels=1', '--yes'];
  const admitted = await suyuan('organization', 'admit', ...wanted, ...manager);
  // Who has no vote is admitted by the managing organisation alone.
  expect(admitted.json.acts).toContainEqual(expect.objectContaining({ status: 'applied' }));
  await until('the host serves it', async () => (existsSync(administrator) ? true : undefined));
  const databaseUrl = await network.databaseUrl(shop, host);
  assert(databaseUrl !== undefined, 'its database runs');
  const database = openDatabase({ url: databaseUrl, connectionsMax: 1 });
  const keys = createApiKeys(database, systemClock, systemRandom);
  const { key: token } = await keys.create({ name: 'client', role: 'administrator' }, 'test');
  await database.close();
  network.addHosted({ id: shop, host, url, token });
  // Until then it shows proposals of the past, on which it has no vote yet.
  const { height: reached } = await network.ask<{ height: number }>('org-1', { path: '/organization' });
  await until('it has caught up', async () => {
    const { height } = await network.ask<{ height: number }>(shop, { path: '/organization' });
    return height >= reached ? true : undefined;
  });
  const proposals = { as: 'administrator', path: '/governance/proposals' } as const;
  const invitation = await until('the invitation to the channel', async () => {
    const { items } = await network.ask<{ items: { entry: number; kind: string }[] }>(shop, proposals);
    return items.find(({ kind }) => kind === 'channel')?.entry;
  });
  await approve(network, invitation, [shop]);
}

/** Batches of the hosted one that are signed and in no block, by its own database: its node may be dead. */
async function batchesInFlight(network: RealNetwork): Promise<number> {
  const rows = await network.query(
    shop,
    `select 1 from batch where reporter = '${shop}' and status <> 'reported' and statement is not null`,
  );
  return rows.length;
}

/** Defines the test. */
export function testHosted(under: Under): void {
  test('[HO3] its host is killed while it reports: the report goes on, nothing is lost, nothing is there twice', async () => {
    const { network, workload } = under();
    assert(kill !== undefined, 'nodes can be killed');
    await hostShop(network);
    await workload.collectReceipts(await workload.report(shop));
    const [patient, broken] = await whileStill(network, ['org-3', 'org-4'], async () => {
      const begun = workload.report(shop);
      await until('its batch is signed', async () =>
        (await batchesInFlight(network)) > 0 ? true : undefined,
      );
      return [begun, await kill.strike(network, host)] as const;
    });
    expect(await batchesInFlight(network)).toBe(1);
    await expect(network.call(shop, { path: '/organization' })).rejects.toThrow('fetch failed');
    // The others go on; the hosted one gets what they report once its host is back.
    await workload.collectReceipts(await workload.report('org-1'));
    await broken.mend();
    await workload.collectReceipts(await patient);
    await workload.collectReceipts(await workload.report(shop));
    expect(await findViolations(network, workload)).toEqual([]);
  });
}
