// Verdicts on signatures, remembered for a while: a statement is verified when it is submitted, proposed, accepted
// and applied, and the answer never changes.
import { hash } from 'node:crypto';

import type { Crypto } from '@suyuan/log';

/** Verdicts in each of two generations; the older one is dropped when the newer one is full. */
const GENERATION_MAX = 16_384;

/** The same port with a bounded memory of valid signatures. Invalid ones are verified again each time. */
export function rememberSignatures(crypto: Crypto): Crypto {
  let young = new Set<string>();
  let old = new Set<string>();
  return {
    sha256: crypto.sha256,
    verifyEd25519: (publicKey, message, signature) => {
      if (publicKey.length !== 32 || signature.length !== 64) return false;
      const name = hash('sha256', Buffer.concat([publicKey, signature, message]), 'base64');
      if (young.has(name) || old.has(name)) return true;
      if (!crypto.verifyEd25519(publicKey, message, signature)) return false;
      if (young.size >= GENERATION_MAX) {
        old = young;
        young = new Set();
      }
      young.add(name);
      return true;
    },
  };
}
