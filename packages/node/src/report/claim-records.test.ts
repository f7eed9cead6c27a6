// Taking staged records for reports: each record goes to one report at most, chosen ones move out whole, and small
// batches become large ones.
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';

import { generateRecords } from '@suyuan/testkit';

import type { Database } from '../database/database.ts';
import { testDatabase } from '../testing/test-database.ts';
import { findWithdrawn } from './check-claim.ts';
import { claimRecords } from './claim-records.ts';
import type { ReportSelection } from './claim-records.ts';
import { mergeSmallBatches } from './merge-batches.ts';
import { splitStagedBatches } from './split-batches.ts';
import { recordsOfImport } from '../import/import-ranges.ts';
import { stageSamples } from '../testing/stage-samples.ts';

const NOW = new Date('2026-11-20T00:00:00Z');

/** Modules, as many as asked for. */
function modules(count: number, seed = 1): readonly unknown[] {
  const [batch] = generateRecords({
    seed,
    count: count * 2,
    from: '2026-01-01',
    to: '2026-06-30',
    batchSize: count,
  });
  return batch?.records.slice(0, count) ?? [];
}

async function stage(
  database: Database,
  count: number,
  more: { importId?: number; leaves?: readonly number[]; seed?: number; storedOn?: string } = {},
): Promise<number> {
  const { seed, ...rest } = more;
  return await stageSamples(database, {
    kind: 'battery_module',
    reporter: 'maker',
    storedOn: '2026-11-20',
    records: modules(count, seed),
    ...rest,
  });
}

async function claim(database: Database, selection: ReportSelection): Promise<unknown> {
  const result = await claimRecords(database, { selection, createdBy: 'operator', now: NOW });
  return result.ok ? result.value.records : result.error.code;
}

/** Batches with their records and the codes that lead to them, in the order of leaves. */
async function layout(database: Database): Promise<unknown> {
  const { rows } = await database.read((db) =>
    sql<{ line: string }>`
      select b.status || ' ' || b.count || ' [' || string_agg(r.leaf::text, ',' order by r.leaf) || '] ' ||
        (select count(*) from record x join subject s using (batch_id, leaf, stored_on)
          where x.batch_id = b.id and s.role = 'subject' and x.public_text->>'moduleCode' = s.code) as line
      from batch b join record r on r.batch_id = b.id group by b.id order by b.id`.execute(db),
  );
  return rows.map(({ line }) => line);
}

describe('claiming records', () => {
  it('[P14] takes the staged batches of an import, once', async () => {
    await using database = await testDatabase();
    await stage(database, 3, { importId: 1 });
    await stage(database, 2, { importId: 2, seed: 2 });
    expect(await claim(database, { by: 'import', importId: 1 })).toBe(3);
    expect(await claim(database, { by: 'import', importId: 1 })).toBe(0);
    expect(await claim(database, { by: 'all', kind: 'battery_pack' })).toBe(0);
    expect(await claim(database, { by: 'all', kind: undefined })).toBe(2);
  });

  it('[I45] takes nothing of a kind whose module was withdrawn, and all of it once the module is back', async () => {
    await using database = await testDatabase();
    await stage(database, 3, { importId: 1 });
    const report = { createdBy: 'operator', now: NOW };
    const claimAs = async (permitted: readonly string[], selection: ReportSelection): Promise<unknown> =>
      await claimRecords(database, { ...report, selection, permitted });
    const withdrawn = { ok: false, error: { code: 'module_withdrawn', kinds: ['battery_module'] } };
    const selections: readonly ReportSelection[] = [
      { by: 'import', importId: 1 },
      { by: 'all', kind: undefined },
      { by: 'all', kind: 'battery_module' },
    ];
    for (const selection of selections) expect(await claimAs(['battery_pack'], selection)).toEqual(withdrawn);
    for (const selection of selections) {
      const found = database.read(async (db) => await findWithdrawn(db, selection, ['battery_pack']));
      expect(await found).toEqual(withdrawn.error); // what a preview says before
    }
    expect(await layout(database)).toEqual(['staged 3 [0,1,2] 3']);
    expect(await claimAs(['battery_pack'], { by: 'all', kind: 'battery_pack' })).toMatchObject({ ok: true });
    const back = await claimAs(['battery_module'], { by: 'import', importId: 1 });
    expect(back).toMatchObject({ ok: true, value: { records: 3 } });
  });

  it('[P14] gives a record to one of many reports at once', async () => {
    await using database = await testDatabase();
    const batches = [];
    for (let seed = 1; seed <= 5; seed++) batches.push(await stage(database, 4, { importId: 1, seed }));
    const selections: ReportSelection[] = [
      { by: 'import', importId: 1 },
      { by: 'batches', batches: batches.slice(2) },
      { by: 'all', kind: undefined },
      { by: 'batches', batches: batches.toReversed() },
    ];
    const taken = await Promise.all(selections.map((selection) => claim(database, selection)));
    expect(taken.reduce((sum: number, count) => sum + Number(count), 0)).toBe(20);
  });

  it('[P15] moves chosen records out and leaves the others staged under their names', async () => {
    await using database = await testDatabase();
    const a = await stage(database, 4);
    const b = await stage(database, 1, { seed: 2 });
    const records = [
      { batch: a, leaf: 1 },
      { batch: a, leaf: 3 },
      { batch: b, leaf: 0 },
    ];
    expect(await claim(database, { by: 'records', records })).toBe(3);
    expect(await layout(database)).toEqual(['staged 2 [0,2] 2', 'sending 3 [0,1,2] 3']);
  });

  it('[P14] takes nothing where one chosen record is not staged', async () => {
    await using database = await testDatabase();
    const a = await stage(database, 2);
    const b = await stage(database, 2, { seed: 2 });
    await claim(database, { by: 'batches', batches: [b] });
    for (const other of [
      { batch: a, leaf: 7 },
      { batch: b, leaf: 0 },
      { batch: 999, leaf: 0 },
    ]) {
      const records = [{ batch: a, leaf: 0 }, other];
      expect(await claim(database, { by: 'records', records })).toBe('record_not_staged');
    }
    expect(await layout(database)).toEqual(['staged 2 [0,1] 2', 'sending 2 [0,1] 2']);
    const reports = await database.read((db) => db.selectFrom('report').selectAll().execute());
    expect(reports).toHaveLength(1);
  });
});

describe('merging small batches', () => {
  it('[P15] makes one batch of many small ones of a kind and month, with dense leaves', async () => {
    await using database = await testDatabase();
    await stage(database, 3, { leaves: [1, 4, 9] });
    await stage(database, 1, { seed: 2, storedOn: '2026-11-03' });
    await stage(database, 2, { seed: 3 });
    await stage(database, 2, { seed: 4, storedOn: '2026-10-31' });
    await claim(database, { by: 'all', kind: undefined });
    await mergeSmallBatches(database, 1);
    expect(await layout(database)).toEqual(['sending 2 [0,1] 2', 'sending 6 [0,1,2,3,4,5] 6']);
  });

  it('[P15] keeps to the limit of records and leaves large batches where they lie', async () => {
    await using database = await testDatabase();
    for (let seed = 1; seed <= 21; seed++) await stage(database, 200, { seed, importId: 7 });
    await stage(database, 300, { seed: 22 });
    await claim(database, { by: 'all', kind: undefined });
    await mergeSmallBatches(database, 1);
    const rows = await database.read((db) =>
      db.selectFrom('batch').select(['count', 'import_id']).orderBy('id').execute(),
    );
    expect(rows).toEqual([
      { count: 200, import_id: 7 },
      { count: 300, import_id: null },
      { count: 4000, import_id: 7 },
    ]);
  });
});

describe('records of several imports in one batch', () => {
  it('[I46] keep their imports through merging and moving out, and get batches of their own when they come back', async () => {
    await using database = await testDatabase();
    const a = await stage(database, 3, { importId: 1, leaves: [1, 4, 9] });
    await stage(database, 2, { importId: 2, seed: 2 });
    const c = await stage(database, 2, { importId: 1, seed: 3 });
    const rowsOf = async (importId: number): Promise<unknown> => {
      const { rows } = await database.read((db) =>
        sql<{ place: string }>`select b.status || ' ' || b.id || '/' || r.leaf as place
          from ${recordsOfImport(importId)} order by b.id, r.leaf`.execute(db),
      );
      return rows.map(({ place }) => place);
    };
    const chosen = [
      { batch: a, leaf: 4 },
      { batch: c, leaf: 0 },
    ];
    expect(await claim(database, { by: 'records', records: chosen })).toBe(2);
    expect(await claim(database, { by: 'all', kind: undefined })).toBe(5);
    await mergeSmallBatches(database, 2);
    expect(await rowsOf(1)).toEqual([
      'sending 4/0',
      'sending 4/1',
      'sending 5/0',
      'sending 5/1',
      'sending 5/4',
    ]);
    expect(await rowsOf(2)).toEqual(['sending 5/2', 'sending 5/3']);
    await database.transact(async (tx) => {
      await tx.sql.updateTable('batch').set({ status: 'staged' }).where('report_id', '=', 2).execute();
      await splitStagedBatches(tx, 2);
    });
    expect(await rowsOf(1)).toEqual(['sending 4/0', 'sending 4/1', 'staged 6/0', 'staged 6/1', 'staged 6/4']);
    expect(await rowsOf(2)).toEqual(['staged 7/2', 'staged 7/3']);
    expect(await claim(database, { by: 'import', importId: 2 })).toBe(2);
    expect(await layout(database)).toEqual(['sending 2 [0,1] 2', 'staged 3 [0,1,4] 3', 'sending 2 [2,3] 2']);
  });
});
