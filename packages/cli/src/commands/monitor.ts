// `suyuan monitor`: the state of the network as one node sees it (docs/cli.md, spec/monitoring.md).
import { lines, table } from '../answer.ts';
import type { Action } from '../definition.ts';
import type { Members } from '../node-answer.ts';
import { asMembers, membersIn, numberIn, shown } from '../node-answer.ts';
import { connectNode } from '../node-client.ts';

const HEAD = ['node', 'state', 'since', 'height', 'behind', 'signed', 'missing', 'clock', 'disk free'];
const GIBIBYTE = 1_073_741_824;

/** Shows nodes and alerts. */
export const monitor: Action = async ({ options, terminal }) => {
  const state = asMembers(await connectNode(options, terminal).ask('monitoring'));
  const nodes = membersIn(state, 'nodes');
  const alerts = membersIn(state, 'alerts');
  const validators = asMembers(state['validators']);
  const checkpoint = asMembers(state['checkpoint']);
  const text =
    lines(
      `${shown(state, 'at') || 'not looked around yet'}  validators ${shown(validators, 'reachable')} of ${shown(validators, 'count')}, ${shown(validators, 'needed')} needed  log ${shown(checkpoint, 'logSize')}, checkpoints cover ${shown(checkpoint, 'size')}`,
      '',
    ) +
    table([HEAD, ...nodes.map(rowOf)]) +
    (alerts.length === 0 ? '\nNo alert is open.\n' : alerts.map(showAlert).join(''));
  return { json: state, text, isPositive: alerts.every(({ level }) => level !== 'critical') };
};

/** The organisation, with the host or the hosted ones. */
function hostedOf(node: Members): string {
  const hosts = Array.isArray(node['hosts']) ? node['hosts'].join(', ') : '';
  const host = node['host'] === undefined ? '' : ` (hosted by ${shown(node, 'host')})`;
  return shown(node, 'organization') + host + (hosts === '' ? '' : ` (hosts ${hosts})`);
}

function rowOf(node: Members): readonly string[] {
  const part = (name: string): Members => asMembers(node[name] ?? {});
  const signed = part('cosignatures');
  const disk = asMembers(part('machine')['disk'] ?? {});
  const { clockSkewMs } = node;
  const state = shown(node, 'state') + (node['isSelf'] === true ? ' (this one)' : '');
  return [
    hostedOf(node),
    shown(node, 'reason') === '' ? state : `${state} [${shown(node, 'reason')}]`,
    shown(node, 'since'),
    shown(node, 'height'),
    shown(node, 'behindBlocks'),
    node['cosignatures'] === undefined ? '' : `${shown(signed, 'signed')}/${shown(signed, 'checkpoints')}`,
    shown(part('missingPayloads'), 'count'),
    typeof clockSkewMs === 'number' ? `${(Math.round(clockSkewMs / 100) / 10 || 0).toFixed(1)} s` : '',
    disk['freeBytes'] === undefined
      ? ''
      : `${(numberIn(disk, 'freeBytes') / GIBIBYTE).toFixed(1)} of ${(numberIn(disk, 'totalBytes') / GIBIBYTE).toFixed(0)} GiB`,
  ];
}

function showAlert(alert: Members): string {
  const sentence = (name: string): string => shown(asMembers(alert[name] ?? {}), 'en');
  return `\n${shown(alert, 'level').toUpperCase()} since ${shown(alert, 'raisedAt')}: ${sentence('what')} [${shown(alert, 'code')}]\n  ${sentence('todo')}\n`;
}
