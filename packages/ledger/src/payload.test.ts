import { concatBytes, encodeCbor, equalBytes } from '@suyuan/log';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { BATCH_RECORDS_MAX, PAYLOAD_BYTES_MAX, RECORD_BYTES_MAX } from './identifiers.ts';
import type { PayloadRecord } from './payload.ts';
import { encodePayload, parsePayload, payloadRoot, payloadSizeOf } from './payload.ts';
import { crypto, digestOf } from './test-network.ts';

const salt = fc.uint8Array({ minLength: 32, maxLength: 32 });
const text = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ minLength: 200, maxLength: 300 }));
const records = fc.array(
  fc.record<PayloadRecord>({
    publicSalt: salt,
    publicText: text,
    sharedSalt: salt,
    sharedText: text,
    privateCommitment: salt,
  }),
  { minLength: 1, maxLength: 30 },
);

function recordOf(publicSize: number, sharedSize = 2): PayloadRecord {
  return {
    publicSalt: digestOf('a'),
    publicText: new Uint8Array(publicSize),
    sharedSalt: digestOf('b'),
    sharedText: new Uint8Array(sharedSize),
    privateCommitment: digestOf('c'),
  };
}

function toCbor(items: readonly PayloadRecord[]): Uint8Array {
  return encodeCbor(
    items.map((item) => [
      item.publicSalt,
      item.publicText,
      item.sharedSalt,
      item.sharedText,
      item.privateCommitment,
    ]),
  );
}

function codeOf(bytes: Uint8Array): string {
  const parsed = parsePayload(bytes);
  return parsed.ok ? 'ok' : parsed.error.code;
}

describe('payload', () => {
  it('[R7] is the deterministic CBOR of its array, and decode inverts encode', () => {
    fc.assert(
      fc.property(records, (items) => {
        const bytes = encodePayload(items);
        expect(bytes.length).toBe(payloadSizeOf(items));
        expect(Array.from(bytes)).toEqual(Array.from(toCbor(items)));
        const parsed = parsePayload(bytes);
        expect(parsed.ok && parsed.value.map((item) => ({ ...item }))).toEqual(items);
      }),
    );
  });

  it('[R7] texts and counts at each width of a head', () => {
    for (const size of [0, 23, 24, 255, 256, 65_534]) {
      const items = [recordOf(size)];
      expect(Array.from(encodePayload(items))).toEqual(Array.from(toCbor(items)));
    }
    for (const count of [23, 24, 255, 256, BATCH_RECORDS_MAX]) {
      const items = Array.from({ length: count }, () => recordOf(1));
      expect(codeOf(encodePayload(items))).toBe('ok');
      expect(encodePayload(items).length).toBe(toCbor(items).length);
    }
  });

  it('[R6] [R8] refuses too many records, too large records and too large payloads', () => {
    const many = Array.from({ length: BATCH_RECORDS_MAX + 1 }, () => recordOf(1));
    expect(codeOf(toCbor(many))).toBe('payload_count_wrong');
    expect(codeOf(toCbor([]))).toBe('payload_count_wrong');
    expect(codeOf(encodePayload([recordOf(RECORD_BYTES_MAX - 2)]))).toBe('ok');
    expect(codeOf(toCbor([recordOf(1), recordOf(RECORD_BYTES_MAX - 1)]))).toBe('payload_record_too_large');
    expect(codeOf(new Uint8Array(PAYLOAD_BYTES_MAX + 1))).toBe('payload_too_large');
  });

  it('[R9] refuses every other encoding of the same data', () => {
    const bytes = encodePayload([recordOf(3)]);
    expect(codeOf(concatBytes(bytes, Uint8Array.of(0)))).toBe('payload_malformed');
    expect(codeOf(bytes.subarray(0, -1))).toBe('payload_malformed');
    expect(codeOf(concatBytes(Uint8Array.of(0x98, 1), bytes.subarray(1)))).toBe('payload_malformed');
    expect(codeOf(concatBytes(Uint8Array.of(0x9f), bytes.subarray(1), Uint8Array.of(0xff)))).toBe(
      'payload_malformed',
    );
    expect(codeOf(concatBytes(bytes.subarray(0, 2), Uint8Array.of(0x59, 0, 32), bytes.subarray(4)))).toBe(
      'payload_malformed',
    );
    expect(codeOf(encodeCbor([['a', 'b', 'c', 'd', 'e']]))).toBe('payload_malformed');
  });

  it('[R9] what is read is what would be written, whatever the bytes', () => {
    const valid = encodePayload([recordOf(3), recordOf(30)]);
    fc.assert(
      fc.property(
        fc.nat(valid.length - 1),
        fc.nat(255),
        fc.uint8Array({ maxLength: 4 }),
        (at, byte, noise) => {
          const changed = concatBytes(
            valid.subarray(0, at),
            Uint8Array.of(byte),
            valid.subarray(at + 1),
            noise,
          );
          const parsed = parsePayload(changed);
          return !parsed.ok || equalBytes(encodePayload(parsed.value), changed);
        },
      ),
      { numRuns: 1000 },
    );
    expect(codeOf(valid)).toBe('ok');
  });

  it('[R10] any flipped bit breaks the form, the size or the root', () => {
    const items = [recordOf(20), recordOf(5)];
    const bytes = encodePayload(items);
    const root = payloadRoot(crypto, digestOf('network'), 'battery_pack', items);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = bytes.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const parsed = parsePayload(flipped);
      if (!parsed.ok) continue;
      const found = payloadRoot(crypto, digestOf('network'), 'battery_pack', parsed.value);
      expect(Array.from(found)).not.toEqual(Array.from(root));
    }
  });
});
