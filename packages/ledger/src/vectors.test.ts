// Holds the code to `vectors/`, in both directions: what is written there is what is made and what is read.
import { encodeHex, encodeUtf8, parseHex } from '@suyuan/log';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import type { AcknowledgedBatch } from './acknowledgement.ts';
import { acknowledgementBytes, verifyAcknowledgement } from './acknowledgement.ts';
import { applyBlock } from './apply-block.ts';
import type { Part } from './commitment.ts';
import { batchRoot, commitPart, PARTS, recordLeafHash } from './commitment.ts';
import { genesisState, networkIdOf } from './genesis.ts';
import type { KeyPurpose } from './key.ts';
import { keyIdOf, possessionBytes, verifyPossession } from './key.ts';
import { appHashOf, logRootOf, stateRootOf } from './ledger-state.ts';
import { parsePayload, payloadRoot } from './payload.ts';
import { parseStateProof, verifyStateProof } from './state-proof.ts';
import { parseStatement, verifyStatement } from './statement.ts';
import { codeOf, crypto, must } from './test-network.ts';
import { ledgerVectors, recordVectors, statementVectors, toJson } from './test-vectors.ts';

interface StatementVectors {
  readonly publicKey: string;
  readonly kid: string;
  readonly network: string;
  readonly possession: {
    readonly context: string;
    readonly organization: string;
    readonly purpose: KeyPurpose;
    readonly key: { readonly publicKey: string; readonly proof: string };
  };
  readonly valid: readonly { readonly bytes: string }[];
  readonly invalid: readonly Invalid[];
}

interface RecordVectors {
  readonly network: string;
  readonly recordKind: string;
  readonly records: readonly {
    readonly parts: readonly {
      readonly part: Part;
      readonly salt: string;
      readonly text: string;
      readonly commitment: string;
    }[];
    readonly leaf: string;
  }[];
  readonly root: string;
  readonly payload: string;
  readonly acknowledgement: {
    readonly batch: Omit<AcknowledgedBatch, 'network' | 'root'> & {
      readonly network: string;
      readonly root: string;
    };
    readonly bytes: string;
    readonly publicKey: string;
    readonly signature: string;
  };
  readonly invalidPayloads: readonly Invalid[];
}

interface LedgerVectors {
  readonly genesis: string;
  readonly network: string;
  readonly blocks: readonly {
    readonly statements: readonly string[];
    readonly entries: readonly object[];
    readonly dropped: readonly object[];
    readonly after: object;
  }[];
  readonly stateProofs: readonly { readonly key: string; readonly proof: string }[];
  readonly invalidStateProofs: readonly {
    readonly why: string;
    readonly key: string;
    readonly proof: string;
  }[];
}

interface Invalid {
  readonly why: string;
  readonly code: string;
  readonly bytes: string;
}

function read(name: string): string {
  return readFileSync(new URL(`../../../vectors/${name}.json`, import.meta.url), 'utf8');
}

function bytesOf(hex: string): Uint8Array {
  const bytes = parseHex(hex);
  if (bytes === undefined) throw new Error('a vector is hexadecimal');
  return bytes;
}

const statements: StatementVectors = JSON.parse(read('statement'));
const records: RecordVectors = JSON.parse(read('record'));
const ledger: LedgerVectors = JSON.parse(read('ledger'));

describe('vectors', () => {
  it('are what the code makes', () => {
    expect(statementVectors()).toEqual(statements);
    expect(recordVectors()).toEqual(records);
    expect(ledgerVectors()).toEqual(ledger);
  });

  it('[S2] [S8] statements of every kind are read and verified', () => {
    expect(statements.valid.length).toBe(13);
    for (const { bytes, ...expected } of statements.valid) {
      const parsed = must(parseStatement(bytesOf(bytes)));
      expect(verifyStatement(crypto, parsed, bytesOf(statements.publicKey))).toBe(true);
      const { body, issuer, subject, sequence, lastValidHeight, network } = parsed.statement;
      const found = {
        kind: body.kind,
        issuer,
        subject,
        sequence,
        lastValidHeight,
        fields: toJson(body.fields),
      };
      expect(found).toEqual(expected);
      expect(encodeHex(network)).toBe(statements.network);
      expect(encodeHex(parsed.keyId)).toBe(statements.kid);
    }
  });

  it('[S2] [S4] [S6] [S7] other bytes are refused', () => {
    const found = statements.invalid.map(({ bytes, ...rest }) => {
      const parsed = parseStatement(bytesOf(bytes));
      return { ...rest, code: parsed.ok ? 'ok' : parsed.error.code, bytes };
    });
    expect(found).toEqual(statements.invalid);
  });

  it('[S20] [S21] kid and possession', () => {
    expect(encodeHex(keyIdOf(crypto, bytesOf(statements.publicKey)))).toBe(statements.kid);
    const { context, organization, purpose, key } = statements.possession;
    const possession = { context: bytesOf(context), organization, purpose };
    const registration = { purpose, publicKey: bytesOf(key.publicKey), proof: bytesOf(key.proof) };
    expect(verifyPossession(crypto, possession, registration)).toBe(true);
    expect(possessionBytes(possession, registration.publicKey).length).toBeGreaterThan(32);
  });

  it('[R1] [R5] [R10] commitments, leaves, root and payload', () => {
    const network = bytesOf(records.network);
    const leaves = records.records.map(({ parts, leaf }) => {
      const commitments = parts.map(({ part, salt, text, commitment }) => {
        const opening = {
          network,
          recordKind: records.recordKind,
          part,
          salt: bytesOf(salt),
          text: encodeUtf8(text),
        };
        const found = commitPart(crypto, opening);
        expect(encodeHex(found)).toBe(commitment);
        return found;
      });
      expect(parts.map(({ part }) => part)).toEqual(PARTS);
      const [open = new Uint8Array(0), shared = open, secret = open] = commitments;
      const found = recordLeafHash(crypto, { public: open, shared, private: secret });
      expect(encodeHex(found)).toBe(leaf);
      return found;
    });
    expect(encodeHex(batchRoot(crypto, leaves))).toBe(records.root);
    const payload = parsePayload(bytesOf(records.payload));
    expect(payload.ok && encodeHex(payloadRoot(crypto, network, records.recordKind, payload.value))).toBe(
      records.root,
    );
  });

  it('[R9] other payloads are refused', () => {
    const found = records.invalidPayloads.map(({ bytes, ...rest }) => {
      const parsed = parsePayload(bytesOf(bytes));
      return { ...rest, code: parsed.ok ? 'ok' : parsed.error.code, bytes };
    });
    expect(found).toEqual(records.invalidPayloads);
  });

  it('[R13] the acknowledgement', () => {
    const { batch, bytes, publicKey, signature } = records.acknowledgement;
    const read = { ...batch, network: bytesOf(batch.network), root: bytesOf(batch.root) };
    expect(encodeHex(acknowledgementBytes(read))).toBe(bytes);
    expect(verifyAcknowledgement(crypto, read, bytesOf(publicKey), bytesOf(signature))).toBe(true);
  });

  it('[G1] [G2] [G16] a chain from its genesis on, and proofs under its last state root', () => {
    const genesis = bytesOf(ledger.genesis);
    expect(encodeHex(networkIdOf(crypto, genesis))).toBe(ledger.network);
    let state = must(genesisState(crypto, genesis));
    for (const { statements: encoded, entries, dropped, after } of ledger.blocks) {
      const applied = applyBlock(crypto, state, {
        height: state.height + 1,
        statements: encoded.map(bytesOf),
      });
      state = applied.state;
      const outcomes = applied.entries.map((item) => ({
        entry: item.entry,
        kind: item.statement.body.kind,
        outcome: codeOf(item),
      }));
      expect(outcomes).toEqual(entries);
      expect(applied.dropped.map(({ index, rejection }) => ({ index, code: rejection.code }))).toEqual(
        dropped,
      );
      expect({
        height: state.height,
        logSize: state.log.size,
        logRoot: encodeHex(logRootOf(crypto, state)),
        stateRoot: encodeHex(stateRootOf(crypto, state)),
        appHash: encodeHex(appHashOf(crypto, state)),
      }).toEqual(after);
    }
    const verify = (key: string, encoded: string): boolean => {
      const proof = parseStateProof(bytesOf(encoded));
      return proof.ok && verifyStateProof(crypto, stateRootOf(crypto, state), key, proof.value).ok;
    };
    expect(ledger.stateProofs.filter(({ key, proof }) => !verify(key, proof))).toEqual([]);
    expect(ledger.invalidStateProofs.filter(({ key, proof }) => verify(key, proof))).toEqual([]);
  });
});
