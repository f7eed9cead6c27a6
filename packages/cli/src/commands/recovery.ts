// The recovery key of an organisation and what it is for: made and used away from every network, it replaces keys that
// are lost or in wrong hands (docs/operations.md, "A key is lost or stolen"; spec/governance.md, N24 to N26).
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { parseStatement, registerKey, REQUIRED_KEYS, signStatement } from '@suyuan/ledger';
import type { KeyPurpose } from '@suyuan/ledger';
import { encodeBase64, encodeHex, parseHex } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';
import { openFounding, readNodeEnvironment } from '@suyuan/node';

import { answer, lines, table } from '../answer.ts';
import type { Action } from '../definition.ts';
import { CommandFailure } from '../failure.ts';
import { makeFolder, readBounded, writeWhole } from '../files.ts';
import { encodeKeysFile, readKeysFile, showKey, shownKeyId } from '../keys-file.ts';
import { asMembers, membersIn, numberIn, shown } from '../node-answer.ts';
import type { NodeClient } from '../node-client.ts';
import { connectNode } from '../node-client.ts';
import { requiredOption, textArgument, textOption, wholeOption } from '../option-values.ts';
import { makePrivateKey, readPrivateKey } from '../private-key-file.ts';
import { acting } from './governance.ts';
import { organizationOption } from './node-settings.ts';

const STATEMENT_BYTES_MAX = 32_768;
/** Blocks within which the change of keys may be handed in: days or weeks, for a way by hand. */
const VALID_BLOCKS = 100_000;
const POLL_MS = 500;
/** Polls before the command gives up: two minutes. */
const POLLS_MAX = 240;
/** Polls after which the statement is handed in again: what waits for a block is not durable. */
const POLLS_PER_HANDING = 10;

/** `key recovery`: makes the recovery key, on a machine without a network. */
export const makeRecoveryKey: Action = async ({ options }) => {
  const organization = organizationOption(options);
  const network = parseHex(requiredOption(options, 'network', '--network HEX'));
  if (network?.length !== 32)
    throw new CommandFailure(
      'option_malformed',
      '--network is 64 hexadecimal digits, from suyuan organization.',
    );
  const out = resolve(textOption(options, 'out') ?? '.');
  const files = { key: join(out, 'recovery.pem'), public: join(out, 'recovery.json') };
  await makeFolder(out);
  const signer = await makePrivateKey(files.key);
  const registered = registerKey({ context: network, organization, purpose: 'recovery' }, signer);
  await writeWhole(files.public, encodeKeysFile({ network, organization, keys: [registered] }));
  const keyId = shownKeyId(registered);
  const text = lines(
    `The recovery key of ${organization}, ${keyId}, is in ${files.key}. Keep it offline, in two places, away from the node.`,
    `Only its public half leaves this machine. At the node: suyuan key register ${files.public} --yes`,
  );
  return answer({ organization, keyId, files }, text);
};

/** `key new PURPOSE...`: makes new keys in the folder of a node that is stopped. */
export const makeNewKeys: Action = async ({ options, arguments: [given] }) => {
  const dataDir = resolve(requiredOption(options, 'data', '--data DIR'));
  const names = Array.isArray(given) ? given.map(String) : [];
  const purposes = REQUIRED_KEYS.validator.filter((purpose) => names.includes(purpose));
  const wrong = names.find((name) => !REQUIRED_KEYS.validator.some((purpose) => purpose === name));
  if (wrong !== undefined)
    throw new CommandFailure('option_malformed', `PURPOSE is one of ${REQUIRED_KEYS.validator.join(', ')}.`);
  const founding = await openFounding();
  const made = await founding.makeNewKeys(dataDir, await readNodeEnvironment(dataDir, process.env), purposes);
  const file = resolve(textOption(options, 'out') ?? 'new-keys.json');
  await writeWhole(file, encodeKeysFile(made));
  const keys = made.keys.map((key) => ({ purpose: key.purpose, keyId: shownKeyId(key) }));
  const text = lines(
    `Their public halves are in ${file}. They are in force once the ledger has them:`,
    `  with a recovery key: suyuan key recover ${file}, then suyuan key submit`,
    `  without: the managing organisation runs suyuan key register ${file} --yes, and the validators approve`,
  );
  return answer(
    { organization: made.organization, network: encodeHex(made.network), file, keys },
    table(keys.map(({ purpose, keyId }) => [purpose, keyId])) + text,
  );
};

/** `key recover FILE`: signs the change by the recovery key. Needs no network. */
export const signRecovery: Action = async ({ options, arguments: given }) => {
  const file = await readKeysFile(textArgument(given, 0) ?? '');
  const signer = await readPrivateKey(requiredOption(options, 'key', '--key FILE'), 'recovery key');
  const height = wholeOption(options, 'height', '--height', [0, Number.MAX_SAFE_INTEGER - VALID_BLOCKS]);
  const sequence = wholeOption(options, 'sequence', '--sequence', [1, Number.MAX_SAFE_INTEGER]);
  if (height === undefined || sequence === undefined)
    throw new CommandFailure(
      'option_missing',
      '--height and --sequence are required: suyuan organization keys',
    );
  const { network, organization, keys } = file;
  const statement = signStatement(
    nativeCrypto,
    {
      network,
      issuer: organization,
      sequence,
      lastValidHeight: height + VALID_BLOCKS,
      body: { kind: 'key', fields: { organization, add: keys, end: [], activation: 0 } },
    },
    signer,
  );
  const out = resolve(textOption(options, 'out') ?? 'recover.cbor');
  await writeWhole(out, statement);
  const signed = { organization, sequence, lastValidHeight: height + VALID_BLOCKS, file: out };
  const shownKeys = keys.map((key) => ({ purpose: key.purpose, keyId: shownKeyId(key) }));
  return answer(
    { ...signed, keys: shownKeys },
    table(shownKeys.map(({ purpose, keyId }) => [purpose, keyId])) +
      lines(
        `Signed by the recovery key of ${organization}: ${out}. Hand it in at any node, by block ${signed.lastValidHeight}: suyuan key submit ${out} --yes`,
      ),
  );
};

/** `key register FILE`: puts public halves on the ledger, signed by the node's own statement key. */
export const registerKeys: Action = acting(async (given) => {
  const { organization, keys } = await readKeysFile(textArgument(given, 0) ?? '');
  return { kind: 'key', organization, add: keys.map(showKey) };
});

/** `key submit FILE`: hands in what the recovery key has signed, until it is in force. */
export const submitRecovery: Action = async ({ options, arguments: given, terminal }) => {
  const bytes = await readBounded(textArgument(given, 0) ?? '', 'signed change of keys', STATEMENT_BYTES_MAX);
  const parsed = parseStatement(bytes);
  const body = parsed.ok ? parsed.value.statement.body : undefined;
  if (body?.kind !== 'key')
    throw new CommandFailure(
      'file_unreadable',
      'This is no change of keys. Sign one with: suyuan key recover',
    );
  const { organization, add } = body.fields;
  const keys = add.map((key) => ({ purpose: key.purpose, keyId: shownKeyId(key) }));
  const rows = table(keys.map(({ purpose, keyId }) => [purpose, keyId]));
  if (options['yes'] !== true) {
    const text = lines(`New keys of ${organization}. Nothing was sent. Repeat with --yes to hand it in.`);
    return answer({ sent: false, organization, keys }, rows + text);
  }
  const node = connectNode(options, terminal);
  const height = await follow(node, bytes, { organization, keys });
  const text = lines(
    `In force at ${organization} from block ${height} on. Start its node, and back up its keys.`,
  );
  return answer({ sent: true, organization, height, keys }, rows + text);
};

type Changed = {
  readonly organization: string;
  readonly keys: readonly { readonly purpose: KeyPurpose; readonly keyId: string }[];
};

/** Hands it in and again until its keys are in force; the height from which on they are. */
async function follow(node: NodeClient, bytes: Uint8Array, changed: Changed): Promise<number> {
  for (let polls = 0; polls < POLLS_MAX; polls += 1) {
    const from = await inForceFrom(node, changed);
    if (from !== undefined) return from;
    if (polls % POLLS_PER_HANDING === 0)
      await node.ask('governance/statements', { method: 'POST', json: { statement: encodeBase64(bytes) } });
    await delay(POLL_MS);
  }
  throw new CommandFailure('not_ordered', 'It was handed in and is in no block yet. Run this again.');
}

async function inForceFrom(node: NodeClient, { organization, keys }: Changed): Promise<number | undefined> {
  const now = asMembers(await node.ask('governance'));
  const known = membersIn(now, 'organizations').find(({ id }) => id === organization);
  const there = known === undefined ? [] : membersIn(known, 'keys');
  const found = keys.map(({ keyId }) => there.find((key) => key['keyId'] === keyId));
  if (found.some((key) => key === undefined)) return undefined;
  return Math.max(...found.flatMap((key) => (key === undefined ? [] : [numberIn(key, 'from')])));
}

/** `organization keys ID`: the keys of an organisation as the ledger has them, and what a signature elsewhere needs. */
export const showLedgerKeys: Action = async ({ options, arguments: given, terminal }) => {
  const node = connectNode(options, terminal);
  const id = textArgument(given, 0) ?? '';
  const now = asMembers(await node.ask('governance'));
  const known = membersIn(now, 'organizations').find((one) => one['id'] === id);
  if (known === undefined)
    throw new CommandFailure('organization_unknown', `The network has no organisation ${id}.`);
  const keys = membersIn(known, 'keys');
  const [height, sequence] = [numberIn(now, 'height'), numberIn(known, 'sequence')];
  const rows = keys.map((key) => ['purpose', 'keyId', 'from', 'until'].map((name) => shown(key, name)));
  return answer(
    { organization: id, height, sequence, keys },
    table([['purpose', 'key id', 'from', 'until'], ...rows]) +
      lines(`To sign elsewhere: --height ${height} --sequence ${sequence + 1}`),
  );
};
