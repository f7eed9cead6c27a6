// What the node knows of attachments: held or missing, and whether a record still names them (spec/attachment.md).
import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Database } from '../database/database.ts';
import type { AttachmentTable } from '../database/tables.ts';
import type { StoredFile } from './file-store.ts';
import { settleFiles } from './missing-files.ts';

/** Rows removed at a time. */
const REMOVED_MAX = 500;

/** A file as the database knows it. */
export type KnownAttachment = Selectable<AttachmentTable>;

/** Notes that the file is here, and takes back the warnings that it is not. */
export async function noteHeld(database: Database, { digest, size, type }: StoredFile): Promise<void> {
  const row = { digest, status: 'held' as const, size, media_type: type };
  await database.read(
    async (db) =>
      await db
        .insertInto('attachment')
        .values(row)
        .onConflict((conflict) => conflict.column('digest').doUpdateSet({ ...row, since: sql<Date>`now()` }))
        .execute(),
  );
  await settleFiles(database, [digest]);
}

/** One attachment, where it is known. */
export async function findAttachment(
  database: Database,
  digest: string,
): Promise<KnownAttachment | undefined> {
  return await database.read(
    async (db) =>
      await db.selectFrom('attachment').selectAll().where('digest', '=', digest).executeTakeFirst(),
  );
}

/** Attachments in the order of their digests. */
export async function listAttachments(
  database: Database,
  query: { readonly status?: 'held' | 'missing'; readonly after?: string; readonly limit: number },
): Promise<readonly KnownAttachment[]> {
  return await database.read(
    async (db) =>
      await db
        .selectFrom('attachment')
        .selectAll()
        .where('digest', '>', query.after ?? '')
        .$if(query.status !== undefined, (select) => select.where('status', '=', query.status ?? 'held'))
        .orderBy('digest')
        .limit(query.limit)
        .execute(),
  );
}

/** A file to fetch, with an entry whose records name it. */
export interface MissingAttachment {
  readonly digest: string;
  readonly entry: number;
}

/** What is missing and named by ordered records that are here, the oldest first; those of `except` left out. */
export async function readMissing(
  database: Database,
  except: readonly string[],
  most: number,
): Promise<readonly MissingAttachment[]> {
  const { rows } = await database.read(
    async (db) =>
      await sql<MissingAttachment>`
        select a.digest, named.entry
        from (select digest, since from attachment where status = 'missing' and not (digest = any(${[...except]}::text[]))
          order by since limit ${4 * most}) a,
        lateral (select b.entry from subject s join batch b on b.id = s.batch_id
          where s.code = a.digest and s.role = 'attachment' and b.status = 'reported' and b.entry is not null limit 1) named
        order by a.since limit ${most}`.execute(db),
  );
  return rows;
}

/** Entries whose records name the file and that were reported through a channel: who may have it is a member of one. */
export async function entriesNaming(database: Database, digest: string): Promise<readonly number[]> {
  const { rows } = await database.read(
    async (db) =>
      await sql<{ entry: number }>`
        select distinct b.entry from subject s join batch b on b.id = s.batch_id
        where s.code = ${digest} and s.role = 'attachment' and b.status = 'reported' and b.entry is not null
        limit 100`.execute(db),
  );
  return rows.map(({ entry }) => entry);
}

/** Forgets what is older and named by no record (any more). Gives the digests whose files go. */
export async function forgetUnnamed(database: Database, before: Date): Promise<readonly string[]> {
  const { rows } = await database.read(
    async (db) =>
      await sql<{ digest: string }>`
        delete from attachment where digest in (
          select digest from attachment a where since < ${before}
            and not exists (select from subject s where s.code = a.digest and s.role = 'attachment')
          limit ${REMOVED_MAX})
        returning digest`.execute(db),
  );
  return rows.map(({ digest }) => digest);
}

/** Those of the digests that the database does not hold. */
export async function unknownOf(database: Database, digests: readonly string[]): Promise<readonly string[]> {
  const { rows } = await database.read(
    async (db) =>
      await sql<{ digest: string }>`
        select d as digest from unnest(${[...digests]}::text[]) d
        where not exists (select from attachment a where a.digest = d and a.status = 'held')`.execute(db),
  );
  return rows.map(({ digest }) => digest);
}
