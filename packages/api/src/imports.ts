// Importing: a workbook or a list of records becomes staged records; what is wrong comes back cell by cell. Also the
// template to fill in. Rows to correct are in import-rows.ts, the staged records in own-records.ts.
import { Type } from 'typebox';
import { importRowRoutes } from './import-rows.ts';
import { closed, fileProblems, Finding, id, kind } from './import-values.ts';
import { ownRecordRoutes } from './own-records.ts';
import { idParams, moment, page, paging } from './paging.ts';
import {
  defineRoute,
  events,
  everyone,
  file,
  json,
  jsonBody,
  jsonOrAccepted,
  jsonOrStreamBody,
  operators,
  streamBody,
} from './route.ts';

const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Most bytes of an uploaded workbook. */
export const workbookBytesMax: number = 64 * 1024 * 1024;
/** Most records of one push. */
export const pushRecordsMax = 1_000;
/** Most bytes of one push. */
export const pushBytesMax: number = 8 * 1024 * 1024;

const Outcome = Type.Object({
  id: Type.Union([id, Type.Null()], { description: 'null for a dry run, of which nothing is kept' }),
  kind,
  dryRun: Type.Boolean(),
  rows: Type.Integer({ description: 'rows of data' }),
  staged: Type.Integer(),
  errors: Type.Integer(),
  warnings: Type.Integer(),
  skipped: Type.Optional(Type.Integer({ description: 'rows that the mapping passed over' })),
  findings: Type.Array(Finding, { description: 'the first 1,000; all of them by `findings` of the import' }),
});

const Import = Type.Object({
  id,
  kind,
  source: Type.Union(
    [
      Type.Literal('excel'),
      Type.Literal('csv'),
      Type.Literal('json'),
      Type.Literal('ndjson'),
      Type.Literal('api'),
    ],
    { description: '`excel`, `csv`: a table; `json`, `ndjson`: pushed records; `api`: pulled by this node' },
  ),
  fileName: Type.Optional(Type.String()),
  status: Type.Union(
    [
      Type.Literal('waiting'),
      Type.Literal('reading'),
      Type.Literal('done'),
      Type.Literal('failed'),
      Type.Literal('cancelled'),
      Type.Literal('discarded'),
    ],
    { description: 'what `failed` or was `cancelled` has left nothing' },
  ),
  ahead: Type.Optional(Type.Integer({ description: 'while `waiting`: how many imports go before it' })),
  failure: Type.Optional(
    Type.Object({ code: Type.String() }, { description: 'of a `failed` one: a problem code with its facts' }),
  ),
  mapping: Type.Optional(
    Type.Object(
      {
        id,
        name: Type.Optional(Type.String({ description: 'as it is called now' })),
        version: Type.Integer(),
      },
      { description: 'the saved mapping that read it, once it is `done`' },
    ),
  ),
  rows: Type.Integer({ description: 'so far, while `reading`' }),
  staged: Type.Integer(),
  errors: Type.Integer(),
  warnings: Type.Integer(),
  createdBy: Type.String(),
  createdAt: moment,
  finishedAt: Type.Optional(moment),
});

const Accepted = Type.Object({
  id,
  kind,
  status: Type.Literal('waiting'),
  ahead: Type.Integer({ description: 'imports that go before it' }),
  location: Type.String({ description: 'address of the import' }),
});

const isAsync = Type.Optional(
  Type.Boolean({
    description: 'answer 202 as soon as the file is stored; the import goes on, also when this node restarts',
  }),
);

const mappingQuery = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 64,
    description: 'name of a saved mapping: the rows are those of your own system',
  }),
);

export const createImport = defineRoute({
  id: 'createImport',
  method: 'POST',
  path: '/imports',
  area: 'imports',
  title: { en: 'Import a workbook or a CSV file', zh: '导入工作簿或 CSV 文件' },
  description:
    'The body is the file itself: xlsx (with `kind=four_sheet` in the layout of four sheets A-1 to A-4, which becomes packs and modules), or with the media type `text/csv` comma-separated values, whose encoding is found out or named by `charset`. Good rows are staged, bad rows are kept for correction. A dry run says the same and keeps nothing. The same bytes are taken once: a second time is `import_repeated` unless `again` says otherwise.',
  access: operators,
  query: Type.Object(
    {
      kind,
      dryRun: Type.Optional(Type.Boolean()),
      async: isAsync,
      mapping: mappingQuery,
      again: Type.Optional(
        Type.Boolean({ description: 'import the file although the same bytes were imported as this kind' }),
      ),
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
  answer: jsonOrAccepted(Outcome, Accepted),
  problems: [
    'kind_unknown',
    'kind_not_permitted',
    'mapping_not_found',
    'mapping_other_kind',
    'import_repeated',
    'import_queue_full',
    ...fileProblems,
  ],
  idempotent: true,
});

export const pushRecords = defineRoute({
  id: 'pushRecords',
  method: 'POST',
  path: '/records/:kind',
  area: 'imports',
  title: { en: 'Push records', zh: '推送记录' },
  description:
    'Up to 1,000 records as JSON, or up to 100,000 as lines of JSON with the media type `application/x-ndjson`. Good ones are staged, bad ones are kept for correction; the findings name each by its place or line, from 0. A record with the `recordId` of a staged one replaces it; with that of a reported one it is refused by the finding `record_reported`, which links to the receipt. When a JSON push holds nothing but such records, the answer is the problem of the same code (409), with `records` as its facts, and nothing is kept. Only lines go with `async`.',
  access: operators,
  params: Type.Object({ kind }),
  query: Type.Object({ async: isAsync, mapping: mappingQuery }, closed),
  body: jsonOrStreamBody(
    jsonBody(
      Type.Object({ records: Type.Array(Type.Unknown(), { minItems: 1, maxItems: pushRecordsMax }) }, closed),
      pushBytesMax,
    ),
    streamBody(['application/x-ndjson'], workbookBytesMax),
  ),
  answer: jsonOrAccepted(Outcome, Accepted),
  problems: [
    'kind_unknown',
    'kind_not_permitted',
    'mapping_not_found',
    'mapping_other_kind',
    'record_reported',
    'record_sending',
    'import_repeated',
    'import_queue_full',
    ...fileProblems,
  ],
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

export const cancelImport = defineRoute({
  id: 'cancelImport',
  method: 'POST',
  path: '/imports/:id/cancel',
  area: 'imports',
  title: { en: 'Cancel an import that waits or runs', zh: '取消正在等待或进行的导入' },
  description:
    'For imports with `async`. Once it is answered, nothing of the import is staged and its file is gone; one that is done can be discarded instead.',
  access: operators,
  params: idParams,
  answer: json(Import),
  problems: ['import_not_found', 'import_closed'],
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
  description:
    'The workbook as it was sent, bad cells of every sheet in colour with a comment, and a sheet that lists all findings. A CSV file comes back as a workbook of the same rows.',
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

/** All routes of this area. */
export const importRoutes = [
  createImport,
  listImports,
  getImport,
  watchImport,
  cancelImport,
  ...importRowRoutes,
  discardImport,
  getImportWorkbook,
  getKindTemplate,
  pushRecords,
  ...ownRecordRoutes,
] as const;
