// The rows of an import that have findings: listed, corrected, discarded.
import { Type } from 'typebox';
import { closed, Finding, id } from './import-values.ts';
import { idParams, page, paging } from './paging.ts';
import { defineRoute, empty, everyone, json, jsonBody, operators } from './route.ts';

const ImportRow = Type.Object({
  row: Type.Integer(),
  sheet: Type.Optional(Type.String()),
  sheetRow: Type.Optional(
    Type.Integer({ description: 'where an import has several sheets: the row in its own, other than `row`' }),
  ),
  kind: Type.Optional(
    Type.String({
      description:
        'where an import has several: the kind of the row’s record; without it the row is no record by itself',
    }),
  ),
  state: Type.Union([
    Type.Literal('wrong'),
    Type.Literal('warned'),
    Type.Literal('corrected'),
    Type.Literal('discarded'),
    Type.Literal('staged'),
    Type.Literal('sending'),
    Type.Literal('reported'),
  ]),
  cells: Type.Optional(Type.Unknown({ description: 'values by field, of rows that were not staged' })),
  findings: Type.Array(Finding),
  batch: Type.Optional(id),
  leaf: Type.Optional(Type.Integer({ description: 'with `batch`: where its record is' })),
  entry: Type.Optional(Type.Integer({ description: 'of a reported record; its name is ENTRY/LEAF' })),
  recordId: Type.Optional(Type.String({ description: 'the reporter’s own number of the record' })),
});

const importRowParams = Type.Object({
  ...idParams.properties,
  row: Type.Integer({ minimum: 0, maximum: 1_048_576 }),
});

export const listImportFindings = defineRoute({
  id: 'listImportFindings',
  method: 'GET',
  path: '/imports/:id/findings',
  area: 'imports',
  title: { en: 'All findings of an import', zh: '导入的全部问题' },
  access: everyone,
  params: idParams,
  query: Type.Object({ ...paging }, closed),
  answer: json(page(Finding)),
  problems: ['import_not_found'],
});

export const listImportRows = defineRoute({
  id: 'listImportRows',
  method: 'GET',
  path: '/imports/:id/rows',
  area: 'imports',
  title: { en: 'Rows of an import', zh: '导入的各行' },
  description:
    'Those with findings; with `state=all` every row with what became of it: where its record is staged or reported, or what is wrong.',
  access: operators,
  params: idParams,
  query: Type.Object(
    {
      ...paging,
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, description: '50 unless said' })),
      state: Type.Optional(
        Type.Union([
          Type.Literal('wrong'),
          Type.Literal('warned'),
          Type.Literal('corrected'),
          Type.Literal('discarded'),
          Type.Literal('all'),
        ]),
      ),
    },
    closed,
  ),
  answer: json(page(ImportRow)),
  problems: ['import_not_found'],
});

const Cells = Type.Record(
  Type.String({ maxLength: 64 }),
  Type.Union([
    Type.String({ maxLength: 32_767 }),
    Type.Number(),
    Type.Boolean(),
    Type.Null(),
    Type.Array(
      Type.Union([
        Type.String({ maxLength: 64 }),
        Type.Number(),
        Type.Boolean(),
        Type.Null(),
        Type.Object(
          { digest: Type.String({ maxLength: 64 }), name: Type.String({ maxLength: 128 }) },
          { ...closed, description: 'an attachment' },
        ),
      ]),
      { maxItems: 1_000 },
    ),
  ]),
  { maxProperties: 200 },
);

export const correctImportRow = defineRoute({
  id: 'correctImportRow',
  method: 'PUT',
  path: '/imports/:id/rows/:row',
  area: 'imports',
  title: { en: 'Correct a row', zh: '更正一行' },
  description:
    'All cells of the row, by field. The row is checked again and staged when nothing is wrong any more.',
  access: operators,
  params: importRowParams,
  body: jsonBody(Type.Object({ cells: Cells }, closed), 262_144),
  answer: json(
    Type.Object({
      row: Type.Integer(),
      state: ImportRow.properties.state,
      staged: Type.Optional(Type.Object({ batch: id, leaf: Type.Integer() })),
      findings: Type.Array(Finding),
    }),
  ),
  problems: ['import_not_found', 'import_row_not_found', 'import_closed'],
});

export const discardImportRow = defineRoute({
  id: 'discardImportRow',
  method: 'DELETE',
  path: '/imports/:id/rows/:row',
  area: 'imports',
  title: { en: 'Discard a row', zh: '放弃一行' },
  access: operators,
  params: importRowParams,
  answer: empty,
  problems: ['import_not_found', 'import_row_not_found', 'import_closed'],
});

/** All routes of this page. */
export const importRowRoutes = [
  listImportFindings,
  listImportRows,
  correctImportRow,
  discardImportRow,
] as const;
