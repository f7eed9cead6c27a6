// Acts that meet a crash between any two steps, and keys that change under way.
import { logSizeOf } from '@suyuan/ledger';
import { encodeHex } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';
import { exampleModule } from '@suyuan/testkit';
import { describe, expect, test } from 'vitest';

import type { Reach, Step } from '../crash-point.ts';
import { saltNote } from './salt-note.ts';
import { startGovernanceNetwork, until } from './testing/governance-network.ts';
import { batchesOf, pushRecords, reportAll } from './testing/report-records.ts';

const two = [{ organization: 'managers' }, { organization: 'vehicles', recordKinds: ['battery_module'] }];
const wish = { kind: 'modules', organization: 'vehicles', recordKinds: ['battery_pack'] } as const;

/** Ends the worker's run at a step, as a death of the process there does. */
function haltAt(step: Step): { readonly reach: Reach; readonly reached: () => boolean } {
  let isReached = false;
  return {
    reached: () => isReached,
    reach: (at) => {
      if (at !== step || isReached) return;
      isReached = true;
      throw new Error(`halted at ${step}`);
    },
  };
}

describe('an act', () => {
  for (const step of ['governance.planned', 'governance.signed', 'governance.submitted'] as const) {
    test(`[N7] [N8] is neither lost nor issued twice when the node dies at ${step}`, async () => {
      const { reach, reached } = haltAt(step);
      await using network = await startGovernanceNetwork(two, { reach: { managers: reach } });
      const issued = await network.call('managers', 'POST', '/governance/acts', wish);
      expect(issued.status).toBe(202);
      await until(async () => reached());
      await network.stop('managers');
      await network.start('managers');
      const path = `/governance/plans/${String(issued.body['plan'])}`;
      await until(async () =>
        JSON.stringify((await network.call('managers', 'GET', path)).body).includes('"applied"'),
      );
      // One more act, so that a second issue of the first would be seen before it.
      await network.act('managers', { ...wish, recordKinds: [] });
      expect(logSizeOf(network.node('managers').slices.ledger.state())).toBe(2);
      expect(network.broken).toHaveLength(1);
    });
  }

  test('[N6] a request that is repeated with its key is issued once', async () => {
    await using network = await startGovernanceNetwork(two);
    const { key } = await network
      .node('managers')
      .apiKeys.create({ name: 'k', role: 'administrator' }, 'test');
    const send = async (): Promise<unknown> => {
      const answer = await fetch(`${network.node('managers').url}/api/v1/governance/acts`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          'idempotency-key': 'once',
        },
        body: JSON.stringify(wish),
      });
      return Object(await answer.json()).plan;
    };
    expect(await send()).toBe(await send());
    const { items } = (await network.call('managers', 'GET', '/governance/acts')).body;
    expect(items).toHaveLength(1);
  });
});

test('[N11] the digest of a note tells nothing without its salt', () => {
  const salt = new Uint8Array(32).fill(7);
  const digest = saltNote(nativeCrypto, salt, '录入错误');
  expect(encodeHex(digest)).toBe(
    encodeHex(
      nativeCrypto.sha256(Buffer.concat([Buffer.from('suyuan/note/v1\0'), salt, Buffer.from('录入错误')])),
    ),
  );
  expect(saltNote(nativeCrypto, new Uint8Array(32), '录入错误')).not.toEqual(digest);
});

describe('keys', () => {
  test('[N13] [N14] are replaced while the node runs; older receipts stay valid, and the next start uses the new ones', async () => {
    await using network = await startGovernanceNetwork(two);
    await pushRecords(network, 'vehicles', 'battery_module', [exampleModule]);
    await reportAll(network, 'vehicles');
    const receiptOf = async (entry: number): Promise<number> =>
      (await network.call('vehicles', 'GET', `/receipts/${entry}/0`)).status;
    await until(async () => (await receiptOf(0)) === 200);
    const purposes = ['statement', 'log', 'cosigning', 'transport'] as const;
    const [rotated] = await network.act('vehicles', { kind: 'key_rotation', purposes: [...purposes] });
    expect(rotated).toMatchObject({ status: 'applied' });
    await network.catchUp('managers', 'vehicles');
    const second = { ...exampleModule, moduleCode: 'SY1MB01A000001GB20000002', cellCodes: [] };
    const report = async (record: object): Promise<number> => {
      await pushRecords(network, 'vehicles', 'battery_module', [record]);
      const [batch] = batchesOf(await reportAll(network, 'vehicles'));
      expect(batch).toMatchObject({ status: 'reported' });
      return Number(batch?.['entry']);
    };
    const entry = await report({
      ...second,
      cellCodes: ['SY1CB01A000001GB10000003', 'SY1CB01A000001GB10000004'],
    });
    await until(async () => (await receiptOf(entry)) === 200);
    expect(await receiptOf(0)).toBe(200);
    await network.stop('vehicles');
    await network.start('vehicles');
    await network.catchUp('vehicles', 'managers');
    expect(await network.act('vehicles', { kind: 'key_rotation', purposes: ['statement'] })).toMatchObject([
      { status: 'applied' },
    ]);
    expect(network.broken).toEqual([]);
  });

  test('[N15] the recovery key is not one that a node keeps', async () => {
    await using network = await startGovernanceNetwork(two);
    const refused = await network.call('vehicles', 'POST', '/governance/acts', {
      kind: 'key_rotation',
      purposes: ['recovery'],
    });
    expect(refused).toMatchObject({ status: 422, body: { code: 'governance_wish_invalid' } });
  });
});
