// Problems of attachments: the part of the catalogue (problem.ts) that is theirs.
import type { ProblemEntry } from './problem.ts';

/** The problems of attachments by their codes. */
export const attachmentProblems = {
  attachment_type_refused: {
    status: 422,
    en: 'The file is no JPEG, PNG, WebP or PDF',
    zh: '文件不是 JPEG、PNG、WebP 或 PDF',
  },
  attachment_not_found: { status: 404, en: 'No record names such a file', zh: '没有该附件' },
  attachment_not_held: {
    status: 409,
    en: 'The file has not come to this node yet',
    zh: '该附件尚未同步到本节点',
  },
} as const satisfies Record<string, ProblemEntry>;
