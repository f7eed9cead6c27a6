// The commands of sources (spec/source.md): what the node pulls from, run now, and what came of it.
import type { CommandDefinition, OptionDefinition } from './definition.ts';

const member: OptionDefinition = {
  flags: '--member <ORGANIZATION>',
  summary: 'of a member that opened its sources to us, the managing organisation',
};

/** In the order of the documentation. */
export const sourceCommands: readonly CommandDefinition[] = [
  {
    name: 'source list',
    summary: 'List the systems that the node pulls records from, with their state.',
    arguments: '',
    options: [member],
    asksNode: true,
    answers:
      '{"items":[{"id","name","system","state":"new"|"fresh"|"late"|"paused"|"stopped","settings","schedule"?,"streams":[{"kind","cursor"?,"changed"?:{"missing","added"}}],"exceptions","lastRun"?,"nextRunAt"?}]}',
    negative: 'the member refuses',
    example: 'suyuan source list',
    load: async () => (await import('./commands/source.ts')).listSources,
  },
  {
    name: 'source run',
    summary: 'Pull from a source now, and wait for the end of the run.',
    arguments: '<SOURCE>',
    options: [{ flags: '--no-wait', summary: 'answer as soon as the node has begun' }, member],
    asksNode: true,
    answers:
      '{"id","status","rows","staged","unchanged","skipped","errors","warnings","attempts","report"?,"failure"?:{"code","message":{"zh","en"},"detail"?},"imports"}, or with --member {"run"}',
    negative: 'the run fails, or the source is not to be run',
    example: 'suyuan source run 1',
    load: async () => (await import('./commands/source.ts')).runSource,
  },
  {
    name: 'source log',
    summary: 'List the runs of a source, newest first.',
    arguments: '<SOURCE>',
    options: [],
    asksNode: true,
    answers:
      '{"items":[{"id","status","startedBy","account","startedAt","finishedAt"?,"rows","staged","unchanged","skipped","errors","warnings","failure"?}],"next"?}',
    negative: 'there is no such source',
    example: 'suyuan source log 1',
    load: async () => (await import('./commands/source.ts')).logSource,
  },
];
