// A checkpoint of the newest size with another root, rightly signed by a validator and handed to another node as its own
// node would do it: the plain proof of a split view.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { REQUIRED_KEYS, keyIdOf, networkIdOf } from '@suyuan/ledger';
import {
  assert,
  cosignNote,
  encodeCheckpoint,
  encodeHex,
  encodeNote,
  encodeUtf8,
  parseCheckpoint,
  parseNote,
  signNote,
} from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';

import { COSIGNATURES_PATH, encodeNotes } from '../../../../node/src/checkpoint/exchange.ts';
import { cosignerName } from '../../../../node/src/checkpoint/signatories.ts';
import { openKeys } from '../../../../node/src/keys/key-files.ts';
import { contentDigestOf, signPeerRequest } from '../../../../node/src/replication/peer-signature.ts';
import type { RealNetwork } from '../real-network.ts';

/** Signs and sends it; throws where it is not taken. */
export async function publishOtherCheckpoint(
  network: RealNetwork,
  signer: string,
  to: string,
): Promise<void> {
  const folder = join(network.folder, signer);
  const keys = await openKeys(join(folder, 'organizations', signer, 'keys'), REQUIRED_KEYS.validator, false);
  const { log, cosigning, transport } = keys;
  assert(log !== undefined && cosigning !== undefined && transport !== undefined, 'a validator has its keys');
  const [row] = await network.query<{ note: string }>(
    to,
    'select note from checkpoint where note is not null order by size desc limit 1',
  );
  const note = parseNote(encodeUtf8(row?.note ?? ''));
  const checkpoint = parseCheckpoint(note.ok ? note.value.text : '');
  assert(checkpoint.ok, 'the network has a checkpoint');
  const { origin } = checkpoint.value;
  const text = encodeCheckpoint({ ...checkpoint.value, root: new Uint8Array(32).fill(7) });
  const { sha256 } = nativeCrypto;
  const nowSeconds = Math.floor(Date.now() / 1000);
  const signatures = [
    signNote(sha256, text, origin, log),
    cosignNote(sha256, text, cosignerName(origin, signer), cosigning, nowSeconds),
  ];
  const body = Buffer.from(encodeNotes([encodeNote({ text, signatures })]));
  const id = networkIdOf(nativeCrypto, new Uint8Array(await readFile(join(folder, 'genesis.cbor'))));
  const headers = signPeerRequest({
    target: { method: 'POST', target: COSIGNATURES_PATH, networkHex: encodeHex(id), recipient: to },
    contentDigest: contentDigestOf(body),
    keyIdHex: encodeHex(keyIdOf(nativeCrypto, transport.publicKey)),
    signer: transport,
    nowSeconds,
    nonce: randomBytes(16),
  });
  headers.set('content-type', 'application/cbor');
  const { url } = await network.status(to);
  const answer = await fetch(`${url}${COSIGNATURES_PATH}`, { method: 'POST', headers, body });
  assert(answer.ok, `${to} takes the note`);
}
