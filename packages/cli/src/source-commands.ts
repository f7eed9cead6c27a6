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
  {
    name: 'source change',
    summary: 'Pause a source or let it go on, accept columns that have changed, or replay a record kind.',
    arguments: '<SOURCE>',
    options: [
      { flags: '--pause', summary: 'run it no more, until --resume' },
      { flags: '--resume', summary: 'let a paused one go on' },
      { flags: '--accept-columns', summary: 'take the columns as they are now; a stopped one goes on' },
      {
        flags: '--replay <KIND[=CURSOR]>',
        summary:
          'read this record kind again, from a cursor or from the beginning; unchanged rows stage nothing',
      },
    ],
    asksNode: true,
    answers: '{"id","name","state","streams":[{"kind","cursor"?}],"exceptions",...}',
    negative: 'there is no such source, or it is running',
    example: 'suyuan source change 1 --replay battery_module',
    load: async () => (await import('./commands/source.ts')).changeSource,
  },
  {
    name: 'source exceptions',
    summary:
      'List the rows of a source that wait for a person: wrong, held, or without a file that they name.',
    arguments: '<SOURCE>',
    options: [],
    asksNode: true,
    answers:
      '{"items":[{"import","row","kind","state":"wrong"|"warned","record"?,"cells","findings":[{"level","code","message":{"zh","en"}}]}],"next"?}',
    negative: 'there is no such source',
    example: 'suyuan source exceptions 1',
    load: async () => (await import('./commands/source.ts')).listExceptions,
  },
  {
    name: 'source starts',
    summary: 'List what the managing organisation started or tried to start, as this node wrote it down.',
    arguments: '',
    options: [
      {
        flags: '--member <ORGANIZATION>',
        summary: 'at the managing organisation: of this member, from both logs',
      },
    ],
    asksNode: true,
    answers:
      '{"items":[{"at","member","source","by","outcome","run"?}],"next"?}, or with --member {"own":[...],"member":[...]}',
    negative: 'the member refuses',
    example: 'suyuan source starts',
    load: async () => (await import('./commands/source.ts')).listStarts,
  },
];
