// Events that no change of a row tells by itself: contradictions of what is newly reported or visible, and voids in force.
// Found in the background from two places that move in the transaction that writes the event, so that each is told once
// (spec/events.md, W15, W16); it rests between steps, so that blocks and requests go first.
import { logSizeOf } from '@suyuan/ledger';
import type { Entry, LedgerState } from '@suyuan/ledger';
import type { Crypto } from '@suyuan/log';
import type { Logger } from 'pino';

import type { Background } from '../background/background.ts';
import { DatabaseFault } from '../database/database-fault.ts';
import type { Database, Transaction } from '../database/database.ts';
import { createRestingWorker } from '../resting-worker.ts';
import { readEventBounds } from './event-store.ts';
import type { NewEvent } from './find-voids.ts';

/** What finding needs. */
export interface FactWorkerOptions {
  readonly database: Database;
  readonly background: Background;
  readonly crypto: Crypto;
  readonly state: () => LedgerState;
  readonly logger: Logger;
  readonly onApplied: (listener: (block: { readonly entries: readonly Entry[] }) => void) => void;
  /** Called when an event was written. */
  readonly onFound: () => void;
}

/** Finds in the background. */
export interface FactWorker {
  /** Says that something may be new. */
  readonly wake: () => void;
  /** Looks through everything that is there now. */
  readonly catchUp: () => Promise<void>;
  readonly start: () => Promise<void>;
  /** Ends after the batch under way. */
  readonly stop: () => Promise<void>;
}

interface Place {
  /** The last event whose batch was judged. */
  readonly event: number;
  readonly log: number;
  readonly voids: readonly number[];
}

const SETTING = 'facts_looked_through';
const SOON_MS = 100;
/** Milliseconds without a block before a busy node begins. */
const QUIET_MS = 2_000;
const REST_MS_MAX = 5_000;
const RETRY_MS = 5_000;

/** Makes a worker; nothing runs before `start`. */
export function createFactWorker(options: FactWorkerOptions): FactWorker {
  const { database, logger } = options;
  let place: Place | undefined;
  let isWoken = false;
  const worker = createRestingWorker({
    step: async () => {
      isWoken = false;
      place ??= await readPlace(database);
      const next = (await lookThroughLog(options, place)) ?? (await judgeNext(options, place));
      place = next ?? place;
      return next !== undefined || isWoken;
    },
    onFault: (error) => {
      place = undefined; // a COMMIT whose answer was lost may have moved it
      if (error instanceof DatabaseFault)
        logger.warn({ code: error.code }, 'looking for facts waits for the database');
      else logger.error({ err: error }, 'looking for facts failed and is tried again');
    },
    restMsMax: REST_MS_MAX,
    retryMs: RETRY_MS,
  });
  let isStarted = false;
  const wake = (): void => {
    isWoken = true;
    if (!isStarted || worker.isWorking()) return;
    if (worker.isBusy()) worker.workWhenQuiet(QUIET_MS);
    else worker.workIn(SOON_MS);
  };
  options.onApplied(({ entries }) => {
    if (entries.length > 0) worker.noteBlock();
    if (entries.some(({ statement: { body } }) => body.kind === 'void' || body.kind === 'vote')) wake();
  });
  return {
    wake,
    catchUp: worker.catchUp,
    start: async () => {
      place = await readPlace(database);
      isStarted = true;
      wake();
    },
    stop: worker.stop,
  };
}

/** Where an earlier process got to; at a database from before this worker, its end. */
async function readPlace(database: Database): Promise<Place> {
  const row = await database.read(
    async (db) =>
      await db.selectFrom('setting').select('value').where('name', '=', SETTING).executeTakeFirst(),
  );
  if (row !== undefined) {
    const place: Place = JSON.parse(row.value); // only this file writes it
    return place;
  }
  const { head } = await readEventBounds(database);
  const last = await database.read(
    async (db) =>
      await db.selectFrom('log_entry').select('entry').orderBy('entry', 'desc').limit(1).executeTakeFirst(),
  );
  const place = { event: head, log: last?.entry ?? -1, voids: [] };
  await database.transact(async (tx) => await keep(tx, place, []));
  return place;
}

async function keep(tx: Transaction, place: Place, events: readonly NewEvent[]): Promise<void> {
  const value = JSON.stringify(place);
  await tx.sql
    .insertInto('setting')
    .values({ name: SETTING, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
  if (events.length > 0) {
    const rest = { import: null, report: null, refusal: null };
    await tx.sql
      .insertInto('event_outbox')
      .values(events.map((event) => ({ ...event, ...rest })))
      .execute();
  }
}

/** The next place, when the log has more statements or a void that waited is in force. */
async function lookThroughLog(options: FactWorkerOptions, place: Place): Promise<Place | undefined> {
  const state = options.state();
  const size = logSizeOf(state);
  if (place.log + 1 >= size && place.voids.length === 0) return undefined;
  // Loaded when there is first something to look for.
  const { findVoids } = await import('./find-voids.ts');
  const found = await findVoids({ ...options, state }, place, size);
  const isSame = found.place.log === place.log && found.place.voids.length === place.voids.length;
  if (isSame && found.events.length === 0) return undefined;
  return await move(options, { ...place, ...found.place }, found.events);
}

/** The next place, when another batch became reported or visible. */
async function judgeNext(options: FactWorkerOptions, place: Place): Promise<Place | undefined> {
  const { database, background } = options;
  const next = await database.read(
    async (db) =>
      await db
        .selectFrom('event')
        .leftJoin('batch', 'batch.id', 'event.batch')
        .select([
          'event.id as event',
          'batch.id as batch',
          'batch.entry',
          'batch.kind',
          'batch.reporter',
          'batch.count',
          'batch.channel',
        ])
        .where('event.id', '>', place.event)
        .where('event.type', 'in', ['reported', 'visible'])
        .orderBy('event.id')
        .limit(1)
        .executeTakeFirst(),
  );
  if (next === undefined) return undefined;
  const { event, batch: id, entry, kind, reporter, channel, count: records } = next;
  const events: NewEvent[] = [];
  if (id !== null && entry !== null && kind !== null && reporter !== null && records !== null) {
    const count = await background.countConflicts({ event, id, entry, kind, reporter, count: records });
    if (count > 0) events.push({ type: 'conflict', kind, reporter, count, batch: id, channel, entry });
  }
  return await move(options, { ...place, event }, events);
}

async function move(
  { database, onFound }: FactWorkerOptions,
  place: Place,
  events: readonly NewEvent[],
): Promise<Place> {
  await database.transact(async (tx) => await keep(tx, place, events));
  if (events.length > 0) onFound();
  return place;
}
