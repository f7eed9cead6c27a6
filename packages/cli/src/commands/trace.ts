// `suyuan trace`: the life of a battery by its code, with the evidence of each step (docs/cli.md).
import { answer, lines } from '../answer.ts';
import type { Action } from '../definition.ts';
import type { Members } from '../node-answer.ts';
import { asMembers, membersIn, shown } from '../node-answer.ts';
import type { NodeClient } from '../node-client.ts';
import { connectNode } from '../node-client.ts';
import { textArgument } from '../option-values.ts';

/** The most pages of events that one answer gathers. */
const PAGES_MAX = 100;
const PAGE_EVENTS = 200;

/** Shows everything known about a code. */
export const trace: Action = async ({ arguments: given, options, terminal }) => {
  const code = textArgument(given, 0) ?? '';
  const life = await readLife(connectNode(options, terminal), code);
  const events = membersIn(life, 'events');
  const text = lines(
    `${code}: ${events.length} record${events.length === 1 ? '' : 's'}`,
    ...events.map(eventLine),
    ...membersIn(life, 'family').map(familyLine),
  );
  return { ...answer(life, text), isPositive: events.length > 0 };
};

/** The first page with the events of all of them. */
async function readLife(node: NodeClient, code: string): Promise<Members> {
  const path = `trace/${encodeURIComponent(code)}`;
  const first = asMembers(await node.ask(path, { query: { limit: PAGE_EVENTS } }));
  const events = [...membersIn(first, 'events')];
  let next = first['next'];
  for (let page = 1; page < PAGES_MAX && typeof next === 'number'; page++) {
    const more = asMembers(await node.ask(path, { query: { limit: PAGE_EVENTS, after: next } }));
    events.push(...membersIn(more, 'events'));
    next = more['next'];
  }
  const { next: _, ...life } = first;
  return { ...life, events, ...(next === undefined ? {} : { next }) };
}

function eventLine(event: Members): string {
  const evidence = asMembers(event['evidence'] ?? {});
  const proof =
    evidence['noLaterThan'] === undefined ? '' : `no later than ${shown(evidence, 'noLaterThan')}`;
  const name = shown(event, 'record') || shown(event, 'status');
  const isVoid = event['voided'] === true ? 'VOID' : '';
  const words = [
    shown(event, 'date'),
    name,
    shown(event, 'kind'),
    `as ${shown(event, 'role')}`,
    shown(event, 'reporter'),
    proof,
    isVoid,
  ];
  return `  ${words.filter((word) => word !== '').join('  ')}`;
}

function familyLine(member: Members): string {
  const depth = typeof member['depth'] === 'number' ? member['depth'] : 0;
  return `  ${'  '.repeat(Math.min(depth, 20))}${shown(member, 'product')} ${shown(member, 'code')}`;
}
