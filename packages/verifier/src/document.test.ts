import { assert, encodeUtf8 } from '@suyuan/log';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { encodeDisclosure, parseDisclosure } from './disclosure.ts';
import type { Disclosure } from './disclosure.ts';
import { encodeReceipt, parseReceipt } from './receipt.ts';
import type { Receipt } from './receipt.ts';

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
const note = fc.string({ unit: 'grapheme', maxLength: 80 });
const proven = fc.uint8Array({ minLength: 1, maxLength: 40 });
const record = fc.record({
  leaf: fc.nat(4_095),
  commitments: fc.array(hash, { minLength: 3, maxLength: 3 }),
  path: fc.array(hash, { maxLength: 12 }),
});
const receipts: fc.Arbitrary<Receipt> = fc.record({
  format: fc.constant('suyuan-receipt/v1' as const),
  network: hash,
  entry: fc.nat(),
  statement: fc.uint8Array({ minLength: 1, maxLength: 80 }),
  checkpoint: note,
  inclusion: fc.array(hash, { maxLength: 5 }),
  state: fc.record({ batch: proven, key: proven }),
  records: fc
    .uniqueArray(record, { selector: ({ leaf }) => leaf, minLength: 1, maxLength: 5 })
    .map((list) => list.toSorted((a, b) => a.leaf - b.leaf)),
  status: fc.record({ checkpoint: note, batch: proven }),
});

const part = fc.record({ salt: hash, text: fc.string({ unit: 'grapheme', maxLength: 40 }) });
const disclosures: fc.Arbitrary<Disclosure> = fc.record({
  format: fc.constant('suyuan-disclosure/v1' as const),
  network: hash,
  record: fc.constant('12/3'),
  kind: fc.constant('battery_pack'),
  parts: fc.oneof(
    fc.record({ public: part }),
    fc.record({ shared: part }),
    fc.record({ public: part, private: part }),
    fc.record({ public: part, shared: part, private: part }),
  ),
});

/** A small disclosure as text, to spell wrongly. */
const small: Disclosure = {
  format: 'suyuan-disclosure/v1',
  network: new Uint8Array(32),
  record: '12/3',
  kind: 'k',
  parts: { public: { salt: new Uint8Array(32), text: '{"a":1}' } },
};
const spelled = new TextDecoder().decode(encodeDisclosure(small));

function refusal(text: string): string {
  const parsed = parseDisclosure(encodeUtf8(text));
  return parsed.ok ? 'accepted' : parsed.error.code;
}

describe('documents', () => {
  test('[V1] reading a receipt gives back what was written', () => {
    fc.assert(
      fc.property(receipts, (receipt) => {
        const parsed = parseReceipt(encodeReceipt(receipt));
        expect(parsed).toEqual({ ok: true, value: receipt });
      }),
    );
  });

  test('[V1] reading a disclosure gives back what was written', () => {
    fc.assert(
      fc.property(disclosures, (disclosure) => {
        expect(parseDisclosure(encodeDisclosure(disclosure))).toEqual({ ok: true, value: disclosure });
      }),
    );
  });

  test.each([
    ['space between members', spelled.replace('","', '", "')],
    ['a missing final line feed', spelled.slice(0, -1)],
    ['two final line feeds', `${spelled}\n`],
    ['a needless escape', spelled.replace('"12/3"', '"12\\/3"')],
    ['a member given twice', spelled.replace('"kind":"k"', '"kind":"k","kind":"k"')],
    ['another value hidden by the last of two', spelled.replace('"kind":"k"', '"kind":"x","kind":"k"')],
  ])('[V1] refuses %s', (_, text) => {
    expect(refusal(text)).toBe('disclosure_not_canonical');
  });

  test.each([
    ['an unknown member', spelled.replace('"kind":"k"', '"kind":"k","kinds":"k"')],
    ['a member named __proto__', spelled.replace('"kind":"k"', '"kind":"k","__proto__":{}')],
    ['a missing member', spelled.replace('"kind":"k",', '')],
    ['members in another order', spelled.replace('"record":"12/3","kind":"k"', '"kind":"k","record":"12/3"')],
    ['another format', spelled.replace('disclosure/v1', 'disclosure/v2')],
    ['base64 without padding', spelled.replace('AAA=', 'AAA')],
    ['base64 with other trailing bits', spelled.replace('AAA=', 'AAB=')],
    ['a hash in capitals', spelled.replace('00000000', '0000000A')],
    ['a lone surrogate', spelled.replace('"{\\"a\\":1}"', '"\\ud800"')],
    ['no part', spelled.replace(/"parts":.*/, '"parts":{}}')],
    ['a list for an object', spelled.replace(/"parts":.*/, '"parts":[]}')],
    ['nothing', ''],
    ['deep nesting', '['.repeat(200_000)],
  ])('[V2] refuses %s', (_, text) => {
    expect(refusal(text)).toBe('disclosure_malformed');
  });

  test('[V2] names the member that is wrong', () => {
    const bytes = encodeUtf8(spelled.replace('AAA=', 'AAB='));
    expect(parseDisclosure(bytes)).toEqual({
      ok: false,
      error: { code: 'disclosure_malformed', at: 'parts.public.salt' },
    });
  });

  test('[V2] refuses a document above its limit before reading it', () => {
    expect(parseDisclosure(new Uint8Array(512 * 1024 + 1))).toEqual({
      ok: false,
      error: { code: 'disclosure_too_large' },
    });
  });

  test('[V2] refuses records out of order or twice', () => {
    const one = { leaf: 1, commitments: [hash0(), hash0(), hash0()], path: [] };
    const [base] = fc.sample(receipts, 1);
    assert(base !== undefined, 'a sample has one receipt');
    for (const records of [
      [one, one],
      [{ ...one, leaf: 2 }, one],
    ]) {
      const parsed = parseReceipt(encodeReceipt({ ...base, records }));
      expect(parsed).toEqual({ ok: false, error: { code: 'receipt_malformed', at: 'records' } });
    }
  });

  test('[V3] never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.json().map(encodeUtf8)), (bytes) => {
        expect(parseReceipt(bytes).ok || parseDisclosure(bytes).ok).toBe(false);
      }),
    );
  });
});

function hash0(): Uint8Array {
  return new Uint8Array(32);
}
