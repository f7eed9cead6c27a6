import { encodeCbor } from '@suyuan/log';
import { describe, expect, it } from 'vitest';

import { keyIdOf, registerKey, verifyPossession } from './key.ts';
import { crypto, digestOf, signerOf } from './test-network.ts';

const context = digestOf('network');
const signer = signerOf('maker', 'log');
const possession = { context, organization: 'maker', purpose: 'log' } as const;

describe('keys', () => {
  it('[S20] the kid is the hash of the deterministic COSE_Key', () => {
    const coseKey = encodeCbor(
      new Map<number, number | Uint8Array>([
        [1, 1],
        [-1, 6],
        [-2, signer.publicKey],
      ]),
    );
    expect(Array.from(keyIdOf(crypto, signer.publicKey))).toEqual(Array.from(crypto.sha256(coseKey)));
  });

  it('[S21] a proof serves one organisation, purpose and network', () => {
    const key = registerKey(possession, signer);
    expect(verifyPossession(crypto, possession, key)).toBe(true);
    expect(verifyPossession(crypto, { ...possession, organization: 'cars' }, key)).toBe(false);
    expect(verifyPossession(crypto, { ...possession, purpose: 'cosigning' }, key)).toBe(false);
    expect(verifyPossession(crypto, { ...possession, context: digestOf('other') }, key)).toBe(false);
    const other = signerOf('maker', 'cosigning');
    expect(verifyPossession(crypto, possession, { ...key, publicKey: other.publicKey })).toBe(false);
  });

  it('[S22] refuses keys of small order, whatever the signature', () => {
    const identity = new Uint8Array(32);
    identity[0] = 1;
    const small = [identity, new Uint8Array(32), new Uint8Array(32).fill(0xff)];
    for (const publicKey of small) {
      for (const proof of [new Uint8Array(64), Uint8Array.of(1, ...new Uint8Array(63))]) {
        expect(verifyPossession(crypto, possession, { purpose: 'log', publicKey, proof })).toBe(false);
      }
    }
  });
});
