// Contradictions and voids as events, between whole nodes: told at every member, once, also to webhooks and after a restart.
import { DEFAULT_POLICY } from '@suyuan/ledger';
import { exampleRecords, lifeVin } from '@suyuan/testkit';
import { expect, it } from 'vitest';

import { startGovernanceNetwork, until } from '../governance/testing/governance-network.ts';
import type { GovernanceNetwork } from '../governance/testing/governance-network.ts';
import { batchesOf, pushRecords, reportAll } from '../governance/testing/report-records.ts';

const members = [
  { organization: 'managers' },
  { organization: 'batteries', recordKinds: ['battery_pack', 'vehicle_production'] },
  { organization: 'vehicles', recordKinds: ['battery_pack', 'vehicle_production'] },
];

type Event = Readonly<Record<string, unknown>>;

async function eventsAt(network: GovernanceNetwork, organization: string): Promise<readonly Event[]> {
  const { body } = await network.call(organization, 'GET', '/events?limit=1000');
  const { items } = body;
  return Array.isArray(items) ? items : [];
}

/** The events of a type once there are as many, after everything was looked through. */
async function told(
  network: GovernanceNetwork,
  organization: string,
  type: string,
  count: number,
): Promise<readonly Event[]> {
  const chosen = async (): Promise<readonly Event[]> =>
    (await eventsAt(network, organization)).filter((event) => event['type'] === type);
  await until(async () => (await chosen()).length >= count);
  await network.node(organization).slices.events.facts.catchUp();
  return await chosen();
}

/** Reports that these vehicles were made with the example's pack; gives the entry. */
async function reportVehicles(
  network: GovernanceNetwork,
  organization: string,
  vins: readonly string[],
): Promise<number> {
  const vehicles = vins.map((vin) => ({ ...exampleRecords['vehicle_production'], vin }));
  const pushed = await pushRecords(network, organization, 'vehicle_production', vehicles);
  expect(pushed.body).toMatchObject({ staged: vins.length });
  const [batch] = batchesOf(await reportAll(network, organization));
  return Number(batch?.['entry']);
}

it('[W15] [W16] a contradiction and a void are told at every member, once, also after a restart', async () => {
  await using network = await startGovernanceNetwork(members, {
    policy: { ...DEFAULT_POLICY, voidApprovals: 1 },
  });
  const first = await reportVehicles(network, 'batteries', [lifeVin(77, 0)]);
  await network.catchUp('vehicles', 'batteries');
  const second = await reportVehicles(network, 'vehicles', [lifeVin(77, 1)]);
  const everyone = ['managers', 'batteries', 'vehicles'];
  for (const organization of everyone) {
    const conflicts = await told(network, organization, 'conflict', 1);
    const about = { kind: 'vehicle_production', reporter: 'vehicles', count: 1, entry: second };
    expect(conflicts).toMatchObject([about]);
  }
  const [act] = await network.act('managers', {
    kind: 'void',
    records: [`${first}/0`],
    mode: 'keep',
    reason: 'mistake',
  });
  expect(act).toMatchObject({ status: 'pending' });
  await network.catchUp('vehicles', 'managers');
  await network.node('vehicles').slices.events.facts.catchUp();
  expect((await eventsAt(network, 'vehicles')).filter(({ type }) => type === 'voided')).toEqual([]);
  await network.act('vehicles', { kind: 'vote', entry: Number(act?.['entry']), approves: true });
  for (const organization of everyone) {
    await network.catchUp(organization, 'vehicles');
    const about = { kind: 'vehicle_production', reporter: 'batteries', count: 1, entry: first };
    expect(await told(network, organization, 'voided', 1)).toMatchObject([about]);
  }
  await network.stop('managers');
  await network.start('managers');
  await network.node('managers').slices.events.facts.catchUp();
  const again = await eventsAt(network, 'managers');
  expect(again.filter(({ type }) => type === 'conflict' || type === 'voided')).toHaveLength(2);
  // More records than are judged beside requests; the void of the first record is asked for from the thread.
  const many = Array.from({ length: 60 }, (_, index) => lifeVin(77, 2 + index));
  const third = await reportVehicles(network, 'vehicles', many);
  const [, found] = await told(network, 'vehicles', 'conflict', 2);
  expect(found).toMatchObject({ count: many.length, entry: third });
  expect(network.broken).toEqual([]);
});
