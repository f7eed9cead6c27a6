// `suyuan organization`: who this node is, and who else is in its network (docs/cli.md).
import { answer, lines, table } from '../answer.ts';
import type { Action } from '../definition.ts';
import { asMembers, membersIn, shown } from '../node-answer.ts';
import { connectNode } from '../node-client.ts';

/** What is said while too few organisations that vote are there. */
export function waitingSentence(count: number): string {
  return `waiting for ${count} more organisation(s); what is reported is ordered by itself once they are back.`;
}

/** Shows the organisations of the network. */
export const organization: Action = async ({ options, terminal }) => {
  const node = connectNode(options, terminal);
  const self = asMembers(await node.ask('organization'));
  const others = membersIn(self, 'organizations');
  const ordering = asMembers(self['ordering'] ?? {});
  const waitingFor = Number(ordering['waitingFor']);
  const silent = Array.isArray(ordering['silent']) ? ordering['silent'].join(', ') : '';
  const head = lines(
    `${shown(self, 'id')}  ${shown(self, 'name')}  ${shown(self, 'role')}`,
    `network ${shown(self, 'network')}  log ${shown(self, 'origin')}  height ${shown(self, 'height')}  log size ${shown(self, 'logSize')}`,
    waitingFor > 0 ? `${waitingSentence(waitingFor)} No answer from: ${silent}` : undefined,
  );
  const rows = others.map((one) => ['id', 'name', 'role', 'url'].map((name) => shown(one, name)));
  return answer(self, head + (rows.length === 0 ? '' : `\n${table(rows)}`));
};
