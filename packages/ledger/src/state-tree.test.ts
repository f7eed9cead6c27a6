import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { encodeStateProof, parseStateProof, proveKey, verifyStateProof } from './state-proof.ts';
import type { StateChange } from './state-tree.ts';
import { changeTree, EMPTY_TREE, getValue, leavesOf, treeOfRows, treeRoot } from './state-tree.ts';
import { crypto } from './test-network.ts';

const hash = crypto.sha256;
const key = fc.nat(60).map((n) => `batch/${n}`);
const changes = fc.array(
  fc.record<StateChange>({ key, value: fc.option(fc.uint8Array({ maxLength: 20 }), { nil: undefined }) }),
  { maxLength: 80 },
);

/** The root by definition, without a tree: recursion over sorted paths. */
function rootOf(rows: ReadonlyMap<string, Uint8Array>): number[] {
  const leaves = [...rows].map(([name, value]) => {
    const path = hash(Uint8Array.from(name, (character) => character.charCodeAt(0)));
    return { path, node: hash(Uint8Array.of(2, ...path, ...hash(value))) };
  });
  const build = (items: typeof leaves, depth: number): Uint8Array => {
    const first = items[0];
    if (first === undefined) return new Uint8Array(32);
    if (items.length === 1) return first.node;
    const bit = (path: Uint8Array): number => ((path[depth >> 3] ?? 0) >> (7 - (depth & 7))) & 1;
    const left = build(
      items.filter(({ path }) => bit(path) === 0),
      depth + 1,
    );
    const right = build(
      items.filter(({ path }) => bit(path) === 1),
      depth + 1,
    );
    return hash(Uint8Array.of(3, ...left, ...right));
  };
  return Array.from(build(leaves, 0));
}

function rowsAfter(list: readonly StateChange[]): Map<string, Uint8Array> {
  const rows = new Map<string, Uint8Array>();
  for (const { key: name, value } of list) {
    if (value === undefined) rows.delete(name);
    else rows.set(name, value);
  }
  return rows;
}

describe('state tree', () => {
  it('[G20] the root is that of the definition', () => {
    fc.assert(
      fc.property(changes, (list) => {
        const tree = changeTree(hash, EMPTY_TREE, list);
        expect(Array.from(treeRoot(hash, tree))).toEqual(rootOf(rowsAfter(list)));
      }),
    );
  });

  it('[G21] [G22] the root after changes, hashed in between, is that of a tree built anew in another order', () => {
    fc.assert(
      fc.property(changes, changes, (first, second) => {
        const before = changeTree(hash, EMPTY_TREE, first);
        treeRoot(hash, before);
        const after = changeTree(hash, before, second);
        const rows = rowsAfter([...first, ...second]);
        const anew = [...rows].reverse().map(([name, value]) => ({ key: name, value }));
        expect(treeRoot(hash, after)).toEqual(treeRoot(hash, changeTree(hash, EMPTY_TREE, anew)));
        expect(after.size).toBe(rows.size);
        expect([...leavesOf(after)].length).toBe(rows.size);
        for (const [name, value] of rows) expect(getValue(hash, after, name)).toEqual(value);
        // The tree before is untouched.
        expect(Array.from(treeRoot(hash, before))).toEqual(rootOf(rowsAfter(first)));
      }),
    );
  });

  it('[G22] a tree of rows is the tree of the same changes', () => {
    fc.assert(
      fc.property(changes, (list) => {
        const rows = rowsAfter(list);
        const tree = treeOfRows(hash, rows);
        expect(tree.size).toBe(rows.size);
        expect(Array.from(treeRoot(hash, tree))).toEqual(rootOf(rows));
        expect([...leavesOf(tree)].map((leaf) => leaf.key).toSorted()).toEqual([...rows.keys()].toSorted());
        for (const [name, value] of rows) expect(getValue(hash, tree, name)).toEqual(value);
      }),
    );
  });

  it('[G23] proves each value and each absence, and the proof survives its encoding', () => {
    fc.assert(
      fc.property(changes, key, (list, name) => {
        const tree = changeTree(hash, EMPTY_TREE, list);
        const proof = parseStateProof(encodeStateProof(proveKey(hash, tree, name)));
        expect(proof.ok).toBe(true);
        if (!proof.ok) return;
        const value = rowsAfter(list).get(name);
        const verified = verifyStateProof(crypto, treeRoot(hash, tree), name, proof.value);
        expect(verified.ok && verified.value).toEqual(
          value === undefined ? { isPresent: false } : { isPresent: true, value },
        );
      }),
    );
  });

  it('[G23] a proof for one key shows nothing about another', () => {
    const tree = changeTree(hash, EMPTY_TREE, [
      { key: 'batch/1', value: Uint8Array.of(1) },
      { key: 'batch/2', value: Uint8Array.of(2) },
      { key: 'batch/3', value: Uint8Array.of(3) },
    ]);
    const root = treeRoot(hash, tree);
    expect(verifyStateProof(crypto, root, 'batch/2', proveKey(hash, tree, 'batch/1')).ok).toBe(false);
    // Absence of a key that is there can't be shown by the proof of any other key.
    for (let n = 4; n < 200; n++) {
      const proof = proveKey(hash, tree, `batch/${n}`);
      const verdict = verifyStateProof(crypto, root, 'batch/1', proof);
      expect(verdict.ok).toBe(false);
    }
  });

  it('[G24] the other leaf of a proof of absence must stand in the way of the key', () => {
    const list = Array.from({ length: 40 }, (_, n) => ({ key: `batch/${n}`, value: Uint8Array.of(n) }));
    const tree = changeTree(hash, EMPTY_TREE, list);
    const root = treeRoot(hash, tree);
    const present = proveKey(hash, tree, 'batch/7');
    const own = hash(Uint8Array.from('batch/7', (character) => character.charCodeAt(0)));
    const lie = {
      siblings: present.siblings,
      end: { is: 'other', path: own, valueHash: hash(Uint8Array.of(7)) },
    } as const;
    expect(verifyStateProof(crypto, root, 'batch/7', lie).ok).toBe(false);
    const refusals = list.filter(({ key: name }) => !verifyStateProof(crypto, root, name, lie).ok);
    expect(refusals.length).toBe(list.length);
  });

  it('[G25] any flipped bit of a proof, of the root or of the key shows nothing', () => {
    const list = Array.from({ length: 10 }, (_, n) => ({ key: `batch/${n}`, value: Uint8Array.of(n, n) }));
    const tree = changeTree(hash, EMPTY_TREE, list);
    const root = treeRoot(hash, tree);
    for (const name of ['batch/3', 'batch/33', 'batch/34', 'batch/35']) {
      const encoded = encodeStateProof(proveKey(hash, tree, name));
      for (let bit = 0; bit < encoded.length * 8; bit++) {
        const flipped = encoded.slice();
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const proof = parseStateProof(flipped);
        expect(proof.ok && verifyStateProof(crypto, root, name, proof.value).ok).toBe(false);
      }
      const proof = proveKey(hash, tree, name);
      const otherRoot = root.slice();
      otherRoot[31] = (otherRoot[31] ?? 0) ^ 1;
      expect(verifyStateProof(crypto, otherRoot, name, proof).ok).toBe(false);
    }
  });

  it('[G25] no bytes make the proof parser throw', () => {
    expect(parseStateProof(new Uint8Array(0)).ok).toBe(false);
    const encoded = encodeStateProof(
      proveKey(hash, changeTree(hash, EMPTY_TREE, [{ key: 'a', value: new Uint8Array(9) }]), 'a'),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(encoded.length), (noise, at) => {
        for (const bytes of [noise, Uint8Array.of(...encoded.subarray(0, at), ...noise)]) {
          const proof = parseStateProof(bytes);
          if (proof.ok) verifyStateProof(crypto, new Uint8Array(32), 'a', proof.value);
        }
      }),
    );
  });
});
