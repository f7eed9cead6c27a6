import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  encodeBase64,
  encodeHex,
  encodeUtf8,
  parseBase64,
  parseDecimal,
  parseHex,
  parseUtf8,
  readUint,
  sliceBytes,
  writeUint,
} from './index.ts';

const anyBytes = fc.uint8Array({ maxLength: 64 });

describe('text forms', () => {
  it('[L4] base64 has one form', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(parseBase64(encodeBase64(bytes))).toEqual(bytes);
      }),
    );
    const others = [
      'AA',
      'AA=',
      'AB==',
      'AAB=',
      'AA==\n',
      ' AA==',
      'A-_=',
      'AA=A',
      '====',
      'A',
      'AAAA=',
      'AA==AA==',
    ];
    expect(others.map((text) => parseBase64(text))).toEqual(others.map(() => undefined));
  });

  it('[L4] base64 text of any kind is refused or its own encoding', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('A', 'B', 'z', '9', '+', '/', '=', '-', ' ') }),
        (text) => {
          const bytes = parseBase64(text);
          expect(bytes === undefined ? text : encodeBase64(bytes)).toBe(text);
        },
      ),
    );
  });

  it('[L4] hexadecimal has one form', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(parseHex(encodeHex(bytes))).toEqual(bytes);
      }),
    );
    expect(['0', 'AB', '0x', 'gg', ' 00', '00 ', '00\n'].map((text) => parseHex(text))).toEqual(
      Array.from({ length: 7 }, () => undefined),
    );
  });

  it('[L4] decimals have one form', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        expect(parseDecimal(String(value))).toBe(value);
      }),
    );
    const others = [
      '',
      '00',
      '01',
      '+1',
      '-1',
      '1.0',
      '1e3',
      ' 1',
      '1\n',
      '９',
      '9007199254740992',
      '9'.repeat(400),
    ];
    expect(others.map((text) => parseDecimal(text))).toEqual(others.map(() => undefined));
  });

  it('[L4] UTF-8 that is not UTF-8 is refused, and a byte order mark is kept', () => {
    const wrong = [
      [0xc3, 0x28],
      [0xed, 0xa0, 0x80],
      [0xc0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0xff],
      [0xe6, 0xb0],
    ];
    expect(wrong.map((bytes) => parseUtf8(Uint8Array.from(bytes)))).toEqual(wrong.map(() => undefined));
    expect(parseUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x41))).toBe('\ufeffA');
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const text = parseUtf8(bytes);
        expect(text === undefined ? bytes : encodeUtf8(text)).toEqual(bytes);
      }),
    );
  });

  it('[L4] text with a lone surrogate cannot be encoded', () => {
    expect(() => encodeUtf8('\ud800')).toThrow('well-formed');
  });

  it('[L4] integers are big-endian, and those above the safe range are refused', () => {
    const bytes = new Uint8Array(10);
    writeUint(bytes, 1, 8, Number.MAX_SAFE_INTEGER);
    expect(encodeHex(bytes)).toBe('00001fffffffffffff00');
    expect(readUint(bytes, 1, 8)).toBe(Number.MAX_SAFE_INTEGER);
    expect(readUint(Uint8Array.of(0, 0x20, 0, 0, 0, 0, 0, 0), 0, 8)).toBeUndefined();
    expect(readUint(bytes, 3, 8)).toBeUndefined();
    expect(() => writeUint(bytes, 0, 2, 65_536)).toThrow('width');
  });

  it('[L4] slices are plain copies, of Node buffers too', () => {
    const buffer = Buffer.from([1, 2, 3]);
    const slice = sliceBytes(buffer, 1);
    buffer.fill(0);
    expect(slice).toStrictEqual(Uint8Array.of(2, 3));
  });
});
