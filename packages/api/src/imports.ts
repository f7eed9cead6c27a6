// Importing: a workbook or a list of records becomes staged records; what is wrong comes back cell by cell, is
// corrected or discarded. Also the staged records themselves, and the template to fill in.
import { Type } from 'typebox';
import { idParams, moment, page, paging, text } from './paging.ts';
import {
  defineRoute,
  empty,
  events,
  everyone,
  file,
  json,
  jsonBody,
  jsonOrStreamBody,
  operators,
  streamBody,
} from './route.ts';

const id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const kind = Type.String({ pattern: '^[a-z][a-z0-9_]{0,31}$' });
const closed = { additionalProperties: false };
const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Most bytes of an uploaded workbook. */
export const workbookBytesMax: number = 64 * 1024 * 1024;
/** Most records of one push. */
export const pushRecordsMax = 1_000;
/** Most bytes of one push. */
export const pushBytesMax: number = 8 * 1024 * 1024;

const Level = Type.Union([Type.Literal('error'), Type.Literal('warning'), Type.Literal('info')]);

const Finding = Type.Object(
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
  },
  { description: 'an `error` keeps its row from being staged; a `warning` or `info` does not' },
);

const Outcome = Type.Object({
  id: Type.Union([id, Type.Null()], { description: 'null for a dry run, of which nothing is kept' }),
  kind,
  dryRun: Type.Boolean(),
  rows: Type.Integer({ description: 'rows of data' }),
  staged: Type.Integer(),
  errors: Type.Integer(),
  warnings: Type.Integer(),
  findings: Type.Array(Finding, { description: 'the first 1,000; all of them by `findings` of the import' }),
});

const Import = Type.Object({
  id,
  kind,
  source: Type.Union([Type.Literal('excel'), Type.Literal('json'), Type.Literal('api')], {
    description: '`excel`: a table, as a workbook or as CSV; `json`: pushed records',
  }),
  fileName: Type.Optional(Type.String()),
  status: Type.Union([
    Type.Literal('reading'),
    Type.Literal('done'),
    Type.Literal('failed'),
    Type.Literal('discarded'),
  ]),
  rows: Type.Integer({ description: 'so far, while `reading`' }),
  staged: Type.Integer(),
  errors: Type.Integer(),
  warnings: Type.Integer(),
  createdBy: Type.String(),
  createdAt: moment,
  finishedAt: Type.Optional(moment),
});

const ImportRow = Type.Object({
  row: Type.Integer(),
  sheet: Type.Optional(Type.String()),
  state: Type.Union([
    Type.Literal('wrong'),
    Type.Literal('warned'),
    Type.Literal('corrected'),
    Type.Literal('discarded'),
  ]),
  cells: Type.Unknown({ description: 'values by field, of rows that were not staged' }),
  findings: Type.Array(Finding),
});

const StagedRecord = Type.Object({
  batch: id,
  leaf: Type.Integer(),
  entry: Type.Optional(Type.Integer({ description: 'of reported records; the name is ENTRY/LEAF' })),
  kind,
  status: Type.Union([Type.Literal('staged'), Type.Literal('sending'), Type.Literal('reported')]),
  import: Type.Optional(id),
  row: Type.Optional(Type.Integer()),
  storedOn: Type.String({ description: 'civil date of staging' }),
  public: Type.Unknown(),
  shared: Type.Unknown(),
  private: Type.Optional(Type.Unknown({ description: 'only for operators and administrators' })),
});

const importRowParams = Type.Object({
  ...idParams.properties,
  row: Type.Integer({ minimum: 0, maximum: 1_048_576 }),
});
const stagedParams = Type.Object({ batch: id, leaf: Type.Integer({ minimum: 0, maximum: 2_147_483_647 }) });

/** Why a whole file is refused. */
const fileProblems = [
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

export const createImport = defineRoute({
  id: 'createImport',
  method: 'POST',
  path: '/imports',
  area: 'imports',
  title: { en: 'Import a workbook or a CSV file', zh: '导入工作簿或 CSV 文件' },
  description:
    'The body is the file itself: xlsx (with `kind=four_sheet` in the layout of four sheets A-1 to A-4, which becomes packs and modules), or with the media type `text/csv` comma-separated values, whose encoding is found out or named by `charset`. Good rows are staged, bad rows are kept for correction. A dry run says the same and keeps nothing.',
  access: operators,
  query: Type.Object(
    {
      kind,
      dryRun: Type.Optional(Type.Boolean()),
      defaults: Type.Optional(
        Type.String({
          maxLength: 8_192,
          description:
            'with `kind=four_sheet`: JSON of values for fields without a column, `{"battery_pack": {...}, "battery_module": {...}, "models": {"MODEL": {...}}}`',
        }),
      ),
      fileName: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
    },
    closed,
  ),
  body: streamBody([xlsx, 'application/octet-stream', 'text/csv'], workbookBytesMax),
  answer: json(Outcome),
  problems: ['kind_unknown', 'kind_not_permitted', ...fileProblems],
  idempotent: true,
});

export const pushRecords = defineRoute({
  id: 'pushRecords',
  method: 'POST',
  path: '/records/:kind',
  area: 'imports',
  title: { en: 'Push records', zh: '推送记录' },
  description:
    'Up to 1,000 records as JSON, or up to 100,000 as lines of JSON with the media type `application/x-ndjson`. Good ones are staged, bad ones are kept for correction; the findings name each by its place or line, from 0.',
  access: operators,
  params: Type.Object({ kind }),
  body: jsonOrStreamBody(
    jsonBody(
      Type.Object({ records: Type.Array(Type.Unknown(), { minItems: 1, maxItems: pushRecordsMax }) }, closed),
      pushBytesMax,
    ),
    streamBody(['application/x-ndjson'], workbookBytesMax),
  ),
  answer: json(Outcome),
  problems: ['kind_unknown', 'kind_not_permitted', ...fileProblems],
  idempotent: true,
});

export const listImports = defineRoute({
  id: 'listImports',
  method: 'GET',
  path: '/imports',
  area: 'imports',
  title: { en: 'Imports, the newest first', zh: '导入列表（最新在前）' },
  access: everyone,
  query: Type.Object({ ...paging, kind: Type.Optional(kind) }, closed),
  answer: json(page(Import)),
});

export const getImport = defineRoute({
  id: 'getImport',
  method: 'GET',
  path: '/imports/:id',
  area: 'imports',
  title: { en: 'One import', zh: '单个导入' },
  access: everyone,
  params: idParams,
  answer: json(Import),
  problems: ['import_not_found'],
});

export const watchImport = defineRoute({
  id: 'watchImport',
  method: 'GET',
  path: '/imports/:id/events',
  area: 'imports',
  title: { en: 'Progress of an import', zh: '导入进度' },
  access: everyone,
  params: idParams,
  answer: events(Import),
  problems: ['import_not_found'],
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
  title: { en: 'Rows with findings', zh: '有问题的行' },
  access: operators,
  params: idParams,
  query: Type.Object({ ...paging, state: Type.Optional(ImportRow.properties.state) }, closed),
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
    Type.Array(Type.Union([Type.String({ maxLength: 64 }), Type.Number(), Type.Boolean(), Type.Null()]), {
      maxItems: 1_000,
    }),
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

export const discardImport = defineRoute({
  id: 'discardImport',
  method: 'DELETE',
  path: '/imports/:id',
  area: 'imports',
  title: { en: 'Discard an import', zh: '放弃导入' },
  description: 'Removes everything of it that is still staged; what is reported stays.',
  access: operators,
  params: idParams,
  answer: json(Type.Object({ discarded: Type.Integer(), kept: Type.Integer() })),
  problems: ['import_not_found', 'import_closed'],
});

export const getImportWorkbook = defineRoute({
  id: 'getImportWorkbook',
  method: 'GET',
  path: '/imports/:id/workbook',
  area: 'imports',
  title: { en: 'The workbook with its bad cells marked', zh: '标注问题的原工作簿' },
  access: operators,
  params: idParams,
  answer: file(xlsx),
  problems: ['import_not_found', 'import_without_workbook', 'workbook_too_large'],
});

export const getKindTemplate = defineRoute({
  id: 'getKindTemplate',
  method: 'GET',
  path: '/kinds/:kind/template',
  area: 'kinds',
  title: { en: 'The workbook to fill in', zh: '下载导入模板' },
  access: everyone,
  params: Type.Object({ kind }),
  answer: file(xlsx),
  problems: ['kind_unknown'],
});

export const listRecords = defineRoute({
  id: 'listRecords',
  method: 'GET',
  path: '/records',
  area: 'records',
  title: { en: 'Own records', zh: '本单位记录' },
  access: everyone,
  query: Type.Object(
    {
      ...paging,
      status: Type.Optional(StagedRecord.properties.status),
      kind: Type.Optional(kind),
      import: Type.Optional(id),
    },
    closed,
  ),
  answer: json(page(StagedRecord)),
});

const EditOutcome = Type.Object({
  staged: Type.Boolean({ description: 'false: nothing was changed, the findings say why' }),
  findings: Type.Array(Finding),
});

export const editStagedRecord = defineRoute({
  id: 'editStagedRecord',
  method: 'PUT',
  path: '/records/staged/:batch/:leaf',
  area: 'records',
  title: { en: 'Change a staged record', zh: '修改待上报记录' },
  access: operators,
  params: stagedParams,
  body: jsonBody(Type.Object({ record: Type.Unknown() }, closed), 262_144),
  answer: json(EditOutcome),
  problems: ['staged_record_not_found'],
});

export const discardStagedRecord = defineRoute({
  id: 'discardStagedRecord',
  method: 'DELETE',
  path: '/records/staged/:batch/:leaf',
  area: 'records',
  title: { en: 'Discard a staged record', zh: '放弃待上报记录' },
  access: operators,
  params: stagedParams,
  answer: empty,
  problems: ['staged_record_not_found'],
});

/** All routes of this area. */
export const importRoutes = [
  createImport,
  listImports,
  getImport,
  watchImport,
  listImportFindings,
  listImportRows,
  correctImportRow,
  discardImportRow,
  discardImport,
  getImportWorkbook,
  getKindTemplate,
  pushRecords,
  listRecords,
  editStagedRecord,
  discardStagedRecord,
] as const;
