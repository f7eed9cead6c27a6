// The offline half of a recovery: keys and statements are made on machines without a network, by files only.
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parseStatement, registerKey, verifyStatement } from '@suyuan/ledger';
import { assert, encodeHex } from '@suyuan/log';
import { generateSeed, nativeCrypto, nativeSigner } from '@suyuan/native-crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { encodeKeysFile, readKeysFile } from '../keys-file.ts';
import { runJson as suyuan } from '../testing/run-json.ts';

const network = new Uint8Array(32).fill(7);
const organization = 'acme';
let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'suyuan-recovery-'))));
afterAll(async () => await rm(folder, { recursive: true }));

async function writeNewKeys(): Promise<string> {
  const key = registerKey(
    { context: network, organization, purpose: 'statement' },
    nativeSigner(generateSeed()),
  );
  const file = join(folder, 'new-keys.json');
  await writeFile(file, encodeKeysFile({ network, organization, keys: [key] }));
  return file;
}

test('[N24] a recovery key is made once, private; it signs the change to new keys without any network', async () => {
  const out = join(folder, 'safe');
  const asked = [
    'key',
    'recovery',
    `--organization=${organization}`,
    `--network=${encodeHex(network)}`,
    `--out=${out}`,
  ];
  const made = await suyuan(...asked);
  expect(made).toMatchObject({ exitCode: 0, json: { organization } });
  const { key, public: shown } = made.json.files;
  expect((await stat(key)).mode & 0o777).toBe(0o600);
  const pem = await readFile(key, 'utf8');
  expect(await suyuan(...asked)).toMatchObject({ exitCode: 2, json: { code: 'file_not_written' } });
  expect(await readFile(key, 'utf8')).toBe(pem);
  const registered = await readKeysFile(shown);
  expect(registered.keys).toMatchObject([{ purpose: 'recovery' }]);

  const file = join(folder, 'recover.cbor');
  const place = ['--height=812', '--sequence=41', `--out=${file}`];
  const signed = await suyuan('key', 'recover', await writeNewKeys(), `--key=${key}`, ...place);
  expect(signed).toMatchObject({
    exitCode: 0,
    json: { organization, sequence: 41, lastValidHeight: 100_812 },
  });
  const parsed = parseStatement(new Uint8Array(await readFile(file)));
  assert(parsed.ok && registered.keys[0] !== undefined, 'it is a statement');
  expect(verifyStatement(nativeCrypto, parsed.value, registered.keys[0].publicKey)).toBe(true);
  expect(parsed.value.statement).toMatchObject({ issuer: organization, sequence: 41, body: { kind: 'key' } });
  // What it would change is shown before anything is sent.
  expect(await suyuan('key', 'submit', file)).toMatchObject({
    exitCode: 0,
    json: { sent: false, organization },
  });
});

test('[N24] a file of keys that was changed, and a key file that is none, are refused', async () => {
  const file = await writeNewKeys();
  const text = await readFile(file, 'utf8');
  const changed = join(folder, 'changed.json');
  const place = ['--height=1', '--sequence=1'];
  const key = join(folder, 'safe', 'recovery.pem');
  for (const wrong of [
    text.replace(organization, 'other'),
    text.replace('"statement"', '"log"'),
    text.replace(/"publicKey": "../u, '"publicKey": "00'),
    text.replace(encodeHex(network), '00'.repeat(32)),
    text.replace('suyuan-keys/v1', 'suyuan-keys/v2'),
    '[]',
    'no JSON',
  ]) {
    await writeFile(changed, wrong);
    const refused = await suyuan('key', 'recover', changed, `--key=${key}`, ...place);
    expect([wrong, refused.exitCode, refused.json.code]).toEqual([wrong, 2, 'file_unreadable']);
  }
  const noKey = join(folder, 'none.pem');
  await writeFile(noKey, 'no key');
  await chmod(noKey, 0o600);
  expect((await suyuan('key', 'recover', file, `--key=${noKey}`, ...place)).json.code).toBe(
    'key_file_invalid',
  );
  expect((await suyuan('key', 'recover', file, `--key=${key}`)).json.code).toBe('option_missing');
  expect((await suyuan('key', 'submit', file)).json.code).toBe('file_unreadable');
});

test('handed in, it is followed until the node shows its keys in force', async () => {
  const asked: string[] = [];
  let isInForce = false;
  const [keyId] = (await suyuan('key', 'submit', join(folder, 'recover.cbor'))).json.keys.map(
    (key: { keyId: string }) => key.keyId,
  );
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const own = {
      id: organization,
      sequence: 40,
      keys: isInForce ? [{ purpose: 'statement', keyId, from: 815 }] : [],
    };
    if (request.method === 'POST') isInForce = true;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ height: 812, organizations: [own] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `--url=http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const shown = await suyuan('organization', 'keys', organization, url);
  expect(shown.json).toEqual({ organization, height: 812, sequence: 40, keys: [] });
  const sent = await suyuan('key', 'submit', join(folder, 'recover.cbor'), '--yes', url);
  expect(sent).toMatchObject({
    exitCode: 0,
    json: { sent: true, height: 815, keys: [{ purpose: 'statement' }] },
  });
  expect(asked.filter((one) => one.startsWith('POST'))).toEqual(['POST /api/v1/governance/statements']);
  server.close();
});
