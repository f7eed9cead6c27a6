// For tests: the sources of a node over a test database, with bounds small enough to reach, and records for an ERP.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { SourceDraft, SourceSettings } from '@suyuan/api';
import { assert } from '@suyuan/log';
import { generateRecords } from '@suyuan/testkit';
import type { RecordMembers } from '@suyuan/testkit';

import { systemClock } from '../../clock.ts';
import { importDeps } from '../../import/testing/import-fixture.ts';
import { createLogger } from '../../logger.ts';
import { testDatabase } from '../../testing/test-database.ts';
import type { TestDatabase } from '../../testing/test-database.ts';
import { showRunDetail, showSources } from '../show-source.ts';
import type { ShownRun, ShownSource } from '../show-source.ts';
import type { SourceDeps } from '../source-deps.ts';
import { sourceLimits } from '../source-limits.ts';
import type { SourceLimits } from '../source-limits.ts';
import { addSource } from '../source-store.ts';
import { createSources } from '../sources.ts';
import type { Sources } from '../sources.ts';

/** Sources that a test binds and runs. */
export interface SourceFixture extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly dataDir: string;
  readonly sources: Sources;
  readonly reports: readonly number[];
  readonly bind: (settings: SourceSettings, changes?: Partial<SourceDraft>) => Promise<number>;
  /** Runs a source to its end. */
  readonly run: (source: number) => Promise<ShownRun & { readonly imports: readonly number[] }>;
  readonly show: (source: number) => Promise<ShownSource>;
  readonly count: (table: 'record' | 'import' | 'import_row' | 'source_row') => Promise<number>;
}

/** Bounds that a test reaches in a moment. */
const smallLimits: SourceLimits = {
  ...sourceLimits,
  idleMs: 300,
  answerMs: 3_000,
  settleMs: 20,
  pauseMs: 5,
  attemptsMax: 3,
};

/** Opens it; `changes` replace parts of what sources are made of. */
export async function sourceFixture(
  changes: Partial<Omit<SourceDeps, 'limits'>> & { readonly limits?: Partial<SourceLimits> } = {},
): Promise<SourceFixture> {
  const { limits, ...rest } = changes;
  const database = await testDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'suyuan-source-'));
  const reports: number[] = [];
  const sources = createSources({
    ...importDeps(database, { clock: systemClock }),
    modules: () => ['battery_module', 'battery_pack', 'battery_recycling'],
    temporaryDir: dataDir,
    dataDir,
    enqueueReport: (id) => reports.push(id),
    logger: createLogger('silent'),
    onBroken: (error) => {
      throw error;
    },
    ...rest,
    sourceLimits: { ...smallLimits, ...limits },
  });
  const show = async (id: number): Promise<ShownSource> => {
    const [source] = await showSources(database, sources.deps.clock.now(), id);
    assert(source !== undefined, 'the source was bound');
    return source;
  };
  return {
    database,
    dataDir,
    sources,
    reports,
    show,
    bind: async (settings, draft = {}) => {
      const { secret: text, ...own } = { name: 'ERP', system: 'test', settings, ...draft };
      const secret = text === undefined ? null : await sources.deps.secrets.keep(text);
      const added = await addSource(
        database,
        { draft: own, secret, nowMs: sources.deps.clock.now() },
        'test',
      );
      assert(added.ok, 'a test binds few sources');
      return added.value;
    },
    run: async (id) => {
      const worker = await sources.worker();
      const begun = await worker.run(id, 'command', 'test');
      assert(begun.ok, 'the source can be run');
      await worker.settled();
      const ended = await showRunDetail(database, id, begun.value);
      assert(ended !== undefined, 'the run is in the log');
      return ended;
    },
    count: async (table) => {
      const { count } = await database.read((db) =>
        db.selectFrom(table).select(db.fn.countAll<number>().as('count')).executeTakeFirstOrThrow(),
      );
      return count;
    },
    [Symbol.asyncDispose]: async () => {
      await sources.stop();
      await database[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Modules with a record number each, the same at every call. */
export function moduleRows(count: number): readonly RecordMembers[] {
  const rows: RecordMembers[] = [];
  for (const { kind, records } of generateRecords({
    seed: 7,
    count: count * 2 + 10,
    from: '2026-01-05',
    to: '2026-06-05',
  }))
    if (kind === 'battery_module') rows.push(...records);
  return rows.slice(0, count).map((row, place) => ({ ...row, recordId: `M-${place + 1}` }));
}

/** Settings of an HTTP source with one stream of modules, by cursor unless changed. */
export function httpSource(
  address: string,
  stream: Partial<Extract<SourceSettings, { type: 'http' }>['streams'][number]> = {},
): Extract<SourceSettings, { type: 'http' }> {
  return {
    type: 'http',
    address,
    privateAddresses: ['127.0.0.1'],
    streams: [
      {
        kind: 'battery_module',
        path: '/api/battery_module?limit=100',
        form: 'json',
        list: 'items',
        paging: { type: 'cursor', parameter: 'after', member: 'last' },
        ...stream,
      },
    ],
  };
}
