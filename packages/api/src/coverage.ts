// Coverage and deadlines: who should report and does not, what should have been reported by now (spec/coverage.md).
import { Type } from 'typebox';
import { moment, page, paging, text } from './paging.ts';
import { defineRoute, everyone, json } from './route.ts';

const closed = { additionalProperties: false };
const civilDate = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' });
const product = Type.Union([Type.Literal('P'), Type.Literal('M'), Type.Literal('V')], {
  description: 'battery pack, battery module, vehicle',
});
const count = Type.Integer({ minimum: 0 });
const kind = Type.String({ pattern: '^[a-z][a-z0-9_]{0,31}$' });

/** How far the counts have got behind what is reported. */
const progress = Type.Object({
  batchesLeft: Type.Integer({
    description: 'reported batches that are not counted yet; more than 1,000 count as that',
  }),
  entry: Type.Optional(Type.Integer({ description: 'the newest entry that is counted' })),
});

/** Organisations count as active that reported within so many days. */
export const activeDays = 30;

export const getCoverage = defineRoute({
  id: 'getCoverage',
  method: 'GET',
  path: '/coverage',
  area: 'coverage',
  title: { en: 'Coverage', zh: '覆盖情况' },
  description: `Which record kinds have an organisation that may report them and did within ${activeDays} days, how many packs, modules and vehicles reached each stage, and how many await the next one.`,
  access: everyone,
  answer: json(
    Type.Object({
      progress,
      today: civilDate,
      modules: Type.Array(
        Type.Object({
          kind: Type.String(),
          state: Type.Union(
            [
              Type.Literal('active'),
              Type.Literal('quiet'),
              Type.Literal('silent'),
              Type.Literal('unassigned'),
            ],
            {
              description:
                'active: somebody reported lately; quiet: somebody did, but not lately; silent: nobody ever did; unassigned: nobody may',
            },
          ),
          records: count,
          reporters: Type.Array(
            Type.Object({
              organization: Type.String(),
              permitted: Type.Boolean(),
              records: count,
              lastEntry: Type.Optional(Type.Integer()),
              lastAt: Type.Optional(moment),
            }),
          ),
        }),
      ),
      stages: Type.Array(Type.Object({ product, act: Type.String(), codes: count })),
      awaited: Type.Array(
        Type.Object({
          product,
          kind: Type.String({ description: 'the record kind that is awaited' }),
          overdue: count,
          waiting: Type.Integer({ description: 'awaited, and still in time' }),
        }),
      ),
    }),
  ),
});

export const listMissingStages = defineRoute({
  id: 'listMissingStages',
  method: 'GET',
  path: '/coverage/missing',
  area: 'coverage',
  title: { en: 'Batteries and vehicles that await a stage', zh: '缺少环节的电池与车辆' },
  description: 'The one that is due first comes first.',
  access: everyone,
  query: Type.Object(
    {
      ...paging,
      kind,
      product,
      overdue: Type.Optional(Type.Boolean({ description: 'only what is overdue' })),
    },
    closed,
  ),
  answer: json(
    page(
      Type.Object({
        code: Type.String(),
        product,
        kind: Type.String(),
        after: Type.String({ description: 'the act that the stage follows' }),
        since: civilDate,
        dueOn: civilDate,
        overdue: Type.Boolean(),
      }),
    ),
  ),
});

export const getDeadlines = defineRoute({
  id: 'getDeadlines',
  method: 'GET',
  path: '/deadlines',
  area: 'coverage',
  title: { en: 'Deadline board', zh: '时限看板' },
  description:
    'The deadlines by law version, built in and as the managing organisation reported them, in the order in which they are tried; what of the staged records is due when, and how much of what is reported was in time.',
  access: everyone,
  answer: json(
    Type.Object({
      progress,
      today: civilDate,
      laws: Type.Array(
        Type.Object({
          id: Type.String(),
          label: text,
          validFrom: civilDate,
          validTo: Type.Optional(civilDate),
          inForce: Type.Boolean(),
        }),
      ),
      deadlines: Type.Array(
        Type.Object({
          id: Type.String({ description: 'the same under each law; key of `deadline_rule`' }),
          law: Type.String(),
          validFrom: Type.String({ ...civilDate, description: 'of the days that start the time the first' }),
          validTo: Type.Optional(Type.String({ ...civilDate, description: 'the last' })),
          kind: Type.String(),
          subType: Type.Optional(Type.String()),
          actor: text,
          days: count,
          unit: Type.Union([Type.Literal('working'), Type.Literal('calendar')]),
          confidence: Type.Union([Type.Literal('stated'), Type.Literal('assumed')]),
          source: Type.String(),
        }),
      ),
      due: Type.Array(
        Type.Object({
          kind: Type.String(),
          subType: Type.Optional(Type.String()),
          law: Type.String(),
          dueOn: civilDate,
          isExact: Type.Boolean({ description: 'false where a public holiday may still move it' }),
          daysLeft: Type.Integer({ description: 'below 0 when overdue' }),
          records: count,
        }),
        { description: 'own records that are not reported, by the day they are due, the first first' },
      ),
      isComplete: Type.Boolean({ description: 'false when more is staged than is looked at' }),
      reported: Type.Array(
        Type.Object({
          kind: Type.String(),
          subType: Type.Optional(Type.String()),
          law: Type.String(),
          month: Type.String({ description: 'in which they were due' }),
          inTime: count,
          late: count,
        }),
      ),
    }),
  ),
});

/** All routes of this area. */
export const coverageRoutes = [getCoverage, listMissingStages, getDeadlines] as const;
