import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { CborMap, CborValue, CoseSign1 } from './index.ts';
import {
  concatBytes,
  COSE_ALGORITHM_EDDSA,
  COSE_HEADER,
  encodeCbor,
  encodeCose,
  encodeUtf8,
  parseCose,
  portableCrypto,
  portableSigner,
  signCose,
  verifyCose,
} from './index.ts';
import { codeOf, valueOf } from './testing.ts';

const signer = portableSigner(new Uint8Array(32).fill(1));
const payload = encodeUtf8('payload');
const empty: CborMap = new Map();
const headerOf = (...entries: readonly (readonly [number | string, CborValue])[]): CborMap =>
  new Map(entries);
const sign = (protectedHeader: CborMap, unprotectedHeader: CborMap = empty, isDetached = false): Uint8Array =>
  signCose(signer, { protectedHeader, unprotectedHeader, payload, isDetached });
const read = (bytes: Uint8Array): CoseSign1 => valueOf(parseCose(bytes, 1_000));
const refusalOf = (bytes: Uint8Array): string | undefined => codeOf(parseCose(bytes, 1_000));
const tagged = (value: CborValue): Uint8Array => concatBytes(Uint8Array.of(0xd2), encodeCbor(value));

describe('COSE_Sign1', () => {
  it('[L25] is read as it was written', () => {
    const message = sign(headerOf([COSE_HEADER.contentType, 'text/plain']), headerOf([99, [1]]));
    const parsed = read(message);
    expect(parsed.protectedHeader).toEqual(headerOf([1, COSE_ALGORITHM_EDDSA], [3, 'text/plain']));
    expect(parsed.unprotectedHeader).toEqual(headerOf([99, [1]]));
    expect(parsed.payload).toEqual(payload);
    expect(encodeCose(parsed)).toEqual(message);
  });

  it('[L25] refuses another tag, array, header, algorithm, payload or signature', () => {
    const algorithm = encodeCbor(headerOf([1, COSE_ALGORITHM_EDDSA]));
    const signature = new Uint8Array(64);
    expect(refusalOf(tagged([algorithm, empty, payload, signature]))).toBeUndefined();
    expect(refusalOf(tagged([algorithm, empty, null, signature]))).toBeUndefined();
    const malformed: CborValue[] = [
      [algorithm, empty, payload],
      [algorithm, empty, payload, signature, 0],
      [new Map(), empty, payload, signature],
      [algorithm, [], payload, signature],
      [algorithm, empty, 'payload', signature],
      [algorithm, empty, payload, new Uint8Array(63)],
      [algorithm, empty, payload, null],
      [encodeCbor([]), empty, payload, signature],
      [algorithm, headerOf([1, COSE_ALGORITHM_EDDSA]), payload, signature],
      'text',
    ];
    expect(malformed.map((value) => refusalOf(tagged(value)))).toEqual(malformed.map(() => 'cose_malformed'));
    const valid = encodeCbor([algorithm, empty, payload, signature]);
    expect(refusalOf(valid)).toBe('cose_malformed');
    expect(refusalOf(concatBytes(Uint8Array.of(0xd1), valid))).toBe('cose_malformed');
    expect(refusalOf(concatBytes(Uint8Array.of(0xd8, 0x12), valid))).toBe('cose_malformed');
    expect(refusalOf(new Uint8Array(0))).toBe('cose_malformed');
    for (const header of [headerOf([1, -7]), headerOf([1, 'EdDSA']), empty]) {
      expect(refusalOf(tagged([encodeCbor(header), empty, payload, signature]))).toBe(
        'cose_algorithm_unknown',
      );
    }
    const critical = encodeCbor(headerOf([1, COSE_ALGORITHM_EDDSA], [2, [1]]));
    expect(refusalOf(tagged([critical, empty, payload, signature]))).toBe('cose_critical_header_unknown');
    expect(refusalOf(tagged([new Uint8Array(0), empty, payload, signature]))).toBe('cbor_malformed');
    const unsorted = Uint8Array.of(0xa2, 0x04, 0x41, 0x00, 0x01, 0x27);
    expect(refusalOf(tagged([unsorted, empty, payload, signature]))).toBe('cbor_not_deterministic');
    expect(refusalOf(new Uint8Array(1_002).fill(0xd2))).toBe('cbor_too_large');
  });

  it('[L26] verifies what was signed, attached or detached', () => {
    const attached = read(sign(empty));
    expect(verifyCose(portableCrypto, attached, signer.publicKey)).toBe(true);
    const detached = read(sign(empty, empty, true));
    expect(detached.payload).toBeNull();
    expect(detached.signature).toEqual(attached.signature);
    expect(verifyCose(portableCrypto, detached, signer.publicKey, payload)).toBe(true);
  });

  it('[L26] refuses a missing, another or a replaced payload, and another key', () => {
    const attached = read(sign(empty));
    const detached = read(sign(empty, empty, true));
    expect(verifyCose(portableCrypto, detached, signer.publicKey)).toBe(false);
    expect(verifyCose(portableCrypto, detached, signer.publicKey, encodeUtf8('other'))).toBe(false);
    expect(verifyCose(portableCrypto, attached, signer.publicKey, payload)).toBe(false);
    const other = portableSigner(new Uint8Array(32).fill(2));
    expect(verifyCose(portableCrypto, attached, other.publicKey)).toBe(false);
  });

  it('[L26] signs the Sig_structure of RFC 9052 section 4.4', () => {
    const message = read(sign(empty));
    const structure = concatBytes(
      Uint8Array.of(0x84, 0x6a),
      encodeUtf8('Signature1'),
      Uint8Array.of(0x43, 0xa1, 0x01, 0x27, 0x40, 0x47),
      payload,
    );
    expect(message.signature).toEqual(signer.sign(structure));
  });

  it('[L26] is refused or fails after any one bit of it is flipped', () => {
    const message = sign(headerOf([4, encodeUtf8('key')]));
    fc.assert(
      fc.property(fc.nat(message.length * 8 - 1), (bit) => {
        const flipped = message.slice();
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const result = parseCose(flipped, 1_000);
        expect(result.ok && verifyCose(portableCrypto, result.value, signer.publicKey)).toBe(false);
      }),
      { numRuns: 200 },
    );
  });
});
