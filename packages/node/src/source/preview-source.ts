// The first rows of a source, as they come: nothing is staged, nothing is kept (spec/source.md, D20).
import { previewRowsMax } from '@suyuan/api';
import type { AnswerOf, previewSource, SourceSettings } from '@suyuan/api';
import { columnsOfRows, isMembers, recordKind } from '@suyuan/battery';

import { checkColumns, columnsMax } from './check-columns.ts';
import { openReading } from './open-reading.ts';
import { createRetry } from './retry-reading.ts';
import type { SourceDeps } from './source-deps.ts';

type Preview = AnswerOf<typeof previewSource>;

/** What to try. */
export interface PreviewRequest {
  readonly settings: SourceSettings;
  readonly kind: string;
  readonly secret: string | undefined;
  readonly signal: AbortSignal;
}

const cellLengthMax = 200;
const previewMs = 30_000;

/** Reads the first rows. Throws a `SourceFault`. */
export async function preview(deps: SourceDeps, request: PreviewRequest): Promise<Preview> {
  const { settings, kind: id, secret } = request;
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(previewMs)]);
  const limits = { ...deps.limits, attemptsMax: 1, fileBytesMax: deps.limits.jsonBytesMax };
  const { random, temporaryDir, folders } = deps;
  const reading = openReading(
    {
      cursor: undefined,
      secret,
      limits,
      signal,
      temporaryDir,
      retry: createRetry({ limits, signal, random, onRetry: async () => undefined }),
      roots: folders,
      known: new Set(),
      isTaken: async () => false,
    },
    settings,
    id,
  );
  try {
    const { value: chunk } = await reading.next();
    if (chunk === undefined) return { columns: [], rows: [] };
    if ('workbook' in chunk) return { columns: [chunk.name], rows: [] };
    const columns = chunk.columns ?? columnsOfRows(chunk.rows, columnsMax);
    const shown = columns.slice(0, columnsMax);
    const rows = chunk.rows.slice(0, previewRowsMax).map((row) => shown.map((name) => cellAt(row, name)));
    const stream = settings.streams.find(({ kind }) => kind === id);
    const saved = stream?.mapping === undefined ? undefined : await deps.mappingOf(stream.mapping);
    const kind = recordKind(id);
    const checked = kind === undefined ? undefined : checkColumns(kind, saved?.mapping, undefined, chunk);
    const difference = checked?.isSame === false ? checked.difference : undefined;
    const changed = difference && { missing: [...difference.missing], added: [...difference.added] };
    return { columns: [...shown], rows, ...(changed === undefined ? {} : { changed }) };
  } finally {
    await reading.return();
  }
}

/** A value of a row as text; paths into nested values show what is at their first name. */
function cellAt(row: unknown, column: string): string {
  if (!isMembers(row)) return '';
  const name = Object.hasOwn(row, column) ? column : (column.split(/[.[]/, 1)[0] ?? '');
  const value = Object.hasOwn(row, name) ? row[name] : undefined;
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.slice(0, cellLengthMax);
}
