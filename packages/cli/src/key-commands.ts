// The commands of an organisation's keys (docs/operations.md, "A key is lost or stolen").
import type { CommandDefinition } from './definition.ts';

const madeKeys = '"keys":[{"purpose","keyId"}]';

/** In the order in which help and documentation list them. */
export const keyCommands: readonly CommandDefinition[] = [
  {
    name: 'key',
    summary: 'Show the public keys in the data folder of a node, or make those that are missing.',
    arguments: '',
    options: [
      { flags: '--data <DIR>', summary: 'the data folder; required' },
      { flags: '--organization <ID>', summary: 'only those of this organisation' },
      { flags: '--generate', summary: 'make the keys that are missing; needs --organization' },
      {
        flags: '--role <validator|observer|hosted>',
        summary: 'with --generate: which keys it needs (default: validator)',
      },
    ],
    asksNode: false,
    answers: '{"data","organizations":[{"id","keys":[{"purpose","keyId","publicKey","file","isNew"}]}]}',
    negative: 'the folder has no keys',
    example: 'suyuan key --data data/acme --organization acme --generate',
    load: async () => (await import('./commands/key.ts')).key,
  },
  {
    name: 'key recovery',
    summary:
      'Make the recovery key of an organisation, on a machine without a network: recovery.pem, which stays offline, and recovery.json, its public half for suyuan key register.',
    arguments: '',
    options: [
      { flags: '--organization <ID>', summary: 'whose; required' },
      { flags: '--network <HEX>', summary: 'the network id, as suyuan organization shows it; required' },
      { flags: '--out <DIR>', summary: 'where the two files go (default: here)' },
    ],
    asksNode: false,
    answers: '{"organization","keyId","files":{"key","public"}}',
    negative: 'never',
    example: 'suyuan key recovery --organization acme --network HEX --out /media/safe',
    load: async () => (await import('./commands/recovery.ts')).makeRecoveryKey,
  },
  {
    name: 'key new',
    summary:
      'Make new keys in the folder of a node that is stopped, or of a hosted organisation (DATA/hosted/ID), because the old ones are lost or stolen: statement, log, cosigning, transport, validator. The node takes them up at its next start and signs with them once the ledger has them.',
    arguments: '<PURPOSE...>',
    options: [
      { flags: '--data <DIR>', summary: 'the folder of the node or of the hosted organisation; required' },
      { flags: '--out <FILE>', summary: 'where their public halves go (default: new-keys.json)' },
    ],
    asksNode: false,
    answers: `{"organization","network","file",${madeKeys}}`,
    negative: 'never',
    example: 'suyuan key new statement transport --data data/acme --out new-keys.json',
    load: async () => (await import('./commands/recovery.ts')).makeNewKeys,
  },
  {
    name: 'key recover',
    summary:
      'Sign the change to new keys by the recovery key. Needs no network; height and sequence are those that suyuan organization keys shows.',
    arguments: '<FILE>',
    options: [
      { flags: '--key <FILE>', summary: 'the recovery key, recovery.pem; required' },
      { flags: '--height <N>', summary: 'the height of the network now; required' },
      { flags: '--sequence <N>', summary: 'a number that the organisation has not used; required' },
      { flags: '--out <FILE>', summary: 'where the signed statement goes (default: recover.cbor)' },
    ],
    asksNode: false,
    answers: `{"organization","sequence","lastValidHeight","file",${madeKeys}}`,
    negative: 'never',
    example: 'suyuan key recover new-keys.json --key /media/safe/recovery.pem --height 812 --sequence 41',
    load: async () => (await import('./commands/recovery.ts')).signRecovery,
  },
  {
    name: 'key submit',
    summary:
      'Hand in, at any node of the network, what the recovery key has signed, and wait until the new keys are in force.',
    arguments: '<FILE>',
    options: [{ flags: '--yes', summary: 'hand it in; without, only what it changes is shown' }],
    asksNode: true,
    answers: `{"sent","organization","height"?,${madeKeys}}`,
    negative: 'it could not be ordered, or the ledger would refuse it',
    example: 'suyuan key submit recover.cbor --yes',
    load: async () => (await import('./commands/recovery.ts')).submitRecovery,
  },
  {
    name: 'organization keys',
    summary:
      'Show the keys of an organisation as the ledger has them, and the height and sequence number for signing elsewhere.',
    arguments: '<ID>',
    options: [],
    asksNode: true,
    answers: '{"organization","height","sequence","keys":[{"purpose","keyId","publicKey","from","until"}]}',
    negative: 'never',
    example: 'suyuan organization keys acme',
    load: async () => (await import('./commands/recovery.ts')).showLedgerKeys,
  },
];
