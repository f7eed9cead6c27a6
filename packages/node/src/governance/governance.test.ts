// Governance through the doors of whole nodes: what is previewed, issued, voted on, refused and shown.
import { exampleModule, exampleRecords, lifeVin } from '@suyuan/testkit';
import { DEFAULT_POLICY } from '@suyuan/ledger';
import { describe, expect, test } from 'vitest';

import { startGovernanceNetwork, until } from './testing/governance-network.ts';
import type { GovernanceNetwork } from './testing/governance-network.ts';
import { batchesOf, pushRecords, reportAll } from './testing/report-records.ts';

const three = [
  { organization: 'managers' },
  { organization: 'batteries', recordKinds: ['battery_module', 'battery_pack', 'vehicle_production'] },
  { organization: 'vehicles', recordKinds: ['battery_pack', 'vehicle_production'] },
];
const four = [...three, { organization: 'recyclers' }];

async function proposalsOf(network: GovernanceNetwork, organization: string): Promise<readonly object[]> {
  const { items } = (await network.call(organization, 'GET', '/governance/proposals')).body;
  return Array.isArray(items) ? items : [];
}

describe('governance of three organisations', () => {
  test('[N1] [N2] modules are given and withdrawn; import and report follow at once', async () => {
    await using network = await startGovernanceNetwork(three);
    expect((await pushRecords(network, 'batteries', 'battery_module', [exampleModule])).status).toBe(200);
    const wish = { kind: 'modules', organization: 'batteries', businessType: 'dealer' } as const;
    const preview = await network.call('managers', 'POST', '/governance/preview', wish);
    expect(preview.body).toMatchObject({
      isAllowed: true,
      acts: [
        {
          outcome: 'applied',
          sentence: { en: 'Company batteries may report: Vehicle sale.' },
          harms: [{ en: expect.stringContaining('can no longer report Battery module') }],
        },
      ],
    });
    expect(await proposalsOf(network, 'managers')).toEqual([]);
    expect(await network.act('managers', wish)).toMatchObject([{ status: 'applied', entry: 0 }]);
    await network.catchUp('batteries', 'managers');
    const self = await network.call('batteries', 'GET', '/organization');
    expect(self.body['modules']).toEqual(['vehicle_sale']);
    // What was staged before stays staged, and is reported once the module is given back.
    const refused = await network.call('batteries', 'POST', '/reports', { all: true }, 'operator');
    expect(refused.body).not.toMatchObject({ records: 1 });
    const preset = { kind: 'modules', organization: 'batteries', businessType: 'battery_maker' } as const;
    await network.act('managers', preset);
    await network.catchUp('batteries', 'managers');
    expect(await reportAll(network, 'batteries')).toMatchObject({ reported: 1 });
    expect(network.broken).toEqual([]);
  });

  test('[N3] who may not is told why before anything is sent, whatever the role', async () => {
    await using network = await startGovernanceNetwork(three);
    const wish = { kind: 'modules', organization: 'vehicles', recordKinds: [] } as const;
    for (const role of ['operator', 'auditor', 'viewer'] as const) {
      const refused = await network.call('managers', 'POST', '/governance/acts', wish, role);
      expect(refused).toMatchObject({ status: 403, body: { code: 'role_insufficient' } });
    }
    expect((await network.call('managers', 'POST', '/governance/acts', wish, null)).status).toBe(401);
    const refused = await network.call('vehicles', 'POST', '/governance/acts', wish);
    expect(refused).toMatchObject({
      status: 409,
      body: {
        code: 'governance_refused',
        refusal: { code: 'not_entitled', about: 'vehicles', message: { zh: '本组织无权决定此事。' } },
      },
    });
    for (const [bad, code] of [
      [{ ...wish, organization: 'nobody' }, 'organization_unknown'],
      [{ kind: 'organization', organization: 'managers', status: 'suspended' }, 'managing_organization'],
      [{ kind: 'channel', channel: 9, status: 'closed' }, 'channel_unknown'],
      [{ kind: 'vote', entry: 0, approves: true }, 'act_unknown'],
      [{ kind: 'key', end: ['00'.repeat(32)] }, 'key_unknown'],
    ] as const) {
      const preview = await network.call('managers', 'POST', '/governance/preview', bad);
      expect(preview.body).toMatchObject({ isAllowed: false, acts: [{ refusal: { code } }] });
    }
    for (const bad of [{ kind: 'modules' }, { kind: 'theft' }, { ...wish, organization: 'A/B' }]) {
      expect((await network.call('managers', 'POST', '/governance/acts', bad)).status).toBe(400);
    }
    const unknown = { kind: 'void', records: ['5/0'], mode: 'keep', reason: 'mistake' };
    expect((await network.call('managers', 'POST', '/governance/preview', unknown)).status).toBe(404);
    expect((await network.call('managers', 'GET', '/governance/history')).body['items']).toEqual([]);
    expect(network.broken).toEqual([]);
  });

  test('[N4] a channel is opened, joined by consent, and reporting goes to the channel that takes the kind', async () => {
    await using network = await startGovernanceNetwork(three);
    const [opened] = await network.act('managers', {
      kind: 'channel',
      invite: ['vehicles'],
      recordKinds: ['battery_pack', 'vehicle_production'],
    });
    expect(opened).toMatchObject({ status: 'applied' });
    // The first channel no longer takes what the second is for.
    await network.act('managers', { kind: 'channel', channel: 1, recordKinds: ['battery_module'] });
    await network.catchUp('vehicles', 'managers');
    expect(await proposalsOf(network, 'vehicles')).toMatchObject([
      { kind: 'channel', mayVote: true, votes: { missing: ['vehicles'] } },
    ]);
    const entry = Number(opened?.['entry']);
    const vote = await network.act('vehicles', { kind: 'vote', entry, approves: true });
    expect(vote).toMatchObject([{ status: 'applied' }]);
    await network.catchUp('managers', 'vehicles');
    expect(await proposalsOf(network, 'managers')).toEqual([]);
    expect((await network.call('managers', 'GET', '/governance')).body['channels']).toMatchObject([
      { channel: 1, recordKinds: ['battery_module'] },
      { channel: 2, members: [{ organization: 'managers' }, { organization: 'vehicles' }], invited: [] },
    ]);
    await pushRecords(network, 'vehicles', 'vehicle_production', [
      exampleRecords['vehicle_production'] ?? {},
    ]);
    expect(batchesOf(await reportAll(network, 'vehicles'))).toMatchObject([
      { channel: 2, status: 'reported' },
    ]);
    // A report that waits for a channel goes on as soon as one takes its kind again.
    await network.act('managers', { kind: 'channel', channel: 1, recordKinds: ['vehicle_sale'] });
    await network.catchUp('batteries', 'managers');
    await pushRecords(network, 'batteries', 'battery_module', [exampleModule]);
    const begun = await network.call('batteries', 'POST', '/reports', { all: true }, 'operator');
    const path = `/reports/${String(begun.body['id'])}`;
    await until(async () =>
      JSON.stringify((await network.call('batteries', 'GET', path)).body).includes('channel_missing'),
    );
    await network.act('managers', { kind: 'channel', channel: 1, recordKinds: [] });
    await until(async () => (await network.call('batteries', 'GET', path)).body['reported'] === 1);
    // Not a member of the second channel, the battery maker knows nothing of it.
    await network.catchUp('batteries', 'vehicles');
    const vin = String(exampleRecords['vehicle_production']?.['vin']);
    expect((await network.call('batteries', 'GET', `/trace/${vin}`)).body['events']).toEqual([]);
    expect(network.broken).toEqual([]);
  });

  test('[N10] a resolution settles a conflict for both organisations, and a void shows everywhere', async () => {
    await using network = await startGovernanceNetwork(three, {
      policy: { ...DEFAULT_POLICY, voidApprovals: 1 },
    });
    const production = exampleRecords['vehicle_production'] ?? {};
    const [pack] = Object(production).packCodes;
    const reported: string[] = [];
    for (const [index, organization] of ['batteries', 'vehicles'].entries()) {
      const vin = lifeVin(77, index);
      await pushRecords(network, organization, 'vehicle_production', [{ ...production, vin }]);
      const [batch] = batchesOf(await reportAll(network, organization));
      reported.push(`${String(batch?.['entry'])}/0`);
      await network.catchUp('vehicles', organization);
      await network.catchUp('batteries', organization);
    }
    const conflictsAt = async (organization: string): Promise<unknown> =>
      Object((await network.call(organization, 'GET', `/trace/${pack}`)).body['state']).conflicts;
    expect(await conflictsAt('batteries')).toMatchObject([{ records: reported, settled: false }]);
    const wish = {
      kind: 'resolution',
      records: reported,
      upheld: reported.slice(1),
      note: 'wrong pack',
    } as const;
    const preview = await network.call('batteries', 'POST', '/governance/preview', wish);
    expect(preview.body).toMatchObject({
      acts: [{ outcome: 'pending', votes: { missing: ['vehicles'] }, harms: [{}] }],
      touched: { records: 2, items: [{ reporter: 'batteries' }, { reporter: 'vehicles' }] },
    });
    const [settled] = await network.act('batteries', wish);
    expect(settled).toMatchObject({ status: 'pending', note: 'wrong pack' });
    await network.catchUp('vehicles', 'batteries');
    await network.act('vehicles', { kind: 'vote', entry: Number(settled?.['entry']), approves: true });
    for (const organization of ['batteries', 'vehicles', 'managers']) {
      await network.catchUp(organization, 'vehicles');
      expect(await conflictsAt(organization)).toEqual([]);
    }
    const [voided] = await network.act('managers', {
      kind: 'void',
      records: [reported[1] ?? ''],
      mode: 'erase',
      reason: 'mistake',
    });
    expect(voided).toMatchObject({ status: 'pending', votes: { needed: 1 } });
    await network.catchUp('vehicles', 'managers');
    await network.act('vehicles', { kind: 'vote', entry: Number(voided?.['entry']), approves: true });
    for (const organization of ['batteries', 'vehicles', 'managers']) {
      await network.catchUp(organization, 'vehicles');
      const shown = await network.call(organization, 'GET', `/records/${reported[1]}`);
      expect(shown.body['voided']).toBe(true);
    }
    const history = await network.call('managers', 'GET', '/governance/history?limit=3');
    expect(history.body).toMatchObject({
      items: [
        { kind: 'vote', outcome: 'applied' },
        { kind: 'void', outcome: 'applied', decidedBy: Number(voided?.['entry']) + 1 },
        { kind: 'vote' },
      ],
      next: expect.any(String),
    });
    expect(network.broken).toEqual([]);
  });
});

describe('governance by vote', () => {
  test('[N5] [N12] four validators suspend one of them by three votes; what it reports then is refused', async () => {
    await using network = await startGovernanceNetwork(four);
    const wish = { kind: 'organization', organization: 'vehicles', status: 'suspended' } as const;
    const [act] = await network.act('managers', wish);
    expect(act).toMatchObject({ status: 'pending', votes: { needed: 3, approvals: ['managers'] } });
    const entry = Number(act?.['entry']);
    await network.catchUp('batteries', 'managers');
    const preview = await network.call('batteries', 'POST', '/governance/preview', {
      kind: 'vote',
      entry,
      approves: true,
    });
    expect(JSON.stringify(preview.body)).toContain('can report, confirm and vote no more');
    await network.act('batteries', { kind: 'vote', entry, approves: true });
    await network.catchUp('recyclers', 'batteries');
    expect(await proposalsOf(network, 'recyclers')).toMatchObject([
      { entry, mayVote: true, votes: { missing: ['recyclers', 'vehicles'] } },
    ]);
    await network.act('recyclers', { kind: 'vote', entry, approves: true });
    const plan = `/governance/plans/${String(act?.['plan'])}`;
    await network.catchUp('managers', 'recyclers');
    expect((await network.call('managers', 'GET', plan)).body['acts']).toMatchObject([{ status: 'applied' }]);
    await network.catchUp('vehicles', 'recyclers');
    const refused = await network.call('vehicles', 'POST', '/governance/acts', {
      kind: 'vote',
      entry,
      approves: false,
    });
    expect(refused.body).toMatchObject({ refusal: { code: 'organization_suspended' } });
    await pushRecords(network, 'vehicles', 'vehicle_production', [
      exampleRecords['vehicle_production'] ?? {},
    ]);
    const begun = await network.call('vehicles', 'POST', '/reports', { all: true }, 'operator');
    const path = `/reports/${String(begun.body['id'])}`;
    await until(async () =>
      JSON.stringify((await network.call('vehicles', 'GET', path)).body).includes('channel_missing'),
    );
    expect(network.broken).toEqual([]);
  });
});
