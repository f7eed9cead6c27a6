// Reporting: from staged records to entries of the log, and what of it is waiting for whom.
import { Type } from 'typebox';

import { idParams, moment, page, paging, text } from './paging.ts';
import { defineRoute, events, everyone, json, jsonBody, operators } from './route.ts';
import { traceFinding } from './trace.ts';

const id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const closed = { additionalProperties: false };

/** Batches named in one request. */
export const reportBatchesMax = 10_000;
/** Records named in one request. */
export const reportRecordsMax = 4_096;
/** Batches listed with a report; `batchCount` counts all. */
export const reportBatchesListedMax = 1_000;

/** Records that a preview judges at most. */
export const previewRecordsMax = 10_000;
/** Records that a preview names at most; `contradicting` and `provisional` count all that were judged. */
export const previewListedMax = 200;

/** What to report. */
export const reportSelection = Type.Union([
  Type.Object({ import: id }, { ...closed, description: 'what is still staged of an import' }),
  Type.Object({ batches: Type.Array(id, { minItems: 1, maxItems: reportBatchesMax }) }, closed),
  Type.Object(
    {
      records: Type.Array(Type.String({ pattern: '^[1-9][0-9]{0,14}/[0-9]{1,4}$' }), {
        minItems: 1,
        maxItems: reportRecordsMax,
        description: 'staged records as BATCH/LEAF; all of them or none are taken',
      }),
    },
    closed,
  ),
  Type.Object({ all: Type.Literal(true), kind: Type.Optional(Type.String({ maxLength: 32 })) }, closed),
]);

/** Why a batch stands still; it goes on by itself. */
export const reportWait = Type.Object({
  code: Type.Union([
    Type.Literal('waiting_for_organizations'),
    Type.Literal('waiting_for_order'),
    Type.Literal('waiting_for_database'),
    Type.Literal('waiting_for_key'),
    Type.Literal('channel_missing'),
  ]),
  message: text,
  needed: Type.Optional(Type.Integer({ description: 'acknowledgements that the channel asks for' })),
  have: Type.Optional(Type.Integer()),
  organizations: Type.Optional(
    Type.Array(Type.Object({ organization: Type.String(), code: Type.String() }), {
      description: 'members that did not acknowledge, and why',
    }),
  ),
});

/** One batch of a report. */
export const reportBatch = Type.Object({
  id,
  kind: Type.String(),
  count: Type.Integer(),
  status: Type.Union([Type.Literal('staged'), Type.Literal('sending'), Type.Literal('reported')]),
  step: Type.Optional(
    Type.Union([Type.Literal('reading'), Type.Literal('acknowledging'), Type.Literal('ordering')]),
  ),
  channel: Type.Optional(Type.Integer()),
  entry: Type.Optional(Type.Integer()),
  acknowledgements: Type.Array(Type.String(), { description: 'organisations that hold the payload' }),
  refusal: Type.Optional(
    Type.String({ description: 'why the ledger refused it; its records are staged again' }),
  ),
  waiting: Type.Optional(reportWait),
});

/** Numbers of a report. */
export const reportProgress = Type.Object({
  id,
  status: Type.Union([Type.Literal('running'), Type.Literal('done'), Type.Literal('failed')]),
  records: Type.Integer({ description: 'records in the report' }),
  reported: Type.Integer({ description: 'records that have an entry' }),
  refused: Type.Integer({ description: 'records that the ledger refused; they are staged again' }),
  batchCount: Type.Integer(),
  waiting: Type.Optional(reportWait),
});

/** A report in a list. */
export const reportSummary = Type.Object({
  ...reportProgress.properties,
  import: Type.Optional(id),
  createdBy: Type.String(),
  createdAt: moment,
  finishedAt: Type.Optional(moment),
});

/** A report with its batches. */
export const report = Type.Object({ ...reportSummary.properties, batches: Type.Array(reportBatch) });

export const createReport = defineRoute({
  id: 'createReport',
  method: 'POST',
  path: '/reports',
  area: 'reports',
  title: { en: 'Report staged records', zh: '上报待上报记录' },
  description:
    'Takes the chosen records and reports them in the background. A record is in one report at most; where nothing is staged the report is done at once with 0 records.',
  access: operators,
  body: jsonBody(reportSelection, 262_144),
  answer: json(report, 202),
  problems: ['record_not_staged', 'module_withdrawn', 'attachments_missing'],
  idempotent: true,
});

export const previewReport = defineRoute({
  id: 'previewReport',
  method: 'POST',
  path: '/reports/preview',
  area: 'reports',
  title: {
    en: 'What contradicts the records that are known, before reporting',
    zh: '上报前检查与已知记录是否矛盾',
  },
  description:
    'Judges the chosen records by the rules of custody against what this node holds, without reporting anything. A warning is a contradiction, an info something that is missing so far; neither keeps a record from being reported.',
  access: operators,
  body: jsonBody(reportSelection, 262_144),
  answer: json(
    Type.Object({
      records: Type.Integer({ description: 'staged records chosen' }),
      judged: Type.Integer({ description: 'of these; the rest is beyond what one preview looks at' }),
      contradicting: Type.Integer({ description: 'records with a warning' }),
      provisional: Type.Integer({ description: 'records without a warning, but with an info' }),
      isComplete: Type.Boolean({
        description: 'false when more records are known about the codes than one preview looks at',
      }),
      items: Type.Array(
        Type.Object({
          record: Type.String({ description: 'BATCH/LEAF' }),
          kind: Type.String(),
          code: Type.Optional(Type.String({ description: 'by which people know the record' })),
          import: Type.Optional(id),
          row: Type.Optional(Type.Integer()),
          findings: Type.Array(traceFinding),
        }),
        { description: 'those with warnings first' },
      ),
    }),
  ),
  problems: ['record_not_staged', 'module_withdrawn'],
});

export const listReports = defineRoute({
  id: 'listReports',
  method: 'GET',
  path: '/reports',
  area: 'reports',
  title: { en: 'Reports, newest first', zh: '上报任务列表' },
  access: everyone,
  query: Type.Object(paging),
  answer: json(page(reportSummary)),
});

export const getReport = defineRoute({
  id: 'getReport',
  method: 'GET',
  path: '/reports/:id',
  area: 'reports',
  title: { en: 'One report with its batches', zh: '上报任务详情' },
  access: everyone,
  params: idParams,
  answer: json(report),
  problems: ['report_not_found'],
});

export const followReport = defineRoute({
  id: 'followReport',
  method: 'GET',
  path: '/reports/:id/events',
  area: 'reports',
  title: { en: 'Progress of a report as it happens', zh: '上报进度事件流' },
  description: 'The first event tells where the report stands; the stream ends when it is done or failed.',
  access: everyone,
  params: idParams,
  answer: events(reportProgress),
  problems: ['report_not_found'],
});

/** The routes of this chapter. */
export const reportRoutes = [createReport, previewReport, listReports, getReport, followReport] as const;
