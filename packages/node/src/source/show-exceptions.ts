// The work list of a source: its rows that a person has to look at (spec/source.md, D19).
import type { AnswerOf, listSourceExceptions } from '@suyuan/api';
import { sql } from 'kysely';

import type { Database } from '../database/database.ts';
import { findingsOf } from '../import/find-imports.ts';
import { isWaiting } from './show-source.ts';

type Exceptions = AnswerOf<typeof listSourceExceptions>;

interface ExceptionRow {
  readonly import: number;
  readonly row: number;
  readonly kind: string;
  readonly state: 'wrong' | 'warned';
  readonly cells: string;
  readonly findings: string;
  readonly batch: number | null;
  readonly leaf: number | null;
}

/** One page, oldest first; the cursor is `import:row`. Undefined for a cursor that is none. */
export async function showExceptions(
  database: Database,
  source: number,
  after: string | undefined,
  limit: number,
): Promise<Exceptions | undefined> {
  const [fromImport = 0, fromRow = -1] = after === undefined ? [] : after.split(':').map(Number);
  if (!Number.isSafeInteger(fromImport) || !Number.isSafeInteger(fromRow)) return undefined;
  const { rows } = await database.read(
    async (db) =>
      await sql<ExceptionRow>`
    select i.import_id as import, w.row, i.kind, case w.state when 'wrong' then 'wrong' else 'warned' end as state,
      w.cells, w.findings, c.batch_id as batch, c.leaf
    from source_import i join source s on s.id = i.source_id join import_row w on w.import_id = i.import_id
    left join lateral (select r.batch_id, r.leaf from batch b
        join record r on r.batch_id = b.id and r.stored_on = b.stored_on
      where w.state <> 'wrong' and b.import_id = i.import_id and b.status = 'staged' and r.source_row = w.row limit 1) c on true
    where i.source_id = ${source} and (i.import_id, w.row) > (${fromImport}, ${fromRow}) and ${isWaiting}
    order by i.import_id, w.row limit ${limit + 1}`.execute(db),
  );
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const next = rows.length > limit && last !== undefined ? `${last.import}:${last.row}` : undefined;
  return { items: items.map(showException), ...(next === undefined ? {} : { next }) };
}

function showException(found: ExceptionRow): Exceptions['items'][number] {
  const { row, kind, state, batch, leaf } = found;
  return {
    import: found.import,
    row,
    kind,
    state,
    ...(batch === null || leaf === null ? {} : { record: `${batch}/${leaf}` }),
    cells: JSON.parse(found.cells) as unknown,
    findings: findingsOf(found.findings).map(({ level, code, message, field, value }) => ({
      level,
      code,
      message: { en: message.en, zh: message.zh },
      ...(field === undefined ? {} : { field }),
      ...(value === undefined ? {} : { value }),
    })),
  };
}
