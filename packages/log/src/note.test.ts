import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import formats from '../../../vectors/log-formats.json' with { type: 'json' };
import printed from '../../../vectors/log-notes.json' with { type: 'json' };
import type { NoteAlgorithm, NoteKey } from './index.ts';
import {
  cosignNote,
  encodeBase64,
  encodeNote,
  encodeUtf8,
  encodeVkey,
  isKeyName,
  makeNoteKey,
  parseNote,
  parseVkey,
  portableCrypto,
  portableSigner,
  signNote,
  verifyNote,
} from './index.ts';
import { codeOf, present, valueOf } from './testing.ts';

const hash = portableCrypto.sha256;
const text = 'text\n\nmore text\n';
const signerOf = (fill: number): ReturnType<typeof portableSigner> =>
  portableSigner(new Uint8Array(32).fill(fill));
const keyOf = (algorithm: NoteAlgorithm, name: string, fill: number): NoteKey => {
  return valueOf(makeNoteKey(hash, algorithm, name, signerOf(fill).publicKey));
};
const refusalOf = (note: string | Uint8Array): string | undefined =>
  codeOf(parseNote(typeof note === 'string' ? encodeUtf8(note) : note));
const line = `— name ${encodeBase64(new Uint8Array(68))}\n`;

describe('note', () => {
  it.each(printed.notes)('[L10] reads and writes the example of $comment', ({ note }) => {
    expect(encodeNote(valueOf(parseNote(encodeUtf8(note))))).toEqual(encodeUtf8(note));
  });

  it('[L10] splits text and signatures at the last empty line', () => {
    const note = { text, signatures: [signNote(hash, text, 'name', signerOf(1))] };
    expect(parseNote(encodeNote(note))).toEqual({ ok: true, value: note });
  });

  it('[L10] refuses everything that is not exactly a note', () => {
    expect(refusalOf(`text\n\n${line}`)).toBeUndefined();
    expect(refusalOf(`\n\n${line}`)).toBeUndefined();
    const wrong = [
      '',
      '\n',
      'text\n',
      'text\n\n',
      `text\n${line}`,
      line,
      `text\n\n${line.slice(0, -1)}`,
      `text\n\n${line}\n`,
      `text\n\n${line}text\n`,
      `text\n\n- name ${encodeBase64(new Uint8Array(68))}\n`,
      `text\n\n—  name ${encodeBase64(new Uint8Array(68))}\n`,
      `text\n\n${line.replace('name', 'na+me')}`,
      `text\n\n${line.replace('name', 'na\u00a0me')}`,
      `text\n\n${line.replace('name', 'na\u2003me')}`,
      `text\n\n${line.replace('name', '')}`,
      `text\n\n${line.replace('name', 'n'.repeat(256))}`,
      `text\n\n${line.replace('\n', ' \n')}`,
      `text\n\n${line.replace('\n', '\r\n')}`,
      'text\n\n— name AAAAAA==\n',
      'text\n\n— name AAAAAAB=\n',
      'text\n\n— name *\n',
      `te\u0000xt\n\n${line}`,
      `te\txt\n\n${line}`,
      `text\r\n\n${line}`,
    ];
    expect(wrong.filter((note) => refusalOf(note) !== 'note_malformed')).toEqual([]);
    expect(refusalOf(Uint8Array.of(0xff, ...encodeUtf8(`text\n\n${line}`)))).toBe('note_malformed');
  });

  it('[L10] takes 100 signatures and no more, and a million bytes and no more', () => {
    expect(refusalOf(`text\n\n${line.repeat(100)}`)).toBeUndefined();
    expect(refusalOf(`text\n\n${line.repeat(101)}`)).toBe('note_signatures_too_many');
    const room = 1_000_000 - encodeUtf8(`\n\n${line}`).length;
    expect(refusalOf(`${'t'.repeat(room)}\n\n${line}`)).toBeUndefined();
    expect(refusalOf(`${'t'.repeat(room + 1)}\n\n${line}`)).toBe('note_too_large');
  });

  it('[L10] knows what can name a key', () => {
    expect(['a', 'example.com/log', '溯源', 'a'.repeat(255)].every((name) => isKeyName(name))).toBe(true);
    const wrong = [
      '',
      ' ',
      'a b',
      'a+b',
      'a\nb',
      'a\u0085b',
      'a\u3000b',
      'a\u0007b',
      '\ud800',
      'a'.repeat(256),
    ];
    expect(wrong.some((name) => isKeyName(name))).toBe(false);
  });
});

describe('note key', () => {
  it('[L11] reads and writes vkeys, and computes their ids', () => {
    const vkeys = [...formats.vkeys, ...printed.notes.flatMap(({ vkey }) => vkey ?? [])];
    const read = vkeys.map((vkey) => parseVkey(hash, vkey));
    expect(read.map((key) => (key.ok ? encodeVkey(key.value) : key.error.code))).toEqual(vkeys);
  });

  it('[L11] refuses a vkey with another id, algorithm, form or key', () => {
    const vkey = present(formats.vkeys[0]);
    const [name = '', id = '', material = ''] = vkey.split('+', 3);
    const rest = vkey.slice(name.length + id.length + 2);
    const codes = [
      `${name}+${id.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))}+${rest}`,
      `${name}+${id.toUpperCase()}0+${rest}`,
      `${name}+${id}+${rest.replace(/^A/, 'B')}`,
      `${name}+${id}+${rest.slice(0, -4)}`,
      `${name}-${id}-${rest}`,
      `${vkey}\n`,
      'x'.repeat(1_000),
      '',
      material,
    ].map((wrong) => {
      const result = parseVkey(hash, wrong);
      return result.ok ? 'accepted' : result.error.code;
    });
    expect([...new Set(codes)]).toEqual(['vkey_malformed']);
    const identity = new Uint8Array(32);
    identity[0] = 1;
    expect(makeNoteKey(hash, 'ed25519', 'name', identity)).toEqual({
      ok: false,
      error: { code: 'public_key_unusable' },
    });
    expect(makeNoteKey(hash, 'ed25519', 'a name', signerOf(1).publicKey).ok).toBe(false);
  });
});

describe('signatures of a note', () => {
  const log = keyOf('ed25519', 'log', 1);
  const witness = keyOf('cosignature_v1', 'witness', 2);
  const signatures = [
    signNote(hash, text, 'log', signerOf(1)),
    cosignNote(hash, text, 'witness', signerOf(2), 1_700),
  ];

  it('[L12] verifies the printed note whose key is printed', () => {
    const { note, vkey = '' } = present(printed.notes[0]);
    const key = valueOf(parseVkey(hash, vkey));
    const verified = verifyNote(portableCrypto, valueOf(parseNote(encodeUtf8(note))), [key]);
    expect(verified).toEqual({ ok: true, value: [{ key, timeSeconds: undefined }] });
  });

  it('[L12] names the known keys that signed, each once, and ignores the others', () => {
    const unknown = signNote(hash, text, 'unknown', signerOf(3));
    const falsified = { ...unknown, signature: new Uint8Array(64) };
    const note = { text, signatures: [falsified, ...signatures, ...signatures] };
    const verified = verifyNote(portableCrypto, note, [witness, log, keyOf('ed25519', 'other', 4)]);
    expect(verified).toEqual({
      ok: true,
      value: [
        { key: log, timeSeconds: undefined },
        { key: witness, timeSeconds: 1_700 },
      ],
    });
  });

  it('[L12] refuses a note that a known key signed falsely, or no known key signed', () => {
    const [first, second] = [present(signatures[0]), present(signatures[1])];
    const wrong = { ...first, signature: new Uint8Array(64) };
    expect(verifyNote(portableCrypto, { text, signatures: [wrong, second] }, [log, witness])).toEqual({
      ok: false,
      error: { code: 'note_signature_invalid', name: 'log', keyId: log.keyId },
    });
    const other = { text: 'other\n', signatures: [second] };
    expect(verifyNote(portableCrypto, other, [witness]).ok).toBe(false);
    expect(verifyNote(portableCrypto, { text, signatures }, [keyOf('ed25519', 'log', 5)])).toEqual({
      ok: false,
      error: { code: 'note_unsigned' },
    });
  });

  it('[L12] keeps several keys under one name apart', () => {
    const keys = [1, 2, 3].map((fill) => keyOf('ed25519', 'log', fill));
    const note = { text, signatures: [1, 2, 3].map((fill) => signNote(hash, text, 'log', signerOf(fill))) };
    const verified = verifyNote(portableCrypto, note, keys);
    expect(verified.ok && verified.value.map(({ key }) => key)).toEqual(keys);
  });

  it('[L13] cosigns text and time, and refuses another time', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.nat(7), (timeSeconds, byte) => {
        const signature = cosignNote(hash, text, 'witness', signerOf(2), timeSeconds);
        const verified = verifyNote(portableCrypto, { text, signatures: [signature] }, [witness]);
        expect(verified).toEqual({ ok: true, value: [{ key: witness, timeSeconds }] });
        const later = signature.signature.slice();
        later[byte] = (later[byte] ?? 0) ^ 1;
        const moved = { text, signatures: [{ ...signature, signature: later }] };
        expect(verifyNote(portableCrypto, moved, [witness]).ok).toBe(false);
      }),
      { numRuns: 20 },
    );
  });

  it('[L13] does not take a log signature for a cosignature, nor the other way round', () => {
    const signature = signNote(hash, text, 'witness', signerOf(2));
    const disguised = { ...signature, keyId: witness.keyId };
    expect(verifyNote(portableCrypto, { text, signatures: [disguised] }, [witness]).ok).toBe(false);
    const cosignature = cosignNote(hash, text, 'log', signerOf(1), 5);
    const other = { ...cosignature, keyId: log.keyId };
    expect(verifyNote(portableCrypto, { text, signatures: [other] }, [log]).ok).toBe(false);
  });

  it('[L13] reads the time of the printed cosignature', () => {
    const { note, cosignatureTime } = present(printed.notes.find((one) => one.cosignatureTime !== undefined));
    const { signature } = present(valueOf(parseNote(encodeUtf8(note))).signatures[1]);
    expect(new DataView(signature.buffer, signature.byteOffset).getBigUint64(0)).toBe(
      BigInt(cosignatureTime ?? 0),
    );
    expect(signature.length).toBe(72);
  });
});
