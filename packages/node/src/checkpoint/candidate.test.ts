import { describe, expect, test } from 'vitest';

import { cosignNote, encodeUtf8, makeNoteKey, parseNote, signNote, verifyNote } from '@suyuan/log';
import { generateSeed, nativeCrypto, nativeSigner } from '@suyuan/native-crypto';

import type { Candidate, Signatory, SignaturePair } from './candidate.ts';
import { encodeCandidate, hasQuorum } from './candidate.ts';

const { sha256 } = nativeCrypto;
const body = `suyuan.example/many\n1\n${'A'.repeat(43)}=\n`;

function makeSigned(index: number): Signatory & { readonly pair: SignaturePair } {
  const organization = `org-${index}`;
  const [log, cosigning] = [nativeSigner(generateSeed()), nativeSigner(generateSeed())];
  const name = `suyuan.example/many/${organization}`;
  const logKey = makeNoteKey(sha256, 'ed25519', 'suyuan.example/many', log.publicKey);
  const cosigningKey = makeNoteKey(sha256, 'cosignature_v1', name, cosigning.publicKey);
  if (!logKey.ok || !cosigningKey.ok) throw new Error('fresh keys are usable');
  const pair = {
    log: signNote(sha256, body, 'suyuan.example/many', log),
    cosignature: cosignNote(sha256, body, name, cosigning, 1_800_000_000),
  };
  return { organization, logKey: logKey.value, cosigningKey: cosigningKey.value, pair };
}

describe('candidate', () => {
  test.each([
    [1, 2],
    [50, 100],
    [51, 52],
    [99, 100],
    [120, 100],
  ])(
    '[C6] a note of %i validators has %i signatures, a log signature among them',
    (validators, signatures) => {
      const signed = Array.from({ length: validators }, (_, index) => makeSigned(index));
      const pairs = new Map(signed.map(({ organization, pair }) => [organization, pair]));
      const candidate: Candidate = {
        size: 1,
        height: 1,
        body,
        signatories: signed,
        quorum: validators,
        pairs,
      };
      const note = parseNote(encodeUtf8(encodeCandidate(candidate)));
      if (!note.ok) throw new Error(note.error.code);
      expect(note.value.signatures.length).toBe(signatures);
      const verified = verifyNote(
        nativeCrypto,
        note.value,
        signed.flatMap(({ logKey, cosigningKey }) => [logKey, cosigningKey]),
      );
      if (!verified.ok) throw new Error(verified.error.code);
      expect(verified.value.some(({ timeSeconds }) => timeSeconds === undefined)).toBe(true);
      const cosigned = verified.value.filter(({ timeSeconds }) => timeSeconds !== undefined).length;
      expect(cosigned).toBe(Math.min(validators, 99));
      expect(hasQuorum(candidate)).toBe(true);
      expect(hasQuorum({ ...candidate, quorum: validators + 1 })).toBe(false);
    },
  );
});
