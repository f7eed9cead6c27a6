// `suyuan trace`: the life of a battery by its code, with the evidence of each step (docs/cli.md).
import { answer, lines } from '../answer.ts';
import type { Action } from '../definition.ts';
import type { Members } from '../node-answer.ts';
import { asMembers, membersIn, shown } from '../node-answer.ts';
import { connectNode } from '../node-client.ts';
import { textArgument } from '../option-values.ts';

/** Shows everything known about a code. */
export const trace: Action = async ({ arguments: given, options, terminal }) => {
  const code = textArgument(given, 0) ?? '';
  const node = connectNode(options, terminal);
  const life = asMembers(await node.ask(`trace/${encodeURIComponent(code)}`));
  const events = Array.isArray(life['events']) ? membersIn(life, 'events') : [];
  const text = lines(
    `${code}: ${events.length} event${events.length === 1 ? '' : 's'}`,
    ...events.map(eventLine),
  );
  return { ...answer(life, text), isPositive: events.length > 0 };
};

function eventLine(event: Members): string {
  const evidence =
    typeof event['evidence'] === 'object' && event['evidence'] !== null ? asMembers(event['evidence']) : {};
  const time = shown(evidence, 'noLaterThan') || shown(evidence, 'checkpointTime');
  return [
    '',
    shown(event, 'record') || shown(event, 'status'),
    shown(event, 'kind'),
    shown(event, 'reporter'),
    time,
  ]
    .join('  ')
    .trimEnd();
}
