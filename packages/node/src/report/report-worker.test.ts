// Reporting through a whole network: PostgreSQL, HTTP between members, blocks; and each way it can go wrong.
import { describe, expect, it, vi } from 'vitest';

import { batchOf, viewOf } from '@suyuan/ledger';
import { nativeCrypto } from '@suyuan/native-crypto';
import { generateRecords } from '@suyuan/testkit';

import { claimRecords } from './claim-records.ts';
import type { ReportSelection } from './claim-records.ts';
import { stageSamples } from '../testing/stage-samples.ts';
import { testNetwork } from '../testing/test-network.ts';
import type { TestNode } from '../testing/test-network.ts';

function modules(count: number, seed: number): readonly unknown[] {
  const [batch] = generateRecords({
    seed,
    count: count * 2,
    from: '2026-01-01',
    to: '2026-06-30',
    batchSize: count,
  });
  return batch?.records.slice(0, count) ?? [];
}

async function stage(node: TestNode, count: number, seed = 1): Promise<number> {
  return await stageSamples(node.database, {
    kind: 'battery_module',
    reporter: node.organization,
    storedOn: '2026-11-20',
    records: modules(count, seed),
    importId: 1,
  });
}

async function report(
  node: TestNode,
  selection: ReportSelection = { by: 'all', kind: undefined },
): Promise<number> {
  const begun = await claimRecords(node.database, { selection, createdBy: 'operator', now: new Date() });
  if (!begun.ok) throw new Error(begun.error.code);
  node.worker.enqueue(begun.value.id);
  return begun.value.id;
}

async function statusOf(node: TestNode, reportId: number): Promise<string> {
  const row = await node.database.read((db) =>
    db.selectFrom('report').select('status').where('id', '=', reportId).executeTakeFirstOrThrow(),
  );
  return row.status;
}

async function batches(node: TestNode) {
  return await node.database.read((db) =>
    db
      .selectFrom('batch')
      .select(['status', 'entry', 'count', 'reporter', 'acknowledgements'])
      .orderBy('id')
      .execute(),
  );
}

async function countRecords(node: TestNode): Promise<number> {
  const { count } = await node.database.read((db) =>
    db
      .selectFrom('record')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow(),
  );
  return count;
}

const WAIT = { timeout: 20_000, interval: 10 };

describe('reporting', () => {
  it('brings the records of one organisation to the ledger without anyone else', async () => {
    await using network = await testNetwork({ organizations: ['maker'] });
    const maker = network.node('maker');
    await stage(maker, 10);
    const id = await report(maker);
    await vi.waitFor(async () => expect(await statusOf(maker, id)).toBe('done'), WAIT);
    expect(await batches(maker)).toMatchObject([
      { status: 'reported', entry: 0, count: 10, acknowledgements: '[]' },
    ]);
    const state = maker.ledger.state();
    expect(batchOf(viewOf(nativeCrypto, state), 0)).toMatchObject({ count: 10, reporter: 'maker' });
    expect(network.broken).toEqual([]);
  });

  it('gets acknowledgements of other members, who then hold the records', async () => {
    await using network = await testNetwork({ organizations: ['managing', 'maker', 'vehicles'] });
    const maker = network.node('maker');
    await stage(maker, 300);
    const id = await report(maker);
    await vi.waitFor(async () => expect(await statusOf(maker, id)).toBe('done'), WAIT);
    for (const name of ['managing', 'vehicles']) {
      const node = network.node(name);
      await vi.waitFor(
        async () =>
          expect(await batches(node)).toMatchObject([{ status: 'reported', entry: 0, reporter: 'maker' }]),
        WAIT,
      );
      expect(await countRecords(node)).toBe(300);
    }
    expect(network.broken).toEqual([]);
  });
});
