// The commands `suyuan network ...`: a network of several organisations on this machine (docs/operations.md).
import type { CommandDefinition } from './definition.ts';

/** In the order in which help and documentation list them. */
export const networkCommands: readonly CommandDefinition[] = [
  {
    name: 'network create',
    summary:
      'Make a network of several organisations on this machine: keys, genesis and settings, a folder each in DIR. Nothing runs yet.',
    arguments: '',
    options: [
      { flags: '--organizations <N>', summary: 'how many, 1 to 16; required' },
      { flags: '--data <DIR>', summary: 'an empty or new folder; required' },
      { flags: '--validators <N>', summary: 'how many of them vote (default: all)' },
      {
        flags: '--ports <N>',
        summary: 'the first port, the others follow; 0: any free ones (default: 8801)',
      },
      { flags: '--proxies', summary: 'put a proxy on every way between two nodes, for suyuan network cut' },
      {
        flags: '--database <URL>',
        summary: 'one PostgreSQL server for all, a database each (default: a server for each organisation)',
      },
    ],
    asksNode: false,
    answers: '{"data","organizations":[{"id","url","consensus"}]}',
    negative: 'never',
    example: 'suyuan network create --organizations 4 --data data/network',
    load: async () => (await import('./commands/network.ts')).createNetwork,
  },
  {
    name: 'network start',
    summary:
      'Start what does not run of a network on this machine, in the background, and wait until every node serves. API keys are then in DIR/access.json.',
    arguments: '',
    options: [
      { flags: '--data <DIR>', summary: 'where the network is; required' },
      { flags: '--only <LIST>', summary: 'only these organisations, with a comma between (default: all)' },
    ],
    asksNode: false,
    answers:
      '{"organizations":[{"id","url","databaseUrl","pids":{"node","cometbft","postgres"},"ready","height","appHash","records"}]}',
    negative: 'never',
    example: 'suyuan network start --data data/network',
    load: async () => (await import('./commands/network.ts')).startNetwork,
  },
  {
    name: 'network stop',
    summary: 'End every process of a network on this machine, also what killed nodes have left behind.',
    arguments: '',
    options: [
      { flags: '--data <DIR>', summary: 'where the network is; required' },
      { flags: '--only <LIST>', summary: 'only these organisations, with a comma between (default: all)' },
    ],
    asksNode: false,
    answers: '{"stopped":["ID",...]}',
    negative: 'never',
    example: 'suyuan network stop --data data/network',
    load: async () => (await import('./commands/network.ts')).stopNetwork,
  },
  {
    name: 'network status',
    summary: 'Show what runs of a network on this machine, and where the ledger of each organisation stands.',
    arguments: '',
    options: [{ flags: '--data <DIR>', summary: 'where the network is; required' }],
    asksNode: false,
    answers:
      '{"organizations":[{"id","url","databaseUrl","pids":{"node","cometbft","postgres"},"ready","height","appHash","records"}]}; null where something does not run or is not known',
    negative: 'a node does not serve',
    example: 'suyuan network status --data data/network --json',
    load: async () => (await import('./commands/network.ts')).networkStatus,
  },
  {
    name: 'network load',
    summary:
      'Give a network on this machine work: invented records, pushed and reported at all its organisations at the same time, until each holds all of them.',
    arguments: '',
    options: [
      { flags: '--data <DIR>', summary: 'where the network is; required' },
      { flags: '--records <N>', summary: 'how many; required' },
      {
        flags: '--seed <S>',
        summary: 'the same seed gives the same records; there are 34 different sets (default: 1)',
      },
    ],
    asksNode: false,
    answers: '{"committed","seconds"}',
    negative: 'never',
    example: 'suyuan network load --records 10000 --seed 7 --data data/network',
    load: async () => (await import('./commands/network.ts')).loadNetwork,
  },
  {
    name: 'network cut',
    summary:
      'Cut the way between two organisations of a network made with --proxies: connections stay open, and nothing comes.',
    arguments: '<FROM> <TO>',
    options: [
      { flags: '--data <DIR>', summary: 'where the network is; required' },
      { flags: '--one-way', summary: 'only what FROM sends to TO' },
    ],
    asksNode: false,
    answers: '{"cuts":[["FROM","TO"],...]}, all that are cut now',
    negative: 'never',
    example: 'suyuan network cut org-1 org-2 --data data/network',
    load: async () => (await import('./commands/network.ts')).cutNetwork,
  },
  {
    name: 'network heal',
    summary: 'Open every way of a network again that was cut.',
    arguments: '',
    options: [{ flags: '--data <DIR>', summary: 'where the network is; required' }],
    asksNode: false,
    answers: '{"cuts":[]}',
    negative: 'never',
    example: 'suyuan network heal --data data/network',
    load: async () => (await import('./commands/network.ts')).healNetwork,
  },
  {
    name: 'network proxies',
    summary: 'Run the proxies of a network made with --proxies, until Ctrl-C. suyuan network start does it.',
    arguments: '',
    options: [{ flags: '--data <DIR>', summary: 'where the network is; required' }],
    asksNode: false,
    answers: '{"control","links"} once they listen',
    negative: 'never',
    example: 'suyuan network proxies --data data/network',
    load: async () => (await import('./commands/network.ts')).runProxies,
  },
];
