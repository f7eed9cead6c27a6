// Runs in the reading thread: reads a workbook or another form of file, parses its rows and encodes them as batches for COPY, as fast
// as the importing thread gives credits (spec/import.md).
import { assert } from '@suyuan/log';
import { recordKind, SisterCodes } from '@suyuan/battery';
import type { RecordContext } from '@suyuan/battery';
import { systemRandom } from '../clock.ts';
import { BatchEncoder, batchRecordsMax } from './batch-encoder.ts';
import type { ByteSource } from './byte-source.ts';
import { readCsv } from './csv/read-csv.ts';
import { readFourSheet } from './four-sheet/read-four-sheet.ts';
import { countFindings } from './import-finding.ts';
import type { ImportFinding } from './import-finding.ts';
import { judgingOfMessage } from '../master/judging-message.ts';
import { readMapped } from '../mapping/read-mapped.ts';
import { ProblemRows, sheetFindingsRow } from './problem-rows.ts';
import { readLines } from './read-lines.ts';
import { readWorkbook } from './read-workbook.ts';
import type { ReadEnd, SourcePiece, SourceReading, SourceRow } from './source-piece.ts';
import { findingsShownMax } from './workbook-messages.ts';
import type { EndMessage, PieceMessage, ProgressMessage, ReadingTask } from './workbook-messages.ts';

const problemRowBytesMax = 4 * 1024 * 1024;
const progressRows = 2_000;
/** Most lines of one push. */
const linesMax = 100_000;

/** Hands out ids for batches; resolves when one more may be filled. */
export type TakeCredit = () => Promise<number>;
/** Sends a message on. */
export type Say = (message: PieceMessage | ProgressMessage) => void;

/** Reads the whole workbook. Ends in a refusal by throwing, like {@link readWorkbook}. */
export async function encodeWorkbook(
  source: ByteSource,
  task: ReadingTask,
  takeCredit: TakeCredit,
  say: Say,
): Promise<EndMessage> {
  const encoding = new Encoding(task, takeCredit, say);
  const reading = readSource(source, task);
  for (;;) {
    const step = await reading.next();
    if (step.done === true) return await encoding.end(step.value);
    await encoding.add(step.value);
  }
}

function readSource(source: ByteSource, task: ReadingTask): SourceReading {
  const { form, rowsMax, merged } = task;
  const context = contextOf(task);
  if (form.type === 'four_sheet') return readFourSheet(source, { context, rowsMax, defaults: form.defaults });
  const kind = recordKind(task.kind);
  assert(kind !== undefined, 'the kind of a task is known');
  const { mapping } = form;
  if (form.type !== 'lines' && mapping !== undefined)
    return readMapped(source, { kind, mapping, form, context, rowsMax, merged });
  if (form.type === 'csv') return readCsv(source, { kind, context, rowsMax, charset: form.charset });
  if (form.type === 'lines') return readLines(source, { kind, context, linesMax, mapping });
  return readWorkbook(source, { kind, context, rowsMax, merged });
}

function contextOf({ today, codes, master }: ReadingTask): RecordContext {
  const sisters = new SisterCodes();
  return { today, codes, sisters, ...(master === undefined ? {} : judgingOfMessage(master)) };
}

class Encoding {
  readonly #task: ReadingTask;
  readonly #takeCredit: TakeCredit;
  readonly #say: Say;
  #encoder: BatchEncoder;
  #kind: string;
  #rowBase = 0;
  readonly #problemRows: ProblemRows;
  readonly #findings: ImportFinding[] = [];
  #sheet: string | undefined;
  #codeColumn: string | undefined;
  #open = false;
  #rows = 0;
  #told = 0;
  #errors = 0;
  #warnings = 0;

  constructor(task: ReadingTask, takeCredit: TakeCredit, say: Say) {
    this.#task = task;
    this.#takeCredit = takeCredit;
    this.#say = say;
    this.#problemRows = new ProblemRows(task.importId);
    this.#kind = task.kind;
    this.#encoder = this.#encoderOf(task.kind);
  }

  #encoderOf(kind: string): BatchEncoder {
    const { storedOn } = this.#task;
    return new BatchEncoder({ kind, storedOn, random: systemRandom, expected: batchRecordsMax });
  }

  async add(piece: SourcePiece): Promise<void> {
    if (piece.kind.id !== this.#kind || (piece.rowBase ?? 0) !== this.#rowBase) {
      if (this.#open) this.#send();
      if (piece.kind.id !== this.#kind) this.#encoder = this.#encoderOf(piece.kind.id);
      this.#kind = piece.kind.id;
      this.#rowBase = piece.rowBase ?? 0;
    }
    this.#sheet = piece.sheet;
    this.#codeColumn = piece.codeColumn;
    for (const row of piece.rows) {
      if (!this.#open || this.#isFull(row)) await this.#nextPiece();
      this.#addRow(piece, row);
    }
    this.#rows += piece.rows.length;
    if (this.#rows - this.#told < progressRows) return;
    this.#told = this.#rows;
    this.#say({ type: 'progress', rows: this.#rows });
  }

  async end({ sheet, findings, merged, skipped }: ReadEnd): Promise<EndMessage> {
    if (findings.length > 0 && !this.#task.dryRun) {
      if (!this.#open) await this.#nextPiece();
      const wrong = findings.some(({ level }) => level === 'error');
      this.#problemRows.add(sheetFindingsRow, sheet, {}, findings, wrong);
    }
    this.#note(findings);
    if (this.#open) this.#send();
    const counts = { rows: this.#rows, errors: this.#errors, warnings: this.#warnings };
    const passedOver = skipped === undefined ? {} : { skipped };
    return { type: 'end', sheet, ...counts, ...passedOver, findings: this.#findings, merged };
  }

  #isFull(row: SourceRow): boolean {
    if (this.#problemRows.size >= problemRowBytesMax) return true;
    return row.record !== undefined && !this.#encoder.fits(row.record);
  }

  #addRow({ sheet }: SourcePiece, { row, record, subjects, findings, kept }: SourceRow): void {
    if (record !== undefined) this.#encoder.add(record, subjects, row);
    if (findings.length === 0) return;
    this.#note(findings);
    if (!this.#task.dryRun) this.#problemRows.add(row, sheet, kept, findings, record === undefined);
  }

  #note(findings: readonly ImportFinding[]): void {
    const { errors, warnings } = countFindings(findings);
    this.#errors += errors;
    this.#warnings += warnings;
    const room = findingsShownMax - this.#findings.length;
    if (room > 0) this.#findings.push(...findings.slice(0, room));
  }

  async #nextPiece(): Promise<void> {
    if (this.#open) this.#send();
    this.#encoder.begin(await this.#takeCredit());
    this.#open = true;
  }

  #send(): void {
    const batch = this.#encoder.take();
    this.#say({
      type: 'piece',
      kind: this.#kind,
      rowBase: this.#rowBase,
      ...batch,
      ...(this.#task.dryRun ? { records: new Uint8Array(0), subjects: new Uint8Array(0) } : {}),
      problemRows: this.#problemRows.take(),
      sheet: this.#sheet,
      codeColumn: this.#codeColumn,
    });
    this.#open = false;
  }
}
