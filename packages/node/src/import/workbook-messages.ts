// What the reading thread and the importing thread say to each other. Every piece costs the reader one
// credit, so at most a few batches are ever on the way between them.
import type { CodeMode, Mapping } from '@suyuan/battery';
import type { MasterMessage } from '../master/judging-message.ts';
import type { FourSheetDefaults } from './four-sheet/defaults.ts';
import type { ImportFinding } from './import-finding.ts';
import type { StagedPiece } from './stage-piece.ts';
import type { MergedRange } from './sheet-rows.ts';
import type { WorkbookRejection } from './workbook-rejection.ts';

/** Findings that an answer shows; all of them stay retrievable by paging. */
export const findingsShownMax = 1_000;

/** A saved mapping in one of its versions. */
export interface MappingVersion {
  readonly id: number;
  readonly version: number;
}

/** How rows of the sender's own system are read; `mappedBy` names the mapping where it is a saved one. */
interface OwnColumns {
  readonly mapping?: Mapping;
  readonly mappedBy?: MappingVersion;
}

/** The form of a file, as its sender says; with a mapping, the rows are those of the sender's own system. */
export type FileForm =
  | ({ readonly type: 'workbook' } & OwnColumns)
  /** `charset` is a name of text encoding; without it the encoding is found out. */
  | ({ readonly type: 'csv'; readonly charset: string | undefined } & OwnColumns)
  /** One JSON object a line. */
  | ({ readonly type: 'lines' } & OwnColumns)
  /** The four sheets of the national platform. */
  | { readonly type: 'four_sheet'; readonly defaults: FourSheetDefaults };

/** One reading of one file, for one import. */
export interface ReadingTask {
  readonly path: string;
  readonly form: FileForm;
  readonly kind: string;
  readonly today: string;
  readonly codes: CodeMode;
  /** What models, prefixes and units are compared with; undefined compares nothing. */
  readonly master: MasterMessage | undefined;
  readonly storedOn: string;
  readonly rowsMax: number;
  readonly importId: number;
  /** A dry run gets codes and findings but no tuples. */
  readonly dryRun: boolean;
  /** Merged ranges that an earlier reading of the same file found in data rows. */
  readonly merged: readonly MergedRange[];
}

/** To the reader: the id of a batch that it may fill. */
export interface Credit {
  readonly batchId: number;
}

/** Some rows of the sheet: the good ones as one batch, those with findings as rows to keep. */
export interface PieceMessage extends StagedPiece {
  readonly type: 'piece';
  readonly kind: string;
}

/** How many rows have been read so far. */
export interface ProgressMessage {
  readonly type: 'progress';
  readonly rows: number;
}

/** The file has been read to its end. */
export interface EndMessage {
  readonly type: 'end';
  readonly sheet: string | undefined;
  readonly rows: number;
  readonly errors: number;
  readonly warnings: number;
  /** Rows that a mapping passed over. */
  readonly skipped?: number;
  readonly findings: readonly ImportFinding[];
  readonly merged: readonly MergedRange[];
}

/** The file is refused as a whole. */
export interface RefusedMessage {
  readonly type: 'refused';
  readonly rejection: WorkbookRejection;
}

/** Everything the reader says. */
export type ReadingMessage = PieceMessage | ProgressMessage | EndMessage | RefusedMessage;
