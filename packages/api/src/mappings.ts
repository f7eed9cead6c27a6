// Mappings: how the columns of an organisation's own systems become the fields of a record kind, saved in versions,
// suggested from samples and tried before they are used. Implements spec/mapping.md.
import { Type } from 'typebox';
import { closed, fileProblems, Finding, id, kind } from './import-values.ts';
import { mappingSchema } from './mapping-format.ts';
import { idParams, moment, page, paging } from './paging.ts';
import { defineRoute, empty, everyone, json, jsonBody, operators, streamBody } from './route.ts';

const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Most bytes of one mapping with its sample rows. */
export const mappingBytesMax: number = 1024 * 1024;
/** Most bytes of a sample file. */
export const sampleBytesMax: number = 16 * 1024 * 1024;
/** Most rows of a sample or a preview. */
export const mappingRowsMax = 100;
/** Most mappings of a node, and versions of one. */
export const mappingsMax = 1_000;

const name = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^[\\p{L}\\p{N}][\\p{L}\\p{N} ._-]*$',
  description: 'letters, digits, blanks, points, hyphens, underscores',
});
const version = Type.Integer({ minimum: 1, maximum: 1_000 });
const rows = Type.Array(Type.Unknown(), { maxItems: mappingRowsMax });
const columnName = Type.String({ maxLength: 200 });

const Version = Type.Object({ version, createdBy: Type.String(), createdAt: moment });

const Summary = Type.Object({
  id,
  name,
  kind,
  version: Type.Integer({ description: 'the newest' }),
  createdBy: Type.String({ description: 'who made the newest version' }),
  createdAt: moment,
});

const Saved = Type.Object({
  ...Summary.properties,
  mapping: mappingSchema,
  versions: Type.Array(Version, { description: 'all of them, the newest first' }),
  removedAt: Type.Optional(moment),
});

export const listMappings = defineRoute({
  id: 'listMappings',
  method: 'GET',
  path: '/mappings',
  area: 'mappings',
  title: { en: 'Saved mappings', zh: '已保存的映射' },
  access: everyone,
  query: Type.Object({ ...paging, kind: Type.Optional(kind) }, closed),
  answer: json(page(Summary)),
});

export const getMapping = defineRoute({
  id: 'getMapping',
  method: 'GET',
  path: '/mappings/:id',
  area: 'mappings',
  title: { en: 'One mapping, in its newest or another version', zh: '单个映射（最新或指定版本）' },
  description: 'Also one that was removed, as long as an import names it.',
  access: everyone,
  params: idParams,
  query: Type.Object({ version: Type.Optional(version) }, closed),
  answer: json(Saved),
  problems: ['mapping_not_found'],
});

export const saveMapping = defineRoute({
  id: 'saveMapping',
  method: 'POST',
  path: '/mappings',
  area: 'mappings',
  title: { en: 'Save a new mapping', zh: '保存新映射' },
  access: operators,
  body: jsonBody(Type.Object({ name, mapping: mappingSchema }, closed), mappingBytesMax),
  answer: json(Saved, 201),
  problems: ['mapping_invalid', 'mapping_name_taken', 'mappings_too_many'],
});

export const changeMapping = defineRoute({
  id: 'changeMapping',
  method: 'PUT',
  path: '/mappings/:id',
  area: 'mappings',
  title: { en: 'Save a new version of a mapping', zh: '保存映射的新版本' },
  description: '`version` is the one that was changed; the answer carries the new one. Old ones stay.',
  access: operators,
  params: idParams,
  body: jsonBody(Type.Object({ version, mapping: mappingSchema }, closed), mappingBytesMax),
  answer: json(Saved),
  problems: [
    'mapping_not_found',
    'mapping_invalid',
    'mapping_changed',
    'mapping_other_kind',
    'mappings_too_many',
  ],
});

export const renameMapping = defineRoute({
  id: 'renameMapping',
  method: 'PATCH',
  path: '/mappings/:id',
  area: 'mappings',
  title: { en: 'Rename a mapping', zh: '重命名映射' },
  description: 'Sources keep it; who names it with an import or a push has to use the new name.',
  access: operators,
  params: idParams,
  body: jsonBody(Type.Object({ name }, closed)),
  answer: json(Saved),
  problems: ['mapping_not_found', 'mapping_name_taken'],
});

export const removeMapping = defineRoute({
  id: 'removeMapping',
  method: 'DELETE',
  path: '/mappings/:id',
  area: 'mappings',
  title: { en: 'Remove a mapping', zh: '删除映射' },
  description:
    'Refused while a source is read by it (`sources` names them). Its name is free again; its versions stay readable by `id` where an import names it.',
  access: operators,
  params: idParams,
  answer: empty,
  problems: ['mapping_not_found', 'mapping_in_use'],
});

export const readSample = defineRoute({
  id: 'readSample',
  method: 'POST',
  path: '/mappings/sample',
  area: 'mappings',
  title: { en: 'Columns and first rows of a file', zh: '读取样例文件的列与前若干行' },
  description:
    'A workbook (of which `sheet` names one, else the first that has rows), with the media type `text/csv` a CSV file, with `application/x-ndjson` lines of JSON. Nothing is kept. The rows are as a preview takes them; cells that are no plain values are objects with `kind`.',
  access: operators,
  query: Type.Object(
    {
      sheet: Type.Optional(columnName),
      headings: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'row, from 1' })),
    },
    closed,
  ),
  body: streamBody([xlsx, 'application/octet-stream', 'text/csv', 'application/x-ndjson'], sampleBytesMax),
  answer: json(
    Type.Object({
      sheets: Type.Array(Type.String(), { description: 'visible ones; empty for other files' }),
      sheet: Type.Optional(Type.String()),
      headings: Type.Optional(Type.Integer({ description: 'the row of the headings' })),
      columns: Type.Array(Type.String()),
      rows: Type.Array(Type.Unknown(), { description: 'the first 100' }),
    }),
  ),
  problems: [...fileProblems],
});

export const suggestMappingRoute = defineRoute({
  id: 'suggestMapping',
  method: 'POST',
  path: '/mappings/suggest',
  area: 'mappings',
  title: { en: 'Suggest a mapping', zh: '建议映射' },
  description: 'From the names of columns and a few rows. Nothing is kept.',
  access: operators,
  body: jsonBody(
    Type.Object(
      { kind, columns: Type.Optional(Type.Array(columnName, { maxItems: 200 })), rows: Type.Optional(rows) },
      closed,
    ),
    mappingBytesMax,
  ),
  answer: json(
    Type.Object({
      mapping: mappingSchema,
      guesses: Type.Array(
        Type.Object({
          field: Type.String(),
          column: Type.String(),
          confidence: Type.Number({ minimum: 0, maximum: 1 }),
        }),
      ),
      unused: Type.Array(Type.String(), { description: 'columns that no field takes' }),
    }),
  ),
  problems: ['kind_unknown'],
});

export const previewMapping = defineRoute({
  id: 'previewMapping',
  method: 'POST',
  path: '/mappings/preview',
  area: 'mappings',
  title: { en: 'Try a mapping on rows', zh: '预览映射' },
  description: 'Maps and checks every row as an import would. Nothing is kept.',
  access: operators,
  body: jsonBody(Type.Object({ mapping: mappingSchema, rows }, closed), mappingBytesMax),
  answer: json(
    Type.Object({
      rows: Type.Array(
        Type.Object({
          row: Type.Integer({ description: 'place in the list, from 0' }),
          outcome: Type.Union([
            Type.Literal('good'),
            Type.Literal('warned'),
            Type.Literal('wrong'),
            Type.Literal('skipped'),
          ]),
          record: Type.Optional(Type.Unknown({ description: 'the fields as they were mapped' })),
          findings: Type.Array(Finding),
        }),
      ),
      counts: Type.Object({
        good: Type.Integer(),
        warned: Type.Integer(),
        wrong: Type.Integer(),
        skipped: Type.Integer(),
      }),
      findings: Type.Array(
        Type.Object({
          code: Type.String(),
          level: Finding.properties.level,
          field: Type.Optional(Type.String()),
          column: Type.Optional(Type.String()),
          rows: Type.Integer({ description: 'in how many rows' }),
        }),
        { description: 'how often each occurs, the most frequent first' },
      ),
      columns: Type.Object(
        {
          missing: Type.Array(Type.String()),
          added: Type.Array(Type.String()),
          renamed: Type.Array(Type.Object({ from: Type.String(), to: Type.String() })),
        },
        { description: 'how the columns of the rows differ from those that the mapping knows' },
      ),
    }),
  ),
  problems: ['mapping_invalid'],
});

/** All routes of this area. */
export const mappingRoutes = [
  listMappings,
  getMapping,
  saveMapping,
  changeMapping,
  renameMapping,
  removeMapping,
  readSample,
  suggestMappingRoute,
  previewMapping,
] as const;
