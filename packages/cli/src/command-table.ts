// Every command of `suyuan`. docs/cli.md is written from this table and a test holds the two equal.
import { attachmentCommands } from './attachment-commands.ts';
import type { CommandDefinition } from './definition.ts';
import { governanceCommands } from './governance-commands.ts';
import { importCommands } from './import-commands.ts';
import { keyCommands } from './key-commands.ts';
import { monitorCommands } from './monitor-commands.ts';
import { networkCommands } from './network-commands.ts';
import { mappingCommands } from './mapping-commands.ts';
import { searchCommands } from './search-commands.ts';
import { sourceCommands } from './source-commands.ts';

/** All commands, in the order in which help and documentation list them. */
export const commandTable: readonly CommandDefinition[] = [
  {
    name: 'demo',
    summary: 'Run a demonstration or test network of seven organisations in this process, until Ctrl-C.',
    arguments: '',
    options: [
      { flags: '--data <DIR>', summary: 'where its data stays (default: data/demo)' },
      {
        flags: '--port <N>',
        summary: 'the first of its ports, one for each organisation and one for the ERP (default: 8701)',
      },
      { flags: '--small', summary: 'at the first start: three organisations and the sample files only' },
      { flags: '--empty', summary: 'at the first start: no records, for tests of your own' },
      {
        flags: '--types <LIST>',
        summary:
          'at the first start: who takes part beside the managing organisation, with the record kinds of their type (default: battery_maker,vehicle_maker,dealer,swap_operator,repairer,recycler)',
      },
      { flags: '--throw-away', summary: 'keep everything in a temporary folder that is removed at the end' },
      { flags: '--ordering <ENGINE>', summary: 'solo or cometbft (or SUYUAN_ORDERING; default: solo)' },
    ],
    asksNode: false,
    answers:
      '{"organizations":[{"id","name","role","url","tokens","users"}],"trustPolicy"} once ready, also in DIR/demo.json',
    negative: 'never',
    example: 'suyuan demo --data data/demo --port 8701',
    load: async () => (await import('./commands/demo.ts')).demo,
  },
  {
    name: 'node',
    summary:
      'Run the node of one organisation until Ctrl-C: of the network that its folder was made for, or in one of its own.',
    arguments: '',
    options: [
      {
        flags: '--data <DIR>',
        summary: 'where its data and keys stay (or SUYUAN_DATA; default: .suyuan in the home folder)',
      },
      { flags: '--port <N>', summary: 'the port to listen on (or SUYUAN_PORT; default: 8080)' },
      {
        flags: '--ordering <solo|cometbft>',
        summary: 'who orders the statements (or SUYUAN_ORDERING; default: solo); the same at every start',
      },
      {
        flags: '--organization <ID>',
        summary: 'the id of the organisation; required at the first start of a network of its own',
      },
      { flags: '--name <NAME>', summary: 'its name for people (default: the id)' },
      {
        flags: '--origin <NAME>',
        summary: 'at the first start: the name of the log (default: suyuan.example/ID)',
      },
      {
        flags: '--new-password',
        summary:
          'give the account `administrator` a new password, where no administrator can sign in any more',
      },
    ],
    asksNode: false,
    answers:
      '{"id","url","administrator"?:{"name","password"}} once ready; the administrator at the first start and with --new-password only',
    negative: 'never',
    example: 'suyuan node --data data/acme --organization acme --port 8080',
    load: async () => (await import('./commands/node.ts')).node,
  },
  ...networkCommands,
  {
    name: 'template',
    summary: 'Write the Excel template of a record kind.',
    arguments: '<KIND>',
    options: [{ flags: '--out <FILE>', summary: 'where to write it (default: KIND.xlsx)' }],
    asksNode: true,
    answers: '{"kind","file","bytes"}',
    negative: 'the record kind is unknown to the node',
    example: 'suyuan template battery_module --out modules.xlsx',
    load: async () => (await import('./commands/template.ts')).template,
  },
  {
    name: 'code',
    summary:
      'Check battery codes, vehicle identification numbers or social credit codes. Needs no node, unless code tables that a network changed are to count.',
    arguments: '<CODE...>',
    options: [
      { flags: '--kind <battery_code|vin|uscc>', summary: 'what the codes are (default: by their length)' },
      {
        flags: '--by-node',
        summary: 'by the code tables and the policy of the node of SUYUAN_URL, with its SUYUAN_TOKEN',
      },
      { flags: '--legacy', summary: 'accept, with a warning, what older batteries carry' },
    ],
    asksNode: false,
    answers:
      '[{"input","kind":"battery_code"|"vin"|"uscc"|"unknown","valid","findings":[{"level","code","message":{"zh","en"},"at"?}],"pieces":[{"from","to","text","label","meaning","level"?}],...decoded}]',
    negative: 'a code is not valid',
    example: 'suyuan code 001CB240000003B3C0221953',
    load: async () => (await import('./commands/code.ts')).code,
  },
  {
    name: 'import',
    summary:
      'Read a filled-in template, or a .csv file with its columns, into the node: every mistake is named, right rows are staged. A .json file is pushed as {"records":[...]}, up to 1,000, a .ndjson file as a record a line, up to 100,000. The kind four_sheet is a workbook of sheets A-1 to A-4, which becomes packs and modules.',
    arguments: '<KIND> <FILE>',
    options: [
      { flags: '--dry-run', summary: 'check only, stage nothing' },
      {
        flags: '--charset <NAME>',
        summary: 'encoding of a .csv file, utf-8 or gb18030 (default: found out)',
      },
      {
        flags: '--defaults <FILE>',
        summary: 'with four_sheet: JSON of values for fields that the layout has no column for',
      },
      {
        flags: '--mapping <NAME>',
        summary: 'a mapping saved at the node: the rows are those of your own system, in any layout',
      },
      {
        flags: '--marked <FILE>',
        summary:
          'also write the workbook with its mistakes marked; of a .csv file, its rows as such a workbook',
      },
      {
        flags: '--async',
        summary: 'answer as soon as the node has stored the file; the import goes on there',
      },
      { flags: '--again', summary: 'import the file although the same bytes were imported before' },
      { flags: '--idempotency-key <KEY>', summary: 'repeat safely: the same key never imports twice' },
    ],
    asksNode: true,
    answers:
      '{"id","kind","rows","staged","errors","warnings","skipped"?,"findings":[{"level","code","sheet","row","column","value","message":{"zh","en"}}]}',
    negative: 'the file is refused, or a row has an error',
    example: 'suyuan import battery_module samples/modules.xlsx',
    load: async () => (await import('./commands/import.ts')).importFile,
  },
  ...importCommands,
  {
    name: 'attach',
    summary:
      'Store photos (JPEG, PNG, WebP) or PDF in the node, for records that name them: each line of the answer is what the column for attachments takes.',
    arguments: '<FILE...>',
    options: [],
    asksNode: true,
    answers: '{"items":[{"digest","name","mediaType"}]}',
    negative: 'a file is of another type',
    example: 'suyuan attach label.jpg',
    load: async () => (await import('./commands/attach.ts')).attach,
  },
  ...attachmentCommands,
  {
    name: 'report',
    summary:
      'Report staged records: warn of what contradicts known records, commit, send to the members, sign, order. Waits until they are reported.',
    arguments: '',
    options: [
      { flags: '--import <ID>', summary: 'what this import staged' },
      { flags: '--all', summary: 'everything that is staged' },
      { flags: '--kind <KIND>', summary: 'with --all: only this record kind' },
      { flags: '--no-wait', summary: 'answer as soon as the node has begun' },
    ],
    asksNode: true,
    answers:
      '{"id","status","batches":[{"id","kind","channel","entry","count","status","acknowledgements"}],"records","reported","refused","warnings"}',
    negative: 'a batch was refused, or the report failed',
    example: 'suyuan report --import 1',
    load: async () => (await import('./commands/report.ts')).report,
  },
  {
    name: 'trace',
    summary: 'Everything known about a battery code: where it is, its life, its family, its evidence.',
    arguments: '<CODE>',
    options: [],
    asksNode: true,
    answers:
      '{"code","state"?:{"kind","status","in"?,"vehicle"?,"batteries","holder"?,"since"?,"record"?,"provisional","conflicts":[{"finding","records","settled"}]},"findings","events":[{"status","record"?,"kind","reporter","voided","public","shared","role","evidence"?}],"family":[{"code","product","parent"?,"relation","depth","records"}],"provisional"}',
    negative: 'nothing is known about the code',
    example: 'suyuan trace 001CB240000003B3C0221953',
    load: async () => (await import('./commands/trace.ts')).trace,
  },
  {
    name: 'receipt',
    summary: 'Fetch the receipt of a reported record, named ENTRY/LEAF, in one of three forms.',
    arguments: '[RECORD]',
    options: [
      { flags: '--latest', summary: 'of the record that this node reported last' },
      { flags: '--batch <ENTRY>', summary: 'of all records of one batch, as a bundle' },
      { flags: '--format <bundle|cose|tlog-proof>', summary: 'the form (default: bundle)' },
      { flags: '--out <FILE>', summary: 'where to write it' },
      { flags: '--with-statement <FILE>', summary: 'also write the statement that the receipt is about' },
      { flags: '--keys <DIR>', summary: 'also write issuer.pem and log.pem, for other tools' },
      {
        flags: '--policy <FILE>',
        summary: "also write the node's trust policy; take care whom you ask for it",
      },
    ],
    asksNode: true,
    answers: '{"record","entry","format","file","bytes","statement"?,"keys"?:{"issuer","log"},"policy"?}',
    negative: 'there is no such reported record',
    example: 'suyuan receipt --latest --format bundle --out receipt.json',
    load: async () => (await import('./commands/receipt.ts')).receipt,
  },
  {
    name: 'disclose',
    summary: 'Fetch the texts and salts of parts of a record, to give away together with its receipt.',
    arguments: '<RECORD>',
    options: [
      {
        flags: '--parts <LIST>',
        summary: 'which of public, shared and private, with a comma between (default: public)',
      },
      { flags: '--out <FILE>', summary: 'where to write them' },
    ],
    asksNode: true,
    answers: '{"record","kind","parts":["public",...],"file","bytes"}',
    negative: 'there is no such record, or its texts are not here',
    example: 'suyuan disclose 12/0 --parts public,shared --out disclosure.json',
    load: async () => (await import('./commands/disclose.ts')).disclose,
  },
  {
    name: 'verify',
    summary: 'Check a receipt with nothing but files: no network, no node.',
    arguments: '<RECEIPT>',
    options: [
      { flags: '--policy <FILE>', summary: 'the trust policy: whose keys count, and how many; required' },
      {
        flags: '--fresh <SIZE|none>',
        summary: 'how new the voids must be: the least tree size they cover, or none; required',
      },
      { flags: '--disclosure <FILE>', summary: 'also check these texts against the record' },
      { flags: '--statement <FILE>', summary: 'the statement; needed for a COSE receipt and a tlog-proof' },
    ],
    asksNode: false,
    answers:
      '{"valid":true,"code":"valid","form","organization",...} or {"valid":false,"code","message":{"zh","en"},...}',
    negative: 'the receipt is not valid; code says why',
    example: 'suyuan verify receipt.json --policy policy.json --fresh none',
    load: async () => (await import('./commands/verify.ts')).verify,
  },
  {
    name: 'log',
    summary: 'Show the log of the network, save its checkpoint, or check that it only grew.',
    arguments: '',
    options: [
      { flags: '--out <FILE>', summary: 'save the newest checkpoint' },
      {
        flags: '--since <FILE>',
        summary: 'check that the log of this saved checkpoint is the beginning of the newest',
      },
      { flags: '--policy <FILE>', summary: 'the trust policy for both checkpoints; required with --since' },
    ],
    asksNode: true,
    answers:
      '{"origin","size","height","root","stateRoot","checkpoint","quorum","validators":[{"organization","hasSigned"}],"isPublic","file"?}, or with --since {"consistent","origin","since","size","code"?}',
    negative: 'the two checkpoints are not of one log that only grew',
    example: 'suyuan log --since checkpoint.txt --policy policy.json',
    load: async () => (await import('./commands/log.ts')).log,
  },
  {
    name: 'organization',
    summary: 'Show the organisation of this node and the others of its network.',
    arguments: '',
    options: [],
    asksNode: true,
    answers:
      '{"id","name","role","host"?,"manages","network","origin","height","logSize","modules","channels","organizations":[{"id","name","role","host"?,"manages","url"}],"hosts":[{"organization","state":"open"|"waiting"|"refused","url"?,"code"?,"reason"?}]}',
    negative: 'never',
    example: 'suyuan organization',
    load: async () => (await import('./commands/organization.ts')).organization,
  },
  ...keyCommands,
  ...monitorCommands,
  ...governanceCommands,
  ...mappingCommands,
  ...sourceCommands,
  ...searchCommands,
];
