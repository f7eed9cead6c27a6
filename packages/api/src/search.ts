// Search over every record that a node holds, and the export of what it finds (spec/search.md).
import { Type } from 'typebox';
import { moment, page, paging } from './paging.ts';
import { defineRoute, everyone, file, json } from './route.ts';

const closed = { additionalProperties: false };
const id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const entry = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const civilDate = Type.String({ pattern: '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' });
const open = Type.Object({}, { additionalProperties: true });

/** Records that one export holds at most; a workbook is limited by what Excel can show. */
export const exportRecordsMax = { csv: 1_000_000, json: 1_000_000, xlsx: 50_000 } as const;

/** A form of an export. */
export type ExportForm = keyof typeof exportRecordsMax;

/** What to look for; everything given must hold. */
export const searchFilters = {
  code: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'a code that the record names: battery, VIN, order',
    }),
  ),
  codePrefix: Type.Optional(
    Type.String({ minLength: 3, maxLength: 64, description: 'the beginning of such a code, in capitals' }),
  ),
  kind: Type.Optional(Type.String({ pattern: '^[a-z][a-z0-9_]{0,31}$' })),
  reporter: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  channel: Type.Optional(Type.Integer({ minimum: 0, maximum: 2_147_483_647 })),
  status: Type.Optional(
    Type.Union(
      [Type.Literal('staged'), Type.Literal('sending'), Type.Literal('reported'), Type.Literal('voided')],
      { description: 'reported: has an entry, voided or not; voided: only those' },
    ),
  ),
  entryFrom: Type.Optional(entry),
  entryTo: Type.Optional(entry),
  eventFrom: Type.Optional(civilDate),
  eventTo: Type.Optional(civilDate),
  storedFrom: Type.Optional(civilDate),
  storedTo: Type.Optional(civilDate),
  reportedFrom: Type.Optional(moment),
  reportedTo: Type.Optional(moment),
  import: Type.Optional(id),
  text: Type.Optional(
    Type.String({ minLength: 2, maxLength: 100, description: 'part of a value, capitals or not' }),
  ),
  field: Type.Optional(
    Type.String({ pattern: '^[a-zA-Z][a-zA-Z0-9]{0,63}$', description: 'with text: only this field' }),
  ),
};

/** One record that a search finds. */
export const foundRecord = Type.Object({
  status: Type.Union([Type.Literal('staged'), Type.Literal('sending'), Type.Literal('reported')]),
  record: Type.Optional(Type.String({ description: 'ENTRY/LEAF, once reported' })),
  staged: Type.Optional(Type.String({ description: 'BATCH/LEAF, before' })),
  kind: Type.String(),
  reporter: Type.String(),
  channel: Type.Optional(Type.Integer()),
  voided: Type.Boolean(),
  code: Type.Optional(Type.String({ description: 'by which people know the record' })),
  eventDate: Type.Optional(civilDate),
  storedOn: civilDate,
  reportedAt: Type.Optional(moment),
  import: Type.Optional(id),
  row: Type.Optional(Type.Integer()),
  public: open,
  shared: open,
});

export const searchRecords = defineRoute({
  id: 'searchRecords',
  method: 'GET',
  path: '/search',
  area: 'trace',
  title: { en: 'Search all records', zh: '检索全部记录' },
  description:
    'Everything this node holds, its own staged records first, then what is reported, newest first. A page takes a bounded time: it may hold fewer records than asked, even none, and still have `next`, which goes on from there. `total` is exact where it can be known without reading the records, else it says how many there are at least.',
  access: everyone,
  query: Type.Object({ ...searchFilters, ...paging }, closed),
  answer: json(
    Type.Object({
      ...page(foundRecord).properties,
      total: Type.Optional(
        Type.Object(
          { records: Type.Integer(), isExact: Type.Boolean() },
          { description: 'with the first page only' },
        ),
      ),
      reached: Type.Optional(
        Type.Object(
          { entry: Type.Optional(Type.Integer()), storedOn: Type.Optional(civilDate) },
          { description: 'how far back a page went that ends before it is full' },
        ),
      ),
    }),
  ),
});

export const exportRecords = defineRoute({
  id: 'exportRecords',
  method: 'GET',
  path: '/search/export',
  area: 'trace',
  title: { en: 'Export what a search finds', zh: '导出检索结果' },
  description:
    'Streams the records as lines of JSON, as CSV of one kind, or as a workbook with a sheet for each kind in the columns of its template. No cell is a formula. Every export is written to the access log. Where more is found than one export may hold, it is refused before it starts if that can be known, else cut with a last line that says so.',
  access: everyone,
  query: Type.Object(
    {
      ...searchFilters,
      format: Type.Union([Type.Literal('csv'), Type.Literal('json'), Type.Literal('xlsx')]),
      private: Type.Optional(
        Type.Boolean({ description: 'also the private parts of own records; operators only' }),
      ),
    },
    closed,
  ),
  answer: file(
    'application/x-ndjson',
    'text/csv',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  ),
  problems: ['export_too_large', 'export_needs_kind', 'export_private_refused'],
});

/** All routes of this area. */
export const searchRoutes = [searchRecords, exportRecords] as const;
