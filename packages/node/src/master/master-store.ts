// The master data that this node holds, and what follows from it, in memory: read in one query at the first use, and again at the first use
// after a block that brought or voided some (spec/battery.md, "Master data"). A node at rest reads nothing.
import {
  builtInEntries,
  codeTablesOf,
  isMasterKind,
  managedKinds,
  MasterData,
  masterEntryOf,
  masterKinds,
  masterKindsFor,
  recordKind,
  reportedDueRules,
} from '@suyuan/battery';
import type { CodeTables, DueRules, MasterEntry, MasterKindId } from '@suyuan/battery';
import { batchOf, networkOf, stateKey, tables, viewOf, voidOf } from '@suyuan/ledger';
import type { LedgerState } from '@suyuan/ledger';
import type { Crypto } from '@suyuan/log';
import { sql } from 'kysely';
import type { Logger } from 'pino';

import type { Database } from '../database/database.ts';
import type { AppliedBlock } from '../ledger-store/applied-block.ts';
import { judgingOf } from './judging-message.ts';
import type { MasterJudging, MasterMessage } from './judging-message.ts';

/** Versions of one kind held at most; a kind with more is not compared, since "not registered" could be wrong. */
const versionsOfKindMax = 50_000;

/** All master data as of some block. */
export interface HeldMasterData {
  /** What is listed, the built-in entries among it: of an incomplete kind the first in log order. */
  readonly data: MasterData;
  /** What records are compared with: the kinds of which everything is held. */
  readonly compared: MasterData;
  /** Kinds with more versions than are held. */
  readonly incomplete: ReadonlySet<string>;
  /** The code tables that the managing organisation changed; undefined where they are as built in. */
  readonly tables: CodeTables | undefined;
  /** The reported versions of deadlines and calendar days that are not voided. */
  readonly due: readonly MasterEntry[];
  readonly dueRules: DueRules;
}

/** The master data of one node. */
export interface MasterStore {
  /** As it stands after the last block applied. */
  readonly held: () => Promise<HeldMasterData>;
  /** What this organisation's records are judged by. */
  readonly context: () => Promise<MasterJudging>;
  /** The same for records of these kinds only, to be sent to a thread. */
  readonly message: (kinds: readonly string[]) => Promise<MasterMessage | undefined>;
}

/** What the store needs. */
export interface MasterStoreOptions {
  readonly database: Database;
  readonly crypto: Crypto;
  readonly organization: string;
  readonly state: () => LedgerState;
  readonly onApplied: (listener: (block: Pick<AppliedBlock, 'entries' | 'changes'>) => void) => void;
  readonly logger: Logger;
  /** Versions of one kind; fewer in tests. */
  readonly versionsMax?: number;
}

interface Row {
  readonly kind: string;
  readonly entry: number;
  readonly leaf: number;
  readonly reporter: string;
  readonly public_text: string;
  readonly shared_text: string;
}

interface Reading extends HeldMasterData {
  readonly context: MasterJudging;
  /** State keys of the batches read: when one changes, something of it was voided. */
  readonly batches: ReadonlySet<string>;
  /** Batches of master data whose records were not there yet. */
  readonly missing: number;
}

const kindIds = masterKinds.map(({ id }) => id);

/** A store that reads nothing before it is asked. */
export function createMasterStore(options: MasterStoreOptions): MasterStore {
  const store = new Store(options);
  return {
    held: store.read,
    context: async () => (await store.read()).context,
    message: async (kinds) => messageFor(await store.read(), kinds, options.organization),
  };
}

class Store {
  readonly #options: MasterStoreOptions;
  #reading: Promise<Reading> | undefined;
  /** Undefined while a reading goes on: any block may be about what it reads. */
  #batches: ReadonlySet<string> | undefined;

  constructor(options: MasterStoreOptions) {
    this.#options = options;
    options.onApplied((block) => {
      if (this.#reading !== undefined && this.#isTouched(block)) this.#reading = undefined;
    });
  }

  readonly read = async (): Promise<Reading> => {
    const known = this.#reading;
    if (known !== undefined) {
      const { missing } = await known;
      // Records of a block that came late arrive without a block of their own.
      const isNew = missing > 0 && missing !== (await countMissing(this.#options.database));
      if (!isNew) return await known;
      if (this.#reading === known) this.#reading = undefined;
    }
    this.#reading ??= this.#start();
    return await this.#reading;
  };

  #start(): Promise<Reading> {
    this.#batches = undefined;
    const reading = readAll(this.#options).then(
      (done) => {
        if (this.#reading === reading) this.#batches = done.batches;
        return done;
      },
      (error: unknown) => {
        if (this.#reading === reading) this.#reading = undefined;
        throw error;
      },
    );
    return reading;
  }

  #isTouched({ entries, changes }: Pick<AppliedBlock, 'entries' | 'changes'>): boolean {
    const batches = this.#batches;
    if (batches === undefined) return changes.length > 0;
    return (
      entries.some(
        ({ statement: { body } }) => body.kind === 'batch' && isMasterKind(body.fields.recordKind),
      ) || changes.some(({ key }) => batches.has(key))
    );
  }
}

async function countMissing(database: Database): Promise<number> {
  const { rows } = await database.read(
    async (db) =>
      await sql<{ count: number }>`select count(*)::int4 as count from batch
        where kind = any(${kindIds}::text[]) and entry is not null and status = 'missing'`.execute(db),
  );
  return rows[0]?.count ?? 0;
}

async function readAll(options: MasterStoreOptions): Promise<Reading> {
  const { database, organization, logger, versionsMax = versionsOfKindMax } = options;
  const missing = await countMissing(database);
  const { rows } = await database.read(
    async (db) =>
      await sql<Row>`select k.kind, v.* from unnest(${kindIds}::text[]) k (kind), lateral (
        select b.entry, r.leaf, b.reporter, r.public_text, r.shared_text
        from batch b join record r on r.batch_id = b.id and r.stored_on = b.stored_on
        where b.kind = k.kind and b.entry is not null and b.status = 'reported'
        order by b.entry, r.leaf limit ${versionsMax + 1}) v`.execute(db),
  );
  const incomplete = kindsBeyond(rows, versionsMax);
  if (incomplete.size > 0)
    logger.warn({ kinds: [...incomplete], versionsMax }, 'there is more master data than is compared with');
  const entries = [...entriesOf(options, rows)];
  const data = new MasterData([...builtInEntries(), ...entries]);
  const isAll = incomplete.size === 0;
  const complete = isAll ? entries : entries.filter(({ kind }) => !incomplete.has(kind));
  const compared = new MasterData(complete.filter(({ kind }) => !managedKinds.has(kind)));
  const codeTables = codeTablesOf(complete);
  const due = complete.filter(
    ({ kind, voided }) => !voided && (kind === 'deadline_rule' || kind === 'work_calendar_day'),
  );
  return {
    data,
    compared,
    incomplete,
    tables: codeTables,
    due,
    dueRules: reportedDueRules(due),
    context: judgingOf(compared, codeTables, organization),
    batches: new Set(rows.map(({ entry }) => stateKey(tables.batch, entry))),
    missing,
  };
}

function kindsBeyond(rows: readonly Row[], versionsMax: number): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const { kind } of rows) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return new Set([...counts].filter(([, count]) => count > versionsMax).map(([kind]) => kind));
}

function* entriesOf(options: MasterStoreOptions, rows: readonly Row[]): Generator<MasterEntry> {
  const view = viewOf(options.crypto, options.state());
  const { managing } = networkOf(view);
  let batch: ReturnType<typeof batchOf>;
  let read: number | undefined;
  for (const { kind, entry, leaf, reporter, public_text: publicText, shared_text: sharedText } of rows) {
    // What judges everybody's records counts from the managing organisation alone, whoever may report the kind.
    if (managedKinds.has(kind) && reporter !== managing) continue;
    if (entry !== read) batch = batchOf(view, entry);
    read = entry;
    const voided = batch !== undefined && voidOf(batch, leaf) !== undefined;
    const made = masterEntryOf({ kind, entry, leaf, reporter, voided, publicText, sharedText });
    if (made !== undefined) yield made;
  }
}

function messageFor(
  { data, incomplete }: Reading,
  kinds: readonly string[],
  reporter: string,
): MasterMessage | undefined {
  const compared = new Set<MasterKindId>([
    'code_table_entry',
    ...kinds.flatMap((id) => {
      const kind = recordKind(id);
      return kind === undefined ? [] : masterKindsFor(kind);
    }),
  ]);
  const entries: MasterEntry[] = [];
  for (const versions of data.all()) {
    for (const version of versions) {
      const { kind, voided, isBuiltIn } = version;
      if (compared.has(kind) && !incomplete.has(kind) && !voided && isBuiltIn !== true) entries.push(version);
    }
  }
  return entries.length === 0 ? undefined : { reporter, entries };
}

const nothing = new MasterData([]);

/** A store that holds nothing, where records are judged by what is built in. */
export const noMasterData: MasterStore = {
  held: async () => ({
    data: nothing,
    compared: nothing,
    incomplete: new Set(),
    tables: undefined,
    due: [],
    dueRules: reportedDueRules([]),
  }),
  context: async () => ({}),
  message: async () => undefined,
};
