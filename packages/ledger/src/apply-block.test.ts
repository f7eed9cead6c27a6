import { concatBytes } from '@suyuan/log';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { acceptProposal, applyBlock, checkStatement, selectStatements } from './apply-block.ts';
import { batchOf } from './batch-view.ts';
import { appHashOf, logSizeOf, stateRootOf } from './ledger-state.ts';
import { changeTree } from './state-tree.ts';
import { encodeSnapshot, loadState, parseSnapshot, rowsOf } from './snapshot.ts';
import { signStatement } from './statement.ts';
import type { StatementBody } from './statement.ts';
import { codeOf, crypto, digestOf, makeGenesis, must, signerOf, startNetwork } from './test-network.ts';
import { anyBody } from './test-statements.ts';
import { sequenceOf, viewOf } from './view.ts';

const genesis = makeGenesis({ validators: ['mgmt', 'maker', 'cars'] });

function anchor(size: number): StatementBody {
  return {
    kind: 'anchor',
    fields: { purpose: 'audit_trail', name: 'log', size, digest: digestOf(`${size}`) },
  };
}

/** A body that is authentic and refused: an audit of what is not there yet. */
const refusedBody: StatementBody = {
  kind: 'audit',
  fields: {
    channel: null,
    treeSize: 1000,
    stateRoot: digestOf('root'),
    nonce: digestOf('nonce'),
    roots: [{ organization: 'maker', root: digestOf('root') }],
    findings: digestOf('findings'),
    outcome: 'consistent',
  },
};

describe('ordering', () => {
  it('[S9] [S10] [S11] [S12] drops what is not authentic or not now; it leaves no trace and uses no number', () => {
    const network = startNetwork(genesis);
    const issuer = 'maker';
    const common = { network: network.id, issuer, sequence: 1, lastValidHeight: 9, body: anchor(1) };
    const own = signerOf(issuer, 'statement');
    const cases: readonly (readonly [string, Uint8Array])[] = [
      ['statement_malformed', Uint8Array.of(1, 2, 3)],
      ['network_mismatch', signStatement(crypto, { ...common, network: digestOf('other') }, own)],
      ['statement_expired', signStatement(crypto, { ...common, lastValidHeight: 0 }, own)],
      ['statement_key_unknown', signStatement(crypto, common, signerOf('stranger', 'statement'))],
      ['statement_key_unknown', signStatement(crypto, common, signerOf('cars', 'statement'))],
      ['statement_key_invalid', signStatement(crypto, common, signerOf(issuer, 'transport'))],
      ['statement_signature_invalid', withLastByteFlipped(signStatement(crypto, common, own))],
      ['sequence_too_far', signStatement(crypto, { ...common, sequence: 2 ** 21 }, own)],
    ];
    const before = encodeSnapshot(network.state());
    for (const [code, bytes] of cases) {
      const checked = checkStatement(crypto, network.state(), bytes);
      expect(checked.ok ? 'ok' : checked.error.code).toBe(code);
      expect(acceptProposal(crypto, network.state(), [bytes])).toBe(false);
      expect(selectStatements(crypto, network.state(), [bytes], { bytesMax: 1_000_000 })).toEqual([]);
      const { state, entries, dropped } = applyBlock(crypto, network.state(), {
        height: 1,
        statements: [bytes],
      });
      expect([entries.length, dropped[0]?.rejection.code]).toEqual([0, code]);
      expect(encodeSnapshot({ ...state, height: 0 })).toEqual(before);
    }
    expect(codeOf(network.act(issuer, anchor(1)))).toBe('accepted');
  });

  it('[S11] the last valid height itself is still in time', () => {
    const network = startNetwork(genesis);
    network.wait(4);
    expect(codeOf(network.act('maker', anchor(1), { lastValidHeight: 5 }))).toBe('accepted');
    expect(
      checkStatement(crypto, network.state(), network.sign('maker', anchor(2), { lastValidHeight: 5 })).ok,
    ).toBe(false);
  });

  it('[S16] a number serves once, within a block and later', () => {
    const network = startNetwork(genesis);
    const statement = network.sign('maker', anchor(1));
    const twice = network.apply(statement, statement);
    expect(twice.entries.length).toBe(1);
    expect(twice.dropped).toEqual([{ index: 1, rejection: { code: 'sequence_spent' } }]);
    expect(network.apply(statement).dropped[0]?.rejection.code).toBe('sequence_spent');
    expect(acceptProposal(crypto, network.state(), [statement])).toBe(false);
  });

  it('[S12] a proposal takes what fits, in order, each number once', () => {
    const network = startNetwork(genesis);
    const [a, b] = [network.sign('maker', anchor(1)), network.sign('maker', anchor(2))];
    const all = { bytesMax: 1_000_000 };
    expect(selectStatements(crypto, network.state(), [b, a, b, Uint8Array.of(0)], all)).toEqual([b, a]);
    expect(selectStatements(crypto, network.state(), [a, b], { bytesMax: a.length })).toEqual([a]);
    expect(acceptProposal(crypto, network.state(), [b, a])).toBe(true);
    expect(acceptProposal(crypto, network.state(), [a, a])).toBe(false);
  });
});

describe('applying blocks', () => {
  it('[G5] [S16] a refused statement stays in the log, uses its number, changes nothing else and never succeeds', () => {
    const network = startNetwork(genesis);
    const before = new Map(rowsOf(network.state()));
    const statement = network.sign('maker', refusedBody);
    const { entries, changes } = network.apply(statement);
    expect(entries.map(({ entry, outcome }) => [entry, outcome.status])).toEqual([[0, 'refused']]);
    expect(logSizeOf(network.state())).toBe(1);
    expect(changes.map(({ key }) => key)).toEqual(['sequence/maker']);
    expect(
      [...new Map(rowsOf(network.state()))].filter(([key]) => !before.has(key)).map(([key]) => key),
    ).toEqual(['sequence/maker']);
    expect(network.apply(statement).dropped[0]?.rejection.code).toBe('sequence_spent');
  });

  it('[G3] an empty block changes neither state nor app hash', () => {
    const network = startNetwork(genesis);
    network.act('maker', anchor(1));
    const before = network.state();
    const { state, changes } = applyBlock(crypto, before, { height: 9, statements: [] });
    expect(changes).toEqual([]);
    expect(appHashOf(crypto, state)).toEqual(appHashOf(crypto, before));
  });

  it('[G9] statements take effect in their order', () => {
    const network = startNetwork(genesis);
    const { entries } = network.apply(
      network.sign('maker', anchor(5)),
      network.sign('maker', anchor(4)),
      network.sign('maker', anchor(6)),
    );
    expect(entries.map((entry) => codeOf(entry))).toEqual(['accepted', 'anchor_conflict', 'accepted']);
  });

  it('[G2] a change of any row, or of the log, changes the app hash', () => {
    const network = startNetwork(genesis);
    network.act('maker', network.batch('maker', ['mgmt']));
    network.act('mgmt', anchor(1));
    const state = network.state();
    const appHash = appHashOf(crypto, state).join();
    for (const [key, value] of rowsOf(state)) {
      for (let bit = 0; bit < value.length * 8; bit += 37) {
        const flipped = value.slice();
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const tree = changeTree(crypto.sha256, state.tree, [{ key, value: flipped }]);
        expect(appHashOf(crypto, { ...state, tree }).join()).not.toBe(appHash);
      }
      const without = changeTree(crypto.sha256, state.tree, [{ key, value: undefined }]);
      expect(appHashOf(crypto, { ...state, tree: without }).join()).not.toBe(appHash);
    }
    const [first, ...rest] = state.log.hashes;
    const log = { size: state.log.size, hashes: [digestOf(String(first)), ...rest] };
    expect(appHashOf(crypto, { ...state, log }).join()).not.toBe(appHash);
    expect(appHashOf(crypto, { ...state, log: { ...state.log, size: 1 } }).join()).not.toBe(appHash);
  });

  it('[G1] [G4] [G26] the same blocks give the same snapshot, whether or not the state was stored in between', () => {
    const step = fc.record({
      issuer: fc.constantFrom('mgmt', 'maker', 'cars', 'stranger'),
      body: anyBody,
      reload: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(fc.array(step, { maxLength: 4 }), { maxLength: 6 }), (blocks) => {
        const network = startNetwork(genesis);
        let other = network.state();
        for (const block of blocks) {
          const statements = block.map(({ issuer, body }) => network.sign(issuer, body));
          const applied = network.apply(...statements);
          if (block.some(({ reload }) => reload)) {
            other = must(parseSnapshot(crypto, encodeSnapshot(other), appHashOf(crypto, other)));
          }
          const again = applyBlock(crypto, other, { height: applied.state.height, statements });
          other = again.state;
          expect(again.entries.map(({ outcome }) => outcome)).toEqual(
            applied.entries.map(({ outcome }) => outcome),
          );
          expect(again.changes).toEqual(applied.changes);
        }
        expect(encodeSnapshot(other)).toEqual(encodeSnapshot(network.state()));
        expect(appHashOf(crypto, other)).toEqual(appHashOf(crypto, network.state()));
      }),
      { numRuns: 30 },
    );
  });

  it('[G22] the rows of changes, stored one block after the other, load to the same state', () => {
    const network = startNetwork(genesis);
    const rows = new Map(rowsOf(network.state()));
    for (let n = 0; n < 20; n++) {
      const body = n % 3 === 0 ? network.batch('maker', ['mgmt']) : anchor(20 - n);
      for (const { key, value } of network.apply(network.sign('maker', body)).changes) {
        if (value === undefined) rows.delete(key);
        else rows.set(key, value);
      }
      const { height, log } = network.state();
      const appHash = appHashOf(crypto, network.state());
      const loaded = loadState(crypto, { height, log, rows }, appHash);
      expect(loaded.ok && stateRootOf(crypto, loaded.value)).toEqual(stateRootOf(crypto, network.state()));
    }
  });

  it('[G27] a state with any other row, height of the log or byte is refused', () => {
    const network = startNetwork(genesis);
    network.act('maker', anchor(1));
    const state = network.state();
    const snapshot = encodeSnapshot(state);
    const appHash = appHashOf(crypto, state);
    expect(parseSnapshot(crypto, snapshot, appHash).ok).toBe(true);
    expect(parseSnapshot(crypto, snapshot, digestOf('other')).ok).toBe(false);
    for (let at = 30; at < snapshot.length; at += 61) {
      const changed = snapshot.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(parseSnapshot(crypto, changed, appHash).ok).toBe(false);
    }
    fc.assert(fc.property(fc.uint8Array(), (bytes) => !parseSnapshot(crypto, bytes, appHash).ok));
  });

  it('[G7] no bytes make a block fail', () => {
    const network = startNetwork(genesis);
    const valid = network.sign('maker', anchor(1));
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }),
        fc.nat(valid.length),
        (noise, at) => {
          const broken = noise.map((bytes) => concatBytes(valid.subarray(0, at), bytes));
          const applied = applyBlock(crypto, network.state(), {
            height: 1,
            statements: [...noise, ...broken, valid],
          });
          expect(applied.entries.at(-1)?.statement.body.kind).toBe('anchor');
          expect(applied.entries.length + applied.dropped.length).toBe(noise.length * 2 + 1);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('[G7] no well-formed statement of any member makes a block fail, whatever it says', () => {
    const network = startNetwork(genesis);
    network.act('maker', network.batch('maker', ['mgmt']));
    fc.assert(
      fc.property(fc.constantFrom('mgmt', 'maker', 'cars'), anyBody, (issuer, body) => {
        const { entries } = network.apply(network.sign(issuer, body));
        expect(entries.length).toBe(1);
      }),
      { numRuns: 400 },
    );
    expect(sequenceOf(viewOf(crypto, network.state()), 'mgmt').highest).toBeGreaterThan(50);
    expect(batchOf(viewOf(crypto, network.state()), 0)?.count).toBe(10);
  });
});

function withLastByteFlipped(bytes: Uint8Array): Uint8Array {
  const flipped = bytes.slice();
  const last = flipped.length - 1;
  flipped[last] = (flipped[last] ?? 0) ^ 1;
  return flipped;
}
