// The commands of imports that a node already has (spec/import.md): list, follow, cancel, discard.
import type { CommandDefinition } from './definition.ts';

/** In the order of the documentation; `import` itself stands before them. */
export const importCommands: readonly CommandDefinition[] = [
  {
    name: 'import list',
    summary: 'List the imports of the node, newest first.',
    arguments: '',
    options: [
      { flags: '--kind <KIND>', summary: 'only this record kind' },
      { flags: '--after <CURSOR>', summary: 'the page after the one that named this cursor as next' },
    ],
    asksNode: true,
    answers:
      '{"items":[{"id","kind","source","fileName"?,"status","rows","staged","errors","warnings","createdBy","createdAt","finishedAt"?}],"next"?}',
    negative: 'never',
    example: 'suyuan import list',
    load: async () => (await import('./commands/import-follow.ts')).listImports,
  },
  {
    name: 'import follow',
    summary: 'Wait for the end of an import, such as one made with --async, and answer as import does.',
    arguments: '<ID>',
    options: [],
    asksNode: true,
    answers:
      '{"id","kind","status":"done"|"failed"|"cancelled"|"discarded","rows","staged","errors","warnings","failure"?:{"code"},"findings"?}',
    negative: 'a row has an error, the import failed or was taken back, or there is no such import',
    example: 'suyuan import follow 7',
    load: async () => (await import('./commands/import-follow.ts')).followImport,
  },
  {
    name: 'import cancel',
    summary: 'Cancel an import that waits or is being read. Nothing of it stays.',
    arguments: '<ID>',
    options: [],
    asksNode: true,
    answers: '{"id","kind","status","rows","staged"}',
    negative: 'the import has ended, or there is none',
    example: 'suyuan import cancel 7',
    load: async () => (await import('./commands/import-follow.ts')).cancelImport,
  },
  {
    name: 'import discard',
    summary: 'Remove what an import has staged and nobody has reported. What is reported stays.',
    arguments: '<ID>',
    options: [{ flags: '--yes', summary: 'do it; without it the command says what it would remove' }],
    asksNode: true,
    answers: '{"discarded","kept"}',
    negative: 'the import can no longer be changed, or there is none',
    example: 'suyuan import discard 7 --yes',
    load: async () => (await import('./commands/import-follow.ts')).discardImport,
  },
];
