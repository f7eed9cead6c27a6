// The commands of governance (docs/governance.md): what changes the network is shown first and sent with --yes only.
import type { CommandDefinition, OptionDefinition } from './definition.ts';
import { nodeSettings } from './network-commands.ts';

const yes: OptionDefinition = {
  flags: '--yes',
  summary: 'sign and send it; without, only what it would do is shown',
};
const kinds: OptionDefinition = { flags: '--kinds <LIST>', summary: 'record kinds, with a comma between' };
const note: OptionDefinition = {
  flags: '--note <TEXT>',
  summary: 'why; kept by this node, only its salted digest goes on the ledger',
};
const acts =
  '{"sent":false,"isAllowed","acts":[{"kind","sentence","fields","outcome","harms","refusal"?,"votes"?}],"touched"?}, or with --yes {"sent":true,"plan","acts":[{"id","kind","status","entry"?,"refusal"?,"votes"?}]}';
const negative = 'the ledger refuses it';

function act(
  definition: Pick<CommandDefinition, 'name' | 'summary' | 'arguments' | 'example'> & {
    readonly options?: readonly OptionDefinition[];
  },
  load: CommandDefinition['load'],
): CommandDefinition {
  return {
    ...definition,
    options: [...(definition.options ?? []), yes],
    asksNode: true,
    answers: acts,
    negative,
    load,
  };
}

const channelOptions: readonly OptionDefinition[] = [
  { flags: '--invite <LIST>', summary: 'organisations to invite, with a comma between' },
  { flags: '--no-payloads', summary: 'who is invited stores no records' },
  kinds,
  { flags: '--acknowledgements <N>', summary: 'at least so many members confirm that they store a batch' },
];

/** In the order in which help and documentation list them. */
export const governanceCommands: readonly CommandDefinition[] = [
  {
    name: 'organization invite',
    summary: 'Invite an organisation, or those of an Excel or CSV list: writes a file for each.',
    arguments: '[NAME]',
    options: [
      {
        flags: '--list <FILE>',
        summary:
          'columns name (名称), business_type (业务类型), and if wanted role (角色), host (托管方), id (组织编号), uscc (统一社会信用代码)',
      },
      { flags: '--type <TYPE>', summary: 'its business type, such as battery_maker' },
      { flags: '--role <validator|observer|hosted>', summary: 'how it is to take part (default: observer)' },
      {
        flags: '--host <ID>',
        summary: 'with hosted: on whose node (default: the managing organisation)',
      },
      { flags: '--days <N>', summary: 'how long the invitation is good (default: 30)' },
      { flags: '--out <DIR>', summary: 'where the files go (default: here)' },
    ],
    asksNode: true,
    answers: '{"invitations":[{"id","name","file"}]}',
    negative: 'this is not the managing organisation, or a row of the list is wrong',
    example: 'suyuan organization invite "Acme Batteries" --type battery_maker',
    load: async () => (await import('./commands/joining.ts')).invite,
  },
  {
    name: 'organization request',
    summary:
      'Ask to join a running network with an invitation: makes keys and settings, and sends the public halves of the keys. Asked again, it tells where the request stands.',
    arguments: '<INVITATION>',
    options: [
      { flags: '--organization <ID>', summary: 'the id that you want; required' },
      { flags: '--data <DIR>', summary: 'folder of the new node; required' },
      { flags: '--uscc <CODE>', summary: 'unified social credit code; required' },
      { flags: '--name <NAME>', summary: 'name for people (default: as invited)' },
      { flags: '--type <TYPE>', summary: 'business type (default: as invited)' },
      {
        flags: '--node-url <URL>',
        summary: 'where the others will reach the node; required unless it is invited as hosted',
      },
      {
        flags: '--consensus <HOST:PORT>',
        summary: 'where the others will reach its CometBFT; required unless it is invited as hosted',
      },
      ...nodeSettings,
    ],
    asksNode: false,
    answers: '{"status":"waiting"|"admitted"|"declined","reason"?,"organization","peers"}',
    negative: 'the request is refused or declined',
    example:
      'suyuan organization request invitation-1.json --organization acme --data data/acme --uscc 91350100M000100Y43 --node-url https://node.acme.example --consensus node.acme.example:26656',
    load: async () => (await import('./commands/joining.ts')).requestToJoin,
  },
  {
    name: 'organization requests',
    summary: 'Who has asked to join.',
    arguments: '',
    options: [],
    asksNode: true,
    answers: '{"items":[{"id","organization","name","uscc","businessType","role","status"}]}',
    negative: 'never',
    example: 'suyuan organization requests',
    load: async () => (await import('./commands/joining.ts')).listRequests,
  },
  {
    name: 'organization decline',
    summary: 'Decline a request to join.',
    arguments: '<REQUEST>',
    options: [{ flags: '--reason <TEXT>', summary: 'why; the organisation is told; required' }],
    asksNode: true,
    answers: '{"id","organization","status":"declined","reason"}',
    negative: 'there is no such request, or it is decided',
    example: 'suyuan organization decline 1 --reason "unknown to us"',
    load: async () => (await import('./commands/joining.ts')).declineRequest,
  },
  act(
    {
      name: 'organization admit',
      summary: 'Admit who has asked to join, with the modules of its business type.',
      arguments: '<REQUEST>',
      options: [kinds, { flags: '--channels <LIST>', summary: 'channels to invite it to' }],
      example: 'suyuan organization admit 1 --channels 1 --yes',
    },
    async () => (await import('./commands/governance.ts')).admit,
  ),
  act(
    {
      name: 'organization suspend',
      summary: 'Suspend an organisation: it reports, confirms and votes no more.',
      arguments: '<ID>',
      example: 'suyuan organization suspend acme --yes',
    },
    async () => (await import('./commands/governance.ts')).suspend,
  ),
  act(
    {
      name: 'organization resume',
      summary: 'End the suspension of an organisation.',
      arguments: '<ID>',
      example: 'suyuan organization resume acme --yes',
    },
    async () => (await import('./commands/governance.ts')).resume,
  ),
  act(
    {
      name: 'organization retire',
      summary: 'Let an organisation leave for good.',
      arguments: '<ID>',
      example: 'suyuan organization retire acme --yes',
    },
    async () => (await import('./commands/governance.ts')).retire,
  ),
  act(
    {
      name: 'organization role',
      summary: 'Change how an organisation takes part: validator, observer or hosted.',
      arguments: '<ID> <ROLE>',
      options: [{ flags: '--host <ID>', summary: 'with hosted: on whose node' }],
      example: 'suyuan organization role acme validator --yes',
    },
    async () => (await import('./commands/governance.ts')).changeRole,
  ),
  act(
    {
      name: 'modules set',
      summary: 'Set which record kinds an organisation may report: those named and no others.',
      arguments: '<ORGANIZATION> [KIND...]',
      options: [
        { flags: '--preset <TYPE>', summary: 'those of a business type' },
        { flags: '--none', summary: 'none at all' },
      ],
      example: 'suyuan modules set acme battery_module battery_pack --yes',
    },
    async () => (await import('./commands/governance.ts')).setModules,
  ),
  act(
    {
      name: 'channel open',
      summary: 'Open a channel. Who is invited becomes a member by its own approval.',
      arguments: '',
      options: channelOptions,
      example: 'suyuan channel open --invite acme,cars --kinds battery_pack --yes',
    },
    async () => (await import('./commands/governance.ts')).openChannel,
  ),
  act(
    {
      name: 'channel change',
      summary: 'Change a channel: members, record kinds, confirmations; or close it.',
      arguments: '<CHANNEL>',
      options: [
        ...channelOptions,
        { flags: '--remove <LIST>', summary: 'members that leave; a member may take itself out' },
        { flags: '--close', summary: 'close it for good' },
      ],
      example: 'suyuan channel change 2 --invite acme --yes',
    },
    async () => (await import('./commands/governance.ts')).changeChannel,
  ),
  act(
    {
      name: 'key rotate',
      summary:
        'Replace keys of this node by new ones that it makes: statement, log, cosigning, transport, validator.',
      arguments: '<PURPOSE...>',
      example: 'suyuan key rotate statement --yes',
    },
    async () => (await import('./commands/governance.ts')).rotateKeys,
  ),
  act(
    {
      name: 'key register',
      summary:
        'Put the public halves of keys on the ledger that were made elsewhere: a recovery key of its own, or new keys of an organisation that has lost its own (decided by the validators).',
      arguments: '<FILE>',
      example: 'suyuan key register recovery.json --yes',
    },
    async () => (await import('./commands/recovery.ts')).registerKeys,
  ),
  act(
    {
      name: 'policy set',
      summary: 'Change the policy of the network; what is not named stays.',
      arguments: '',
      options: [
        { flags: '--void-approvals <N>', summary: "members that approve the managing organisation's void" },
        { flags: '--reporter-void-approvals <N>', summary: "members that approve a reporter's own void" },
        { flags: '--codes <lenient|strict>', summary: 'whether codes that break their standard are refused' },
        { flags: '--backup-days <N>', summary: 'days after which backups of deleted data are gone' },
        { flags: '--public-log <yes|no>', summary: 'whether everyone may read the log' },
      ],
      example: 'suyuan policy set --void-approvals 2 --yes',
    },
    async () => (await import('./commands/governance.ts')).setPolicy,
  ),
  {
    name: 'proposal list',
    summary: 'What waits for approval, and whose.',
    arguments: '',
    options: [],
    asksNode: true,
    answers:
      '{"items":[{"entry","issuer","kind","sentence","fields","votes":{"voters","needed","approvals","rejections","missing"},"expires","blocksLeft","mayVote"}]}',
    negative: 'never',
    example: 'suyuan proposal list',
    load: async () => (await import('./commands/governance.ts')).listProposals,
  },
  act(
    {
      name: 'proposal approve',
      summary: 'Approve what waits, named by its entry.',
      arguments: '<ENTRY>',
      example: 'suyuan proposal approve 42 --yes',
    },
    async () => (await import('./commands/governance.ts')).approve,
  ),
  act(
    {
      name: 'proposal reject',
      summary: 'Reject what waits, named by its entry.',
      arguments: '<ENTRY>',
      example: 'suyuan proposal reject 42 --yes',
    },
    async () => (await import('./commands/governance.ts')).rejectProposal,
  ),
  {
    name: 'proposal history',
    summary: 'Acts of all organisations, newest first, as the log has them.',
    arguments: '',
    options: [{ flags: '--organization <ID>', summary: 'only what it issued or what is about it' }],
    asksNode: true,
    answers:
      '{"items":[{"entry","height","at","issuer","kind","sentence","fields","outcome","refusal"?}],"next"?}',
    negative: 'never',
    example: 'suyuan proposal history',
    load: async () => (await import('./commands/governance.ts')).history,
  },
  act(
    {
      name: 'resolve',
      summary: 'Settle a conflict between records: say which of them stand. Every reporter has to agree.',
      arguments: '<RECORD...>',
      options: [
        { flags: '--upheld <LIST>', summary: 'those that stand, with a comma between; required' },
        note,
      ],
      example: 'suyuan resolve 12/0 40/3 --upheld 40/3 --note "wrong pack" --yes',
    },
    async () => (await import('./commands/governance.ts')).resolveConflict,
  ),
  act(
    {
      name: 'void',
      summary: 'Void records. Members keep them, marked, unless --erase.',
      arguments: '<RECORD...>',
      options: [
        {
          flags: '--reason <mistake|duplicate|replaced|personal_data|unlawful|court_order|other>',
          summary: 'required',
        },
        { flags: '--erase', summary: 'members delete the texts for ever' },
        {
          flags: '--replaced-by <LIST>',
          summary: 'with replaced: the later record for each, in their order',
        },
        note,
      ],
      example: 'suyuan void 12/0 12/1 --reason duplicate --yes',
    },
    async () => (await import('./commands/governance.ts')).voidRecords,
  ),
];
