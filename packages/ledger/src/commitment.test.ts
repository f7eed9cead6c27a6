import { concatBytes, emptyRoot, encodeUtf8, leafHash, nodeHash } from '@suyuan/log';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Part } from './commitment.ts';
import { batchRoot, commitPart, partCommitter, PARTS, recordEntry, recordLeafHash } from './commitment.ts';
import { crypto, digestOf } from './test-network.ts';

const network = digestOf('network');
const salt = digestOf('salt');

function commit(part: Part, text: string, kind = 'battery_pack'): number[] {
  return Array.from(commitPart(crypto, { network, recordKind: kind, part, salt, text: encodeUtf8(text) }));
}

describe('commitments', () => {
  it('[R1] hashes tag, network, kind with its length, part, salt and text', () => {
    const bytes = concatBytes(
      encodeUtf8('suyuan/part/v1\0'),
      network,
      Uint8Array.of(12),
      encodeUtf8('battery_pack'),
      Uint8Array.of(2),
      salt,
      encodeUtf8('{"a":1}'),
    );
    expect(commit('shared', '{"a":1}')).toEqual(Array.from(crypto.sha256(bytes)));
  });

  it('[R1] every input matters', () => {
    const other = {
      network,
      recordKind: 'battery_pack',
      part: 'public' as const,
      salt,
      text: encodeUtf8('x'),
    };
    const variants = [
      other,
      { ...other, network: digestOf('other') },
      { ...other, recordKind: 'battery_pac' },
      { ...other, part: 'private' as const },
      { ...other, salt: digestOf('other') },
      { ...other, text: encodeUtf8('y') },
      { ...other, text: encodeUtf8('') },
    ];
    const commitments = new Set(variants.map((variant) => commitPart(crypto, variant).join()));
    expect(commitments.size).toBe(variants.length);
  });

  it('[R2] one blank more is another text', () => {
    expect(commit('public', '{"a": 1}')).not.toEqual(commit('public', '{"a":1}'));
  });

  it('[R3] the same text with another salt is another commitment', () => {
    const text = encodeUtf8('1');
    const commitWith = partCommitter(crypto, network, 'swap');
    expect(commitWith('private', salt, text)).not.toEqual(commitWith('private', digestOf('other'), text));
  });

  it('[R1] a committer used for many texts gives what each gives alone', () => {
    const commitWith = partCommitter(crypto, network, 'battery_pack');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), fc.constantFrom(...PARTS), (text, part) => {
        const alone = commitPart(crypto, { network, recordKind: 'battery_pack', part, salt, text });
        expect(Array.from(commitWith(part, salt, text))).toEqual(Array.from(alone));
      }),
    );
  });

  it('[R4] the entry of a record is its tag and three commitments', () => {
    const commitments = { public: digestOf('1'), shared: digestOf('2'), private: digestOf('3') };
    const entry = concatBytes(encodeUtf8('suyuan/record/v1\0'), digestOf('1'), digestOf('2'), digestOf('3'));
    expect(Array.from(recordEntry(commitments))).toEqual(Array.from(entry));
    expect(Array.from(recordLeafHash(crypto, commitments))).toEqual(
      Array.from(leafHash(crypto.sha256, entry)),
    );
  });

  it('[R5] the root is that of RFC 6962', () => {
    const [a, b, c] = [digestOf('a'), digestOf('b'), digestOf('c')];
    const expected = nodeHash(crypto.sha256, nodeHash(crypto.sha256, a, b), c);
    expect(Array.from(batchRoot(crypto, [a, b, c]))).toEqual(Array.from(expected));
    expect(Array.from(batchRoot(crypto, []))).toEqual(Array.from(emptyRoot(crypto.sha256)));
  });
});
