// What the routes of imports, of their rows and of own records have in common.
import { Type } from 'typebox';
import { text } from './paging.ts';

/** Id of an import or of a batch. */
export const id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
/** Id of a record kind. */
export const kind = Type.String({ pattern: '^[a-z][a-z0-9_]{0,31}$' });
/** Takes no members but those named. */
export const closed = { additionalProperties: false };

const Level = Type.Union([Type.Literal('error'), Type.Literal('warning'), Type.Literal('info')]);

/** What is wrong with, or worth saying of, a row. */
export const Finding = Type.Object(
  {
    level: Level,
    code: Type.String(),
    message: text,
    sheet: Type.Optional(Type.String()),
    row: Type.Integer({ description: 'row of the sheet, from 1; or place in the list of records, from 0' }),
    column: Type.Optional(Type.String({ description: 'letters of the column, or name of the member' })),
    field: Type.Optional(Type.String()),
    value: Type.Optional(Type.String({ description: 'what was found, shortened' })),
    at: Type.Optional(Type.Integer({ description: 'character of a code, from 1' })),
    item: Type.Optional(Type.Integer({ description: 'place in a list of codes, from 1' })),
    record: Type.Optional(
      Type.String({ description: 'with `record_reported`: ENTRY/LEAF of the record of this number' }),
    ),
    receipt: Type.Optional(Type.String({ description: 'with `record`: the address of its receipt' })),
  },
  { description: 'an `error` keeps its row from being staged; a `warning` or `info` does not' },
);

/** Why a whole file is refused. */
export const fileProblems = [
  'workbook_not_xlsx',
  'workbook_encrypted',
  'workbook_old_format',
  'workbook_has_macros',
  'workbook_damaged',
  'workbook_has_dtd',
  'workbook_too_large',
  'workbook_sheet_missing',
  'workbook_too_many_rows',
  'csv_not_text',
  'csv_charset_wrong',
  'csv_header_missing',
  'csv_quote_open',
  'csv_quote_misplaced',
  'csv_row_too_long',
  'lines_too_many',
  'line_too_long',
] as const;
