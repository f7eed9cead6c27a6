import { describe, expect, it } from 'vitest';

import formats from '../../../vectors/log-formats.json' with { type: 'json' };
import printed from '../../../vectors/log-notes.json' with { type: 'json' };
import {
  encodeTlogProof,
  encodeUtf8,
  parseTlogProof,
  parseVkey,
  portableCrypto,
  TLOG_PROOF_EXTRA_BYTES_MAX,
  verifyTlogProof,
} from './index.ts';
import { codeOf, valueOf } from './testing.ts';

const keys = formats.vkeys.map((vkey) => valueOf(parseVkey(portableCrypto.sha256, vkey)));
const entry = encodeUtf8('entry 17');
const gap = formats.tlogProof.indexOf('\n\n');
const head = formats.tlogProof.slice(0, gap);
const checkpoint = formats.tlogProof.slice(gap + 2);
const refusalOf = (text: string): string | undefined => codeOf(parseTlogProof(encodeUtf8(text)));

/** The head that the C2SP page prints; the signatures it prints are cut short, so another note stands below. */
const PRINTED_HEAD = `c2sp.org/tlog-proof@v1
extra YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6kYXJ3aW4tYXJ
index 73894
gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=
EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=
RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=
AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=
`;

describe('tlog-proof', () => {
  it('[L17] reads and writes the example of C2SP tlog-proof', () => {
    const note = printed.notes.find(({ comment }) => comment === 'C2SP tlog-cosignature')?.note ?? '';
    const bytes = encodeUtf8(`${PRINTED_HEAD}\n${note}`);
    const parsed = valueOf(parseTlogProof(bytes));
    expect(parsed).toMatchObject({ index: 73_894, checkpoint: encodeUtf8(note) });
    expect(parsed.proof.length).toBe(5);
    expect(parsed.extra?.length).toBe(39);
    expect(encodeTlogProof(parsed)).toEqual(bytes);
  });

  it('[L17] reads and writes a proof without extra data and without hashes', () => {
    const bytes = encodeUtf8(`c2sp.org/tlog-proof@v1\nindex 0\n\n${checkpoint}`);
    const parsed = parseTlogProof(bytes);
    expect(parsed).toEqual({
      ok: true,
      value: { index: 0, proof: [], checkpoint: encodeUtf8(checkpoint), extra: undefined },
    });
    expect(parsed.ok && encodeTlogProof(parsed.value)).toEqual(bytes);
  });

  it('[L17] refuses everything that is not exactly a proof', () => {
    const hash = head.split('\n')[2] ?? '';
    const heads = [
      '',
      'c2sp.org/tlog-proof@v1',
      'c2sp.org/tlog-proof@v2\nindex 0',
      'c2sp.org/tlog-proof@v1\nindex 00',
      'c2sp.org/tlog-proof@v1\nindex -1',
      'c2sp.org/tlog-proof@v1\nindex 9007199254740992',
      'c2sp.org/tlog-proof@v1\nindex  0',
      'c2sp.org/tlog-proof@v1\nextra\nindex 0',
      'c2sp.org/tlog-proof@v1\nextra AB==\nindex 0',
      'c2sp.org/tlog-proof@v1\nextra AA==\nextra AA==\nindex 0',
      'c2sp.org/tlog-proof@v1\nindex 0\nextra AA==',
      'c2sp.org/tlog-proof@v1\nindex 0\nAA==',
      `c2sp.org/tlog-proof@v1\nindex 0\n${hash} `,
      `c2sp.org/tlog-proof@v1\r\nindex 0`,
      `c2sp.org/tlog-proof@v1\nindex 0\n${Array.from({ length: 54 }, () => hash).join('\n')}`,
      `\n${head}`,
    ];
    expect(refusalOf(`${head}\n\n${checkpoint}`)).toBeUndefined();
    expect(
      heads.filter((wrong) => refusalOf(`${wrong}\n\n${checkpoint}`) !== 'tlog_proof_malformed'),
    ).toEqual([]);
    expect(refusalOf(head)).toBe('tlog_proof_malformed');
    expect(refusalOf(`${head}\n\nnot a note\n`)).toBe('note_malformed');
    expect(refusalOf(`c2sp.org/tlog-proof@v1\nextra ${'A'.repeat(200_000)}\nindex 0\n\n${checkpoint}`)).toBe(
      'tlog_proof_malformed',
    );
  });

  it('[L17] carries empty and the most extra data', () => {
    for (const extra of [new Uint8Array(0), new Uint8Array(TLOG_PROOF_EXTRA_BYTES_MAX).fill(1)]) {
      const bytes = encodeTlogProof({ index: 3, proof: [], checkpoint: encodeUtf8(checkpoint), extra });
      expect(parseTlogProof(bytes)).toMatchObject({ ok: true, value: { extra } });
    }
  });

  it('[L18] verifies the proof of the vectors under all its keys and under any one', () => {
    const bytes = encodeUtf8(formats.tlogProof);
    for (const known of [keys, ...keys.map((key) => [key])]) {
      const verified = verifyTlogProof(portableCrypto, bytes, entry, formats.origin, known);
      expect(verified.ok && verified.value.signatures.map(({ key }) => key)).toEqual(known);
      expect(verified).toMatchObject({ value: { index: 17, checkpoint: { size: 20 } } });
    }
  });

  it('[L18] refuses another entry, index, hash, origin or key', () => {
    const verify = (text: string, what: Uint8Array, origin: string): unknown =>
      codeOf(verifyTlogProof(portableCrypto, encodeUtf8(text), what, origin, keys));
    const { tlogProof, origin } = formats;
    expect(verify(tlogProof, entry, origin)).toBeUndefined();
    expect(verify(tlogProof, encodeUtf8('entry 16'), origin)).toBe('proof_root_mismatch');
    expect(verify(tlogProof.replace('index 17', 'index 16'), entry, origin)).toBe('proof_root_mismatch');
    expect(verify(tlogProof.replace('index 17', 'index 20'), entry, origin)).toBe('proof_index_beyond_size');
    expect(verify(tlogProof.replace(/index 17\n.*\n/, 'index 17\n'), entry, origin)).toBe(
      'proof_length_wrong',
    );
    expect(verify(tlogProof, entry, 'other')).toBe('checkpoint_origin_mismatch');
    expect(verifyTlogProof(portableCrypto, encodeUtf8(tlogProof), entry, origin, [])).toMatchObject({
      error: { code: 'note_unsigned' },
    });
  });
});
