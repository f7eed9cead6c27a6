// Attachments: photos and PDF that records name by the SHA-256 of their bytes. Implements spec/attachment.md.
import { Type } from 'typebox';
import { idParams, moment, page, paging } from './paging.ts';
import { defineRoute, everyone, file, json, operators, streamBody } from './route.ts';

/** Most bytes of an attachment. */
export const attachmentUploadBytesMax: number = 10 * 1024 * 1024;

const digest = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of the bytes' });
const mediaTypes = ['image/jpeg', 'image/png', 'image/webp', 'application/pdf'] as const;
const status = Type.Union([Type.Literal('held'), Type.Literal('missing')], {
  description: '`missing`: a record names it, and its bytes have not come yet',
});

const Attachment = Type.Object({
  digest,
  status,
  size: Type.Optional(Type.Integer()),
  mediaType: Type.Optional(Type.String()),
  since: moment,
  problems: Type.Array(Type.Object({ organization: Type.String(), code: Type.String() }), {
    description: 'of a missing one: what the latest attempt to fetch it met, by member',
  }),
});

export const createAttachment = defineRoute({
  id: 'createAttachment',
  method: 'POST',
  path: '/attachments',
  area: 'records',
  title: { en: 'Upload an attachment', zh: '上传附件' },
  description:
    'The body is a JPEG, PNG, WebP or PDF of at most 10 MiB; what it is, its first bytes say. The same file is stored once. A record names it by `digest`, and can be reported when the file is here. A file that no record names within a day is removed.',
  access: operators,
  body: streamBody([...mediaTypes, 'application/octet-stream'], attachmentUploadBytesMax),
  answer: json(
    Type.Object({
      digest,
      size: Type.Integer(),
      mediaType: Type.String(),
    }),
    201,
  ),
  problems: ['attachment_type_refused'],
});

export const listAttachments = defineRoute({
  id: 'listAttachments',
  method: 'GET',
  path: '/attachments',
  area: 'records',
  title: { en: 'Attachments by digest', zh: '附件列表' },
  access: everyone,
  query: Type.Object({ ...paging, status: Type.Optional(status) }, { additionalProperties: false }),
  answer: json(page(Attachment)),
});

export const getAttachment = defineRoute({
  id: 'getAttachment',
  method: 'GET',
  path: '/attachments/:digest',
  area: 'records',
  title: { en: 'An attachment', zh: '下载附件' },
  access: everyone,
  params: Type.Object({ digest }),
  answer: file(...mediaTypes),
  problems: ['attachment_not_found', 'attachment_not_held'],
});

export const repairAttachment = defineRoute({
  id: 'repairAttachment',
  method: 'POST',
  path: '/attachments/:digest/repair',
  area: 'records',
  title: { en: 'Fetch a missing attachment now', zh: '立即补取缺失的附件' },
  description:
    'Asks the members of the channel for it once more, and answers with what came of it. It can also be uploaded here: the digest says that it is the right one.',
  access: operators,
  params: Type.Object({ digest }),
  answer: json(Attachment),
  problems: ['attachment_not_found'],
});

export const listImportAttachments = defineRoute({
  id: 'listImportAttachments',
  method: 'GET',
  path: '/imports/:id/attachments',
  area: 'imports',
  title: { en: 'Files that an import still lacks', zh: '导入尚缺的附件' },
  description: 'Staged records name them, and they are not here: upload them, then report.',
  access: everyone,
  params: idParams,
  query: Type.Object({ ...paging }, { additionalProperties: false }),
  answer: json(
    page(
      Type.Object({
        digest,
        name: Type.String({ description: 'as the first of the records names it' }),
        rows: Type.Array(Type.Integer(), { description: 'the first hundred rows that name it' }),
        count: Type.Integer({ description: 'records that name it' }),
      }),
    ),
  ),
  problems: ['import_not_found'],
});

/** The routes of attachments. */
export const attachmentRoutes = [
  createAttachment,
  listAttachments,
  getAttachment,
  repairAttachment,
  listImportAttachments,
] as const;
