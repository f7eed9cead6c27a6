// Checkpoints in PostgreSQL: our text and signature of every size in the transaction of its block; the note with a
// quorum once there is one, together with the state proofs that receipts under it need.
import type { Note, NoteSignature } from '@suyuan/log';
import { assert, encodeNote, encodeUtf8, parseNote, parseUtf8 } from '@suyuan/log';
import type { Kysely } from 'kysely';
import { sql } from 'kysely';

import type { Database } from '../database/database.ts';
import type { Tables } from '../database/tables.ts';
import type { Candidate, SignaturePair } from './candidate.ts';
import { encodePair } from './candidate.ts';
import type { EntryProof } from './entry-proofs.ts';

/** A checkpoint as it is stored. */
export interface StoredCheckpoint {
  readonly size: number;
  readonly height: number;
  readonly body: string;
  /** The first note with a quorum, once there is one. It never changes. */
  readonly note: string | null;
}

/** Rows written in one statement. */
const PROOFS_MAX = 1_000;

/** Writes a new checkpoint with our own signatures, in the transaction of its block. */
export async function writeCandidate(
  tx: Kysely<Tables>,
  candidate: Candidate,
  signedAtMs: number,
): Promise<void> {
  const { size, height, body, pairs } = candidate;
  await tx
    .insertInto('checkpoint')
    .values({ size, height, body, signed_at: new Date(signedAtMs) })
    .execute();
  await writePairs(tx, size, body, pairs);
}

/** Fixes the note of a checkpoint and stores the proofs of the entries that it is the first to cover. */
export async function writeQuorum(
  database: Database,
  { size, body, pairs }: Candidate,
  note: string,
  proofs: readonly EntryProof[],
): Promise<void> {
  await database.transact(async ({ sql: tx }) => {
    await tx
      .updateTable('checkpoint')
      .set({ note })
      .where('size', '=', size)
      .where('note', 'is', null)
      .execute();
    await writePairs(tx, size, body, pairs);
    for (let i = 0; i < proofs.length; i += PROOFS_MAX) {
      const some = proofs.slice(i, i + PROOFS_MAX);
      await sql`insert into entry_proof (entry, size, batch, key)
        select e, ${size}, b, k from unnest(${some.map(({ entry }) => entry)}::int8[],
          ${some.map(({ batch }) => batch)}::bytea[], ${some.map(({ key }) => key)}::bytea[]) as t (e, b, k)
        on conflict do nothing`.execute(tx);
    }
  });
}

/** The newest checkpoint of all, or the newest with a note. */
export async function readNewest(database: Database, noted: boolean): Promise<StoredCheckpoint | undefined> {
  return await database.read((db) =>
    db
      .selectFrom('checkpoint')
      .select(['size', 'height', 'body', 'note'])
      .$if(noted, (query) => query.where('note', 'is not', null))
      .orderBy('size', 'desc')
      .limit(1)
      .executeTakeFirst(),
  );
}

/** The smallest checkpoint with a note whose size is at least this. */
export async function readFirstNoted(
  database: Database,
  size: number,
): Promise<StoredCheckpoint | undefined> {
  return await database.read((db) =>
    db
      .selectFrom('checkpoint')
      .select(['size', 'height', 'body', 'note'])
      .where('note', 'is not', null)
      .where('size', '>=', size)
      .orderBy('size')
      .limit(1)
      .executeTakeFirst(),
  );
}

/** Our text of this size with every signature stored for it. */
export async function readNote(database: Database, size: number): Promise<Note | undefined> {
  const rows = await database.read((db) =>
    db
      .selectFrom('checkpoint')
      .leftJoin('checkpoint_signature', 'checkpoint_signature.size', 'checkpoint.size')
      .select(['body', 'line'])
      .where('checkpoint.size', '=', size)
      .execute(),
  );
  const [first] = rows;
  if (first === undefined) return undefined;
  const signatures = rows.flatMap(({ body, line }) => (line === null ? [] : parseLine(body, line)));
  return { text: first.body, signatures };
}

/** Keeps a contradiction as evidence; the first of each organisation and size. */
export async function writeSplitView(
  database: Database,
  size: number,
  organization: string,
  note: Note,
): Promise<void> {
  const text = parseUtf8(encodeNote(note));
  assert(text !== undefined, 'a note is text');
  await database.transact(async ({ sql: tx }) => {
    await tx
      .insertInto('split_view')
      .values({ size, organization, note: text })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  });
}

async function writePairs(
  tx: Kysely<Tables>,
  size: number,
  body: string,
  pairs: ReadonlyMap<string, SignaturePair>,
): Promise<void> {
  const rows = [...pairs].flatMap(([organization, pair]) => {
    const [log = '', cosignature = ''] = encodePair(body, pair)
      .slice(body.length + 1)
      .split('\n');
    return [
      { size, organization, kind: 'log' as const, line: log },
      { size, organization, kind: 'cosignature' as const, line: cosignature },
    ];
  });
  if (rows.length === 0) return;
  await tx
    .insertInto('checkpoint_signature')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

function parseLine(body: string, line: string): readonly NoteSignature[] {
  const note = parseNote(encodeUtf8(`${body}\n${line}\n`));
  assert(note.ok, 'a stored signature line reads as it was written');
  return note.value.signatures;
}
