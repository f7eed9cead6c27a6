// The commands of attachments: photos and PDF that records name (spec/attachment.md).
import type { CommandDefinition } from './definition.ts';

/** In the order in which help and documentation list them. */
export const attachmentCommands: readonly CommandDefinition[] = [
  {
    name: 'attachment list',
    summary: 'List the files that records name.',
    arguments: '',
    options: [
      { flags: '--missing', summary: 'only those that have not come to this node, with the reason' },
      {
        flags: '--import <ID>',
        summary: 'only those that this import still lacks, with the rows that name them',
      },
    ],
    asksNode: true,
    answers:
      '{"items":[{"digest","status":"held"|"missing","size"?,"mediaType"?,"since","problems":[{"organization","code"}]}],"next"?}, or with --import {"items":[{"digest","name","rows","count"}],"next"?}',
    negative: 'there is no such import',
    example: 'suyuan attachment list --missing',
    load: async () => (await import('./commands/attachment.ts')).listAttachments,
  },
  {
    name: 'attachment fetch',
    summary: 'Have the node ask the members for a missing file now.',
    arguments: '<DIGEST>',
    options: [],
    asksNode: true,
    answers: '{"digest","status","size"?,"mediaType"?,"since","problems":[{"organization","code"}]}',
    negative: 'no record names the file, or no member gave it',
    example: 'suyuan attachment fetch 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    load: async () => (await import('./commands/attachment.ts')).fetchAttachment,
  },
];
