// Files of private keys: PKCS#8 PEM, readable by this user only, never written over.
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { writeFile } from 'node:fs/promises';

import type { Signer } from '@suyuan/log';
import { nativeSigner } from '@suyuan/native-crypto';

import { CommandFailure } from './failure.ts';
import { readBounded, reasonOf } from './files.ts';

const BYTES_MAX = 16_384;

/** Makes an Ed25519 key in a new file, durable on return; fails where the file is there already. */
export async function makePrivateKey(path: string): Promise<Signer> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' });
  try {
    await writeFile(path, pem, { mode: 0o600, flag: 'wx', flush: true });
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    const reason = isThere ? 'it is there already, and a key is never written over' : reasonOf(error);
    throw new CommandFailure('file_not_written', `${path} could not be written: ${reason}.`, {
      cause: error,
    });
  }
  return signerOf(privateKey);
}

/** Reads one; fails where the file holds no Ed25519 key. `what` names it in the sentence for people. */
export async function readPrivateKey(path: string, what: string): Promise<Signer> {
  const pem = await readBounded(path, what, BYTES_MAX);
  try {
    const key = createPrivateKey(Buffer.from(pem));
    if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('it is no Ed25519 key');
    return signerOf(key);
  } catch (error) {
    throw new CommandFailure('key_file_invalid', `${path} holds no usable ${what}: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
}

function signerOf(key: KeyObject): Signer {
  return nativeSigner(new Uint8Array(Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url')));
}
