// `suyuan import list|follow|cancel|discard`: imports that the node has, those that still go on among them (docs/cli.md).
import { setTimeout as delay } from 'node:timers/promises';

import { answer, lines, table } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { Action, Invocation } from '../definition.ts';
import { CommandFailure } from '../failure.ts';
import type { Members } from '../node-answer.ts';
import { asMembers, membersIn, numberIn, shown } from '../node-answer.ts';
import type { NodeClient } from '../node-client.ts';
import { connectNode } from '../node-client.ts';
import { parseWhole, textOption } from '../option-values.ts';
import { startSteps } from '../progress.ts';
import { importText, readFindings } from './import-answer.ts';

const POLL_MS_MIN = 50;
const POLL_MS_MAX = 1_000;
/** Rows between two sentences about one import that is being read. */
const ROWS_TOLD = 10_000;
const COUNTS = ['rows', 'staged', 'errors', 'warnings'] as const;

/** Lists the newest imports. */
export const listImports: Action = async ({ options, terminal }) => {
  const node = connectNode(options, terminal);
  const query = { kind: textOption(options, 'kind'), after: textOption(options, 'after') };
  const found = asMembers(await node.ask('imports', { query }));
  const rows = membersIn(found, 'items').map((one) =>
    ['id', 'status', 'kind', ...COUNTS, 'createdAt', 'fileName'].map((name) => shown(one, name)),
  );
  const next = shown(found, 'next');
  const text = lines(next === '' ? undefined : `Older ones: suyuan import list --after ${next}`);
  const head = ['id', 'status', 'kind', ...COUNTS, 'begun', 'file'];
  return answer(found, rows.length === 0 ? 'There is no import.\n' : table([head, ...rows]) + text);
};

/** Waits for the end of an import, telling how far it is; the outcome is that of `suyuan import`. */
export const followImport: Action = async ({ arguments: [text], options, terminal, isJson }) => {
  const node = connectNode(options, terminal);
  const id = importId(text);
  const steps = isJson ? { tell: () => undefined, stop: () => undefined } : await startSteps(terminal);
  try {
    return await outcomeOf(node, await waitFor(node, id, steps.tell));
  } finally {
    steps.stop();
  }
};

/** Cancels an import that waits or is read: nothing of it stays. */
export const cancelImport: Action = async (invocation) => {
  const { node, path, id } = namedBy(invocation);
  const done = asMembers(await node.ask(`${path}/cancel`, { method: 'POST' }));
  return answer(done, `Import ${id} is ${shown(done, 'status')}; nothing of it is staged.\n`);
};

/** Removes what an import has staged and nobody has reported. */
export const discardImport: Action = async (invocation) => {
  const { node, path, id } = namedBy(invocation);
  const found = asMembers(await node.ask(path));
  if (invocation.options['yes'] !== true) {
    const sentence = `Import ${id} of ${shown(found, 'fileName') || shown(found, 'kind')} has staged ${shown(found, 'staged')} records; those that are not reported would be removed. Say --yes to do it.`;
    throw new CommandFailure('option_missing', sentence);
  }
  const done = asMembers(await node.ask(path, { method: 'DELETE' }));
  const kept = numberIn(done, 'kept');
  const rest = kept === 0 ? '' : ` ${kept} are reported and stay.`;
  return answer(done, `${shown(done, 'discarded')} staged records of import ${id} are removed.${rest}\n`);
};

function namedBy({ arguments: [text], options, terminal }: Invocation): {
  readonly node: NodeClient;
  readonly path: string;
  readonly id: number;
} {
  const id = importId(text);
  return { node: connectNode(options, terminal), path: `imports/${id}`, id };
}

function importId(text: unknown): number {
  return parseWhole(typeof text === 'string' ? text : '', 'ID', 1, Number.MAX_SAFE_INTEGER);
}

async function waitFor(node: NodeClient, id: number, tell: (sentence: string) => void): Promise<Members> {
  let told = '';
  for (let pauseMs = POLL_MS_MIN; ; pauseMs = Math.min(pauseMs * 1.5, POLL_MS_MAX)) {
    const current = asMembers(await node.ask(`imports/${id}`));
    const sentence = standOf(current);
    if (sentence === undefined) return current;
    if (sentence !== told) tell(sentence);
    told = sentence;
    await delay(pauseMs);
  }
}

/** Where an import stands that has not ended; the sentence changes only when there is something new to say. */
function standOf(current: Members): string | undefined {
  const id = shown(current, 'id');
  if (current['status'] === 'waiting')
    return `Import ${id} waits; ${shown(current, 'ahead') || '0'} go before it.`;
  if (current['status'] !== 'reading') return undefined;
  const rows = Math.floor(numberIn(current, 'rows') / ROWS_TOLD) * ROWS_TOLD;
  return `Import ${id} is read${rows === 0 ? '' : `: more than ${rows} rows so far`}.`;
}

async function outcomeOf(node: NodeClient, done: Members): Promise<Answer> {
  if (done['status'] === 'done') {
    const json = { ...done, findings: await readFindings(node, numberIn(done, 'id')) };
    return { json, text: importText(json, undefined), isPositive: numberIn(done, 'errors') === 0 };
  }
  const code = shown(asMembers(done['failure'] ?? {}), 'code');
  const text = `Import ${shown(done, 'id')}: ${shown(done, 'status')}${code === '' ? '' : ` [${code}]`}; nothing of it is staged.\n`;
  return { json: done, text, isPositive: false };
}
