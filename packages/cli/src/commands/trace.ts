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
    ...stateLines(life['state']),
    ...events.map(eventLine),
    ...familyLines(membersIn(life, 'family')),
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

/** Where it is now, and what speaks against that. */
function stateLines(state: unknown): readonly string[] {
  if (state === undefined) return [];
  const now = asMembers(state);
  const holder = shown(asMembers(now['holder'] ?? {}), 'name');
  const place = shown(now, 'in');
  const vehicle = shown(now, 'vehicle');
  const words = [
    shown(now, 'status'),
    place === '' ? '' : `in ${place}`,
    vehicle === '' || vehicle === place ? '' : `on vehicle ${vehicle}`,
    holder === '' ? '' : `with ${holder}`,
    now['since'] === undefined ? '' : `since ${shown(now, 'since')}`,
  ];
  const sentenceIn = (finding: Members): string =>
    `${shown(asMembers(finding['message'] ?? {}), 'en')} [${shown(finding, 'code')}]`;
  return [
    `  now: ${words.filter((word) => word !== '').join(', ')}`,
    ...membersIn(now, 'conflicts').map((conflict) => {
      const records = Array.isArray(conflict['records']) ? conflict['records'].join(' and ') : '';
      return `  conflict of ${records}: ${sentenceIn(asMembers(conflict['finding']))}`;
    }),
    ...membersIn(now, 'provisional').map((finding) => `  provisional: ${sentenceIn(finding)}`),
  ];
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

/** The family with each child under its parent; roots are those whose parent is not among them. */
function familyLines(family: readonly Members[]): readonly string[] {
  const codes = new Set(family.map((member) => member['code']));
  const childrenOf = new Map<unknown, Members[]>();
  for (const member of family) {
    const parent = codes.has(member['parent']) ? member['parent'] : undefined;
    const siblings = childrenOf.get(parent);
    if (siblings === undefined) childrenOf.set(parent, [member]);
    else siblings.push(member);
  }
  const shownLines: string[] = [];
  const pending = (childrenOf.get(undefined) ?? []).map((member) => ({ member, depth: 0 })).reverse();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { member, depth } = next;
    const relation = shown(member, 'relation');
    const isNow = relation === '' || relation === 'root' || relation === 'part';
    const name = `${shown(member, 'product')} ${shown(member, 'code')}${isNow ? '' : ` (${relation})`}`;
    shownLines.push(`  ${'  '.repeat(depth)}${name}`);
    const children = childrenOf.get(member['code']) ?? [];
    childrenOf.delete(member['code']); // each once, whatever a node answers
    pending.push(...children.map((child) => ({ member: child, depth: depth + 1 })).reverse());
  }
  return shownLines;
}
