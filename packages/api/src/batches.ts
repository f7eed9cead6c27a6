// Batches of this node: what is staged, on its way, reported, received, or missing its payload.
import { Type } from 'typebox';
import { moment, page, paging } from './paging.ts';
import { defineRoute, everyone, json } from './route.ts';

const id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });

/** Where a batch is on its way. */
export const batchStatus = Type.Union(
  [
    Type.Literal('staged'),
    Type.Literal('sending'),
    Type.Literal('reported'),
    Type.Literal('held'),
    Type.Literal('missing'),
  ],
  {
    description:
      'staged: can be reported; sending: on its way; reported: has an entry; held: received, not ordered yet; missing: ordered, payload not here yet',
  },
);

export const listBatches = defineRoute({
  id: 'listBatches',
  method: 'GET',
  path: '/batches',
  area: 'records',
  title: { en: 'Batches of records', zh: '记录批次' },
  access: everyone,
  query: Type.Object(
    { ...paging, status: Type.Optional(batchStatus), kind: Type.Optional(Type.String({ maxLength: 32 })) },
    { additionalProperties: false },
  ),
  answer: json(
    page(
      Type.Object({
        id,
        status: batchStatus,
        kind: Type.String(),
        reporter: Type.String(),
        count: Type.Integer(),
        import: Type.Optional(id),
        fileName: Type.Optional(Type.String()),
        createdAt: Type.Optional(moment),
        entry: Type.Optional(Type.Integer()),
        refusal: Type.Optional(Type.String({ description: 'why the ledger refused it the last time' })),
      }),
    ),
  ),
});

/** All routes of this area. */
export const batchRoutes = [listBatches] as const;
