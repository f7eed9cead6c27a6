import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { nativeCrypto, nativeSigner } from '@suyuan/native-crypto';
import { expect, test } from 'vitest';

import { installCometbft } from '../../testing/install-cometbft.ts';
import { testSeed } from '../../testing/test-consortium.ts';
import { makeTestGenesis } from '../../testing/test-ledgers.ts';
import { chainOf, VOTING_POWER } from './chain.ts';
import { findVerdict, tellsNoRoom } from './engine-output.ts';
import type { HomeOptions } from './home-files.ts';
import { encodeConfig, writeHome } from './home-files.ts';
import { nodeIdOf, readSeed } from './node-identity.ts';
import { PROFILES } from './profile.ts';
import { COMETBFT_VERSION, findCometbft } from './program.ts';

const program = await installCometbft();
const reason = program === undefined ? ' (skipped: neither CometBFT nor Go is on this machine)' : '';
const { genesis } = makeTestGenesis([
  ['maker', 'validator'],
  ['manager', 'observer'],
]);

function optionsOf(home: string): HomeOptions {
  return {
    home,
    chain: chainOf(nativeCrypto, genesis),
    moniker: 'maker',
    validatorKey: { seed: testSeed('validator') },
    transportKey: { seed: testSeed('transport') },
    socketPath: join(home, 'abci "quoted".sock'),
    rpcPort: 26657,
    listen: { host: '127.0.0.1', port: 26656 },
    peers: [
      { organization: 'peer', publicKey: nativeSigner(testSeed('peer')).publicKey, host: '::1', port: 26656 },
    ],
    profile: PROFILES.local,
  };
}

async function folder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'suyuan-home-'));
  return { path, [Symbol.asyncDispose]: async () => await rm(path, { recursive: true }) };
}

test.skipIf(program === undefined)(
  `[O7] CometBFT reads the files, and finds the names in them that this node computes${reason}`,
  async () => {
    await using home = await folder();
    await writeHome(optionsOf(home.path), 0);
    const ask = async (command: string): Promise<string> =>
      (await promisify(execFile)(program ?? '', [command, '--home', home.path])).stdout.trim();
    expect(await ask('show-node-id')).toBe(nodeIdOf(nativeSigner(testSeed('transport')).publicKey));
    const value = Buffer.from(nativeSigner(testSeed('validator')).publicKey).toString('base64');
    expect(JSON.parse(await ask('show-validator'))).toMatchObject({ value });
  },
);

test('[O7] genesis.json follows from the genesis alone; private keys are readable by their owner only', async () => {
  await using home = await folder();
  await writeHome(optionsOf(home.path), 0);
  const written = await readFile(join(home.path, 'config', 'genesis.json'), 'utf8');
  const { chain_id: chainId, validators } = JSON.parse(written);
  expect(chainId).toMatch(/^suyuan-[0-9a-f]{32}$/u);
  expect(validators).toMatchObject([{ name: 'maker', power: String(VOTING_POWER) }]);
  for (const name of ['node_key.json', 'priv_validator_key.json'])
    expect((await stat(join(home.path, 'config', name))).mode & 0o777).toBe(0o600);
});

test('[O6] of four validators and more CometBFT takes none for one without whom no block can be made', () => {
  const isBlocking = (validators: bigint): boolean => VOTING_POWER >= (validators * VOTING_POWER) / 3n;
  expect([2n, 3n, 4n, 5n, 6n, 100n].map(isBlocking)).toEqual([true, true, false, false, false, false]);
});

test('[O8] a folder that began with another genesis is left alone', async () => {
  await using home = await folder();
  await writeHome(optionsOf(home.path), 0);
  const path = join(home.path, 'config', 'genesis.json');
  const other = (await readFile(path, 'utf8')).replace('"10"', '"1"');
  await writeFile(path, other);
  await writeFile(join(home.path, 'data', 'blockstore.db'), '');
  await expect(writeHome(optionsOf(home.path), 3)).rejects.toMatchObject({
    code: 'consensus_genesis_differs',
  });
  expect(await readFile(path, 'utf8')).toBe(other);
});

test('[O8] what a validator has signed is never written again, and its loss is a fault', async () => {
  await using home = await folder();
  await writeHome(optionsOf(home.path), 0);
  const path = join(home.path, 'data', 'priv_validator_state.json');
  await writeFile(path, '{"height":"7","round":0,"step":3}');
  await writeHome(optionsOf(home.path), 0);
  expect(await readFile(path, 'utf8')).toContain('"7"');
  await writeFile(join(home.path, 'data', 'blockstore.db'), '');
  await rm(path);
  await expect(writeHome(optionsOf(home.path), 0)).rejects.toMatchObject({ code: 'consensus_state_missing' });
  await rm(join(home.path, 'data', 'blockstore.db'));
  await expect(writeHome(optionsOf(home.path), 3)).rejects.toMatchObject({
    code: 'consensus_blocks_missing',
  });
});

test('[O7] each setting of the profiles is in the file, peers are named by their registered keys', () => {
  for (const profile of Object.values(PROFILES)) {
    const config = encodeConfig({ ...optionsOf('/home'), profile });
    for (const value of Object.values(profile)) expect(config).toContain(`"${value}"`);
    expect(config).toContain(
      `persistent_peers = "${nodeIdOf(nativeSigner(testSeed('peer')).publicKey)}@[::1]:`,
    );
    expect(config).toContain('unix:///home/abci \\"quoted\\".sock');
    expect(config).toContain('create_empty_blocks = false');
  }
});

test('[O7] the seed in a key file is the one that signs', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const seed = readSeed(privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  expect(Buffer.from(nativeSigner(seed).publicKey)).toEqual(raw);
  const other = generateKeyPairSync('x25519').privateKey;
  expect(() => readSeed(other.export({ format: 'pem', type: 'pkcs8' }))).toThrow('no Ed25519 key');
});

test('[O8] a missing program is a fault that says how to install it', async () => {
  await using home = await folder();
  await expect(findCometbft({ SUYUAN_COMETBFT_DIR: home.path })).rejects.toMatchObject({
    code: 'cometbft_missing',
    message: expect.stringContaining('node tools/install-cometbft.mjs'),
  });
  const script = await readFile(
    new URL('../../../../../tools/install-cometbft.mjs', import.meta.url),
    'utf8',
  );
  expect(script).toContain(`'${COMETBFT_VERSION}'`);
});

test.each([
  ['ordering_behind', 'error on replay: app block height (3) is higher than core (2)'],
  ['block_missing', 'app block height (3) is too far below block store base (9)'],
  ['app_hash_differs', 'panic: state.AppHash does not match AppHash after replay. Got'],
  ['consensus_failed', '{"_msg":"CONSENSUS FAILURE!!!","err":"something else"}'],
  ['app_hash_differs', '{"_msg":"CONSENSUS FAILURE!!!","err":"wrong Block.Header.AppHash.  Expected 00"}'],
])('[O8] %s is told from the output of the process', (code, line) => {
  expect(findVerdict(line)).toMatchObject({ code });
  expect(findVerdict('{"_msg":"Dialing failed"}')).toBeUndefined();
});

test('[O8] a consensus that fails on a full disk is started again, any other failure is final', () => {
  const failure = (err: string): string => `{"_msg":"CONSENSUS FAILURE!!!","err":"${err}"}`;
  const full = failure('write data/write-file-atomic-1: no space left on device');
  expect([tellsNoRoom(full), findVerdict(full)]).toEqual([true, undefined]);
  expect(tellsNoRoom(failure('something else'))).toBe(false);
  expect(tellsNoRoom('{"_msg":"Dialing failed","err":"no space left on device"}')).toBe(false);
});
