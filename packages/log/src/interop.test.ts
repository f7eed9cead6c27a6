/** What this package writes, read by software that is not of this project: proofbundle, scitt-cose, tessera's fsck. */
import { createPublicKey } from 'node:crypto';
import { createServer } from 'node:http';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { ForeignCase, ForeignVerdict } from '../../../tools/interop/foreign-tools.ts';
import {
  checkLog,
  INSTALL_TIMEOUT_MS,
  installFsck,
  installPython,
  missingTools,
  verifyForeign,
} from '../../../tools/interop/foreign-tools.ts';
import type { NoteAlgorithm, Signer } from './index.ts';
import {
  buildTree,
  cosignNote,
  encodeCheckpoint,
  encodeEntryBundle,
  encodeHex,
  encodeNote,
  encodeStateExtension,
  encodeTile,
  encodeTilePath,
  encodeTlogProof,
  encodeUtf8,
  encodeVkey,
  inclusionProofOf,
  leafHash,
  makeNoteKey,
  portableCrypto,
  portableSigner,
  signCose,
  signCoseReceipt,
  signNote,
  tilesChanged,
} from './index.ts';
import { present, valueOf } from './testing.ts';

const hash = portableCrypto.sha256;
const origin = 'suyuan.example/battery';
const SIZE = 600;
const entries = Array.from({ length: SIZE }, (_, i) => encodeUtf8(`entry ${i} ${'x'.repeat(i % 50)}`));
const tree = buildTree(
  hash,
  entries.map((entry) => leafHash(hash, entry)),
);
const logSigners = [1, 2, 3].map((fill) => portableSigner(new Uint8Array(32).fill(fill)));
const cosigners = ['maker.example/cosigner', 'vehicle.example/cosigner', 'recycler.example/cosigner'].map(
  (name, i) => ({ name, signer: portableSigner(new Uint8Array(32).fill(10 + i)) }),
);
const vkeyOf = (algorithm: NoteAlgorithm, name: string, signer: Signer): string =>
  encodeVkey(valueOf(makeNoteKey(hash, algorithm, name, signer.publicKey)));
const logVkeys = logSigners.map((signer) => vkeyOf('ed25519', origin, signer));
const witnessVkeys = cosigners.map(({ name, signer }) => vkeyOf('cosignature_v1', name, signer));
const text = encodeCheckpoint({
  origin,
  size: SIZE,
  root: tree.root,
  extensions: [encodeStateExtension(new Uint8Array(32).fill(8))],
});
const checkpoint = encodeNote({
  text,
  signatures: [
    ...logSigners.map((signer) => signNote(hash, text, origin, signer)),
    ...cosigners.map(({ name, signer }, i) => cosignNote(hash, text, name, signer, 1_790_000_000 + i)),
  ],
});
const pemOf = ({ publicKey }: Signer): string =>
  createPublicKey({
    key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey]),
    format: 'der',
    type: 'spki',
  })
    .export({ format: 'pem', type: 'spki' })
    .toString();
const flip = (bytes: Uint8Array, place: number): Uint8Array =>
  bytes.map((byte, i) => (i === place ? byte ^ 1 : byte));

const noPython = missingTools('python3');
describe.skipIf(noPython !== undefined)(`Python verifiers ${noPython ?? ''}`, () => {
  let python = '';
  const verify = async (cases: readonly ForeignCase[]): Promise<readonly ForeignVerdict[]> =>
    await verifyForeign(python, cases);
  beforeAll(async () => {
    python = await installPython();
  }, INSTALL_TIMEOUT_MS);

  const index = 377;
  const entry = present(entries[index]);
  const proof = inclusionProofOf(tree, index);
  const proofText = new TextDecoder().decode(encodeTlogProof({ index, proof, checkpoint, extra: undefined }));
  const proofCase = {
    tool: 'proofbundle',
    proof: proofText,
    entry: encodeHex(entry),
    logVkey: present(logVkeys[0]),
    witnessVkeys,
    threshold: 3,
    origin,
  };

  it('[L30] proofbundle accepts our tlog-proof with any one of the log keys and all cosigners', async () => {
    const verdicts = await verify(logVkeys.map((logVkey) => ({ ...proofCase, logVkey })));
    expect(verdicts.map(({ valid, reason }) => ({ valid, reason }))).toEqual(
      logVkeys.map(() => ({ valid: true, reason: '' })),
    );
  });

  it('[L30] proofbundle accepts a proof with extra data, and those of the first and the last entry', async () => {
    const cases = [0, SIZE - 1].map((at) => {
      const file = { index: at, proof: inclusionProofOf(tree, at), checkpoint, extra: encodeUtf8('extra') };
      const own = present(entries[at]);
      return { ...proofCase, proof: new TextDecoder().decode(encodeTlogProof(file)), entry: encodeHex(own) };
    });
    expect((await verify(cases)).map(({ valid }) => valid)).toEqual([true, true]);
  });

  it('[L30] proofbundle refuses it when entry, proof, root, keys or origin are others', async () => {
    const stranger = portableSigner(new Uint8Array(32).fill(99));
    const firstHash = present(proofText.split('\n')[2]);
    const verdicts = await verify([
      { ...proofCase, entry: encodeHex(flip(entry, 0)) },
      { ...proofCase, proof: proofText.replace('index 377', 'index 376') },
      { ...proofCase, proof: proofText.replace(firstHash, present(proofText.split('\n')[3])) },
      { ...proofCase, proof: proofText.replace('\n600\n', '\n601\n') },
      { ...proofCase, logVkey: vkeyOf('ed25519', origin, stranger) },
      { ...proofCase, witnessVkeys: [vkeyOf('cosignature_v1', 'stranger', stranger)], threshold: 1 },
      { ...proofCase, origin: 'other.example/log' },
    ]);
    expect(verdicts.map(({ valid }) => valid)).toEqual(verdicts.map(() => false));
  });

  const signer = present(logSigners[0]);
  const claims = {
    keyId: signer.publicKey,
    issuer: origin,
    subject: 'channel 1',
    size: SIZE,
    root: tree.root,
  };
  const receipt = signCoseReceipt(signer, { ...claims, index, proof });
  const receiptCase = {
    tool: 'scitt-cose',
    receipt: encodeHex(receipt),
    entry: encodeHex(entry),
    publicKeyPem: pemOf(signer),
  };

  it('[L30] scitt-cose accepts our COSE receipts, one for each log key', async () => {
    const verdicts = await verify(
      logSigners.map((one) => ({
        ...receiptCase,
        receipt: encodeHex(signCoseReceipt(one, { ...claims, index, proof })),
        publicKeyPem: pemOf(one),
      })),
    );
    const expected = { valid: true, reason: '', size: SIZE, index, issuer: origin, subject: 'channel 1' };
    for (const verdict of verdicts)
      expect(verdict).toMatchObject({ ...expected, root: encodeHex(tree.root) });
  });

  it('[L30] scitt-cose accepts the receipt of a log of one entry', async () => {
    const only = encodeUtf8('the only entry');
    const content = { ...claims, size: 1, index: 0, proof: [], root: leafHash(hash, only) };
    const one = {
      ...receiptCase,
      receipt: encodeHex(signCoseReceipt(signer, content)),
      entry: encodeHex(only),
    };
    expect(await verify([one])).toMatchObject([{ valid: true, size: 1, index: 0 }]);
  });

  it('[L30] scitt-cose refuses a receipt with any byte but the size changed, another entry or another key', async () => {
    const verdicts = await verify([
      ...Array.from(receipt, (_, place) => ({ ...receiptCase, receipt: encodeHex(flip(receipt, place)) })),
      { ...receiptCase, entry: encodeHex(flip(entry, 3)) },
      { ...receiptCase, publicKeyPem: pemOf(present(logSigners[1])) },
    ]);
    const changed = verdicts.filter(({ valid, size }) => !(valid && size !== SIZE));
    expect(changed.length).toBeGreaterThan(receipt.length - 3);
    expect(changed.filter(({ valid }) => valid)).toEqual([]);
  });

  it('[L30] scitt-cose reads a statement signed with our COSE_Sign1', async () => {
    const statement = signCose(signer, {
      protectedHeader: new Map<number, string | Uint8Array | ReadonlyMap<number, string>>([
        [3, 'application/example'],
        [4, signer.publicKey],
        [
          15,
          new Map([
            [1, 'maker.example'],
            [2, 'channel 1'],
          ]),
        ],
      ]),
      unprotectedHeader: new Map(),
      payload: entry,
      isDetached: false,
    });
    const one = { tool: 'scitt-cose-statement', publicKeyPem: pemOf(signer) };
    const verdicts = await verify([
      { ...one, statement: encodeHex(statement) },
      { ...one, statement: encodeHex(flip(statement, statement.length - 1)) },
    ]);
    const said = { issuer: 'maker.example', subject: 'channel 1', contentType: 'application/example' };
    expect(verdicts).toMatchObject([{ valid: true, ...said }, { valid: false }]);
  });
});

const noGo = missingTools('go');
describe.skipIf(noGo !== undefined)(`fsck of tessera ${noGo ?? ''}`, () => {
  const files = new Map<string, Uint8Array>([['checkpoint', checkpoint]]);
  for (const tile of tilesChanged(0, SIZE)) {
    const slice = <T>(all: readonly T[]): readonly T[] =>
      all.slice(tile.index * 256, tile.index * 256 + tile.width);
    const level = tile.level === 'entries' ? 0 : tile.level * 8;
    const bytes =
      tile.level === 'entries' ? encodeEntryBundle(slice(entries)) : encodeTile(slice(completeAt(level)));
    files.set(encodeTilePath(tile), bytes);
  }
  const changed = new Map<string, Uint8Array>();
  const server = createServer((request, response) => {
    const path = (request.url ?? '').slice(1);
    const body = changed.get(path) ?? files.get(path);
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  let fsck = '';
  let url = '';
  beforeAll(async () => {
    fsck = await installFsck();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    url = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}/` : '';
  }, INSTALL_TIMEOUT_MS);
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const check = async (vkey: string | undefined): Promise<string | undefined> =>
    await checkLog(fsck, { url, origin, vkey: present(vkey) });

  it('[L30] finds nothing wrong with our tiles, with any one of the log keys', async () => {
    const complaints = await Promise.all(logVkeys.map(async (vkey) => await check(vkey)));
    expect(complaints).toEqual(logVkeys.map(() => undefined));
  });

  it.each([...files.keys()])('[L30] complains when one byte of %s is changed', async (path) => {
    const body = present(files.get(path));
    const place = path === 'checkpoint' ? origin.length + 10 : Math.floor(body.length / 2);
    changed.set(path, flip(body, place));
    try {
      expect(await check(logVkeys[0])).toMatch(/fsck failed/);
    } finally {
      changed.clear();
    }
  });
});

/** The hashes of the complete subtrees of one level. */
function completeAt(level: number): readonly Uint8Array[] {
  return present(tree.levels[level]).slice(0, Math.floor(SIZE / 2 ** level));
}
