// Attachments over HTTP: taken, listed, given (packages/api/src/attachments.ts).
import {
  createAttachment,
  getAttachment,
  listAttachments,
  listImportAttachments,
  pageSizeDefault,
  repairAttachment,
} from '@suyuan/api';
import type { AnswerOf } from '@suyuan/api';
import { findAttachment, listAttachments as readAttachments } from '../../attachment/attachment-store.ts';
import type { KnownAttachment } from '../../attachment/attachment-store.ts';
import type { Attachments } from '../../attachment/attachments.ts';
import { fileNameOf } from '../../attachment/media-type.ts';
import { listMissingFiles } from '../../attachment/missing-files.ts';
import type { Database } from '../../database/database.ts';
import { findImport } from '../../import/find-imports.ts';
import type { ImportProgress } from '../../import/import-progress.ts';
import { handle } from '../handle.ts';
import type { Binding } from '../handle.ts';
import { problem } from '../problem.ts';

/** What a browser must not do with a file of somebody else: guess its type, run it, embed it. */
const safeHeaders = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "sandbox; default-src 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'private, max-age=3600',
};

/** The routes of attachments. */
export function attachmentBindings(deps: {
  readonly database: Database;
  readonly attachments: Attachments;
  readonly progress: ImportProgress;
}): readonly Binding[] {
  const { database, attachments, progress } = deps;
  const show = (row: KnownAttachment): AnswerOf<typeof listAttachments>['items'][number] => ({
    digest: row.digest,
    status: row.status,
    ...(row.size === null ? {} : { size: row.size }),
    ...(row.media_type === null ? {} : { mediaType: row.media_type }),
    since: row.since.toISOString(),
    problems: row.status === 'held' ? [] : [...attachments.problemsOf(row.digest)],
  });
  return [
    handle(createAttachment, async ({ body }) => {
      const stored = await attachments.take(body);
      if (stored === 'attachment_type_refused') return problem(stored);
      if (typeof stored === 'string') throw new RangeError('an upload names no digest beforehand');
      const { digest, size, type: mediaType } = stored;
      return { digest, size, mediaType };
    }),
    handle(listAttachments, async ({ query }) => {
      const { limit = pageSizeDefault, ...rest } = query;
      const rows = await readAttachments(database, { ...rest, limit: limit + 1 });
      const next = rows.length > limit ? rows[limit - 1]?.digest : undefined;
      return { items: rows.slice(0, limit).map(show), ...(next === undefined ? {} : { next }) };
    }),
    handle(getAttachment, async ({ params }) => {
      const found = await findAttachment(database, params.digest);
      if (found === undefined) return problem('attachment_not_found');
      if (found.status === 'missing' || found.media_type === null) return problem('attachment_not_held');
      return {
        mediaType: found.media_type,
        fileName: fileNameOf(found.digest, found.media_type),
        content: attachments.read(found.digest),
        headers: safeHeaders,
      };
    }),
    handle(repairAttachment, async ({ params }) => {
      if ((await findAttachment(database, params.digest))?.status === 'missing')
        await attachments.repair(params.digest);
      const found = await findAttachment(database, params.digest);
      return found === undefined ? problem('attachment_not_found') : show(found);
    }),
    handle(listImportAttachments, async ({ params, query }) => {
      if ((await findImport(database, progress, params.id)) === undefined) return problem('import_not_found');
      const { limit = pageSizeDefault, ...rest } = query;
      const rows = await listMissingFiles(database, params.id, { ...rest, limit: limit + 1 });
      const next = rows.length > limit ? rows[limit - 1]?.digest : undefined;
      return { items: rows.slice(0, limit), ...(next === undefined ? {} : { next }) };
    }),
  ];
}
