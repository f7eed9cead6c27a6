// `suyuan node init`, `node genesis` and `node join`: organisations found a network together or come to one that runs,
// each on its own server (docs/operations.md).
import { join, resolve } from 'node:path';

import { recordKinds } from '@suyuan/battery';
import { keyIdOf, networkIdOf } from '@suyuan/ledger';
import { encodeHex, parseHex } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';
import type { Genesis } from '@suyuan/ledger';
import type { Founding, JoinAnswer, JoinRequest, RemoteMember } from '@suyuan/node';
import { encodeHostPort, openFounding, readNodeEnvironment, readSettings } from '@suyuan/node';

import type { Answer } from '../answer.ts';
import { answer, lines, table } from '../answer.ts';
import type { Action, OptionValues } from '../definition.ts';
import { CommandFailure } from '../failure.ts';
import { readBounded, writeWhole } from '../files.ts';
import { choiceOption, requiredOption, textOption, wholeOption } from '../option-values.ts';
import type { Terminal } from '../terminal.ts';
import { askToJoin } from './joining.ts';
import { nodePlaceOf, organizationOption, settingsOf } from './node-settings.ts';

const FOUNDER_BYTES_MAX = 65_536;

function contextOption(options: OptionValues): Uint8Array | undefined {
  const text = textOption(options, 'context');
  if (text === undefined) return undefined;
  const context = parseHex(text);
  if (context?.length === 16) return context;
  throw new CommandFailure(
    'option_malformed',
    '--context is 32 hexadecimal digits, from the organisation that began.',
  );
}

function kindsOption(options: OptionValues): readonly string[] {
  const known = recordKinds.map(({ id }) => id);
  const text = textOption(options, 'kinds');
  if (text === undefined) return known;
  const kinds = text.split(',').filter((kind) => kind !== '');
  const wrong = kinds.find((kind) => !known.includes(kind));
  if (wrong === undefined) return kinds.toSorted();
  throw new CommandFailure('kind_unknown', `${wrong} is no record kind; those are ${known.join(', ')}.`);
}

/** Makes folder, keys, settings and what is handed to the managing organisation. */
export const initNode: Action = async ({ options }) => {
  const dataDir = resolve(requiredOption(options, 'data', '--data DIR'));
  const organization = organizationOption(options);
  const { url, consensus } = nodePlaceOf(options, 'url');
  const founding = await openFounding();
  const { context, registration } = await founding.initNode({
    dataDir,
    context: contextOption(options),
    role: choiceOption(options, 'role', '--role', ['validator', 'observer']) ?? 'validator',
    recordKinds: kindsOption(options),
    place: { organization, name: textOption(options, 'name') ?? organization, url, consensus },
    settings: settingsOf(options, consensus),
  });
  const file = founding.founderFileOf(dataDir);
  const keys = registration.keys.map(({ purpose, publicKey }) => ({
    purpose,
    keyId: encodeHex(keyIdOf(nativeCrypto, publicKey)),
  }));
  const next = [
    `Settings are in ${join(dataDir, 'node.env')}; read them before the first start.`,
    `Give ${file} to the managing organisation, which makes genesis.cbor and peers.json of all.`,
    ...(textOption(options, 'context') === undefined
      ? [`If you are that one: the others run suyuan node init with --context ${encodeHex(context)}`]
      : []),
  ];
  const shown = table(keys.map(({ purpose, keyId }) => [purpose, keyId]));
  return answer({ organization, context: encodeHex(context), file, keys }, shown + lines(...next));
};

/** Makes the genesis of what the founders have handed over. */
export const makeGenesis: Action = async ({ options, arguments: [given] }) => {
  const paths = Array.isArray(given) ? given.map(String) : [];
  const out = resolve(textOption(options, 'out') ?? '.');
  const founding = await openFounding();
  const founders = await Promise.all(
    paths.map(async (path) => {
      const bytes = await readBounded(path, 'founder file', FOUNDER_BYTES_MAX);
      return founding.readFounder(new TextDecoder().decode(bytes), path);
    }),
  );
  const managing = founders[0]?.place.organization ?? '';
  const origin = textOption(options, 'origin') ?? `suyuan.example/${managing}`;
  const { genesis, network, peers } = founding.foundNetwork(founders, origin);
  const files = { genesis: join(out, 'genesis.cbor'), peers: join(out, 'peers.json') };
  await writeWhole(files.genesis, genesis);
  await writeWhole(files.peers, peers);
  const organizations = founders.map(({ place }) => place.organization);
  const text = lines(
    `${managing} manages the network of ${organizations.join(', ')}; its log is named ${origin}.`,
    `Network id: ${encodeHex(network)}. Tell it to all on a way of its own.`,
    `Give ${files.genesis} and ${files.peers} to all; each runs suyuan node join.`,
  );
  return answer({ network: encodeHex(network), origin, managing, organizations, files }, text);
};

/** What a node is to start from. */
interface Start {
  readonly genesis: Genesis;
  readonly bytes: Uint8Array;
  readonly peers: readonly RemoteMember[];
  /** The keys of an admitted organisation that are in force; undefined for a founder. */
  readonly admittedKeys?: ReturnType<Founding['readAdmission']>['keys'];
  readonly network: string | undefined;
}

/** Checks everything before the first start, and puts genesis and addresses in place. */
export const joinNetwork: Action = async ({ options, terminal }) => {
  const dataDir = resolve(requiredOption(options, 'data', '--data DIR'));
  const founding = await openFounding();
  const asked =
    textOption(options, 'genesis') === undefined ? await founding.readJoinRequest(dataDir) : undefined;
  const request = asked && movedTo(asked, options);
  const start =
    request === undefined
      ? await startOfFounder(founding, options)
      : await startOfJoiner(founding, request, terminal);
  if ('status' in start) return notAdmitted(start, dataDir);
  const environment = await readNodeEnvironment(dataDir, process.env);
  const organization = environment['SUYUAN_ORGANIZATION'];
  if (organization === undefined) {
    const sentence = `${join(dataDir, 'node.env')} is missing or names no organisation. Make the folder with: suyuan node init, or suyuan organization request`;
    throw new CommandFailure('configuration_invalid', sentence);
  }
  const checks = await founding.checkJoin({
    dataDir,
    organization,
    genesis: start.genesis,
    genesisBytes: start.bytes,
    peers: start.peers,
    admittedKeys: start.admittedKeys,
    expectedNetwork: start.network,
    settings: readSettings(environment, { dataDir }),
    environment,
    nowMs: () => Date.now(),
  });
  if (request !== undefined && request !== asked) await founding.writeJoinRequest(dataDir, request);
  const isReady = checks.every(({ level }) => level !== 'error');
  if (isReady) {
    await writeWhole(join(dataDir, 'genesis.cbor'), start.bytes, 0o600);
    await writeWhole(founding.peersFileOf(dataDir), founding.encodePeers(start.peers), 0o600);
  }
  const last = isReady
    ? `Start the node with: suyuan node --data ${dataDir}`
    : 'Nothing was changed. Mend what stands with "error" and run this again.';
  return {
    json: {
      organization,
      network: encodeHex(networkIdOf(nativeCrypto, start.bytes)),
      ready: isReady,
      checks,
    },
    text: table(checks.map(({ level, message }) => [level, message])) + lines(last),
    isPositive: isReady,
  };
};

/** With the place of the node where that was not known when it was asked: of who was hosted until now. */
function movedTo(request: JoinRequest, options: OptionValues): JoinRequest {
  if (textOption(options, 'nodeUrl') === undefined) return request;
  const { url, consensus } = nodePlaceOf(options, 'nodeUrl');
  return { ...request, body: { ...request.body, url, consensus: encodeHostPort(consensus) } };
}

/** Has a lost folder of CometBFT built anew at the next start. */
export const rebuildNode: Action = async ({ options }) => {
  const dataDir = resolve(requiredOption(options, 'data', '--data DIR'));
  const founding = await openFounding();
  const ordered = await founding.orderNodeRebuild(dataDir, await readNodeEnvironment(dataDir, process.env));
  const { heights, silentUntil, moved } = ordered;
  const text = lines(
    moved === null ? undefined : `What was left of the folder is in ${moved}.`,
    `Start the node: suyuan node --data ${dataDir}. Its CometBFT fetches all blocks from the others; the database stays.`,
    `A validator signs nothing up to block ${silentUntil}, where it may have signed before; the others must be enough without it until then.`,
  );
  return answer(
    ordered,
    table(
      heights.map((one) => [
        one.organization,
        one.height === null ? 'does not answer' : `block ${one.height}`,
      ]),
    ) + text,
  );
};

/** Has the node of a folder reached elsewhere from its next start on. */
export const moveNode: Action = async ({ options }) => {
  const dataDir = resolve(requiredOption(options, 'data', '--data DIR'));
  const { url, consensus } = nodePlaceOf(options, 'url');
  const move = {
    url,
    consensus,
    host: textOption(options, 'host'),
    port: wholeOption(options, 'port', '--port', [1, 65_535]),
    consensusListen: textOption(options, 'consensusListen'),
  };
  const founding = await openFounding();
  const environment = await readNodeEnvironment(dataDir, process.env);
  const { organization, at } = await founding.moveNode(dataDir, environment, move, Date.now());
  const text = lines(
    `${organization} is at ${url} and ${encodeHostPort(consensus)} from the next start on: suyuan node --data ${dataDir}`,
    'It tells the others itself, and again those who do not answer yet. They need no restart.',
  );
  return answer({ organization, url, consensus: encodeHostPort(consensus), at }, text);
};

async function startOfFounder(founding: Founding, options: OptionValues): Promise<Start> {
  const read = await founding.readGenesisFile(requiredOption(options, 'genesis', '--genesis FILE'));
  const peers = await founding.readPeers(requiredOption(options, 'peers', '--peers FILE'));
  return { ...read, peers, network: textOption(options, 'network') };
}

/** What the network says to a request; the answer itself where it is not admitted. */
async function startOfJoiner(
  founding: Founding,
  request: JoinRequest,
  terminal: Terminal,
): Promise<Start | (JoinAnswer & { readonly organization: string })> {
  const told = await askToJoin(request, terminal);
  if (told.status !== 'admitted') return { ...told, organization: request.body.organization };
  const { genesis, genesisBytes: bytes, peers, keys } = founding.readAdmission(request, told);
  return { genesis, bytes, peers, admittedKeys: keys, network: request.network };
}

function notAdmitted(told: JoinAnswer & { readonly organization: string }, dataDir: string): Answer {
  const { organization, network, status, reason } = told;
  const message =
    status === 'declined'
      ? `The request of ${organization} was declined: ${reason ?? ''}`
      : `${organization} is not admitted yet. Run this again once it is: suyuan node join --data ${dataDir}`;
  const checks = [{ check: 'admission', level: 'error', message }];
  return { json: { organization, network, ready: false, checks }, text: lines(message), isPositive: false };
}
