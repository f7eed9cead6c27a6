// `suyuan report`: says what contradicts the records that are known, hands staged records to the ledger and waits until
// every batch has its entry (docs/cli.md).
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { lines } from '../answer.ts';
import type { Action, OptionValues } from '../definition.ts';
import { CommandFailure } from '../failure.ts';
import type { Members } from '../node-answer.ts';
import { asMembers, membersIn, numberIn, shown } from '../node-answer.ts';
import type { NodeClient } from '../node-client.ts';
import { connectNode } from '../node-client.ts';
import { parseWhole, textOption } from '../option-values.ts';
import { startBar } from '../progress.ts';

const POLL_MS_MIN = 50;
const POLL_MS_MAX = 1_000;
/** Contradictions that are told one by one. */
const TOLD_MAX = 10;

/** Reports staged records. */
export const report: Action = async ({ options, terminal, isJson }) => {
  const scope = scopeOf(options);
  const node = connectNode(options, terminal);
  const tell = (sentence: string): void => terminal.say(`${sentence}\n`);
  const warnings = await warn(node, scope, tell);
  const begun = asMembers(
    await node.ask('reports', { method: 'POST', json: scope, headers: { 'idempotency-key': randomUUID() } }),
  );
  const id = numberIn(begun, 'id');
  if (options['wait'] !== true && 'wait' in options)
    return answerOf(asMembers(await node.ask(`reports/${id}`)), warnings, true);
  const progress = await startBar('reporting', terminal, isJson);
  try {
    return answerOf(await waitFor(node, id, progress.move, tell), warnings, false);
  } finally {
    progress.stop();
  }
};

/** Tells which records contradict what the node knows, and counts them. They are reported all the same. */
async function warn(node: NodeClient, scope: object, tell: (sentence: string) => void): Promise<number> {
  const found = asMembers(await node.ask('reports/preview', { method: 'POST', json: scope }));
  const [records, judged] = [numberIn(found, 'records'), numberIn(found, 'judged')];
  const contradicting = numberIn(found, 'contradicting');
  if (judged < records)
    tell(`Only the first ${judged} of ${records} records were checked against what is known.`);
  if (contradicting === 0) return 0;
  tell(
    `Warning: ${contradicting} record${contradicting === 1 ? ' contradicts' : 's contradict'} what is known:`,
  );
  for (const item of membersIn(found, 'items').slice(0, Math.min(contradicting, TOLD_MAX))) {
    const finding = membersIn(item, 'findings').find(({ level }) => level !== 'info') ?? {};
    const name = [shown(item, 'kind'), shown(item, 'code'), shown(item, 'record')].filter(
      (word) => word !== '',
    );
    const sentence = shown(asMembers(finding['message'] ?? {}), 'en');
    tell(`  ${name.join(' ')}: ${shown(finding, 'value')}: ${sentence} [${shown(finding, 'code')}]`);
  }
  return contradicting;
}

function scopeOf(options: OptionValues): object {
  const id = textOption(options, 'import');
  const kind = textOption(options, 'kind');
  if ((id === undefined) === (options['all'] !== true)) {
    throw new CommandFailure(
      'option_missing',
      'Say what to report: --import ID, or --all for everything that is staged.',
    );
  }
  if (id !== undefined) return { import: parseWhole(id, '--import', 1, Number.MAX_SAFE_INTEGER) };
  return { all: true, ...(kind === undefined ? {} : { kind }) };
}

/** Asks until the report has ended. What it waits for in between is told once each time that it changes. */
async function waitFor(
  node: NodeClient,
  id: number,
  move: (done: number, total: number) => void,
  tell: (sentence: string) => void,
): Promise<Members> {
  let told = '';
  for (let pauseMs = POLL_MS_MIN; ; pauseMs = Math.min(pauseMs * 1.5, POLL_MS_MAX)) {
    const current = asMembers(await node.ask(`reports/${id}`));
    move(numberIn(current, 'reported'), numberIn(current, 'records'));
    if (current['status'] !== 'running') return current;
    const waiting = asMembers(current['waiting'] ?? {});
    const sentence = shown(asMembers(waiting['message'] ?? {}), 'en');
    if (sentence !== told && sentence !== '') tell(`${sentence} [${shown(waiting, 'code')}]`);
    told = sentence;
    await delay(pauseMs);
  }
}

function answerOf(
  done: Members,
  warnings: number,
  isBegun: boolean,
): {
  readonly json: unknown;
  readonly text: string;
  readonly isPositive: boolean;
} {
  const batches = membersIn(done, 'batches');
  const isReported = batches.every(({ status }) => status === 'reported') && done['status'] === 'done';
  const text = lines(
    `Report ${shown(done, 'id')}: ${shown(done, 'status')}, ${shown(done, 'records')} records in ${batches.length} batches.`,
    done['records'] === 0
      ? 'Nothing of what was named is staged (any more); nothing was reported.'
      : undefined,
    ...batches.map((batch) =>
      `  entry ${shown(batch, 'entry') || '-'}  channel ${shown(batch, 'channel')}  ${shown(batch, 'count')} records  ${shown(batch, 'status')} ${shown(batch, 'refusal')}`.trimEnd(),
    ),
  );
  return { json: { ...done, warnings }, text, isPositive: isBegun || isReported };
}
