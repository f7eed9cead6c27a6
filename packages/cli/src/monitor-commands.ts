// The command that shows the state of the network; part of the command table.
import type { CommandDefinition } from './definition.ts';

/** One command. */
export const monitorCommands: readonly CommandDefinition[] = [
  {
    name: 'monitor',
    summary:
      'Show the state of the network as this node sees it: nodes, heights, who signs, what misses, and the open alerts with what to do.',
    arguments: '',
    options: [],
    asksNode: true,
    answers:
      '{"at","nodes":[{"organization","name","role","isSelf","state":"good"|"behind"|"unreachable"|"refusing"|"unknown","since"?,"reason"?,"toldAt"?,"roundTripMs"?,"version"?,"height"?,"behindBlocks","lastBlockAt"?,"logSize"?,"checkpointSize"?,"ordering"?,"unreachable","missingPayloads"?:{"count","since"?},"cosignatures"?:{"checkpoints","signed","missedInRow"},"clockSkewMs"?,"certificateUntil"?,"machine"?:{"database":{"reachable","bytes"?},"disk"?:{"freeBytes","totalBytes"},"acknowledgements","unordered","alerts"}}],"validators":{"count","needed","reachable"},"checkpoint":{"size","logSize","signedBy"},"channels":[{"channel","status","members","kinds","missingPayloads"}],"alerts":[{"id","code","level","organization","what":{"en","zh"},"todo":{"en","zh"},"raisedAt"}]}',
    negative: 'a critical alert is open',
    example: 'suyuan monitor --json',
    load: async () => (await import('./commands/monitor.ts')).monitor,
  },
];
