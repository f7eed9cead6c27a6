// `suyuan node init`, `node genesis` and `node join`: organisations found a network together, each on its own server
// (docs/operations.md).
import { join, resolve } from 'node:path';

import { recordKinds } from '@suyuan/battery';
import { keyIdOf, networkIdOf } from '@suyuan/ledger';
import { encodeHex, parseHex } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';
import { openFounding, parseHostPort, readNodeEnvironment, readSettings } from '@suyuan/node';

import { answer, lines, table } from '../answer.ts';
import type { Action, OptionValues } from '../definition.ts';
import { CommandFailure } from '../failure.ts';
import { readBounded, writeWhole } from '../files.ts';
import { choiceOption, requiredOption, textOption, wholeOption } from '../option-values.ts';

const FOUNDER_BYTES_MAX = 65_536;
const PORT = 8080;

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
  const organization = requiredOption(options, 'organization', '--organization ID');
  if (!/^[a-z0-9][a-z0-9-]{1,30}$/.test(organization)) {
    const sentence = `${organization} is no id of an organisation: 2 to 31 of a-z, 0-9 and -, the first not -.`;
    throw new CommandFailure('option_malformed', sentence);
  }
  const url = requiredOption(options, 'url', '--url URL');
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new CommandFailure(
      'url_malformed',
      `${url} is no address of a node, such as https://node.acme.example.`,
    );
  const consensus = parseHostPort(requiredOption(options, 'consensus', '--consensus HOST:PORT'));
  if (consensus === undefined)
    throw new CommandFailure(
      'option_malformed',
      '--consensus is HOST:PORT, as the others reach your CometBFT.',
    );
  const port = wholeOption(options, 'port', '--port', [1, 65_535]) ?? PORT;
  const founding = await openFounding();
  const { context, registration } = await founding.initNode({
    dataDir,
    context: contextOption(options),
    role: choiceOption(options, 'role', '--role', ['validator', 'observer']) ?? 'validator',
    recordKinds: kindsOption(options),
    place: { organization, name: textOption(options, 'name') ?? organization, url, consensus },
    settings: {
      host: textOption(options, 'host') ?? '127.0.0.1',
      port,
      consensusListen: textOption(options, 'consensusListen') ?? `0.0.0.0:${consensus.port}`,
      profile: choiceOption(options, 'profile', '--profile', ['local', 'wide_area']) ?? 'wide_area',
      databaseUrl: textOption(options, 'database'),
    },
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

/** Checks everything before the first start, and puts genesis and addresses in place. */
export const joinNetwork: Action = async ({ options }) => {
  const dataDir = resolve(requiredOption(options, 'data', '--data DIR'));
  const founding = await openFounding();
  const { genesis, bytes } = await founding.readGenesisFile(
    requiredOption(options, 'genesis', '--genesis FILE'),
  );
  const peersFile = requiredOption(options, 'peers', '--peers FILE');
  const peers = await founding.readPeers(peersFile);
  const environment = await readNodeEnvironment(dataDir, process.env);
  const organization = environment['SUYUAN_ORGANIZATION'];
  if (organization === undefined) {
    const sentence = `${join(dataDir, 'node.env')} is missing or names no organisation. Make the folder with: suyuan node init`;
    throw new CommandFailure('configuration_invalid', sentence);
  }
  const checks = await founding.checkJoin({
    dataDir,
    organization,
    genesis,
    genesisBytes: bytes,
    peers,
    expectedNetwork: textOption(options, 'network'),
    settings: readSettings(environment, { dataDir }),
    environment,
    nowMs: () => Date.now(),
  });
  const isReady = checks.every(({ level }) => level !== 'error');
  if (isReady) {
    await writeWhole(join(dataDir, 'genesis.cbor'), bytes, 0o600);
    await writeWhole(
      founding.peersFileOf(dataDir),
      await readBounded(peersFile, 'peers file', 2 ** 20),
      0o600,
    );
  }
  const last = isReady
    ? `Start the node with: suyuan node --data ${dataDir}`
    : 'Nothing was changed. Mend what stands with "error" and run this again.';
  return {
    json: { organization, network: encodeHex(networkIdOf(nativeCrypto, bytes)), ready: isReady, checks },
    text: table(checks.map(({ level, message }) => [level, message])) + lines(last),
    isPositive: isReady,
  };
};
