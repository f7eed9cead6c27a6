// `suyuan source list|run|log|change|exceptions|starts`: the systems that the node pulls records from (docs/cli.md).
import { setTimeout as delay } from 'node:timers/promises';

import { answer, lines, table } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { Action } from '../definition.ts';
import { CommandFailure } from '../failure.ts';
import type { Members } from '../node-answer.ts';
import { asMembers, membersIn, numberIn, shown } from '../node-answer.ts';
import { connectNode } from '../node-client.ts';
import { parseWhole, textOption } from '../option-values.ts';

const POLL_MS_MIN = 100;
const POLL_MS_MAX = 2_000;
const COUNTS = ['rows', 'staged', 'unchanged', 'skipped', 'errors', 'warnings'] as const;

/** Lists the sources, or with `--member` those that a member opened to the managing organisation. */
export const listSources: Action = async ({ options, terminal }) => {
  const node = connectNode(options, terminal);
  const member = textOption(options, 'member');
  const path = member === undefined ? 'sources' : `members/${encodeURIComponent(member)}/sources`;
  const found = asMembers(await node.ask(path));
  const rows = membersIn(found, 'items').map((one) => {
    const last = asMembers(one['lastRun'] ?? {});
    const kinds =
      member === undefined ? membersIn(one, 'streams').map((stream) => shown(stream, 'kind')) : one['kinds'];
    const names = Array.isArray(kinds) ? kinds.join(' ') : '';
    return [
      shown(one, 'id'),
      shown(one, 'state'),
      shown(one, 'name'),
      names,
      shown(last, 'finishedAt'),
      shown(one, 'nextRunAt'),
    ];
  });
  return answer(
    found,
    rows.length === 0
      ? 'There is no source.\n'
      : table([['id', 'state', 'name', 'kinds', 'last run', 'next run'], ...rows]),
  );
};

/** Runs a source now and waits for its end; of a member it answers once the run has begun. */
export const runSource: Action = async ({ arguments: [text], options, terminal }) => {
  const node = connectNode(options, terminal);
  const id = sourceId(text);
  const member = textOption(options, 'member');
  if (member !== undefined) {
    const path = `members/${encodeURIComponent(member)}/sources/${id}/runs`;
    const begun = asMembers(await node.ask(path, { method: 'POST' }));
    return answer(begun, `${member} has begun run ${shown(begun, 'run')} of source ${id}.\n`);
  }
  let run = asMembers(await node.ask(`sources/${id}/runs`, { method: 'POST' }));
  const number = numberIn(run, 'id');
  const isBegunOnly = 'wait' in options && options['wait'] !== true;
  if (isBegunOnly) return outcomeOf(run);
  for (
    let pauseMs = POLL_MS_MIN;
    run['status'] === 'running';
    pauseMs = Math.min(pauseMs * 1.5, POLL_MS_MAX)
  ) {
    await delay(pauseMs);
    run = asMembers(await node.ask(`sources/${id}/runs/${number}`));
  }
  const outcome = outcomeOf(run);
  if (asMembers(run['failure'] ?? {})['code'] !== 'source_columns_changed') return outcome;
  const difference = differencesOf(asMembers(await node.ask(`sources/${id}`)));
  const help = `Adapt the mapping or bind another one, then: suyuan source change ${id} --accept-columns`;
  return { ...outcome, text: `${outcome.text}${lines(...difference, help)}` };
};

/** Which columns are missing and which are new, a line for each record kind. */
function differencesOf(source: Members): readonly string[] {
  return membersIn(source, 'streams').flatMap((stream) => {
    if (stream['changed'] === undefined) return [];
    const changed = asMembers(stream['changed']);
    const names = (name: string): string => (Array.isArray(changed[name]) ? changed[name].join(', ') : '');
    return [`${shown(stream, 'kind')}: missing ${names('missing') || '-'}; new ${names('added') || '-'}`];
  });
}

/** Lists the runs of a source, newest first. */
export const logSource: Action = async ({ arguments: [text], options, terminal }) => {
  const node = connectNode(options, terminal);
  const found = asMembers(await node.ask(`sources/${sourceId(text)}/runs`));
  const rows = membersIn(found, 'items').map((run) => [
    ...['id', 'status', 'startedBy', 'startedAt', ...COUNTS].map((name) => shown(run, name)),
    reasonOf(run),
  ]);
  const head = ['id', 'status', 'by', 'started', ...COUNTS, 'reason'];
  return answer(found, rows.length === 0 ? 'The source has not run.\n' : table([head, ...rows]));
};

/** Pauses or goes on, accepts columns that have changed, replays. */
export const changeSource: Action = async ({ arguments: [text], options, terminal }) => {
  const node = connectNode(options, terminal);
  const id = sourceId(text);
  const isOn = (name: string): boolean => options[name] === true;
  if (isOn('pause') && isOn('resume'))
    throw new CommandFailure('option_malformed', 'Say either --pause or --resume.');
  const replayed = textOption(options, 'replay');
  const [kind = '', ...cursor] = replayed?.split('=') ?? [];
  const json = {
    ...(isOn('pause') ? { status: 'paused' } : {}),
    ...(isOn('resume') ? { status: 'active' } : {}),
    ...(isOn('acceptColumns') ? { acceptColumns: true } : {}),
    ...(replayed === undefined ? {} : { cursors: { [kind]: cursor.length === 0 ? null : cursor.join('=') } }),
  };
  if (Object.keys(json).length === 0)
    throw new CommandFailure(
      'option_missing',
      'Say what to change: --pause, --resume, --accept-columns or --replay.',
    );
  const source = asMembers(await node.ask(`sources/${id}`, { method: 'PATCH', json }));
  const streams = membersIn(source, 'streams').map((stream) => [
    shown(stream, 'kind'),
    shown(stream, 'cursor') === '' ? 'from the beginning' : `from ${shown(stream, 'cursor')}`,
  ]);
  return answer(source, `Source ${id} is ${shown(source, 'state')}.\n${table(streams)}`);
};

/** Lists the rows that wait for a person. */
export const listExceptions: Action = async ({ arguments: [text], options, terminal }) => {
  const node = connectNode(options, terminal);
  const found = asMembers(await node.ask(`sources/${sourceId(text)}/exceptions`));
  const rows = membersIn(found, 'items').map((row) => [
    `${shown(row, 'import')}:${shown(row, 'row')}`,
    shown(row, 'kind'),
    shown(row, 'state'),
    membersIn(row, 'findings')
      .map((finding) => shown(asMembers(finding['message'] ?? {}), 'en'))
      .join('; '),
  ]);
  const head = ['import:row', 'kind', 'state', 'why'];
  return answer(found, rows.length === 0 ? 'No row waits for anybody.\n' : table([head, ...rows]));
};

/** Lists starts by the managing organisation: from this node's log, or with `--member` also from the member's. */
export const listStarts: Action = async ({ options, terminal }) => {
  const node = connectNode(options, terminal);
  const member = textOption(options, 'member');
  const own = asMembers(await node.ask('sources/starts', { query: { member } }));
  const head = ['at', 'source', 'by', 'outcome', 'run'];
  const rowsOf = (log: Members): string => {
    const rows = membersIn(log, 'items').map((start) => [
      shown(start, 'at'),
      `${shown(start, 'member')}/${shown(start, 'source')}`,
      ...['by', 'outcome', 'run'].map((name) => shown(start, name)),
    ]);
    return rows.length === 0 ? 'Nothing was started.\n' : table([head, ...rows]);
  };
  if (member === undefined) return answer(own, rowsOf(own));
  const path = `members/${encodeURIComponent(member)}/sources/starts`;
  const theirs = asMembers(await node.ask(path));
  const text = `In our log:\n${rowsOf(own)}\nIn the log of ${member}:\n${rowsOf(theirs)}`;
  return answer({ own: own['items'], member: theirs['items'] }, text);
};

function sourceId(text: unknown): number {
  if (typeof text !== 'string')
    throw new CommandFailure('option_missing', 'Say which source, by its number.');
  return parseWhole(text, 'SOURCE', 1, Number.MAX_SAFE_INTEGER);
}

function reasonOf(run: Members): string {
  const failure = asMembers(run['failure'] ?? {});
  return [shown(failure, 'code'), shown(failure, 'detail')].filter((word) => word !== '').join(' ');
}

function outcomeOf(run: Members): Answer {
  const failure = asMembers(run['failure'] ?? {});
  const sentence = shown(asMembers(failure['message'] ?? {}), 'en');
  const text = lines(
    `Run ${shown(run, 'id')}: ${shown(run, 'status')}, ${COUNTS.map((name) => `${shown(run, name)} ${name}`).join(', ')}.`,
    sentence === '' ? undefined : `${sentence}. [${reasonOf(run)}]`,
  );
  return { json: run, text, isPositive: run['status'] === 'done' || run['status'] === 'running' };
}
