import { COSE_HEADER, concatBytes, CWT_CLAIM, encodeCbor, signCose } from '@suyuan/log';
import type { CborMap, CborValue } from '@suyuan/log';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { STATEMENT_BYTES_MAX } from './identifiers.ts';
import { keyIdOf } from './key.ts';
import type { StatementBody } from './statement.ts';
import { parseStatement, signStatement, subjectOf, verifyStatement } from './statement.ts';
import { crypto, digestOf, signerOf } from './test-network.ts';
import { anyBody } from './test-statements.ts';

const signer = signerOf('maker', 'statement');
const network = digestOf('network');
const anchor: StatementBody = {
  kind: 'anchor',
  fields: { purpose: 'shard', name: 'air/2026-11', size: 7, digest: digestOf('shard') },
};

/** A statement put together by hand, so that each piece can be wrong. */
function forge(
  change: {
    payload?: readonly (readonly [number, CborValue])[];
    header?: readonly (readonly [number, CborValue])[];
    claims?: readonly (readonly [number, CborValue])[];
    unprotected?: CborMap;
    fields?: readonly (readonly [number, CborValue])[];
  } = {},
): Uint8Array {
  const claims = new Map<number, CborValue>([
    [CWT_CLAIM.issuer, 'maker'],
    [CWT_CLAIM.subject, 'network'],
    ...(change.claims ?? []),
  ]);
  const fields = new Map<number, CborValue>([
    [1, 3],
    [2, 'air/2026-11'],
    [3, 7],
    [4, digestOf('shard')],
    ...(change.fields ?? []),
  ]);
  return signCose(signer, {
    protectedHeader: new Map<number, CborValue>([
      [COSE_HEADER.contentType, 'application/vnd.suyuan.statement+cbor'],
      [COSE_HEADER.keyId, keyIdOf(crypto, signer.publicKey)],
      [COSE_HEADER.cwtClaims, claims],
      ...(change.header ?? []),
    ]),
    unprotectedHeader: change.unprotected ?? new Map(),
    payload: encodeCbor(
      new Map<number, CborValue>([
        [1, 1],
        [2, network],
        [3, 13],
        [4, 1],
        [5, 100],
        [6, fields],
        ...(change.payload ?? []),
      ]),
    ),
    isDetached: false,
  });
}

function codeOf(bytes: Uint8Array): string {
  const result = parseStatement(bytes);
  return result.ok ? 'ok' : result.error.code;
}

describe('statement', () => {
  it('[S2] the bytes made by hand are those of signStatement', () => {
    const bytes = signStatement(
      crypto,
      { network, issuer: 'maker', sequence: 1, lastValidHeight: 100, body: anchor },
      signer,
    );
    expect(Array.from(forge())).toEqual(Array.from(bytes));
    expect(codeOf(bytes)).toBe('ok');
  });

  it('[S1] refuses more than 32,768 bytes, and the largest statement that fits is read', () => {
    expect(codeOf(new Uint8Array(STATEMENT_BYTES_MAX + 1))).toBe('statement_too_large');
    expect(codeOf(new Uint8Array(STATEMENT_BYTES_MAX))).toBe('statement_malformed');
  });

  it('[S2] every kind: decode inverts encode', () => {
    fc.assert(
      fc.property(anyBody, fc.integer({ min: 1 }), fc.nat(), (body, sequence, lastValidHeight) => {
        const statement = { network, issuer: 'maker', sequence, lastValidHeight, body };
        const bytes = signStatement(crypto, statement, signer);
        const parsed = parseStatement(bytes);
        expect(parsed.ok).toBe(true);
        if (!parsed.ok) return;
        expect(parsed.value.statement).toEqual({ ...statement, subject: subjectOf(body) });
        expect(verifyStatement(crypto, parsed.value, signer.publicKey)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('[S8] any flipped bit is refused: it no longer parses, names another key, or the signature fails', () => {
    const bytes = forge();
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = bytes.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const parsed = parseStatement(flipped);
      expect(parsed.ok && verifyStatement(crypto, parsed.value, signer.publicKey)).toBe(false);
    }
  });

  it('[S8] another key does not verify', () => {
    const parsed = parseStatement(forge());
    expect(parsed.ok && verifyStatement(crypto, parsed.value, signerOf('cars', 'statement').publicKey)).toBe(
      false,
    );
  });

  it('[S2] refuses anything in the unprotected header, and any other label in the protected one', () => {
    expect(codeOf(forge({ unprotected: new Map([[394, [new Uint8Array(1)]]]) }))).toBe('statement_malformed');
    expect(codeOf(forge({ header: [[6, 1]] }))).toBe('statement_malformed');
    expect(codeOf(forge({ header: [[COSE_HEADER.critical, [4]]] }))).toBe('statement_malformed');
    expect(codeOf(forge({ header: [[COSE_HEADER.contentType, 'application/cbor']] }))).toBe(
      'statement_malformed',
    );
    expect(codeOf(forge({ header: [[COSE_HEADER.keyId, new Uint8Array(31)]] }))).toBe('statement_malformed');
    expect(codeOf(forge({ claims: [[6, 1]] }))).toBe('statement_malformed');
  });

  it('[S2] refuses what is not the one encoding: no tag, trailing bytes, a longer head', () => {
    const bytes = forge();
    expect(codeOf(bytes.subarray(1))).toBe('statement_malformed');
    expect(codeOf(concatBytes(bytes, Uint8Array.of(0)))).toBe('statement_malformed');
    expect(codeOf(concatBytes(Uint8Array.of(0xd8, 18), bytes.subarray(1)))).toBe('statement_malformed');
  });

  it('[S3] refuses names that are free text', () => {
    for (const issuer of ['', 'M', 'maker factory', 'Maker', '-maker', '电池', 'a'.repeat(32)]) {
      expect(codeOf(forge({ claims: [[CWT_CLAIM.issuer, issuer]] }))).toBe('statement_malformed');
    }
    for (const name of ['', 'Air', 'a b', '电池', 'a'.repeat(65)]) {
      expect(codeOf(forge({ fields: [[2, name]] }))).toBe('statement_malformed');
    }
  });

  it('[S4] refuses unknown, missing and out-of-range members', () => {
    expect(codeOf(forge({ payload: [[7, 1]] }))).toBe('statement_malformed');
    expect(codeOf(forge({ fields: [[5, 1]] }))).toBe('statement_malformed');
    expect(codeOf(forge({ fields: [[1, 6]] }))).toBe('statement_malformed');
    expect(codeOf(forge({ fields: [[3, -1]] }))).toBe('statement_malformed');
    expect(codeOf(forge({ fields: [[4, new Uint8Array(33)]] }))).toBe('statement_malformed');
    expect(codeOf(forge({ payload: [[3, 14]] }))).toBe('statement_malformed');
    expect(codeOf(forge({ payload: [[4, 0]] }))).toBe('statement_malformed');
    expect(codeOf(forge({ payload: [[6, []]] }))).toBe('statement_malformed');
  });

  it('[S5] refuses sets that are not strictly ascending', () => {
    const modules = (kinds: readonly string[]): Uint8Array =>
      forge({
        payload: [
          [3, 7],
          [
            6,
            new Map<number, CborValue>([
              [1, 'cars'],
              [2, kinds],
              [3, 0],
            ]),
          ],
        ],
      });
    expect(codeOf(modules(['battery_module', 'battery_pack']))).toBe('ok');
    expect(codeOf(modules(['battery_pack', 'battery_module']))).toBe('statement_malformed');
    expect(codeOf(modules(['battery_pack', 'battery_pack']))).toBe('statement_malformed');
  });

  it('[S6] refuses a subject other than that of the fields', () => {
    expect(codeOf(forge({ claims: [[CWT_CLAIM.subject, 'channel/1']] }))).toBe('statement_subject_mismatch');
    expect(
      subjectOf({ kind: 'void_done', fields: { channel: 3, entry: 1, stage: 'live', backupsExpireOn: 1 } }),
    ).toBe('channel/3');
  });

  it('[S7] refuses another version', () => {
    expect(codeOf(forge({ payload: [[1, 2]] }))).toBe('statement_version_unknown');
  });

  it('[S12] no bytes make the parser throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => codeOf(bytes) !== 'ok'));
    const valid = forge();
    expect(codeOf(valid)).toBe('ok');
    fc.assert(
      fc.property(fc.nat(valid.length - 1), fc.uint8Array({ maxLength: 40 }), (at, noise) => {
        parseStatement(concatBytes(valid.subarray(0, at), noise, valid.subarray(at)));
        parseStatement(concatBytes(valid.subarray(0, at), noise));
      }),
      { numRuns: 500 },
    );
  });
});
