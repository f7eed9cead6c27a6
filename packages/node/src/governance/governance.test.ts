import { expect, test } from 'vitest';

import { startGovernanceNetwork } from './testing/governance-network.ts';

const three = [
  { organization: 'managers' },
  { organization: 'batteries', recordKinds: ['battery_module', 'battery_pack'] },
  { organization: 'vehicles', recordKinds: ['battery_pack'] },
];

test('modules are given and withdrawn, and an organisation may import what the ledger says at once', async () => {
  await using network = await startGovernanceNetwork(three);
  const wish = { kind: 'modules', organization: 'vehicles', businessType: 'dealer' } as const;
  const preview = await network.call('managers', 'POST', '/governance/preview', wish);
  expect(preview.body).toMatchObject({
    isAllowed: true,
    acts: [
      {
        outcome: 'applied',
        sentence: { en: 'Company vehicles may report: Vehicle sale.' },
        harms: [{ en: expect.stringContaining('can no longer report Battery pack') }],
      },
    ],
  });
  expect(await network.act('managers', wish)).toMatchObject([{ status: 'applied', entry: 0 }]);
  await network.catchUp('vehicles', 'managers');
  const self = await network.call('vehicles', 'GET', '/organization');
  expect(self.body['modules']).toEqual(['vehicle_sale']);
  expect(network.broken).toEqual([]);
});
