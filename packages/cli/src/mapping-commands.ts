// The commands for mappings: how rows of an organisation's own systems become records (docs/integration.md).
import type { CommandDefinition } from './definition.ts';

/** In the order in which help and documentation list them. */
export const mappingCommands: readonly CommandDefinition[] = [
  {
    name: 'mapping list',
    summary: 'List the mappings that are saved at the node.',
    arguments: '',
    options: [{ flags: '--kind <KIND>', summary: 'only those for this record kind' }],
    asksNode: true,
    answers: '{"items":[{"id","name","kind","version","createdBy","createdAt"}]}',
    negative: 'never',
    example: 'suyuan mapping list',
    load: async () => (await import('./commands/mapping.ts')).listMappings,
  },
  {
    name: 'mapping show',
    summary: 'Show a mapping, or write it to a file.',
    arguments: '<NAME>',
    options: [
      { flags: '--version <N>', summary: 'another version than the newest' },
      { flags: '--out <FILE>', summary: 'where to write it' },
    ],
    asksNode: true,
    answers: '{"id","name","kind","version","createdBy","createdAt","mapping","versions"}',
    negative: 'there is no such mapping or version',
    example: 'suyuan mapping show "MES 1" --out mes.json',
    load: async () => (await import('./commands/mapping.ts')).showMapping,
  },
  {
    name: 'mapping save',
    summary: 'Save a mapping from a JSON file: a new one, or the next version of the one with this name.',
    arguments: '<NAME> <FILE>',
    options: [],
    asksNode: true,
    answers: '{"id","name","kind","version","createdBy","createdAt","mapping","versions"}',
    negative: 'the mapping is refused; every problem is named',
    example: 'suyuan mapping save "MES 1" mes.json',
    load: async () => (await import('./commands/mapping.ts')).saveMapping,
  },
  {
    name: 'mapping rename',
    summary: 'Give a mapping another name. Sources keep it; imports and pushes have to use the new name.',
    arguments: '<NAME> <NEW_NAME>',
    options: [],
    asksNode: true,
    answers: '{"id","name","kind","version","createdBy","createdAt","mapping","versions"}',
    negative: 'there is no such mapping, or the new name is taken',
    example: 'suyuan mapping rename "MES 1" "MES plant 1"',
    load: async () => (await import('./commands/mapping.ts')).renameMapping,
  },
  {
    name: 'mapping remove',
    summary: 'Remove a mapping that no source is read by. Imports that it read keep it readable.',
    arguments: '<NAME>',
    options: [],
    asksNode: true,
    answers: '{"id","name","kind","version","createdBy","createdAt"}',
    negative: 'there is no such mapping, or sources are read by it; they are named',
    example: 'suyuan mapping remove "MES 1"',
    load: async () => (await import('./commands/mapping.ts')).removeMapping,
  },
];
