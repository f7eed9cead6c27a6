import { describe, expect, it } from 'vitest';

import formats from '../../../vectors/log-formats.json' with { type: 'json' };
import type { CborMap, CborValue } from './index.ts';
import {
  buildTree,
  COSE_HEADER,
  encodeCbor,
  encodeHex,
  encodeUtf8,
  equalBytes,
  inclusionProofOf,
  leafHash,
  parseCose,
  parseCoseReceipt,
  planConsistency,
  planInclusion,
  portableCrypto,
  portableSigner,
  rootFromInclusion,
  signCose,
  signCoseReceipt,
  verifyCoseReceipt,
} from './index.ts';
import { bytesOf, codeOf, present, valueOf } from './testing.ts';

const hash = portableCrypto.sha256;
const entries = Array.from({ length: 20 }, (_, i) => encodeUtf8(`entry ${i}`));
const tree = buildTree(
  hash,
  entries.map((entry) => leafHash(hash, entry)),
);
const entry = present(entries[17]);
const proof = inclusionProofOf(tree, 17);
const signer = portableSigner(bytesOf(formats.seeds.log1));
const content = {
  keyId: signer.publicKey,
  issuer: formats.origin,
  subject: 'channel 1',
  size: 20,
  index: 17,
  proof,
  root: tree.root,
};
const receipt = signCoseReceipt(signer, content);

/** A receipt with other headers or payload than ours. */
const signOther = (
  proofs: CborValue,
  { structure = 1, isDetached = true, more = [] as readonly [number, CborValue][], position = [20, 17] } = {},
): Uint8Array => {
  const unprotectedHeader: CborMap = new Map([[COSE_HEADER.verifiableDataProofs, proofs], ...more]);
  const protectedHeader: CborMap = new Map<number, CborValue>([
    [COSE_HEADER.verifiableDataStructure, structure],
    [-70_000, position],
  ]);
  return signCose(signer, { protectedHeader, unprotectedHeader, payload: tree.root, isDetached });
};
const proofsOf = (...inclusion: readonly CborValue[]): CborMap => new Map([[-1, inclusion]]);
const refusalOf = (encoded: Uint8Array): string | undefined =>
  codeOf(verifyCoseReceipt(portableCrypto, encoded, entry, signer.publicKey));

describe('COSE receipt', () => {
  it('[L27] is that of the vectors, and is read as it was written', () => {
    expect(encodeHex(receipt)).toBe(formats.coseReceipt);
    const { keyId, issuer, subject, size, index } = content;
    const expected = { keyId, issuer, subject, size, index, proof };
    expect(parseCoseReceipt(receipt)).toMatchObject({ ok: true, value: expected });
  });

  it('[L27] has the form of RFC 9942 figure 6: size 20, leaf 17, three hashes, nothing attached', () => {
    const { protectedHeader, unprotectedHeader, payload } = valueOf(parseCose(receipt, 10_000));
    expect(protectedHeader.get(395)).toBe(1);
    expect([...unprotectedHeader]).toEqual([[396, new Map([[-1, [encodeCbor([20, 17, proof])]]])]]);
    expect(payload).toBeNull();
    expect(proof.length).toBe(3);
  });

  it('[L27] has the proof lengths of the other examples of RFC 9942', () => {
    expect(planInclusion(8, 9).length).toBe(1);
    expect(planInclusion(5, 6).length).toBe(2);
    expect(planConsistency(20, 104).length).toBe(6);
  });

  it('[L27] refuses other structures, proofs and headers', () => {
    const inclusion = encodeCbor([20, 17, proof]);
    expect(refusalOf(signOther(proofsOf(inclusion)))).toBeUndefined();
    expect(refusalOf(signOther(proofsOf(inclusion), { structure: 2 }))).toBe(
      'cose_receipt_structure_unknown',
    );
    const malformed = [
      signOther(proofsOf(inclusion), { isDetached: false }),
      signOther(proofsOf(inclusion), { more: [[99, 1]] }),
      signOther(proofsOf()),
      signOther(proofsOf(inclusion, inclusion)),
      signOther(new Map([[-2, [inclusion]]])),
      signOther(proofsOf('text')),
      signOther([inclusion]),
      signOther(proofsOf(encodeCbor([20, 17]))),
      signOther(proofsOf(encodeCbor([20, '17', proof]))),
      signOther(proofsOf(encodeCbor([20, 17, ['text']]))),
      signOther(proofsOf(encodeCbor([20, 17, [new Uint8Array(31)]]))),
      signOther(proofsOf(encodeCbor([20, 17, Array.from({ length: 54 }, () => tree.root)]))),
    ];
    expect(malformed.map((wrong) => refusalOf(wrong))).toEqual(malformed.map(() => 'cose_receipt_malformed'));
    expect(refusalOf(new Uint8Array(20_000).fill(0xd2))).toBe('cbor_too_large');
  });

  it('[L27] is not made for an ES256 key, as the examples of RFC 9942 are', () => {
    const algorithm = encodeCbor(
      new Map([
        [1, -7],
        [395, 1],
      ]),
    );
    const proofs: CborMap = new Map([[396, proofsOf(encodeCbor([20, 17, proof]))]]);
    const es256 = encodeCbor([algorithm, proofs, null, new Uint8Array(64)]);
    expect(refusalOf(Uint8Array.of(0xd2, ...es256))).toBe('cose_algorithm_unknown');
  });

  it('[L28] verifies for its entry under its key', () => {
    const verified = verifyCoseReceipt(portableCrypto, receipt, entry, signer.publicKey);
    expect(verified).toMatchObject({ ok: true, value: { root: tree.root, size: 20, index: 17 } });
  });

  it('[L28] refuses another entry, another key, and a proof that leads elsewhere', () => {
    const refused = { ok: false, error: { code: 'cose_receipt_signature_invalid' } };
    expect(verifyCoseReceipt(portableCrypto, receipt, encodeUtf8('entry 16'), signer.publicKey)).toEqual(
      refused,
    );
    const other = portableSigner(bytesOf(formats.seeds.log2)).publicKey;
    expect(verifyCoseReceipt(portableCrypto, receipt, entry, other)).toEqual(refused);
    const at = (size: number, index: number, path: readonly Uint8Array[]): string | undefined =>
      refusalOf(signOther(proofsOf(encodeCbor([size, index, path])), { position: [size, index] }));
    expect(at(20, 20, proof)).toBe('proof_index_beyond_size');
    expect(at(20, 17, proof.slice(1))).toBe('proof_length_wrong');
    expect(at(20, 16, proof)).toBe('cose_receipt_signature_invalid');
  });

  it('[L28] refuses another size or index than the signed one, even where the proof fits it', () => {
    const other = (size: number, index: number): string | undefined =>
      refusalOf(signOther(proofsOf(encodeCbor([size, index, proof]))));
    expect(other(20, 17)).toBeUndefined();
    expect([other(19, 17), other(18, 17), other(5, 3), other(6, 5)]).toEqual(
      Array.from({ length: 4 }, () => 'cose_receipt_position_unsigned'),
    );
    const fitting = Array.from({ length: 40 }, (_, size) => size).filter((size) => {
      const fits = rootFromInclusion(hash, { leafHash: leafHash(hash, entry), index: 17, size, proof });
      return fits.ok && equalBytes(fits.value, tree.root);
    });
    expect(fitting).toEqual([19, 20]);
  });

  it('[L28] is refused after any one byte of it is changed', () => {
    const accepted = Array.from(receipt, (_, place) => {
      const changed = receipt.map((byte, i) => (i === place ? byte ^ 1 : byte));
      return refusalOf(changed) === undefined ? place : undefined;
    }).filter((place) => place !== undefined);
    expect(accepted).toEqual([]);
  });
});
