// Tracing: everything this node knows about a code, with the evidence of each record; records and disclosures of
// their parts; and what to do about payloads that are missing.
import { Type } from 'typebox';

import { moment, text } from './paging.ts';
import { defineRoute, everyone, file, json, operators } from './route.ts';

const entry = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const leaf = Type.Integer({ minimum: 0, maximum: 4_095 });
const members = Type.Record(Type.String(), Type.Unknown());

/** What speaks for a record that has an entry. */
export const evidence = Type.Object({
  entry,
  leaf,
  channel: Type.Integer(),
  reporter: Type.String(),
  createdAt: Type.String({ format: 'date-time', description: 'as the reporter says' }),
  acknowledgements: Type.Array(Type.String(), {
    description: 'organisations that signed that they store it',
  }),
  checkpointSize: Type.Optional(
    Type.Integer({ description: 'the first checkpoint with a quorum that covers it' }),
  ),
  noLaterThan: Type.Optional(
    Type.String({ format: 'date-time', description: 'by the cosignatures of the validators' }),
  ),
});

/** A record as a node that stores it shows it. */
export const shownRecord = Type.Object({
  status: Type.Union([Type.Literal('reported'), Type.Literal('staged'), Type.Literal('sending')]),
  record: Type.Optional(Type.String({ description: 'ENTRY/LEAF, once reported' })),
  staged: Type.Optional(Type.String({ description: 'BATCH/LEAF, of this node, before it is reported' })),
  kind: Type.String(),
  reporter: Type.String(),
  voided: Type.Boolean(),
  public: members,
  shared: members,
  evidence: Type.Optional(evidence),
});

/** A finding about a code or a family. */
export const traceFinding = Type.Object({
  level: Type.Union([Type.Literal('error'), Type.Literal('warning'), Type.Literal('info')]),
  code: Type.String(),
  message: text,
  value: Type.Optional(Type.String()),
});

const recordName = Type.String({ description: 'ENTRY/LEAF, or staged:BATCH/LEAF' });

/** Where a code is, by the records that this node holds. */
export const custodyState = Type.Object({
  kind: Type.Union([Type.Literal('battery'), Type.Literal('vehicle')]),
  status: Type.Union([
    Type.Literal('unknown'),
    Type.Literal('made'),
    Type.Literal('built_in'),
    Type.Literal('in_stock'),
    Type.Literal('in_vehicle'),
    Type.Literal('removed'),
    Type.Literal('collected'),
    Type.Literal('dispatched'),
    Type.Literal('retired'),
    Type.Literal('treated'),
    Type.Literal('sold'),
  ]),
  in: Type.Optional(Type.String({ description: 'the vehicle or the product that it is in' })),
  vehicle: Type.Optional(
    Type.String({ description: 'the vehicle that it is in, directly or as a part of something' }),
  ),
  batteries: Type.Array(Type.String(), { description: 'of a vehicle: what is mounted now' }),
  holder: Type.Optional(Type.Object({ code: Type.String(), name: Type.String() })),
  since: Type.Optional(Type.String({ description: 'date or time, as the record says' })),
  record: Type.Optional(recordName),
  provisional: Type.Array(traceFinding, {
    description: 'what is missing about this code; empty for a state that is sound',
  }),
  conflicts: Type.Array(
    Type.Object({
      finding: traceFinding,
      records: Type.Array(recordName, { minItems: 2, maxItems: 2 }),
      settled: Type.Boolean({ description: 'a resolution upholds both' }),
    }),
  ),
});

export const traceCode = defineRoute({
  id: 'traceCode',
  method: 'GET',
  path: '/trace/:code',
  area: 'trace',
  title: { en: 'Life cycle and family of a code', zh: '按编码溯源' },
  description:
    'Takes battery codes of packs, modules and cells, VINs, and numbers such as orders. Events are in log order, staged records of this node last. A code that nobody reported has no events. `provisional` says why something may be lacking. `state` is where the code is now; it is absent where no record places it.',
  access: everyone,
  params: Type.Object({ code: Type.String({ minLength: 1, maxLength: 64 }) }),
  query: Type.Object({
    after: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 1_000_000, description: '`next` of the page before' }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, description: '50 unless said' })),
  }),
  answer: json(
    Type.Object({
      code: Type.String(),
      state: Type.Optional(custodyState),
      findings: Type.Array(traceFinding),
      events: Type.Array(
        Type.Object({
          ...shownRecord.properties,
          code: Type.String({ description: 'the code on whose account the record is here' }),
          role: Type.String({ description: 'what that code is to the record' }),
          date: Type.Optional(Type.String({ description: 'when it took place, as the record says' })),
        }),
      ),
      next: Type.Optional(Type.Integer()),
      family: Type.Array(
        Type.Object({
          code: Type.String(),
          product: Type.String({ description: 'P, M or C as the code says; V for a vehicle' }),
          parent: Type.Optional(Type.String()),
          relation: Type.Union(
            [Type.Literal('root'), Type.Literal('part'), Type.Literal('replaced'), Type.Literal('previous')],
            { description: 'a part now; one that came off; the code it had before it was re-used' },
          ),
          depth: Type.Integer(),
          records: Type.Array(Type.String(), { description: 'ENTRY/LEAF, or staged:BATCH/LEAF' }),
        }),
      ),
      provisional: Type.Array(
        Type.Union([
          Type.Literal('payloads_missing'),
          Type.Literal('channels_not_joined'),
          Type.Literal('too_many_records'),
        ]),
      ),
    }),
  ),
});

const recordParams = Type.Object({ entry, leaf });

export const getRecord = defineRoute({
  id: 'getRecord',
  method: 'GET',
  path: '/records/:entry/:leaf',
  area: 'records',
  title: { en: 'One reported record', zh: '单条已上报记录' },
  description: 'Public and shared parts as they are stored, without salts.',
  access: everyone,
  params: recordParams,
  answer: json(shownRecord),
  problems: ['record_not_found', 'record_missing'],
});

export const getDisclosure = defineRoute({
  id: 'getDisclosure',
  method: 'GET',
  path: '/records/:entry/:leaf/disclosure',
  area: 'records',
  title: { en: 'Texts and salts of a record, to show them to someone', zh: '记录的披露文件（原文与盐）' },
  description:
    'Whoever has this file and the receipt can check the text; whoever has the salt can test guesses. Each download is recorded in the access log. The private part is only with the reporter.',
  access: operators,
  params: recordParams,
  query: Type.Object({
    parts: Type.Optional(
      Type.String({
        pattern: '^(public|shared|private)(,(public|shared|private)){0,2}$',
        description: 'public unless said; several with commas',
      }),
    ),
  }),
  answer: file('application/json'),
  problems: ['record_not_found', 'record_missing', 'part_not_held'],
});

const payloadState = Type.Object({
  entry,
  status: Type.Union([Type.Literal('held'), Type.Literal('missing')]),
  attempts: Type.Integer({ description: 'tries to fetch it since this node started' }),
  nextAttemptAt: Type.Optional(moment),
  problems: Type.Array(Type.Object({ organization: Type.String(), code: Type.String() }), {
    description: 'members that could not give it, and why, at the latest try',
  }),
});

export const getPayload = defineRoute({
  id: 'getPayload',
  method: 'GET',
  path: '/batches/:entry/payload',
  area: 'records',
  title: { en: 'Whether this node holds the records of an entry', zh: '本节点是否持有该条目的数据' },
  access: everyone,
  params: Type.Object({ entry }),
  answer: json(payloadState),
  problems: ['record_not_found'],
});

export const repairPayload = defineRoute({
  id: 'repairPayload',
  method: 'POST',
  path: '/batches/:entry/repair',
  area: 'records',
  title: { en: 'Fetch a missing payload now', zh: '立即补取缺失数据' },
  description: 'Asks every member of the channel; what comes is checked against the root on the ledger.',
  access: operators,
  params: Type.Object({ entry }),
  answer: json(payloadState),
  problems: ['record_not_found'],
});

/** The routes of this chapter. */
export const traceRoutes = [traceCode, getRecord, getDisclosure, getPayload, repairPayload] as const;
