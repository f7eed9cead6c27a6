// What speaks for reported records: who signed, who stores them, and since when the validators vouch for it.
import { batchOf, parseStatement, validatorsOf } from '@suyuan/ledger';
import type { View } from '@suyuan/ledger';
import { encodeUtf8, parseNote, readUint } from '@suyuan/log';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { Tables } from '../database/tables.ts';

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

/** What one query says about records: the evidence of their entries, and whether this node lacks any payload. */
export interface Evidence {
  readonly byEntry: ReadonlyMap<number, EntryEvidence>;
  readonly isPayloadMissing: boolean;
}

interface EvidenceRow {
  readonly missing: boolean;
  readonly entry: number | null;
  readonly statement: Buffer | null;
  readonly size: number | null;
  readonly note: string | null;
}

/** The evidence of accepted entries. */
export async function readEvidence(
  db: Kysely<Tables>,
  view: View,
  entries: readonly number[],
): Promise<Evidence> {
  const { rows } = await sql<EvidenceRow>`
    select m.missing, l.entry, l.statement, c.size, c.note
    from (select exists (select from batch where status = 'missing') as missing) m
    left join log_entry l on l.entry = any(${[...new Set(entries)]}::int8[])
    left join lateral (
      select size, note from checkpoint where size > l.entry and note is not null order by size limit 1
    ) c on true`.execute(db);
  const found = new Map<number, EntryEvidence>();
  for (const { entry, statement, size, note } of rows) {
    if (entry === null || statement === null) continue;
    const batch = batchOf(view, entry);
    const parsed = parseStatement(statement);
    if (batch === undefined || !parsed.ok || parsed.value.statement.body.kind !== 'batch') continue;
    const { acknowledgements } = parsed.value.statement.body.fields;
    const time = note === null ? undefined : noLaterThan(view, note);
    found.set(entry, {
      entry,
      channel: batch.channel,
      reporter: batch.reporter,
      createdAt: isoTime(batch.createdAt),
      acknowledgements: acknowledgements.map(({ organization }) => organization),
      ...(size === null ? {} : { checkpointSize: size }),
      ...(time === undefined ? {} : { noLaterThan: isoTime(time) }),
    });
  }
  return { byEntry: found, isPayloadMissing: rows[0]?.missing === true };
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
