// Runs in the reading thread: reads a workbook or another form of file, parses its rows and encodes them as batches for COPY, as fast
// as the importing thread gives credits (spec/import.md).
import { assert } from '@suyuan/log';
import type { RecordKind } from '@suyuan/battery';
import { recordKind, SisterCodes } from '@suyuan/battery';
import { systemRandom } from '../clock.ts';
import { BatchEncoder, batchRecordsMax } from './batch-encoder.ts';
import type { ByteSource } from './byte-source.ts';
import { readCsv } from './csv/read-csv.ts';
import { countFindings } from './import-finding.ts';
import type { ImportFinding } from './import-finding.ts';
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
  const kind = recordKind(task.kind);
  assert(kind !== undefined, 'the kind of a task is known');
  const encoding = new Encoding(kind, task, takeCredit, say);
  const reading = readSource(source, kind, task);
  for (;;) {
    const step = await reading.next();
    if (step.done === true) return await encoding.end(step.value);
    await encoding.add(step.value);
  }
}

function readSource(source: ByteSource, kind: RecordKind, task: ReadingTask): SourceReading {
  const context = { today: task.today, codes: task.codes, sisters: new SisterCodes() };
  const options = { kind, context, rowsMax: task.rowsMax };
  if (task.form.type === 'csv') return readCsv(source, { ...options, charset: task.form.charset });
  if (task.form.type === 'lines') return readLines(source, { kind, context, linesMax });
  return readWorkbook(source, { ...options, merged: task.merged });
}

class Encoding {
  readonly #task: ReadingTask;
  readonly #takeCredit: TakeCredit;
  readonly #say: Say;
  readonly #encoder: BatchEncoder;
  readonly #problemRows: ProblemRows;
  readonly #findings: ImportFinding[] = [];
  #sheet: string | undefined;
  #codeColumn: string | undefined;
  #open = false;
  #rows = 0;
  #told = 0;
  #errors = 0;
  #warnings = 0;

  constructor(kind: RecordKind, task: ReadingTask, takeCredit: TakeCredit, say: Say) {
    this.#task = task;
    this.#takeCredit = takeCredit;
    this.#say = say;
    this.#problemRows = new ProblemRows(task.importId);
    this.#encoder = new BatchEncoder({
      kind: kind.id,
      storedOn: task.storedOn,
      random: systemRandom,
      expected: batchRecordsMax,
    });
  }

  async add(piece: SourcePiece): Promise<void> {
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

  async end({ sheet, findings, merged }: ReadEnd): Promise<EndMessage> {
    if (findings.length > 0 && !this.#task.dryRun) {
      if (!this.#open) await this.#nextPiece();
      const wrong = findings.some(({ level }) => level === 'error');
      this.#problemRows.add(sheetFindingsRow, sheet, {}, findings, wrong);
    }
    this.#note(findings);
    if (this.#open) this.#send();
    const counts = { rows: this.#rows, errors: this.#errors, warnings: this.#warnings };
    return { type: 'end', sheet, ...counts, findings: this.#findings, merged };
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
      ...batch,
      ...(this.#task.dryRun ? { records: new Uint8Array(0), subjects: new Uint8Array(0) } : {}),
      problemRows: this.#problemRows.take(),
      sheet: this.#sheet,
      codeColumn: this.#codeColumn,
    });
    this.#open = false;
  }
}
