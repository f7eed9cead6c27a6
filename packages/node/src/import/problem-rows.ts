// Rows of an import that have findings, as rows of COPY: bad ones with their cells so that a person can correct
// them, good ones with warnings only with their findings (spec/import.md).
import type { Cell, HeaderLayout, RecordKind } from '@suyuan/battery';
import type { NamedFile } from '../attachment/named-files.ts';
import type { ImportFinding } from './import-finding.ts';
import { TupleWriter } from './tuple-writer.ts';

/** Columns of the tuples. */
export const problemRowColumns = ['import_id', 'row', 'sheet', 'cells', 'findings', 'state'] as const;
/** The row under which findings about the whole sheet are kept. */
export const sheetFindingsRow = 0;

/** A value as the correction of a row takes it back. */
export type CellInput = PlainCell | readonly (PlainCell | NamedFile)[];
type PlainCell = string | number | boolean | null;
/** Values by field id; columns that are no field of the kind are not kept. */
export type RowCells = Readonly<Record<string, CellInput>>;

const cellLengthMax = 32_767;

/** Gathers rows with findings for one import. */
export class ProblemRows {
  readonly #importId: number;
  readonly #tuples = new TupleWriter(4_096);

  constructor(importId: number) {
    this.#importId = importId;
  }

  get size(): number {
    return this.#tuples.size;
  }

  add(
    row: number,
    sheet: string | undefined,
    cells: Readonly<Record<string, unknown>>,
    findings: readonly ImportFinding[],
    wrong: boolean,
  ): void {
    const tuples = this.#tuples;
    tuples.tuple(problemRowColumns.length);
    tuples.int8(this.#importId);
    tuples.int4(row);
    if (sheet === undefined) tuples.nothing();
    else tuples.text(sheet);
    tuples.text(JSON.stringify(cells));
    tuples.text(JSON.stringify(findings));
    tuples.text(wrong ? 'wrong' : 'warned');
  }

  take(): Buffer<ArrayBuffer> {
    return this.#tuples.take();
  }
}

/** The cells of a sheet's row by field id. */
export function cellsByField(kind: RecordKind, layout: HeaderLayout, cells: readonly Cell[]): RowCells {
  const values: Record<string, CellInput> = {};
  for (const [column, place] of layout.places.entries()) {
    const field = kind.fields[place];
    const value = cellInput(cells[column]);
    if (field !== undefined && value !== null) values[field.id] = value;
  }
  return values;
}

function cellInput(cell: Cell): string | number | boolean | null {
  if (cell === null || cell === undefined) return null;
  if (typeof cell === 'string') return cell.slice(0, cellLengthMax);
  if (typeof cell !== 'object')
    return typeof cell === 'number' && !Number.isFinite(cell) ? String(cell) : cell;
  if (cell.kind === 'formula') return cellInput(cell.value);
  if (cell.kind === 'error') return cell.text;
  const pad = (value: number, digits = 2): string => String(value).padStart(digits, '0');
  const date = `${pad(cell.year, 4)}-${pad(cell.month)}-${pad(cell.day)}`;
  if (cell.hour === undefined && cell.minute === undefined && cell.second === undefined) return date;
  return `${date}T${pad(cell.hour ?? 0)}:${pad(cell.minute ?? 0)}:${pad(cell.second ?? 0)}+08:00`;
}
