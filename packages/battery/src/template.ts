/**
 * The Excel template of a record kind as a description; the node writes it with a workbook library and reads it back.
 * Rows of the data sheet: 1 field ids (hidden), 2 headings in both languages, 3 a sample that import leaves out, data
 * from row 4. Implements spec/battery.md, "Sheets".
 */
import { attachmentsText } from './attachment.ts';
import type { Cell, DateCell } from './cell.ts';
import { enumChoice } from './cell.ts';
import { digitsAt } from './civil-date.ts';
import type { TablesOfDay } from './code/field-values.ts';
import { fieldValues } from './code/field-values.ts';
import { headingOf, markedPlace } from './header.ts';
import type { Field, Part, RecordKind } from './kind.ts';

/** One column of the data sheet. */
export interface TemplateColumn {
  readonly field: string;
  readonly heading: string;
  readonly required: boolean;
  /** Characters. */
  readonly width: number;
  /** `text` keeps codes and dates exactly as typed. */
  readonly format: 'text' | 'number' | 'date';
  /** Values of a drop-down list. */
  readonly choices?: readonly string[];
  /** What is shown when the cell is chosen. */
  readonly hint: string;
  readonly sample: Cell;
}

/** The description of a template. */
export interface KindTemplate {
  readonly kind: string;
  readonly dataSheet: { readonly name: string; readonly columns: readonly TemplateColumn[] };
  readonly notesSheet: { readonly name: string; readonly rows: readonly (readonly string[])[] };
}

/** The row, counted from 1, in which a template's data begins. */
export const firstDataRow = 4;

/** Who sees each part. */
export const partLabels: { readonly [part in Part]: { readonly zh: string; readonly en: string } } = {
  public: { zh: '公开', en: 'public' },
  shared: { zh: '通道成员', en: 'members of the channel' },
  private: { zh: '仅本单位', en: 'own organisation only' },
};

/** Describes the template of a kind; lists hold the codes in force on the day of the tables. */
export function templateOf(kind: RecordKind, tables?: TablesOfDay): KindTemplate {
  return {
    kind: kind.id,
    dataSheet: {
      name: kind.label.zh,
      columns: kind.fields.map((field, place) => columnOf(field, place === markedPlace(kind), tables)),
    },
    notesSheet: { name: '填写说明 Notes', rows: notesOf(kind) },
  };
}

function columnOf(field: Field, isMarked: boolean, tables: TablesOfDay | undefined): TemplateColumn {
  const choices = choicesOf(field, tables);
  return {
    field: field.id,
    heading: headingOf(field),
    required: field.required === 'yes',
    width: widthOf(field),
    format:
      field.type === 'number' || field.type === 'integer'
        ? 'number'
        : field.type === 'date'
          ? 'date'
          : 'text',
    ...(choices === undefined ? {} : { choices }),
    hint: `${field.help.zh}\n${field.help.en}`,
    sample: sampleOf(field, isMarked),
  };
}

function choicesOf(field: Field, tables: TablesOfDay | undefined): readonly string[] | undefined {
  if (field.type === 'enum') return fieldValues(field, tables).map(enumChoice);
  return field.type === 'boolean' ? ['是', '否'] : undefined;
}

function widthOf(field: Field): number {
  if (field.type === 'battery_code' || field.type === 'battery_codes' || field.type === 'datetime') return 30;
  return field.type === 'text' || field.type === 'uscc' || field.type === 'vin' ? 22 : 14;
}

function sampleOf(field: Field, isMarked: boolean): Cell {
  if (field.example === '') return null;
  if (isMarked) return `示例 ${field.example}`;
  if (field.type === 'number' || field.type === 'integer') return Number(field.example);
  return field.type === 'date' ? dateCellOf(field.example) : field.example;
}

function dateCellOf(date: string): DateCell {
  return { kind: 'date', year: digitsAt(date, 0, 4), month: digitsAt(date, 5, 2), day: digitsAt(date, 8, 2) };
}

function notesOf(kind: RecordKind): string[][] {
  const heads: string[][] = [
    [`${kind.label.zh} ${kind.label.en}`],
    [kind.help.zh],
    [kind.help.en],
    ['第 1 行（隐藏）为字段名，第 2 行为表头，第 3 行为示例（不导入），从第 4 行开始填写。'],
    [
      'Row 1 (hidden) holds field names, row 2 headings, row 3 a sample that is not imported; data starts in row 4.',
    ],
    ['带 * 的列必填。编码列为文本格式，请勿改为数值。多个编码写在同一单元格。'],
    [
      'Columns with * are required. Code columns are text; do not make them numbers. Several codes share one cell.',
    ],
    [],
    ['字段 Field', '名称', 'Label', '必填 Required', '可见范围 Seen by', '说明', 'Help', '示例 Example'],
  ];
  return [...heads, ...kind.fields.map(noteOf)];
}

function noteOf(field: Field): string[] {
  const required = { yes: '是 yes', no: '否 no', conditional: '视情况 depends' }[field.required];
  const seen = partLabels[field.part];
  const { id, label, help, example } = field;
  return [id, label.zh, label.en, required, `${seen.zh} ${seen.en}`, help.zh, help.en, example];
}

/** The cells of a record, in the template's order of columns, as a person would fill them in. */
export function cellsOf(kind: RecordKind, members: Readonly<Record<string, unknown>>): Cell[] {
  return kind.fields.map((field) => {
    const value = members[field.id];
    if (field.type === 'attachments') return attachmentsText(value);
    if (Array.isArray(value)) return value.join('\n');
    if (typeof value === 'boolean') return value ? '是' : '否';
    if (typeof value === 'number') return value;
    if (typeof value !== 'string') return null;
    if (field.type === 'date' && value.length === 10) return dateCellOf(value);
    if (field.type !== 'enum') return value;
    const choice = field.values.find((entry) => entry.id === value);
    return choice === undefined ? value : enumChoice(choice);
  });
}
