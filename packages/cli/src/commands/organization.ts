// `suyuan organization`: who this node is, and who else is in its network (docs/cli.md).
import { answer, lines, table } from '../answer.ts';
import type { Action } from '../definition.ts';
import type { Members } from '../node-answer.ts';
import { asMembers, membersIn, shown } from '../node-answer.ts';
import { connectNode } from '../node-client.ts';

/** What is said while too few organisations that vote are there. */
export function waitingSentence(count: number): string {
  return `waiting for ${count} more organisation(s); what is reported is ordered by itself once they are back.`;
}

/** How an organisation takes part. */
function partOf(one: Members): string {
  return one['host'] === undefined ? shown(one, 'role') : `hosted by ${shown(one, 'host')}`;
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
    `${shown(self, 'id')}  ${shown(self, 'name')}  ${partOf(self)}`,
    `network ${shown(self, 'network')}  log ${shown(self, 'origin')}  height ${shown(self, 'height')}  log size ${shown(self, 'logSize')}`,
    waitingFor > 0 ? `${waitingSentence(waitingFor)} No answer from: ${silent}` : undefined,
  );
  const rows = others.map((one) => [shown(one, 'id'), shown(one, 'name'), partOf(one), shown(one, 'url')]);
  const hosts = membersIn(self, 'hosts').map((one) =>
    ['organization', 'state', 'url', 'reason'].map((name) => shown(one, name)),
  );
  const text = [
    head,
    ...(rows.length === 0 ? [] : [table(rows)]),
    ...(hosts.length === 0 ? [] : [`hosted here\n${table(hosts)}`]),
  ];
  return answer(self, text.join('\n'));
};
