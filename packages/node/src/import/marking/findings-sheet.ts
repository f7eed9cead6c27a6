// The sheet that lists all findings, written row by row as inline strings, which are never formulas.
import type { ImportFinding } from '../import-finding.ts';
import { plainText, xmlText } from './xml-rewriter.ts';

/** Findings that the sheet lists; a last row says how many there are beyond. */
const listedFindingsMax = 100_000;

const heading = [
  '级别 Level',
  '工作表 Sheet',
  '行 Row',
  '列 Column',
  '字段 Field',
  '值 Value',
  '说明',
  'Explanation',
  '代码 Code',
];
const widths = [14, 18, 8, 8, 20, 30, 50, 60, 24];

/** Gathers rows; `end` gives the part. */
export class FindingsSheet {
  readonly #pieces: string[] = [];
  #rows = 0;
  #beyond = 0;

  constructor() {
    const columns = widths.map(
      (width, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`,
    );
    this.#pieces.push(
      `<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${columns.join('')}</cols><sheetData>`,
    );
    this.#row(heading);
  }

  add({ level, sheet, row, column, field, value, message, code }: ImportFinding): void {
    if (this.#rows > listedFindingsMax) this.#beyond += 1;
    else
      this.#row([
        level,
        sheet ?? '',
        row,
        column ?? '',
        field ?? '',
        value ?? '',
        message.zh,
        message.en,
        code,
      ]);
  }

  end(): Buffer {
    if (this.#beyond > 0) this.#row([`另有 ${this.#beyond} 条未列出`, `${this.#beyond} more are not listed`]);
    this.#pieces.push('</sheetData></worksheet>');
    return Buffer.from(this.#pieces.join(''));
  }

  #row(cells: readonly (string | number)[]): void {
    this.#rows += 1;
    const inside = cells.map((cell) =>
      typeof cell === 'number'
        ? `<c><v>${cell}</v></c>`
        : `<c t="inlineStr"><is><t xml:space="preserve">${xmlText(plainText(cell))}</t></is></c>`,
    );
    this.#pieces.push(`<row r="${this.#rows}">${inside.join('')}</row>`);
  }
}
