/** Between the values of a record and the texts of a form over its fields. */
import type { correctImportRow, JsonOf } from '@suyuan/api';
import type { Field } from '@suyuan/battery';

type Cells = JsonOf<typeof correctImportRow>['cells'];

/** What was typed, by field. */
export type CellTexts = Readonly<Record<string, string | undefined>>;

/** An attachment as a line: digest, blank, file name. */
const lineOf = (item: unknown): string => {
  const { digest, name }: { readonly digest?: unknown; readonly name?: unknown } = Object(item);
  return typeof digest === 'string' ? `${digest} ${String(name)}` : String(item);
};

/** A cell as text to edit; lists have one code or attachment a line. */
export const cellText = (value: unknown): string | undefined => {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return value.map(lineOf).join('\n');
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** What was typed as the value that the node expects: in a row of a sheet lists are text, in a pushed record arrays. */
const typedValue = (field: Field, text: string, isSheet: boolean): Cells[string] => {
  const trimmed = text.trim();
  const { type } = field;
  if (type === 'number' || type === 'integer') {
    return /^-?\d{1,15}(?:\.\d{1,15})?$/u.test(trimmed) ? Number(trimmed) : trimmed;
  }
  if (type === 'boolean') return trimmed === 'true' || (trimmed === 'false' ? false : trimmed);
  if (type === 'attachments' && !isSheet) {
    const lines = text.split('\n').map((line) => line.trim());
    return lines
      .filter((line) => line !== '')
      .map((line) => ({ digest: line.slice(0, 64), name: line.slice(64).trim() }));
  }
  if (type === 'battery_codes' && !isSheet) return trimmed.split(/[\s,;，；、]+/u);
  return text;
};

/** The values of the fields that were filled in. */
export const cellsOf = (fields: readonly Field[], texts: CellTexts, isSheet: boolean): Cells =>
  Object.fromEntries(
    fields.flatMap((field) => {
      const text = texts[field.id];
      return text === undefined || text.trim() === '' ? [] : [[field.id, typedValue(field, text, isSheet)]];
    }),
  );
