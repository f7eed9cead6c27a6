// What a source is bound to: an HTTP interface, a watched folder or views of a database; and when it runs. Implements
// spec/source.md, "Settings".
import { Type } from 'typebox';
import type { Static } from 'typebox';

/** Most record kinds that one source gives. */
export const sourceStreamsMax = 16;

const closed = { additionalProperties: false } as const;
const id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
/** One line of text. */
export const sourceLine = (maxLength: number, description?: string) =>
  Type.String({
    minLength: 1,
    maxLength,
    pattern: '^[^\\u0000-\\u001f\\u007f]+$',
    ...(description === undefined ? {} : { description }),
  });
const line = sourceLine;
/** Id of a record kind. */
export const sourceKind = Type.String({ pattern: '^[a-z][a-z_]{0,39}$' });
const kind = sourceKind;
const path = line(200, 'names of members with dots between them, such as data.rows');

const stream = {
  kind,
  mapping: Type.Optional(
    Type.Integer({ ...id, description: 'saved mapping; without one the columns are fields' }),
  ),
  rowId: Type.Optional(
    line(200, 'column that names a row for good; the own record number or code unless said'),
  ),
};

const httpPaging = Type.Union([
  Type.Object(
    {
      type: Type.Literal('link'),
      member: Type.Optional({
        ...path,
        description: 'member with the next address; the header Link unless said',
      }),
    },
    closed,
  ),
  Type.Object(
    {
      type: Type.Literal('page'),
      parameter: line(60),
      first: Type.Optional(Type.Integer({ minimum: 0, maximum: 1, description: '1 unless said' })),
    },
    closed,
  ),
  Type.Object(
    {
      type: Type.Literal('cursor'),
      parameter: line(60),
      member: Type.Optional({ ...path, description: 'member of the answer with the next cursor' }),
      column: Type.Optional(line(200, 'or: column of the last row whose value is the next cursor')),
    },
    closed,
  ),
]);

const privateAddresses = Type.Optional(
  Type.Array(Type.String({ minLength: 2, maxLength: 50 }), {
    maxItems: 16,
    description: 'addresses or networks (10.1.2.0/24) within private networks that this source may lead to',
  }),
);

export const httpSettings = Type.Object(
  {
    type: Type.Literal('http'),
    address: Type.String({
      minLength: 1,
      maxLength: 2_000,
      description: 'origin of the system, http or https',
    }),
    privateAddresses,
    authorization: Type.Optional(
      Type.Union([
        Type.Object({ type: Type.Literal('bearer') }, closed),
        Type.Object(
          { type: Type.Literal('header'), name: Type.String({ pattern: '^[A-Za-z][A-Za-z0-9-]{0,60}$' }) },
          closed,
        ),
      ]),
    ),
    streams: Type.Array(
      Type.Object(
        {
          ...stream,
          path: Type.String({ pattern: '^/[^\\s#\\\\]*$', maxLength: 1_000, description: 'path and query' }),
          form: Type.Union([Type.Literal('json'), Type.Literal('lines'), Type.Literal('csv')]),
          list: Type.Optional({
            ...path,
            description: 'where the list of rows is; the answer itself unless said',
          }),
          paging: Type.Optional(httpPaging),
          since: Type.Optional(
            Type.Object(
              { parameter: line(60), column: line(200, 'the largest value seen is sent with the next run') },
              closed,
            ),
          ),
        },
        closed,
      ),
      { minItems: 1, maxItems: sourceStreamsMax },
    ),
  },
  closed,
);

export const folderSettings = Type.Object(
  {
    type: Type.Literal('folder'),
    folder: line(1_000, 'below the folders that this node watches'),
    streams: Type.Array(
      Type.Object(
        {
          ...stream,
          files: Type.String({
            pattern: '^[^/\\\\*\\u0000-\\u001f]{0,100}\\*?[^/\\\\*\\u0000-\\u001f]{0,100}$',
            minLength: 1,
            description: 'name of the files, with one * such as packs-*.csv',
          }),
        },
        closed,
      ),
      { minItems: 1, maxItems: sourceStreamsMax },
    ),
  },
  closed,
);

export const sqlSettings = Type.Object(
  {
    type: Type.Literal('sql'),
    system: Type.Literal('postgresql'),
    privateAddresses,
    timeoutSeconds: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 600, description: 'of one query; 60 unless said' }),
    ),
    streams: Type.Array(
      Type.Object(
        {
          ...stream,
          view: Type.String({ pattern: '^[^\\u0000-\\u001f".]{1,63}(\\.[^\\u0000-\\u001f".]{1,63})?$' }),
          cursor: line(63, 'column by which rows are ordered; grows with each new or changed row'),
        },
        closed,
      ),
      { minItems: 1, maxItems: sourceStreamsMax },
    ),
  },
  closed,
);

/** What a source is bound to, by its type. */
export const sourceSettings = Type.Union([httpSettings, folderSettings, sqlSettings]);
export type SourceSettings = Static<typeof sourceSettings>;
export type HttpSettings = Static<typeof httpSettings>;
export type FolderSettings = Static<typeof folderSettings>;
export type SqlSettings = Static<typeof sqlSettings>;

/** When a source runs by itself. */
export const sourceSchedule = Type.Union([
  Type.Object({ every: Type.Integer({ minimum: 1, maximum: 10_080, description: 'minutes' }) }, closed),
  Type.Object(
    { daily: Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: 'time in Asia/Shanghai' }) },
    closed,
  ),
]);
export type SourceSchedule = Static<typeof sourceSchedule>;
