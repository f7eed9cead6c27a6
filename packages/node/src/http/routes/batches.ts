// Batches of this node over HTTP: what is staged and can be reported, what is on its way, what others reported.
import { listBatches, pageSizeDefault } from '@suyuan/api';
import type { AnswerOf } from '@suyuan/api';
import { sql } from 'kysely';
import type { Database } from '../../database/database.ts';
import type { BatchStatus } from '../../database/tables.ts';
import { handle } from '../handle.ts';
import type { Binding } from '../handle.ts';

type Shown = AnswerOf<typeof listBatches>['items'][number];
/** A refused batch is staged again; the status `refused` is only passing. */
type ShownStatus = Shown['status'];

const shownStatus = (status: BatchStatus): ShownStatus => (status === 'refused' ? 'staged' : status);

const cursorOf = (after: string | undefined): number | undefined =>
  after !== undefined && /^[1-9][0-9]{0,15}$/u.test(after) ? Number(after) : undefined;

interface Query {
  readonly status?: ShownStatus;
  readonly kind?: string;
  readonly before: number | undefined;
  readonly limit: number;
}

async function findBatches(database: Database, query: Query): Promise<Shown[]> {
  const rows = await database.read(async (db) => {
    let select = db
      .selectFrom('batch')
      .leftJoin('import', 'import.id', 'batch.import_id')
      .select(['batch.id', 'batch.status', 'batch.kind', 'batch.reporter', 'batch.count', 'batch.entry'])
      .select(['batch.import_id', 'batch.refusal', 'import.file_name'])
      .select(sql<Date | null>`coalesce(batch.created_at, import.created_at)`.as('created_at'))
      .orderBy('batch.id', 'desc')
      .limit(query.limit);
    if (query.before !== undefined) select = select.where('batch.id', '<', query.before);
    if (query.kind !== undefined) select = select.where('batch.kind', '=', query.kind);
    if (query.status !== undefined) select = select.where('batch.status', '=', query.status);
    return await select.execute();
  });
  return rows.map((row) => ({
    id: row.id,
    status: shownStatus(row.status),
    kind: row.kind,
    reporter: row.reporter,
    count: row.count,
    ...(row.import_id === null ? {} : { import: row.import_id }),
    ...(row.file_name === null ? {} : { fileName: row.file_name }),
    ...(row.created_at === null ? {} : { createdAt: row.created_at.toISOString() }),
    ...(row.entry === null ? {} : { entry: row.entry }),
    ...(row.refusal === null ? {} : { refusal: row.refusal }),
  }));
}

/** The routes of batches. */
export function batchBindings({ database }: { readonly database: Database }): readonly Binding[] {
  return [
    handle(listBatches, async ({ query }) => {
      const { after, limit = pageSizeDefault, ...filters } = query;
      const found = await findBatches(database, { ...filters, before: cursorOf(after), limit: limit + 1 });
      const items = found.slice(0, limit);
      const last = items.at(-1);
      return { items, ...(found.length > limit && last !== undefined ? { next: String(last.id) } : {}) };
    }),
  ];
}
