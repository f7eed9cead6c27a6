// The form of a mapping as JSON Schema (spec/mapping.md). What the schema cannot say, such as that a unit fits its
// field, is checked beside it and refused as `mapping_invalid` with the path of each problem.
import { Type } from 'typebox';

const closed = { additionalProperties: false };
const line = (maxLength: number, description?: string) =>
  Type.String({ minLength: 1, maxLength, ...(description === undefined ? {} : { description }) });
const column = line(200, 'name of a column, or a path into nested JSON: `a.b[0]`, `cells[].code`');
const value = Type.Union([Type.String({ maxLength: 256 }), Type.Number(), Type.Boolean()]);

const Rule = Type.Object(
  {
    column: Type.Optional(column),
    join: Type.Optional(
      Type.Object(
        {
          columns: Type.Array(column, { minItems: 1, maxItems: 10 }),
          with: Type.String({ maxLength: 8 }),
        },
        closed,
      ),
    ),
    constant: Type.Optional(value),
    split: Type.Optional(line(8, 'cuts one text into a list here')),
    strip: Type.Optional(Type.String({ maxLength: 256, description: 'characters that are left out' })),
    upper: Type.Optional(Type.Boolean({ description: 'a to z become capitals' })),
    lookup: Type.Optional(
      Type.Object(
        {
          table: Type.Array(Type.Object({ from: line(256), to: value }, closed), { maxItems: 1_000 }),
          otherwise: Type.Union([Type.Literal('keep'), Type.Literal('missing'), Type.Literal('refuse')]),
        },
        closed,
      ),
    ),
    date: Type.Optional(
      Type.Object(
        {
          pattern: line(40, 'such as `yyyy/MM/dd HH:mm`; or epoch_seconds, epoch_milliseconds, excel_serial'),
          offset: Type.Optional(line(6, '+08:00 unless said')),
          time: Type.Optional(line(8, 'HH:mm of a date without a time')),
        },
        closed,
      ),
    ),
    unit: Type.Optional(
      Type.Object(
        {
          from: line(8, 'unit of the source'),
          round: Type.Optional(Type.Boolean({ description: 'half up, to the digits that the field takes' })),
        },
        closed,
      ),
    ),
    text: Type.Optional(Type.Boolean({ description: 'whole numbers are meant as text' })),
    default: Type.Optional(value),
  },
  { ...closed, description: 'exactly one of column, join and constant' },
);

/** A mapping. Its static type is `unknown`: `parseMapping` of the battery package tells what it is. */
export const mappingSchema = Type.Unsafe<unknown>(
  Type.Object(
    {
      format: Type.Literal('suyuan-mapping/v1'),
      kind: Type.String({ pattern: '^[a-z][a-z0-9_]{0,31}$' }),
      fields: Type.Record(Type.String({ maxLength: 40 }), Rule, { description: 'rules by field id' }),
      only: Type.Optional(
        Type.Array(
          Type.Object(
            {
              column,
              is: Type.Union([Type.Literal('one_of'), Type.Literal('none_of')]),
              values: Type.Array(Type.String({ maxLength: 256 }), { maxItems: 1_000 }),
            },
            closed,
          ),
          { maxItems: 10, description: 'rows that do not meet all of these are passed over' },
        ),
      ),
      table: Type.Optional(
        Type.Object(
          {
            sheet: Type.Optional(line(200)),
            headings: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'row, from 1' })),
          },
          closed,
        ),
      ),
      columns: Type.Optional(
        Type.Array(line(200), { maxItems: 200, description: 'what the source had when this was made' }),
      ),
    },
    closed,
  ),
);
