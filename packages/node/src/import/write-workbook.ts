/**
 * Writes the Excel template of a record kind, empty or filled in, from its description in the battery package.
 * Implements spec/battery.md, "Sheets".
 */
import type {
  Cell as TemplateCell,
  KindTemplate,
  RecordKind,
  TablesOfDay,
  TemplateColumn,
} from '@suyuan/battery';
import { firstDataRow, templateOf } from '@suyuan/battery';
import type { Cell, CellStyle, CellValue, DataValidation, WriteSheet } from 'hucre/xlsx';

/** Empty rows below the data that have formats and drop-down lists. */
const PREPARED_ROWS = 500;

const FORMATS: { readonly [format in TemplateColumn['format']]: string } = {
  text: '@',
  number: 'General',
  date: 'yyyy-mm-dd',
};

/** A template has no date of its own, so that the same rows give the same bytes. */
const NO_DATE = new Date(Date.UTC(2026, 0, 1));

const GREY: CellStyle = { font: { italic: true, color: { rgb: '808080' } }, alignment: { wrapText: true } };

/**
 * The template of the kind with the rows given below its sample; cells are in the order of the kind's fields. Lists hold
 * the codes in force on the day of the tables.
 */
export async function writeTemplate(
  kind: RecordKind,
  rows: readonly (readonly TemplateCell[])[] = [],
  tables?: TablesOfDay,
): Promise<Uint8Array> {
  const template = templateOf(kind, tables);
  const properties = { title: template.dataSheet.name, created: NO_DATE, modified: NO_DATE };
  // Loaded when the first template is asked for: a node at rest does without its writer.
  const { writeXlsx } = await import('hucre/xlsx');
  return await writeXlsx({
    sheets: [dataSheet(template, rows), notesSheet(template)],
    properties,
    activeSheet: 0,
  });
}

function dataSheet(template: KindTemplate, rows: readonly (readonly TemplateCell[])[]): WriteSheet {
  const { name, columns } = template.dataSheet;
  const heads = [
    columns.map((column) => column.field),
    columns.map((column) => column.heading),
    columns.map((column) => workbookValue(column.sample)),
  ];
  const cells = new Map<string, Partial<Cell>>();
  columns.forEach((column, index) => {
    cells.set(`1,${index}`, { style: headingStyle(column) });
    cells.set(`2,${index}`, { style: { ...GREY, numFmt: FORMATS[column.format] } });
  });
  rows.forEach((row, index) => {
    row.forEach((cell, column) => {
      const special = specialCell(cell);
      if (special !== undefined) cells.set(`${index + firstDataRow - 1},${column}`, special);
    });
  });
  const blank = columns.map(() => null);
  const prepared = Array.from({ length: PREPARED_ROWS }, () => blank);
  return {
    name,
    rows: [...heads, ...rows.map((row) => row.map(workbookValue)), ...prepared],
    columns: columns.map((column) => ({ width: column.width, numFmt: FORMATS[column.format] })),
    cells,
    rowDefs: new Map([
      [0, { hidden: true }],
      [1, { height: 34 }],
    ]),
    freezePane: { rows: 2, columns: 1 },
    dataValidations: columns.flatMap((column, index) => validationOf(column, index, rows.length)),
  };
}

function headingStyle(column: TemplateColumn): CellStyle {
  return {
    font: { bold: true, color: { rgb: column.required ? 'C00000' : '000000' } },
    fill: { type: 'pattern', pattern: 'solid', fgColor: { rgb: 'F2F2F2' } },
    alignment: { wrapText: true, vertical: 'center' },
    numFmt: '@',
  };
}

function validationOf(column: TemplateColumn, index: number, rows: number): DataValidation[] {
  const letter = columnLetters(index);
  const range = `${letter}${firstDataRow}:${letter}${firstDataRow - 1 + rows + PREPARED_ROWS}`;
  const hint = { inputMessage: column.hint.slice(0, 255), showInputMessage: true, allowBlank: true, range };
  if (column.choices === undefined) return [];
  return [{ ...hint, type: 'list', values: [...column.choices], showErrorMessage: true, errorStyle: 'stop' }];
}

/** The letters of a column counted from 0: A to Z, then AA. */
function columnLetters(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : columnLetters(Math.floor(index / 26) - 1) + letter;
}

function notesSheet(template: KindTemplate): WriteSheet {
  return {
    name: template.notesSheet.name,
    rows: template.notesSheet.rows.map((row) => [...row]),
    columns: [20, 20, 28, 14, 24, 44, 56, 34].map((width) => ({ width, numFmt: '@' })),
  };
}

function workbookValue(cell: TemplateCell): CellValue {
  if (cell === null || cell === undefined) return null;
  if (typeof cell !== 'object') return cell;
  if (cell.kind === 'formula') return null;
  if (cell.kind === 'error') return cell.text;
  const { year, month, day, hour = 0, minute = 0, second = 0 } = cell;
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second));
}

/** Formulas and errors are not plain values; they are for samples with mistakes and for tests. */
function specialCell(cell: TemplateCell): Partial<Cell> | undefined {
  if (typeof cell !== 'object' || cell === null) return undefined;
  if (cell.kind === 'error') return { value: cell.text, type: 'error' };
  if (cell.kind !== 'formula') return undefined;
  const result = workbookValue(cell.value);
  const formula = typeof result === 'string' ? `"${result}"` : String(result ?? '""');
  return { value: result, type: 'formula', formula, formulaResult: result };
}
