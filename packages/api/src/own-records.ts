// The organisation's own records: listed, and changed or discarded while they are staged.
import { Type } from 'typebox';
import { closed, Finding, id, kind } from './import-values.ts';
import { page, paging } from './paging.ts';
import { defineRoute, empty, everyone, json, jsonBody, operators } from './route.ts';

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

const stagedParams = Type.Object({ batch: id, leaf: Type.Integer({ minimum: 0, maximum: 2_147_483_647 }) });

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

/** All routes of this page. */
export const ownRecordRoutes = [listRecords, editStagedRecord, discardStagedRecord] as const;
