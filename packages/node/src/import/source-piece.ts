// What every reader of an imported file hands on, whatever the file's form: rows piece by piece, and how it ended.
import type { RecordKind, RecordTexts, Subject } from '@suyuan/battery';
import type { ImportFinding } from './import-finding.ts';
import type { MergedRange } from './sheet-rows.ts';

/** A data row after parsing; `record` is undefined when a finding is an error. */
export interface SourceRow {
  readonly row: number;
  readonly record: RecordTexts | undefined;
  readonly subjects: readonly Subject[];
  readonly findings: readonly ImportFinding[];
  /** Of a row that is not staged: its values by field, for correction. */
  readonly kept: Readonly<Record<string, unknown>>;
}

/** Some rows of a file, in order. */
export interface SourcePiece {
  readonly kind: RecordKind;
  readonly sheet: string | undefined;
  /** Letters of the column, or name of the member, that holds the records' own codes. */
  readonly codeColumn: string | undefined;
  /** What the rows' numbers are beyond those of the sheet; 0 unless a file has several sheets. */
  readonly rowBase?: number;
  readonly rows: readonly SourceRow[];
}

/** How a reading ended. */
export interface ReadEnd {
  readonly sheet: string | undefined;
  /** Findings about the sheet as a whole. */
  readonly findings: readonly ImportFinding[];
  /** Merged ranges in data rows that were not in the options: the rows handed out are not to be used. */
  readonly merged: readonly MergedRange[];
  /** Rows that a mapping passed over. */
  readonly skipped?: number;
}

/** Reads a file to its end. */
export type SourceReading = AsyncGenerator<SourcePiece, ReadEnd, undefined>;
