// Puts one batch of new records, and the rows with findings next to it, into the database by COPY. Records
// whose code is staged already are taken out again and kept as rows to correct (spec/import.md).
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { digestsNotHere, fileFinding, warnRows } from '../attachment/missing-files.ts';
import type { RowWarning } from '../attachment/missing-files.ts';
import type { Transaction } from '../database/database.ts';
import type { Tables } from '../database/tables.ts';
import { recordColumns, subjectColumns } from './batch-encoder.ts';
import type { EncodedBatch } from './batch-encoder.ts';
import { importFinding } from './import-finding.ts';
import type { ImportFinding } from './import-finding.ts';
import { shownCode } from './own-code.ts';
import { problemRowColumns } from './problem-rows.ts';
import { findRecordIds, removeReplaced } from './record-ids.ts';
import { findStagedCodes } from './staged-codes.ts';
import { takeOutDuplicates } from './take-out-duplicates.ts';

/** A batch with the rows that have findings. */
export interface StagedPiece extends EncodedBatch {
  readonly problemRows: Uint8Array<ArrayBuffer>;
  readonly sheet: string | undefined;
  /** Column or member of the records' own codes, for findings about them. */
  readonly codeColumn: string | undefined;
  /** What the rows' numbers are beyond those of the sheet. */
  readonly rowBase?: number;
}

/** What a batch is staged for. */
export interface StagingPurpose {
  readonly importId: number;
  readonly kind: string;
  readonly codeField: string | undefined;
  readonly reporter: string;
  readonly storedOn: string;
}

/** What came of a batch. */
export interface StagedCount {
  readonly staged: number;
  /** Findings that only the database could tell. */
  readonly findings: readonly ImportFinding[];
}

/** Records of `piece` that are staged already, by leaf, with the finding that says so. */
export function duplicateFindings(
  piece: StagedPiece,
  purpose: StagingPurpose,
  staged: ReadonlyMap<string, number>,
): ReadonlyMap<number, ImportFinding> {
  const findings = new Map<number, ImportFinding>();
  if (staged.size === 0) return findings;
  for (const [leaf, code] of piece.codes.entries()) {
    const importId = staged.get(code);
    if (importId === undefined) continue;
    const place = {
      row: (piece.rows[leaf] ?? 0) - (piece.rowBase ?? 0),
      ...(purpose.codeField === undefined ? {} : { field: purpose.codeField }),
      value: shownCode(code),
      ...(piece.sheet === undefined ? {} : { sheet: piece.sheet }),
      ...(piece.codeColumn === undefined ? {} : { column: piece.codeColumn }),
    };
    findings.set(leaf, importFinding('duplicate_staged', place, { import: importId }));
  }
  return findings;
}

/** Warnings of files that are still to be uploaded; `refused` are the leaves that are not staged. */
export async function fileWarnings(
  db: Kysely<Tables>,
  piece: StagedPiece,
  refused: ReadonlyMap<number, unknown>,
): Promise<readonly RowWarning[]> {
  const named = piece.files.filter(({ leaf }) => !refused.has(leaf));
  const missing = await digestsNotHere(
    db,
    named.map(({ digest }) => digest),
  );
  return named
    .filter(({ digest }) => missing.has(digest))
    .map(({ leaf, ...file }) => {
      const importRow = piece.rows[leaf] ?? 0;
      const place = { row: importRow - (piece.rowBase ?? 0), sheet: piece.sheet };
      return { importRow, finding: fileFinding(file, place) };
    });
}

/** Stages one piece. The id of its batch is new; the import's row exists. */
export async function stagePiece(
  tx: Transaction,
  piece: StagedPiece,
  purpose: StagingPurpose,
): Promise<StagedCount> {
  if (piece.problemRows.length > 0) await copyAll(tx, 'import_row', problemRowColumns, piece.problemRows);
  if (piece.count === 0) return { staged: 0, findings: [] };
  const ids = await findRecordIds(tx.sql, piece, purpose, true);
  await removeReplaced(tx, ids.replaced);
  const codes = await findStagedCodes(tx.sql, purpose.kind, piece.codes, purpose.importId);
  const duplicates = new Map([...duplicateFindings(piece, purpose, codes), ...ids.refused]);
  const staged = piece.count - duplicates.size;
  await copyAll(tx, 'record', recordColumns, piece.records);
  await copyAll(tx, 'subject', subjectColumns, piece.subjects);
  if (duplicates.size > 0) await takeOutDuplicates(tx, piece, purpose, duplicates);
  if (staged > 0) await insertBatch(tx, piece, purpose, staged);
  const warnings = await fileWarnings(tx.sql, piece, duplicates);
  await warnRows(tx, purpose.importId, warnings);
  return { staged, findings: [...duplicates.values(), ...warnings.map(({ finding }) => finding)] };
}

async function copyAll(
  tx: Transaction,
  table: 'record' | 'subject' | 'import_row',
  columns: readonly string[],
  tuples: Uint8Array,
): Promise<void> {
  const writer = tx.copy(table, columns);
  await writer.write(tuples);
  await writer.end();
}

async function insertBatch(
  tx: Transaction,
  piece: StagedPiece,
  purpose: StagingPurpose,
  count: number,
): Promise<void> {
  const { kind, reporter, storedOn, importId } = purpose;
  await sql`insert into batch (id, status, kind, reporter, count, payload_size, stored_on, import_id)
    overriding system value
    values (${piece.id}, 'staged', ${kind}, ${reporter}, ${count}, ${piece.payloadSize}, ${storedOn}, ${importId})`.execute(
    tx.sql,
  );
}
