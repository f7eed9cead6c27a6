// Imports records that an API push sends, up to a thousand at a time, through the same checks and the same
// staging as a workbook; everything is encoded before the transaction begins (spec/import.md).
import { SisterCodes } from '@suyuan/battery';
import type { CompiledMapping, RecordKind } from '@suyuan/battery';
import { sql } from 'kysely';
import { settleArrived } from '../attachment/missing-files.ts';
import { civilDateOf } from '../clock.ts';
import type { Transaction } from '../database/database.ts';
import { preparePartitions } from '../database/partitions.ts';
import { BatchEncoder } from './batch-encoder.ts';
import { codeFieldOf } from './code-field.ts';
import type { ImportDeps } from './import-deps.ts';
import { countFindings } from './import-finding.ts';
import type { ImportFinding } from './import-finding.ts';
import type { ImportOutcome } from './import-outcome.ts';
import { ProblemRows } from './problem-rows.ts';
import { readRecord } from './read-record.ts';
import type { RecordList } from './read-record.ts';
import type { SourceRow } from './source-piece.ts';
import type { MasterJudging } from '../master/judging-message.ts';
import { mapRow, mappedList } from '../mapping/map-row.ts';
import type { MappedList } from '../mapping/map-row.ts';
import { stagePiece } from './stage-piece.ts';
import type { StagedPiece, StagingPurpose } from './stage-piece.ts';
import { findingsShownMax } from './workbook-messages.ts';
import type { MappingVersion } from './workbook-messages.ts';

/** Most records of one push. */
const pushRecordsMax = 1_000;

/** Records to import. */
export interface RecordsImport {
  readonly kind: RecordKind;
  readonly records: readonly unknown[];
  /** Name of the caller, as people see it. */
  readonly createdBy: string;
  readonly idempotencyKey: string | undefined;
  /** When given, a record is a row of the caller's own system. */
  readonly mapping?: CompiledMapping;
  /** The saved mapping that `mapping` is. */
  readonly mappedBy?: MappingVersion;
  /** Keeps the answer within the import's own transaction. */
  readonly remember: (tx: Transaction, outcome: ImportOutcome) => Promise<void>;
}

/** Stages the good records and keeps the bad ones for correction. */
export async function importRecords(deps: ImportDeps, request: RecordsImport): Promise<ImportOutcome> {
  const { kind } = request;
  const storedOn = civilDateOf(deps.clock.now());
  const codeField = codeFieldOf(kind.id);
  const importId = await deps.importIds.take();
  const judging = await deps.master.context();
  const encoding = new RecordEncoding(deps, request, { kind, codeField, storedOn, importId, judging });
  for (const [row, record] of request.records.entries()) await encoding.add(record, row);
  const { pieces, findings } = encoding.end();
  await preparePartitions(deps.database, [storedOn]);
  const purpose = { importId, kind: kind.id, codeField, reporter: deps.organization, storedOn };
  const outcome = await deps.database.transact(async (tx) => {
    const done = await stageAll(tx, request, purpose, { pieces, findings, skipped: encoding.skipped });
    await request.remember(tx, done);
    await deps.reach('import.before_commit');
    return done;
  });
  await deps.reach('import.committed');
  await settleArrived(deps.database, outcome.findings);
  return outcome;
}

async function stageAll(
  tx: Transaction,
  request: RecordsImport,
  purpose: StagingPurpose,
  encoded: {
    readonly pieces: readonly StagedPiece[];
    readonly findings: readonly ImportFinding[];
    readonly skipped: number;
  },
): Promise<ImportOutcome> {
  const { pieces, findings: early, skipped } = encoded;
  const rows = request.records.length - skipped;
  const counts = countFindings(early);
  const good = pieces.reduce((sum, piece) => sum + piece.count, 0);
  await insertImport(tx, request, purpose, { rows, staged: good, ...counts });
  let staged = 0;
  const late: ImportFinding[] = [];
  for (const piece of pieces) {
    const count = await stagePiece(tx, piece, purpose);
    staged += count.staged;
    late.push(...count.findings);
  }
  const found = countFindings(late);
  const errors = counts.errors + found.errors;
  const warnings = counts.warnings + found.warnings;
  if (late.length > 0)
    await tx.sql
      .updateTable('import')
      .set({ staged, errors, warnings })
      .where('id', '=', purpose.importId)
      .execute();
  return {
    id: purpose.importId,
    kind: purpose.kind,
    dryRun: false,
    rows,
    staged,
    errors,
    warnings,
    ...(request.mapping === undefined ? {} : { skipped }),
    findings: [...early, ...late].slice(0, findingsShownMax),
  };
}

async function insertImport(
  tx: Transaction,
  request: RecordsImport,
  purpose: StagingPurpose,
  counts: Pick<ImportOutcome, 'rows' | 'staged' | 'errors' | 'warnings'>,
): Promise<void> {
  await sql`insert into import
      (id, kind, source, status, rows, staged, errors, warnings, created_by, finished_at, idempotency_key,
       mapping_id, mapping_version)
    overriding system value values (${purpose.importId}, ${purpose.kind}, 'json', 'done', ${counts.rows},
      ${counts.staged}, ${counts.errors}, ${counts.warnings}, ${request.createdBy}, now(),
      ${request.idempotencyKey ?? null}, ${request.mappedBy?.id ?? null}, ${request.mappedBy?.version ?? null})`.execute(
    tx.sql,
  );
}

/** What a push is encoded as. */
interface EncodingOf {
  readonly kind: RecordKind;
  readonly codeField: string | undefined;
  readonly storedOn: string;
  readonly importId: number;
  readonly judging: MasterJudging;
}

/** Encodes records one after another; more than one piece only when the payload of one batch would be too large. */
class RecordEncoding {
  readonly #deps: ImportDeps;
  readonly #list: RecordList;
  readonly #mapped: MappedList | undefined;
  readonly #encoder: BatchEncoder;
  readonly #problemRows: ProblemRows;
  readonly #pieces: StagedPiece[] = [];
  readonly #findings: ImportFinding[] = [];
  #open = false;
  /** Records that a mapping passed over. */
  skipped = 0;

  constructor(
    deps: ImportDeps,
    { mapping }: RecordsImport,
    { kind, codeField, storedOn, importId, judging }: EncodingOf,
  ) {
    this.#deps = deps;
    const context = {
      today: storedOn,
      codes: deps.codeMode(),
      sisters: new SisterCodes(),
      ...judging,
    };
    this.#list = { kind, context, codeField, codes: new Map() };
    this.#mapped = mapping === undefined ? undefined : mappedList(mapping, context);
    this.#problemRows = new ProblemRows(importId);
    this.#encoder = new BatchEncoder({
      kind: kind.id,
      storedOn,
      random: deps.random,
      expected: pushRecordsMax,
    });
  }

  async add(input: unknown, row: number): Promise<void> {
    const read = this.#read(input, row);
    if (read === undefined) {
      this.skipped += 1;
      return;
    }
    const { record, subjects, findings, kept } = read;
    if (record !== undefined) {
      if (this.#open && !this.#encoder.fits(record)) this.#close();
      if (!this.#open) await this.#begin();
      this.#encoder.add(record, subjects, row);
    }
    if (findings.length === 0) return;
    this.#findings.push(...findings);
    this.#problemRows.add(row, undefined, kept, findings, record === undefined);
  }

  #read(input: unknown, row: number): SourceRow | undefined {
    if (this.#mapped !== undefined) return mapRow(this.#mapped, row, input);
    return readRecord(this.#list, row, input);
  }

  end(): { readonly pieces: readonly StagedPiece[]; readonly findings: readonly ImportFinding[] } {
    if (this.#open || this.#problemRows.size > 0) this.#close();
    return { pieces: this.#pieces, findings: this.#findings };
  }

  async #begin(): Promise<void> {
    this.#encoder.begin(await this.#deps.batchIds.take());
    this.#open = true;
  }

  #close(): void {
    const problemRows = this.#problemRows.take();
    this.#pieces.push({
      ...this.#encoder.take(),
      problemRows,
      sheet: undefined,
      codeColumn: this.#list.codeField,
    });
    this.#open = false;
  }
}
