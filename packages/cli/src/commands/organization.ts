// `suyuan organization`: who this node is, and who else is in its network (docs/cli.md).
import { answer, lines, table } from '../answer.ts';
import type { Action } from '../definition.ts';
import { asMembers, membersIn, shown } from '../node-answer.ts';
import { connectNode } from '../node-client.ts';

/** Shows the organisations of the network. */
export const organization: Action = async ({ options, terminal }) => {
  const node = connectNode(options, terminal);
  const self = asMembers(await node.ask('organization'));
  const others = membersIn(self, 'organizations');
  const head = lines(
    `${shown(self, 'id')}  ${shown(self, 'name')}  ${shown(self, 'role')}`,
    `network ${shown(self, 'network')}  log ${shown(self, 'origin')}  height ${shown(self, 'height')}  log size ${shown(self, 'logSize')}`,
  );
  const rows = others.map((one) => ['id', 'name', 'role', 'url'].map((name) => shown(one, name)));
  return answer(self, head + (rows.length === 0 ? '' : `\n${table(rows)}`));
};
