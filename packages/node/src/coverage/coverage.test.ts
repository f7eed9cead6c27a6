// Coverage on whole lives that went through a node: counted once each, equal to what the records say, and shown.
import { awaitedStage, entryOfMembers, reportedDueRules } from '@suyuan/battery';
import { nativeCrypto } from '@suyuan/native-crypto';
import { exampleRecords, generateRecords } from '@suyuan/testkit';
import { describe, expect, it, vi } from 'vitest';
import type { Selectable } from 'kysely';
import { pino } from 'pino';
import type { LedgerState } from '@suyuan/ledger';

import { createBackground } from '../background/background.ts';
import type { Tables } from '../database/tables.ts';
import { noMasterData } from '../master/master-store.ts';
import type { HeldMasterData } from '../master/master-store.ts';
import { claimRecords } from '../report/claim-records.ts';
import { stageSamples } from '../testing/stage-samples.ts';
import { testNetwork } from '../testing/test-network.ts';
import type { TestNetwork, TestNode } from '../testing/test-network.ts';
import { createCoverageWorker } from './coverage-worker.ts';
import type { CoverageWorker } from './coverage-worker.ts';
import { showCoverage, showDeadlines, showMissing } from './show-coverage.ts';
import type { CoverageOptions } from './show-coverage.ts';
import { storedSales } from './testing/stage-sales.ts';

function optionsOf(network: TestNetwork, node: TestNode): CoverageOptions {
  const { database, organization, ledger } = node;
  const state = (): LedgerState => ledger.state();
  const { clock } = network;
  return { database, organization, crypto: nativeCrypto, state, clock, master: noMasterData };
}

/** A worker as in a node; its batches are small, so that no thread is started. */
function workerOf(options: CoverageOptions): CoverageWorker {
  const background = createBackground({ ...options, databaseUrl: 'not used' });
  return createCoverageWorker({ ...options, background, logger: pino({ enabled: false }) });
}

/** Master data with one deadline of the network's own, as if the managing organisation had reported it. */
function masterWith(changes: Readonly<Record<string, unknown>>): CoverageOptions['master'] {
  const members = {
    ...exampleRecords['deadline_rule'],
    validFrom: '2018-08-01',
    deadlineId: 'own',
    ...changes,
  };
  const place = { entry: 1, leaf: 0, reporter: 'managing', voided: false };
  const entry = entryOfMembers('deadline_rule', { startFields: 'offlineTime', ...members }, place);
  const due = entry === undefined ? [] : [entry];
  const held = async (): Promise<HeldMasterData> => ({
    ...(await noMasterData.held()),
    due,
    dueRules: reportedDueRules(due),
  });
  return { held };
}

async function readCoverage(node: TestNode): Promise<readonly Selectable<Tables['coverage']>[]> {
  return await node.database.read((db) => db.selectFrom('coverage').selectAll().execute());
}

/** Everything is counted, rows and counts are equal, and what is awaited follows from the milestones. */
async function expectCounted(node: TestNode, options: CoverageOptions, packs: number): Promise<void> {
  const shown = await showCoverage(options);
  const { dueRules } = await options.master.held();
  expect(shown.progress.batchesLeft).toBe(0);
  expect(shown.stages).toContainEqual({ product: 'P', act: 'made', codes: packs });
  const rows = await readCoverage(node);
  for (const { product, milestones, awaited, due_on: dueOn } of rows) {
    const expected = awaitedStage(product, JSON.parse(milestones), dueRules);
    expect({ awaited, dueOn }).toEqual({
      awaited: expected?.recordKind ?? null,
      dueOn: expected?.dueOn ?? null,
    });
  }
  for (const { product, kind, overdue, waiting } of shown.awaited)
    expect(rows.filter((row) => row.product === product && row.awaited === kind)).toHaveLength(
      overdue + waiting,
    );
}

async function stage(node: TestNode, count: number): Promise<number> {
  let packs = 0;
  for (const { kind, records } of generateRecords({ seed: 3, count, from: '2024-01-01', to: '2024-06-30' })) {
    await stageSamples(node.database, { kind, reporter: node.organization, storedOn: '2026-11-20', records });
    if (kind === 'battery_pack') packs += records.length;
  }
  return packs;
}

async function reportAll(node: TestNode): Promise<void> {
  const selection = { by: 'all', kind: undefined } as const;
  const begun = await claimRecords(node.database, { selection, createdBy: 'operator', now: new Date() });
  if (!begun.ok) throw new Error(begun.error.code);
  node.worker.enqueue(begun.value.id);
  await vi.waitFor(
    async () => {
      const open = await node.database.read((db) =>
        db.selectFrom('batch').select('id').where('status', '<>', 'reported').execute(),
      );
      expect(open).toEqual([]);
    },
    { timeout: 20_000, interval: 20 },
  );
}

describe('coverage of a node', () => {
  it('[CV4] [CV8] counts each reported batch once, anew when deadlines change, and keeps counts equal to the rows', async () => {
    await using network = await testNetwork({ organizations: ['managing', 'maker'] });
    const maker = network.node('maker');
    const packs = await stage(maker, 30);
    await reportAll(maker);
    const options = optionsOf(network, maker);
    const before = await showCoverage(options);
    expect(before.progress.batchesLeft).toBeGreaterThan(0);
    let known = options;
    const worker = workerOf({ ...options, master: { held: async () => await known.master.held() } });
    await worker.catchUp();
    await worker.catchUp();
    await expectCounted(maker, options, packs);
    const first = await readCoverage(maker);
    const batches = await maker.database.read((db) =>
      db.selectFrom('batch').select(['summarized', 'event_from', 'event_to']).execute(),
    );
    for (const batch of batches) {
      expect(batch.summarized).toBe(true);
      expect((batch.event_from ?? '') >= '2024-01-01' && (batch.event_to ?? '9') <= '2024-06-30').toBe(true);
    }

    // [CV8] Another deadline for vehicles: everything is counted anew by it, once.
    known = { ...options, master: masterWith({ recordKind: 'vehicle_production', days: 100 }) };
    await worker.catchUp();
    await worker.stop();
    await expectCounted(maker, known, packs);
    const later = (await readCoverage(maker)).filter(({ awaited }) => awaited === 'vehicle_production');
    for (const { code, due_on: dueOn } of later) {
      const before = first.find((row) => row.code === code)?.due_on ?? '';
      // 100 days instead of 15 working days, which take 21.
      expect(Date.parse(dueOn ?? '') - Date.parse(before)).toBe(79 * 86_400_000);
    }
    expect(later).toHaveLength(packs);
  });

  it('[CV5] lists what awaits a stage, due first first, page by page', async () => {
    await using network = await testNetwork({ organizations: ['managing', 'maker'] });
    const maker = network.node('maker');
    const packs = await stage(maker, 30);
    await reportAll(maker);
    const options = optionsOf(network, maker);
    const worker = workerOf(options);
    await worker.catchUp();
    await worker.stop();
    const query = { kind: 'vehicle_production', product: 'P' } as const;
    const all = await showMissing(options, { ...query, limit: 200 });
    expect(all?.items).toHaveLength(packs);
    expect(all?.items.every(({ overdue }) => overdue)).toBe(true);
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await showMissing(options, {
        ...query,
        limit: 2,
        ...(after === undefined ? {} : { after }),
      });
      seen.push(...(page?.items ?? []).map(({ code }) => code));
      after = page?.next;
    } while (after !== undefined);
    expect(seen).toEqual(all?.items.map(({ code }) => code));
    expect(await showMissing(options, { ...query, after: "x'; --", limit: 2 })).toBeUndefined();
  });

  it('[CV6] says of each record kind whether somebody may report it, did, and did lately', async () => {
    await using network = await testNetwork({ organizations: ['managing', 'maker'] });
    const maker = network.node('maker');
    await stage(maker, 10);
    await reportAll(maker);
    const options = optionsOf(network, maker);
    const worker = workerOf(options);
    await worker.catchUp();
    await worker.stop();
    const stateOf = async (at: number, kind: string): Promise<string | undefined> =>
      (await showCoverage({ ...options, clock: { now: () => at } })).modules.find((one) => one.kind === kind)
        ?.state;
    const now = network.clock.now();
    expect(await stateOf(now, 'battery_pack')).toBe('active');
    expect(await stateOf(now + 40 * 86_400_000, 'battery_pack')).toBe('quiet');
    expect(['silent', 'unassigned']).toContain(await stateOf(now, 'battery_recycling'));
  });

  it('[CV7] shows what of the staged records is due when, by the law in force', async () => {
    await using network = await testNetwork({ organizations: ['managing', 'maker'] });
    const maker = network.node('maker');
    await storedSales(maker, ['2026-05-01', '2026-05-01', '2026-11-10']);
    const options = {
      ...optionsOf(network, maker),
      clock: { now: () => Date.parse('2026-11-20T04:00:00Z') },
    };
    const board = await showDeadlines(options);
    expect(board.isComplete).toBe(true);
    expect(board.due).toEqual([
      {
        kind: 'vehicle_sale',
        law: 'order_73',
        dueOn: '2026-05-31',
        isExact: true,
        daysLeft: -173,
        records: 2,
      },
      { kind: 'vehicle_sale', law: 'order_73', dueOn: '2026-12-10', isExact: true, daysLeft: 20, records: 1 },
    ]);
    expect(board.laws.find(({ inForce }) => inForce)?.id).toBe('order_73');
  });
});
