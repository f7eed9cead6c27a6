// Sources: existing systems of the organisation that its node pulls records from. Implements spec/source.md.
import { Type } from 'typebox';
import type { Static } from 'typebox';

import { idParams, moment, page, paging, text } from './paging.ts';
import { administrators, defineRoute, empty, json, jsonBody, operators } from './route.ts';
import type { Role } from './route.ts';
import {
  sourceKind,
  sourceLine,
  sourceSchedule,
  sourceSettings,
  sourceStreamsMax,
} from './source-settings.ts';

/** Most sources of one node. */
export const sourcesMax = 64;
/** Rows that a preview shows. */
export const previewRowsMax = 20;

const closed = { additionalProperties: false } as const;
const id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const line = sourceLine;
const kind = sourceKind;
const readers: readonly Role[] = ['administrator', 'operator', 'auditor'];

const difference = Type.Object({ missing: Type.Array(Type.String()), added: Type.Array(Type.String()) });

/** One run and what came of it. */
export const sourceRun = Type.Object({
  id,
  status: Type.Union([
    Type.Literal('running'),
    Type.Literal('done'),
    Type.Literal('failed'),
    Type.Literal('cancelled'),
  ]),
  startedBy: Type.Union([Type.Literal('command'), Type.Literal('schedule'), Type.Literal('manager')]),
  account: Type.String({ description: 'who started it' }),
  startedAt: moment,
  finishedAt: Type.Optional(moment),
  pages: Type.Integer({ description: 'pages or files' }),
  rows: Type.Integer(),
  unchanged: Type.Integer({ description: 'rows that came before as they are' }),
  skipped: Type.Integer({ description: 'rows that the mapping leaves out' }),
  staged: Type.Integer(),
  errors: Type.Integer(),
  warnings: Type.Integer(),
  attempts: Type.Integer({ description: 'requests that had to be repeated' }),
  report: Type.Optional(id),
  failure: Type.Optional(
    Type.Object({ code: Type.String(), message: text, detail: Type.Optional(Type.String()) }),
  ),
});

/** A source as it is shown; its secret never is. */
export const source = Type.Object({
  id,
  name: Type.String(),
  system: Type.String(),
  settings: sourceSettings,
  schedule: Type.Optional(sourceSchedule),
  autoReport: Type.Boolean(),
  holdWarnings: Type.Boolean(),
  openToManager: Type.Boolean(),
  hasSecret: Type.Boolean(),
  state: Type.Union(
    [
      Type.Literal('new'),
      Type.Literal('fresh'),
      Type.Literal('late'),
      Type.Literal('paused'),
      Type.Literal('stopped'),
    ],
    {
      description:
        'fresh: the last run was good and none is due; late: the last run failed or one is overdue; paused: by a person; stopped: by the node, see streams',
    },
  ),
  streams: Type.Array(
    Type.Object({
      kind,
      cursor: Type.Optional(Type.String()),
      columns: Type.Optional(Type.Array(Type.String())),
      changed: Type.Optional(difference),
    }),
  ),
  exceptions: Type.Integer({ description: 'rows on the work list' }),
  running: Type.Optional(sourceRun),
  lastRun: Type.Optional(sourceRun),
  nextRunAt: Type.Optional(moment),
  createdBy: Type.String(),
  createdAt: moment,
});

const secret = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 4_000,
    description: 'token or header value; for sql the connection URL. Kept in a file of its own, never shown',
  }),
);
const draft = Type.Object(
  {
    name: line(80),
    system: line(80, 'the system it is bound to, such as "SAP ME plant 2"'),
    settings: sourceSettings,
    secret,
    schedule: Type.Optional(sourceSchedule),
    autoReport: Type.Optional(Type.Boolean()),
    holdWarnings: Type.Optional(Type.Boolean()),
    openToManager: Type.Optional(Type.Boolean()),
  },
  closed,
);
export type SourceDraft = Static<typeof draft>;
const bodyMax = 65_536;

export const listSources = defineRoute({
  id: 'listSources',
  method: 'GET',
  path: '/sources',
  area: 'sources',
  title: { en: 'Sources', zh: '数据源' },
  access: readers,
  answer: json(page(source)),
});

export const getSource = defineRoute({
  id: 'getSource',
  method: 'GET',
  path: '/sources/:id',
  area: 'sources',
  title: { en: 'A source', zh: '数据源详情' },
  access: readers,
  params: idParams,
  answer: json(source),
  problems: ['source_not_found'],
});

export const createSource = defineRoute({
  id: 'createSource',
  method: 'POST',
  path: '/sources',
  area: 'sources',
  title: { en: 'Bind a source', zh: '登记数据源' },
  access: administrators,
  body: jsonBody(draft, bodyMax),
  answer: json(source, 201),
  problems: ['sources_too_many', 'source_refused', 'kind_unknown'],
});

export const replaceSource = defineRoute({
  id: 'replaceSource',
  method: 'PUT',
  path: '/sources/:id',
  area: 'sources',
  title: { en: 'Change a source', zh: '修改数据源' },
  description:
    'Without `secret` the one that is there stays. A record kind that stays keeps its cursor; its columns are taken anew, so that a source stopped by changed columns goes on from its cursor.',
  access: administrators,
  params: idParams,
  body: jsonBody(draft, bodyMax),
  answer: json(source),
  problems: ['source_not_found', 'source_running', 'source_refused', 'kind_unknown'],
});

export const changeSource = defineRoute({
  id: 'changeSource',
  method: 'PATCH',
  path: '/sources/:id',
  area: 'sources',
  title: { en: 'Pause or go on, accept columns, replay', zh: '暂停、继续、确认列变化或重放' },
  description:
    '`acceptColumns` takes the columns as they are now. `cursors` replays from a cursor, or from the beginning with null; rows that came before as they are stage nothing.',
  access: administrators,
  params: idParams,
  body: jsonBody(
    Type.Object(
      {
        status: Type.Optional(Type.Union([Type.Literal('active'), Type.Literal('paused')])),
        acceptColumns: Type.Optional(Type.Boolean()),
        cursors: Type.Optional(
          Type.Record(kind, Type.Union([Type.String({ maxLength: 1_000 }), Type.Null()]), {
            maxProperties: sourceStreamsMax,
          }),
        ),
      },
      { ...closed, minProperties: 1 },
    ),
  ),
  answer: json(source),
  problems: ['source_not_found', 'source_running'],
});

export const removeSource = defineRoute({
  id: 'removeSource',
  method: 'DELETE',
  path: '/sources/:id',
  area: 'sources',
  title: { en: 'Remove a source and its log', zh: '删除数据源及其运行记录' },
  description: 'What it has staged or reported stays.',
  access: administrators,
  params: idParams,
  answer: empty,
  problems: ['source_not_found', 'source_running'],
});

export const previewSource = defineRoute({
  id: 'previewSource',
  method: 'POST',
  path: '/sources/preview',
  area: 'sources',
  title: { en: 'Try a source and see its first rows', zh: '测试连接并预览' },
  description:
    'Stages nothing. `source` names a stored source whose secret is used where `secret` is absent; its settings must then lead to the same system.',
  access: administrators,
  body: jsonBody(
    Type.Object({ settings: sourceSettings, kind, secret, source: Type.Optional(id) }, closed),
    bodyMax,
  ),
  answer: json(
    Type.Object({
      columns: Type.Array(Type.String()),
      rows: Type.Array(Type.Array(Type.String())),
      changed: Type.Optional(difference),
    }),
  ),
  problems: ['source_not_found', 'source_refused', 'source_failed', 'kind_unknown'],
});

export const runSource = defineRoute({
  id: 'runSource',
  method: 'POST',
  path: '/sources/:id/runs',
  area: 'sources',
  title: { en: 'Run now', zh: '立即运行' },
  access: operators,
  params: idParams,
  answer: json(sourceRun, 202),
  problems: ['source_not_found', 'source_running', 'source_stopped'],
});

const runParams = Type.Object({ ...idParams.properties, run: id });

export const listSourceRuns = defineRoute({
  id: 'listSourceRuns',
  method: 'GET',
  path: '/sources/:id/runs',
  area: 'sources',
  title: { en: 'Runs of a source, newest first', zh: '运行记录' },
  access: readers,
  params: idParams,
  query: Type.Object(paging),
  answer: json(page(sourceRun)),
  problems: ['source_not_found'],
});

export const getSourceRun = defineRoute({
  id: 'getSourceRun',
  method: 'GET',
  path: '/sources/:id/runs/:run',
  area: 'sources',
  title: { en: 'A run with its imports', zh: '运行详情' },
  access: readers,
  params: runParams,
  answer: json(
    Type.Object({
      ...sourceRun.properties,
      imports: Type.Array(id, { description: 'the newest hundred' }),
    }),
  ),
  problems: ['source_not_found', 'source_run_not_found'],
});

export const cancelSourceRun = defineRoute({
  id: 'cancelSourceRun',
  method: 'DELETE',
  path: '/sources/:id/runs/:run',
  area: 'sources',
  title: { en: 'Cancel a run', zh: '取消运行' },
  description: 'What it has staged stays; the next run goes on from there.',
  access: operators,
  params: runParams,
  answer: empty,
  problems: ['source_not_found', 'source_run_not_found'],
});

/** A row that waits for a person. */
export const sourceException = Type.Object({
  import: id,
  row: Type.Integer(),
  kind,
  state: Type.Union([Type.Literal('wrong'), Type.Literal('warned')]),
  record: Type.Optional(Type.String({ description: 'BATCH/LEAF of a staged record that has warnings' })),
  cells: Type.Unknown(),
  findings: Type.Array(
    Type.Object({
      level: Type.String(),
      code: Type.String(),
      message: text,
      field: Type.Optional(Type.String()),
      value: Type.Optional(Type.String()),
    }),
  ),
});

export const listSourceExceptions = defineRoute({
  id: 'listSourceExceptions',
  method: 'GET',
  path: '/sources/:id/exceptions',
  area: 'sources',
  title: { en: 'Rows that wait for a person', zh: '待处理异常行' },
  description:
    'Rows with errors, and those with warnings where the source holds them. Correct or discard a wrong one under /imports/:id/rows/:row; a warned one is a staged record: change or discard it under /records/staged, or report it.',
  access: readers,
  params: idParams,
  query: Type.Object(paging),
  answer: json(page(sourceException)),
  problems: ['source_not_found'],
});

/** The routes of this chapter. */
export const sourceRoutes = [
  listSources,
  createSource,
  previewSource,
  getSource,
  replaceSource,
  changeSource,
  removeSource,
  runSource,
  listSourceRuns,
  getSourceRun,
  cancelSourceRun,
  listSourceExceptions,
] as const;
