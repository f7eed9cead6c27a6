// Values that stand beside a table, where no heading says what they are: not read, but not passed over in silence
// either (spec/import.md, I8).
import type { Cell, HeaderLayout } from '@suyuan/battery';
import { importFinding } from './import-finding.ts';
import type { ImportFinding } from './import-finding.ts';
import { columnLetters } from './sheet-rows.ts';
import type { SheetRow } from './sheet-rows.ts';

/** Gathers them row by row and gives one finding for all. */
export class OutsideCells {
  readonly #named: ReadonlySet<number>;
  #count = 0;
  #first: { readonly row: number; readonly column: string } | undefined;

  /** A column that is not known or stands twice is named by a finding of its own. */
  constructor({ places, findings }: HeaderLayout) {
    const known = places.flatMap((place, column) => (place < 0 ? [] : [column]));
    this.#named = new Set([...known, ...findings.flatMap(({ column }) => column ?? [])]);
  }

  note({ number, cells, beyond }: SheetRow): void {
    // Most rows end where the head does, and have no more cells than it has names.
    for (let column = 0; column < cells.length; column += 1)
      if (!this.#named.has(column) && isFilled(cells[column])) this.#add(number, column);
    if (beyond !== undefined) this.#add(number, beyond);
  }

  /** Nothing where there are none. */
  findings(sheet: string): readonly ImportFinding[] {
    if (this.#first === undefined) return [];
    const { row, column } = this.#first;
    const facts = { count: this.#count, cell: `${column}${row}` };
    return [importFinding('cells_outside_table', { sheet, row, column }, facts)];
  }

  #add(row: number, column: number): void {
    this.#count += 1;
    this.#first ??= { row, column: columnLetters(column) };
  }
}

function isFilled(cell: Cell): boolean {
  return cell !== undefined && cell !== null && !(typeof cell === 'string' && cell.trim() === '');
}
