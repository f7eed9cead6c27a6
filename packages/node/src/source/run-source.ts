// One run of a source: each of its record kinds from its cursor to the end, chunk by chunk; nothing more is read before
// what was read is stored (spec/source.md, "Runs").
import type { SourceSettings } from '@suyuan/api';
import { recordKind } from '@suyuan/battery';
import type { RecordKind } from '@suyuan/battery';

import type { ImportFinding } from '../import/import-finding.ts';
import { importWorkbook } from '../import/import-workbook.ts';
import type { MappingVersion } from '../import/workbook-messages.ts';
import { mappedForm } from '../mapping/named-mapping.ts';
import type { SavedMapping } from '../mapping/saved-mappings.ts';
import { checkColumns, mappingByName } from './check-columns.ts';
import type { ColumnDifference } from './check-columns.ts';
import { openReading } from './open-reading.ts';
import type { ReadChunk } from './open-reading.ts';
import { rowFormOf } from './prepare-rows.ts';
import type { RowForm } from './prepare-rows.ts';
import type { FileChunk, FolderContext, WorkbookChunk } from './read-folder.ts';
import { createRetry } from './retry-reading.ts';
import { addToRun } from './run-store.ts';
import type { SourceDeps } from './source-deps.ts';
import { SourceFault } from './source-fault.ts';
import type { StoredSource } from './source-store.ts';
import { linkImport, stageRows } from './stage-rows.ts';

/** A run under way. */
export interface RunTask {
  readonly source: StoredSource;
  readonly run: number;
  readonly signal: AbortSignal;
  /** Files known to be taken (read-folder.ts). */
  readonly known: Set<string>;
}

/** Ends a run whose source has other columns than before. */
export class ColumnsChanged extends SourceFault {
  readonly kind: string;
  readonly difference: ColumnDifference;
  constructor(kind: string, difference: ColumnDifference) {
    super('source_columns_changed', { detail: kind });
    this.kind = kind;
    this.difference = difference;
  }
}

/** Reads and stages everything new. Throws a {@link SourceFault}, or why the signal was aborted. */
export async function runStreams(deps: SourceDeps, task: RunTask): Promise<void> {
  const secret = task.source.secret === null ? undefined : await deps.secrets.read(task.source.secret);
  if (task.source.secret !== null && secret === undefined) throw new SourceFault('secret_missing');
  const until = deps.clock.now() + deps.limits.runMs;
  for (const stream of task.source.settings.streams) await runStream(deps, task, stream, secret, until);
}

type Stream = SourceSettings['streams'][number];

async function runStream(
  deps: SourceDeps,
  task: RunTask,
  stream: Stream,
  secret: string | undefined,
  until: number,
): Promise<void> {
  const kind = recordKind(stream.kind);
  if (kind === undefined || !deps.modules().includes(kind.id))
    throw new SourceFault('kind_not_permitted', { detail: stream.kind });
  const saved = stream.mapping === undefined ? undefined : await deps.mappingOf(stream.mapping);
  if (stream.mapping !== undefined && saved?.mapping.kind !== kind.id)
    throw new SourceFault('mapping_missing', { detail: String(stream.mapping) });
  const place = await deps.database.read((db) =>
    db
      .selectFrom('source_stream')
      .select(['cursor', 'columns'])
      .where('source_id', '=', task.source.id)
      .where('kind', '=', kind.id)
      .executeTakeFirst(),
  );
  const columns: readonly string[] | undefined =
    place?.columns === null || place?.columns === undefined ? undefined : JSON.parse(place.columns); // only run-store.ts writes it
  const staging = new StreamStaging(deps, task, kind, saved, stream.rowId, columns);
  const context = contextOf(deps, task, kind.id, place?.cursor ?? undefined, secret);
  for await (const chunk of openReading(context, task.source.settings, kind.id)) {
    task.signal.throwIfAborted();
    await staging.stage(chunk);
    if (deps.clock.now() > until) throw new SourceFault('run_too_long');
  }
}

/** The surroundings of a reading. */
function contextOf(
  deps: SourceDeps,
  { source, run, signal, known }: RunTask,
  kind: string,
  cursor: string | undefined,
  secret: string | undefined,
): FolderContext {
  const { limits, random, temporaryDir, database } = deps;
  const onRetry = async (): Promise<void> =>
    await database.transact(async (tx) => await addToRun(tx, run, { attempts: 1 }));
  return {
    cursor,
    secret,
    limits,
    signal,
    temporaryDir,
    retry: createRetry({ limits, signal, random, onRetry }),
    roots: deps.folders,
    known,
    isTaken: async (digest) =>
      (await database.read((db) =>
        db
          .selectFrom('source_file')
          .select('name')
          .where('source_id', '=', source.id)
          .where('kind', '=', kind)
          .where('digest', '=', Buffer.from(digest))
          .executeTakeFirst(),
      )) !== undefined,
  };
}

/** Stages what is read of one record kind. */
class StreamStaging {
  readonly #deps: SourceDeps;
  readonly #task: RunTask;
  readonly #kind: RecordKind;
  readonly #saved: SavedMapping | undefined;
  readonly #rowId: string | undefined;
  readonly #createdBy: string;
  #columns: readonly string[] | undefined;
  #form: RowForm;

  constructor(
    deps: SourceDeps,
    task: RunTask,
    kind: RecordKind,
    saved: SavedMapping | undefined,
    rowId: string | undefined,
    columns: readonly string[] | undefined,
  ) {
    this.#deps = deps;
    this.#task = task;
    this.#kind = kind;
    this.#saved = saved;
    this.#rowId = rowId;
    this.#columns = columns;
    this.#createdBy = `source ${task.source.id} ${task.source.name}`;
    this.#form = rowFormOf(kind, saved?.mapping, rowId, versionOf(saved));
  }

  async stage(chunk: ReadChunk): Promise<void> {
    if ('workbook' in chunk) {
      await this.#stageWorkbook(chunk);
      return;
    }
    const checked = checkColumns(this.#kind, this.#saved?.mapping, this.#columns, chunk);
    if (!checked.isSame) throw new ColumnsChanged(this.#kind.id, checked.difference);
    if (chunk.isText === true && this.#saved === undefined && chunk.isNewPage)
      this.#form = rowFormOf(this.#kind, mappingByName(this.#kind, chunk.columns ?? []), this.#rowId);
    this.#columns = checked.columns;
    const taken = 'taken' in chunk ? this.#fileTaken(chunk) : undefined;
    await stageRows(
      this.#deps,
      this.#stream(),
      taken === undefined ? chunk : { ...chunk, remember: taken },
      checked.columns,
    );
    await this.#deps.reach('source.staged');
  }

  #stream() {
    const { source, run } = this.#task;
    return { source: source.id, run, form: this.#form, createdBy: this.#createdBy };
  }

  #fileTaken({ name, taken }: FileChunk): FileChunk['remember'] {
    if (taken === undefined) return undefined;
    const file = { source_id: this.#task.source.id, kind: this.#kind.id, digest: taken, name };
    return async (tx) => {
      await tx.sql
        .insertInto('source_file')
        .values(file)
        .onConflict((conflict) => conflict.columns(['source_id', 'kind', 'digest']).doNothing())
        .execute();
    };
  }

  async #stageWorkbook({ workbook, name, digest, refuse }: WorkbookChunk): Promise<void> {
    const form = mappedForm({ type: 'workbook' }, this.#saved);
    const outcome = await importWorkbook(this.#deps, {
      upload: { ...workbook, [Symbol.asyncDispose]: async () => undefined },
      form,
      kind: this.#kind.id,
      fileName: name.slice(0, 200),
      dryRun: false,
      createdBy: this.#createdBy,
      idempotencyKey: undefined,
      signal: this.#task.signal,
      remember: async (tx, { id, rows, staged, errors, warnings, findings }) => {
        const missing = findings.filter(
          ({ code }) => code === 'missing_column' || code === 'mapped_column_missing',
        );
        if (missing.length > 0) throw new ColumnsChanged(this.#kind.id, differenceOf(missing));
        if (id !== null) await linkImport(tx, this.#stream(), id);
        await addToRun(tx, this.#task.run, { pages: 1, rows, staged, errors, warnings });
        await this.#fileTaken({ name, taken: digest, rows: [], isNewPage: true })?.(tx);
      },
    });
    if (!outcome.ok) refuse(outcome.error.code);
  }
}

function versionOf(saved: SavedMapping | undefined): MappingVersion | undefined {
  return saved === undefined ? undefined : { id: saved.id, version: saved.version };
}

function differenceOf(missing: readonly ImportFinding[]): ColumnDifference {
  return { missing: missing.map(({ field, value }) => value ?? field ?? ''), added: [] };
}
