// What speaks for reported records: who signed, who stores them, and since when the validators vouch for it.
import { batchOf, parseStatement, validatorsOf } from '@suyuan/ledger';
import type { View } from '@suyuan/ledger';
import { encodeUtf8, parseNote, readUint } from '@suyuan/log';
import { sql } from 'kysely';

import type { Database } from '../database/database.ts';

/** The evidence of one entry, the same for all its records. */
export interface EntryEvidence {
  readonly entry: number;
  readonly channel: number;
  readonly reporter: string;
  readonly createdAt: string;
  readonly acknowledgements: string[];
  readonly checkpointSize?: number;
  readonly noLaterThan?: string;
}

/** Bytes of a cosignature: its time in 8, then Ed25519's 64 (C2SP tlog-cosignature). */
const COSIGNATURE_BYTES = 72;

interface EvidenceRow {
  readonly entry: number;
  readonly statement: Buffer;
  readonly size: number | null;
  readonly note: string | null;
}

/** Entries remembered for one database: some 300 bytes each. */
const REMEMBERED_MAX = 10_000;
/** Once the first quorum covers an entry nothing of its evidence changes any more. */
const remembered = new WeakMap<Database, Map<number, EntryEvidence>>();

/** What concerns every trace, read beside its look-up. */
export interface Circumstances {
  /** Whether an accepted batch of a channel of ours has no payload here yet. */
  readonly isPayloadMissing: boolean;
  /** Whether any conflict was settled. */
  readonly isAnySettled: boolean;
}

/** Reads them. Throws DatabaseFault. */
export async function readCircumstances(database: Database): Promise<Circumstances> {
  return await database.read(async (db) => {
    const { rows } = await sql<{ missing: boolean; settled: boolean }>`
      select exists (select from batch where status = 'missing') as missing,
        exists (select from resolution_record) as settled`.execute(db);
    return { isPayloadMissing: rows[0]?.missing === true, isAnySettled: rows[0]?.settled === true };
  });
}

/** The evidence of accepted entries; one without is left out. Throws DatabaseFault. */
export async function readEvidence(
  database: Database,
  view: View,
  entries: readonly number[],
): Promise<ReadonlyMap<number, EntryEvidence>> {
  const known = remembered.get(database) ?? new Map<number, EntryEvidence>();
  remembered.set(database, known);
  // Taken before the wait: another reader may empty the memory meanwhile.
  const found = new Map<number, EntryEvidence>();
  const unknown = new Set<number>();
  for (const entry of entries) {
    const evidence = known.get(entry);
    if (evidence === undefined) unknown.add(entry);
    else found.set(entry, evidence);
  }
  if (unknown.size === 0) return found;
  for (const row of await readRows(database, [...unknown])) {
    const evidence = evidenceOf(view, row);
    if (evidence === undefined) continue;
    found.set(row.entry, evidence);
    if (evidence.noLaterThan === undefined) continue;
    if (known.size >= REMEMBERED_MAX) known.clear();
    known.set(row.entry, evidence);
  }
  return found;
}

async function readRows(database: Database, entries: readonly number[]): Promise<readonly EvidenceRow[]> {
  return await database.read(async (db) => {
    const { rows } = await sql<EvidenceRow>`
      select l.entry, l.statement, c.size, c.note
      from log_entry l
      left join lateral (
        select size, note from checkpoint where size > l.entry and note is not null order by size limit 1
      ) c on true
      where l.entry = any(${entries}::int8[])`.execute(db);
    return rows;
  });
}

function evidenceOf(view: View, { entry, statement, size, note }: EvidenceRow): EntryEvidence | undefined {
  const batch = batchOf(view, entry);
  const parsed = parseStatement(statement);
  if (batch === undefined || !parsed.ok || parsed.value.statement.body.kind !== 'batch') return undefined;
  const { acknowledgements } = parsed.value.statement.body.fields;
  const time = note === null ? undefined : noLaterThan(view, note);
  return {
    entry,
    channel: batch.channel,
    reporter: batch.reporter,
    createdAt: isoTime(batch.createdAt),
    acknowledgements: acknowledgements.map(({ organization }) => organization),
    ...(size === null ? {} : { checkpointSize: size }),
    ...(time === undefined ? {} : { noLaterThan: isoTime(time) }),
  };
}

/** The (f+1)-th earliest time in the cosignatures of a note that this node has verified. Seconds since 1970. */
function noLaterThan(view: View, note: string): number | undefined {
  const parsed = parseNote(encodeUtf8(note));
  if (!parsed.ok) return undefined;
  const times = parsed.value.signatures
    .filter(({ signature }) => signature.length === COSIGNATURE_BYTES)
    .map(({ signature }) => readUint(signature, 0, 8) ?? Number.MAX_SAFE_INTEGER)
    .toSorted((a, b) => a - b);
  const faultyMax = Math.floor((validatorsOf(view).length - 1) / 3);
  return times[faultyMax];
}

/** RFC 3339 in UTC; a time beyond what a Date holds is shown as its end. */
function isoTime(seconds: number): string {
  return new Date(Math.min(seconds, 8_640_000_000_000) * 1000).toISOString();
}
