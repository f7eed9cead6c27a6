// Master data: models, maker prefixes, units, code tables, deadlines and the work calendar as versioned entries. They
// are maintained as records are, by the routes of imports and reports; these routes say what is in force
// (docs/master-data.md).
import { Type } from 'typebox';
import { page, paging } from './paging.ts';
import { defineRoute, everyone, json } from './route.ts';

const civilDate = Type.String({ pattern: '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' });

const kind = Type.Union(
  [
    Type.Literal('battery_model'),
    Type.Literal('vehicle_model'),
    Type.Literal('maker_prefix'),
    Type.Literal('unit'),
    Type.Literal('code_table_entry'),
    Type.Literal('deadline_rule'),
    Type.Literal('work_calendar_day'),
  ],
  { description: 'a record kind of the family `master`' },
);

const product = Type.Union([Type.Literal('C'), Type.Literal('M'), Type.Literal('P'), Type.Literal('S')], {
  description: 'of a battery model: cell, module, pack, energy storage system',
});

const day = Type.Optional(
  Type.String({ ...civilDate, description: 'a civil date; today in Asia/Shanghai unless said' }),
);

/** One version of an entry, as one record says it. */
export const masterVersion = Type.Object({
  key: Type.String({
    description: 'what records name it by: model, prefix, code, TABLE:CODE, deadline, day',
  }),
  product: Type.Optional(product),
  record: Type.Optional(
    Type.String({ description: 'ENTRY/LEAF of the record that says so; none says what is built in' }),
  ),
  builtIn: Type.Optional(Type.Boolean({ description: 'true for what the product brings' })),
  reporter: Type.String({ description: 'empty for what is built in' }),
  validFrom: Type.String({ description: 'the first day on which it counts' }),
  validTo: Type.Optional(Type.String({ description: 'the last' })),
  standing: Type.Union(
    [
      Type.Literal('in_force'),
      Type.Literal('ahead'),
      Type.Literal('ended'),
      Type.Literal('replaced'),
      Type.Literal('voided'),
    ],
    { description: 'on the day asked for; replaced: a later version took its place' },
  ),
  values: Type.Record(Type.String(), Type.Unknown(), { description: 'public and shared fields' }),
});

export const listMasterData = defineRoute({
  id: 'listMasterData',
  method: 'GET',
  path: '/master/:kind',
  area: 'master',
  title: { en: 'Master data in force', zh: '有效的主数据' },
  description:
    'One version of each entry, by key: the one in force on the day. With `all`, entries of which none is in force come too, by the version that was last in force, or else is the first to be. Reported versions that this node holds count, of all reporters; of code tables, deadlines and the work calendar those of the managing organisation, on top of what is built in. Maintained with `POST /records/:kind` or an import, and a report.',
  access: everyone,
  params: Type.Object({ kind }),
  query: Type.Object({
    ...paging,
    day,
    text: Type.Optional(
      Type.String({ minLength: 1, maxLength: 64, description: 'part of a key or a name, capitals or not' }),
    ),
    product: Type.Optional(product),
    all: Type.Optional(Type.Boolean()),
  }),
  answer: json(
    Type.Object({
      ...page(Type.Object({ ...masterVersion.properties, versions: Type.Integer() })).properties,
      day: Type.String(),
      isComplete: Type.Boolean({
        description:
          'false when there are more versions of the kind than the node compares with; then nothing is compared with the kind',
      }),
    }),
  ),
});

export const getMasterEntry = defineRoute({
  id: 'getMasterEntry',
  method: 'GET',
  path: '/master/:kind/:key',
  area: 'master',
  title: { en: 'Versions of one entry of master data', zh: '单个主数据条目的各版本' },
  description:
    'The latest first day first, voided versions too. An entry that is neither built in nor reported has none.',
  access: everyone,
  params: Type.Object({ kind, key: Type.String({ minLength: 1, maxLength: 64 }) }),
  query: Type.Object({ ...paging, day, product: Type.Optional(product) }),
  answer: json(page(masterVersion)),
});

/** All routes of this chapter. */
export const masterRoutes = [listMasterData, getMasterEntry] as const;
