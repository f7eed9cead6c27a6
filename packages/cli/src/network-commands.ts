// The commands that make networks: `suyuan node init|genesis|join` for organisations that found one together, each on
// its own server, and `suyuan network ...` for several organisations on this machine (docs/operations.md).
import type { CommandDefinition, OptionDefinition } from './definition.ts';

const data: OptionDefinition = { flags: '--data <DIR>', summary: 'where the network is; required' };
const only: OptionDefinition = {
  flags: '--only <LIST>',
  summary: 'only these organisations, with a comma between (default: all)',
};
const statusAnswer =
  '{"organizations":[{"id","url","databaseUrl","pids":{"node","cometbft","postgres"},"ready","height","appHash","waitingFor","records"}]}';

/** Where a node is going to listen, for those who make its folder. */
export const nodeSettings: readonly OptionDefinition[] = [
  { flags: '--host <HOST>', summary: 'where HTTP listens (default: 127.0.0.1, for a proxy)' },
  { flags: '--port <N>', summary: 'the port of HTTP (default: 8080)' },
  {
    flags: '--consensus-listen <HOST:PORT>',
    summary: 'where CometBFT listens (default: 0.0.0.0, with the port of --consensus)',
  },
  {
    flags: '--profile <local|wide_area>',
    summary: 'how long to wait for others (default: wide_area)',
  },
  { flags: '--database <URL>', summary: 'a PostgreSQL server of your own (default: one in the folder)' },
];

/** In the order in which help and documentation list them. */
export const networkCommands: readonly CommandDefinition[] = [
  {
    name: 'node init',
    summary:
      'Make the folder of a node that will found a network with others: keys, settings, and a file of public keys for the managing organisation.',
    arguments: '',
    options: [
      { flags: '--data <DIR>', summary: 'a new folder; required' },
      { flags: '--organization <ID>', summary: 'the id of the organisation; required' },
      { flags: '--name <NAME>', summary: 'its name for people (default: the id)' },
      { flags: '--url <URL>', summary: 'where the others and people will reach the node; required' },
      { flags: '--consensus <HOST:PORT>', summary: 'where the others will reach its CometBFT; required' },
      {
        flags: '--context <HEX>',
        summary: 'what the managing organisation has told; without it, you are that one and it is made',
      },
      { flags: '--role <validator|observer>', summary: 'votes, or follows (default: validator)' },
      { flags: '--kinds <LIST>', summary: 'record kinds that it may report (default: all)' },
      ...nodeSettings,
    ],
    asksNode: false,
    answers: '{"organization","context","file","keys":[{"purpose","keyId"}]}',
    negative: 'never',
    example:
      'suyuan node init --data data/acme --organization acme --url https://node.acme.example --consensus node.acme.example:26656',
    load: async () => (await import('./commands/node-founding.ts')).initNode,
  },
  {
    name: 'node genesis',
    summary:
      'Make the genesis and the peers file of a network of the founder files of all; the first organisation manages it.',
    arguments: '<FOUNDER...>',
    options: [
      { flags: '--out <DIR>', summary: 'where to write genesis.cbor and peers.json (default: here)' },
      { flags: '--origin <NAME>', summary: 'the name of the log (default: suyuan.example/ID of the first)' },
    ],
    asksNode: false,
    answers: '{"network","origin","managing","organizations","files":{"genesis","peers"}}',
    negative: 'never',
    example: 'suyuan node genesis manager.json acme.json --origin log.example/batteries',
    load: async () => (await import('./commands/node-founding.ts')).makeGenesis,
  },
  {
    name: 'node join',
    summary:
      'Check everything before the first start of a node: network id, keys, addresses and clocks of the others, ports, certificate. Where nothing is wrong, genesis and peers file are put in place. Who has asked to join a running network names no files: the network is asked whether it is admitted, and gives them.',
    arguments: '',
    options: [
      {
        flags: '--data <DIR>',
        summary: 'the folder made by suyuan node init or organization request; required',
      },
      { flags: '--genesis <FILE>', summary: 'founders: from the managing organisation' },
      { flags: '--peers <FILE>', summary: 'founders: from the managing organisation' },
      { flags: '--network <HEX>', summary: 'the network id that the others have told' },
      { flags: '--node-url <URL>', summary: 'who was hosted: where the others will reach the node' },
      { flags: '--consensus <HOST:PORT>', summary: 'who was hosted: and its CometBFT' },
    ],
    asksNode: false,
    answers:
      '{"organization","network","ready","checks":[{"check":"admission"|"network"|"keys"|"peers"|"reachable"|"clock"|"ports"|"program"|"certificate","level":"ok"|"warning"|"error","message"}]}',
    negative: 'something is wrong, or the organisation is not admitted; nothing was changed',
    example: 'suyuan node join --data data/acme --genesis genesis.cbor --peers peers.json',
    load: async () => (await import('./commands/node-founding.ts')).joinNetwork,
  },
  {
    name: 'node host',
    summary:
      'Give organisations a place on this node: a folder with keys and settings each, and the request to be admitted. The node may run, and serves each by itself once it is admitted. Run again, it tells where the requests stand.',
    arguments: '<FROM...>',
    options: [
      { flags: '--data <DIR>', summary: 'the folder of the node that hosts; required' },
      { flags: '--organization <ID>', summary: 'its id (default: as in the invitation)' },
      { flags: '--uscc <CODE>', summary: 'unified social credit code (default: as in the invitation)' },
      { flags: '--name <NAME>', summary: 'name for people (default: as invited)' },
      { flags: '--type <TYPE>', summary: 'business type (default: as invited)' },
      { flags: '--port <N>', summary: 'its port (default: the next free one above that of the node)' },
      {
        flags: '--node-url <URL>',
        summary:
          'where the others will reach it; {organization} and {port} stand for these (default: as this node, with its port)',
      },
    ],
    asksNode: false,
    answers:
      '{"hosts":[{"organization","status":"waiting"|"admitted"|"declined","reason"?,"folder","port","url","administrator"}]}',
    negative: 'a request is refused or declined',
    example: 'suyuan node host invitation-*.json --data data/acme',
    load: async () => (await import('./commands/hosting.ts')).hostOrganizations,
  },
  {
    name: 'node password',
    summary:
      'Have the account `administrator` of a hosted organisation given a new password, where none of its administrators can sign in any more. The node of the host does it within seconds where it runs, otherwise at its next start.',
    arguments: '<ID>',
    options: [{ flags: '--data <DIR>', summary: 'the folder of the node that hosts; required' }],
    asksNode: false,
    answers: '{"organization","administrator"}: the file that the password is going to be in',
    negative: 'never',
    example: 'suyuan node password shop --data data/acme',
    load: async () => (await import('./commands/hosting.ts')).renewHostedPassword,
  },
  {
    name: 'node move',
    summary:
      'Have a node that is stopped reached at another address from its next start on. It tells the others itself, signed by its transport key; they need no restart.',
    arguments: '',
    options: [
      { flags: '--data <DIR>', summary: 'the folder of the node; required' },
      { flags: '--url <URL>', summary: 'where the others will reach the node; required' },
      {
        flags: '--consensus <HOST:PORT>',
        summary: 'where the others will reach its CometBFT; required',
      },
      { flags: '--host <HOST>', summary: 'where the node listens (default: as before)' },
      { flags: '--port <N>', summary: 'the port that it listens on (default: as before)' },
      {
        flags: '--consensus-listen <HOST:PORT>',
        summary: 'where its CometBFT listens (default: as before)',
      },
    ],
    asksNode: false,
    answers: '{"organization","url","consensus","at"}',
    negative: 'never',
    example: 'suyuan node move --data data/acme --url https://203.0.113.7:8080 --consensus 203.0.113.7:26656',
    load: async () => (await import('./commands/node-founding.ts')).moveNode,
  },
  {
    name: 'node rebuild',
    summary:
      'Have the lost CometBFT folder of a node built anew at its next start, from the blocks of the others. For a node that is stopped, with its keys and its own database, or an empty one. Its validator then signs nothing where it may have signed before.',
    arguments: '',
    options: [{ flags: '--data <DIR>', summary: 'the folder of the node; required' }],
    asksNode: false,
    answers: '{"organization","heights":[{"organization","height"|null}],"silentUntil","moved"}',
    negative: 'never',
    example: 'suyuan node rebuild --data data/acme',
    load: async () => (await import('./commands/node-founding.ts')).rebuildNode,
  },
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
    name: 'network add',
    summary:
      'Keep a place for one more organisation in a network on this machine, and show the commands by which it joins.',
    arguments: '',
    options: [data],
    asksNode: false,
    answers: '{"id","data","url","consensus"}',
    negative: 'never',
    example: 'suyuan network add --data data/network',
    load: async () => (await import('./commands/network.ts')).addOrganization,
  },
  {
    name: 'network start',
    summary:
      'Start what does not run of a network on this machine, in the background, and wait until every node serves. API keys are then in DIR/access.json.',
    arguments: '',
    options: [data, only],
    asksNode: false,
    answers: statusAnswer,
    negative: 'never',
    example: 'suyuan network start --data data/network',
    load: async () => (await import('./commands/network.ts')).startNetwork,
  },
  {
    name: 'network stop',
    summary: 'End every process of a network on this machine, also what killed nodes have left behind.',
    arguments: '',
    options: [data, only],
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
    options: [data],
    asksNode: false,
    answers: `${statusAnswer}; null where something does not run or is not known`,
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
      data,
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
    options: [data, { flags: '--one-way', summary: 'only what FROM sends to TO' }],
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
    options: [data],
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
    options: [data],
    asksNode: false,
    answers: '{"control","links"} once they listen',
    negative: 'never',
    example: 'suyuan network proxies --data data/network',
    load: async () => (await import('./commands/network.ts')).runProxies,
  },
];
