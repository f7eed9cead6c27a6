// Which cells to mark, and with what: the findings of an import gathered by cell, within fixed bounds.
import type { Level } from '@suyuan/battery';
import type { ImportFinding } from '../import-finding.ts';

/** A cell to mark. */
export interface MarkedCell {
  readonly row: number;
  /** From 0. */
  readonly column: number;
  readonly level: Level;
  /** Lines of the comment, both languages. */
  readonly lines: string[];
}

/** Cells that get a colour, in each sheet. */
const colouredCellsMax = 100_000;
/** Cells that get a comment, in each sheet: programs become slow with many more. */
const commentedCellsMax = 5_000;

const levelNames: Readonly<Record<Level, string>> = {
  error: '错误 Error',
  warning: '提醒 Warning',
  info: '提示 Note',
};

/** Gathers findings into cells; those without a column mark the first cell of their row. */
export class MarkedCells {
  readonly #rows = new Map<number, Map<number, MarkedCell>>();
  #count = 0;

  add(finding: ImportFinding): void {
    const column = columnOf(finding.column);
    const row = this.#rows.get(finding.row) ?? new Map<number, MarkedCell>();
    // Without a cell of its own the field has to be named.
    const about = finding.column === undefined && finding.field !== undefined ? `${finding.field}: ` : '';
    const line = `${levelNames[finding.level]}: ${about}${finding.message.zh}\n${finding.message.en}`;
    const known = row.get(column);
    if (known !== undefined) {
      if (known.lines.length < 10) known.lines.push(line);
      if (finding.level === 'error' && known.level !== 'error') row.set(column, { ...known, level: 'error' });
      return;
    }
    if (this.#count >= colouredCellsMax) return;
    this.#count += 1;
    row.set(column, { row: finding.row, column, level: finding.level, lines: [line] });
    this.#rows.set(finding.row, row);
  }

  /** The cells of a row by column, ascending. */
  ofRow(row: number): MarkedCell[] {
    return [...(this.#rows.get(row)?.values() ?? [])].toSorted((a, b) => a.column - b.column);
  }

  /** The cells that get a comment. */
  commented(): MarkedCell[] {
    const rows = [...this.#rows.keys()].toSorted((a, b) => a - b);
    const cells: MarkedCell[] = [];
    for (const row of rows) {
      cells.push(...this.ofRow(row));
      if (cells.length >= commentedCellsMax) break;
    }
    return cells.slice(0, commentedCellsMax);
  }
}

function columnOf(letters: string | undefined): number {
  if (letters === undefined || !/^[A-Z]{1,3}$/.test(letters)) return 0;
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 0x40;
  return column - 1;
}
