// Record kinds: what can be reported, with its fields in both languages. The template itself is a file.
import { Type } from 'typebox';
import { text } from './paging.ts';
import { defineRoute, everyone, json } from './route.ts';

const Label = text;

const KindSummary = Type.Object({
  id: Type.String(),
  version: Type.Integer(),
  family: Type.Union([Type.Literal('module'), Type.Literal('master')], {
    description: 'one of the nine modules, or master data that their records name',
  }),
  label: Label,
  help: Label,
  permitted: Type.Boolean({ description: 'this organisation may report it' }),
});

const KindField = Type.Object({
  id: Type.String(),
  label: Label,
  help: Label,
  part: Type.Union([Type.Literal('public'), Type.Literal('shared'), Type.Literal('private')]),
  type: Type.String(),
  required: Type.Union([Type.Literal('yes'), Type.Literal('no'), Type.Literal('conditional')]),
  example: Type.Unknown(),
  role: Type.Optional(Type.String({ description: 'the part that the code in this field plays' })),
  options: Type.Optional(Type.Array(Type.Object({ value: Type.String(), label: Label }))),
  unit: Type.Optional(Type.String()),
});

const kindParams = Type.Object({ kind: Type.String({ pattern: '^[a-z][a-z0-9_]{0,31}$' }) });

export const listKinds = defineRoute({
  id: 'listKinds',
  method: 'GET',
  path: '/kinds',
  area: 'kinds',
  title: { en: 'Record kinds', zh: '记录种类' },
  access: everyone,
  answer: json(Type.Object({ items: Type.Array(KindSummary) })),
});

export const getKind = defineRoute({
  id: 'getKind',
  method: 'GET',
  path: '/kinds/:kind',
  area: 'kinds',
  title: { en: 'One record kind', zh: '单个记录种类' },
  access: everyone,
  params: kindParams,
  answer: json(
    Type.Object({
      ...KindSummary.properties,
      fields: Type.Array(KindField),
      schema: Type.Unknown({ description: 'JSON Schema 2020-12 of one record' }),
      findings: Type.Array(
        Type.Object({
          code: Type.String(),
          level: Type.Union([Type.Literal('error'), Type.Literal('warning'), Type.Literal('info')]),
          message: Label,
        }),
        { description: 'everything that can be wrong with a row; {facts} stand in braces' },
      ),
    }),
  ),
  problems: ['kind_unknown'],
});

/** All routes of this area. */
export const kindRoutes = [listKinds, getKind] as const;
