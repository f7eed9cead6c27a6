import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import vectors from '../../../vectors/log-merkle.json' with { type: 'json' };
import type { Coordinate } from './index.ts';
import {
  appendLeaf,
  appendLeaves,
  buildTree,
  EMPTY_FRONTIER,
  emptyRoot,
  encodeFrontier,
  encodeHex,
  encodeUtf8,
  foldPlan,
  frontierRoot,
  inclusionProofOf,
  leafHash,
  merkleRoot,
  nodeHash,
  parseFrontier,
  planConsistency,
  planCoordinates,
  planInclusion,
  planRoot,
  portableCrypto,
  proveAllInclusion,
  proveConsistency,
  proveInclusion,
  rootFromInclusion,
  TREE_SIZE_MAX,
  verifyConsistency,
  verifyInclusion,
} from './index.ts';
import { bytesOf, codeOf, present } from './testing.ts';

const hash = portableCrypto.sha256;
const hexes = (all: readonly Uint8Array[]): readonly string[] => all.map((one) => encodeHex(one));
const leaves = vectors.entries.map((entry) => leafHash(hash, bytesOf(entry)));
const many = Array.from({ length: 130 }, (_, i) => leafHash(hash, encodeUtf8(`entry ${i}`)));
const rootAt = (size: number): Uint8Array => merkleRoot(hash, many.slice(0, size));
const sizes = fc.integer({ min: 1, max: many.length });

describe('tree', () => {
  it('[L5] has the roots of the Certificate Transparency reference tests', () => {
    expect(vectors.roots.map((_, size) => encodeHex(merkleRoot(hash, leaves.slice(0, size))))).toEqual(
      vectors.roots,
    );
    expect(emptyRoot(hash)).toEqual(merkleRoot(hash, []));
  });

  it('[L5] keeps leaves and nodes apart', () => {
    const [left, right] = [rootAt(1), rootAt(2)];
    expect(leafHash(hash, new Uint8Array([...left, ...right]))).not.toEqual(nodeHash(hash, left, right));
  });
});

describe('inclusion', () => {
  it.each(vectors.inclusion)('[L6] proves leaf $index in the tree of $size', ({ index, size, proof }) => {
    const made = proveInclusion(hash, leaves.slice(0, size), index);
    expect(hexes(made)).toEqual(proof);
    const claim = { leafHash: present(leaves[index]), index, size, proof: made };
    expect(verifyInclusion(hash, { ...claim, root: bytesOf(vectors.roots[size] ?? '') })).toEqual({
      ok: true,
    });
  });

  it('[L6] makes all proofs of a batch at once', () => {
    const tree = buildTree(hash, many);
    const proofs = proveAllInclusion(hash, many);
    proofs.forEach((proof, index) => {
      expect(proof).toEqual(inclusionProofOf(tree, index));
      const claim = {
        leafHash: present(many[index]),
        index,
        size: many.length,
        proof,
        root: tree.root,
      };
      expect(verifyInclusion(hash, claim).ok).toBe(true);
    });
  });

  it('[L6] refuses any flipped bit, other place, other size, longer or shorter proof', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (size, place, bit) => {
        const index = place % size;
        const proof = proveInclusion(hash, many.slice(0, size), index);
        const claim = { leafHash: present(many[index]), index, size, proof, root: rootAt(size) };
        expect(verifyInclusion(hash, claim).ok).toBe(true);
        const flipped = [claim.leafHash, ...proof].map((one) => one.slice());
        const target = present(flipped[bit % flipped.length]);
        target[(bit >> 3) % 32] = (target[(bit >> 3) % 32] ?? 0) ^ (1 << (bit & 7));
        const [leaf, ...path] = flipped;
        const wrong = [
          { ...claim, leafHash: present(leaf), proof: path },
          { ...claim, index: index === 0 ? size : index - 1 },
          { ...claim, size: size * 2 + 1 },
          { ...claim, proof: [...proof, claim.root] },
          { ...claim, proof: [...proof.slice(1), new Uint8Array(31)] },
          { ...claim, root: claim.root.slice(1) },
        ];
        if (proof.length > 0) wrong.push({ ...claim, proof: proof.slice(1) });
        expect(wrong.map((one) => verifyInclusion(hash, one).ok)).toEqual(wrong.map(() => false));
      }),
    );
  });

  it('[L6] refuses impossible sizes and indexes with their own codes', () => {
    const claim = { leafHash: rootAt(1), index: 0, size: 1, proof: [] };
    const refusalOf = (changed: Partial<typeof claim>): unknown =>
      codeOf(rootFromInclusion(hash, { ...claim, ...changed }));
    expect(refusalOf({})).toBeUndefined();
    expect(refusalOf({ index: 1 })).toBe('proof_index_beyond_size');
    expect(refusalOf({ index: -1 })).toBe('proof_size_invalid');
    expect(refusalOf({ index: 0.5 })).toBe('proof_size_invalid');
    expect(refusalOf({ size: Number.NaN })).toBe('proof_size_invalid');
    expect(refusalOf({ size: 2 ** 53 })).toBe('proof_size_invalid');
    expect(refusalOf({ size: 2 })).toBe('proof_length_wrong');
    expect(refusalOf({ leafHash: new Uint8Array(31) })).toBe('proof_hash_malformed');
  });
});

describe('consistency', () => {
  it.each(vectors.consistency)('[L7] proves that $size grew from $oldSize', ({ oldSize, size, proof }) => {
    const made = proveConsistency(hash, leaves.slice(0, size), oldSize);
    expect(hexes(made)).toEqual(proof);
    const oldRoot = bytesOf(vectors.roots[oldSize] ?? '');
    const root = bytesOf(vectors.roots[size] ?? '');
    expect(verifyConsistency(hash, { oldSize, oldRoot, size, root, proof: made })).toEqual({ ok: true });
  });

  it('[L7] refuses any flipped bit, other size, longer or shorter proof', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (size, place, bit) => {
        const oldSize = place % (size + 1);
        const proof = proveConsistency(hash, many.slice(0, size), oldSize);
        const claim = { oldSize, oldRoot: rootAt(oldSize), size, root: rootAt(size), proof };
        expect(verifyConsistency(hash, claim).ok).toBe(true);
        const flipped = [claim.oldRoot, ...proof].map((one) => one.slice());
        const target = present(flipped[bit % flipped.length]);
        target[(bit >> 3) % 32] = (target[(bit >> 3) % 32] ?? 0) ^ (1 << (bit & 7));
        const [oldRoot, ...path] = flipped;
        const wrong = [
          { ...claim, oldRoot: present(oldRoot), proof: path },
          { ...claim, proof: [...proof, claim.root] },
          { ...claim, oldSize: size + 1 },
        ];
        if (proof.length > 0) wrong.push({ ...claim, proof: proof.slice(1) });
        if (oldSize > 0) wrong.push({ ...claim, root: rootAt(size === 1 ? 2 : size - 1) });
        expect(wrong.map((one) => verifyConsistency(hash, one).ok)).toEqual(wrong.map(() => false));
      }),
    );
  });

  it('[L7] takes only the root of nothing as the root of the empty tree', () => {
    const empty = emptyRoot(hash);
    const claim = { oldSize: 0, oldRoot: empty, size: 0, root: empty, proof: [] };
    expect(verifyConsistency(hash, claim).ok).toBe(true);
    expect(verifyConsistency(hash, { ...claim, root: rootAt(1) }).ok).toBe(false);
    expect(verifyConsistency(hash, { ...claim, size: 3, root: rootAt(3) }).ok).toBe(true);
    expect(verifyConsistency(hash, { ...claim, oldRoot: rootAt(1), size: 3, root: rootAt(3) }).ok).toBe(
      false,
    );
  });
});

describe('the example of RFC 6962 section 2.1.3', () => {
  const seven = leaves.slice(0, 7);
  const nodes = new Map(['a', 'b', 'c', 'd', 'e', 'f', 'j'].map((name, i) => [name, present(seven[i])]));
  const node = (name: string): Uint8Array => present(nodes.get(name));
  for (const [name, [left, right]] of Object.entries(vectors.rfc6962.nodes)) {
    nodes.set(name, nodeHash(hash, node(left ?? ''), node(right ?? '')));
  }

  it('[L5] has the root of k and l', () => {
    expect(merkleRoot(hash, seven)).toEqual(nodeHash(hash, node('k'), node('l')));
  });

  it.each(vectors.rfc6962.inclusion)('[L6] has the path $path for leaf $index', ({ index, path }) => {
    expect(proveInclusion(hash, seven, index)).toEqual(path.map((name) => node(name)));
  });

  it.each(vectors.rfc6962.consistency)('[L7] has the proof $path from $oldSize', ({ oldSize, path }) => {
    expect(proveConsistency(hash, seven, oldSize)).toEqual(path.map((name) => node(name)));
  });
});

describe('frontier', () => {
  it('[L8] has the root of the whole tree after every append, one by one or many at once', () => {
    let frontier = EMPTY_FRONTIER;
    many.forEach((leaf, index) => {
      frontier = appendLeaf(hash, frontier, leaf);
      expect(frontierRoot(hash, frontier)).toEqual(rootAt(index + 1));
    });
    expect(appendLeaves(hash, EMPTY_FRONTIER, many)).toEqual(frontier);
    expect(frontierRoot(hash, EMPTY_FRONTIER)).toEqual(emptyRoot(hash));
  });

  it('[L8] leaves the frontier it grew from as it was', () => {
    const before = appendLeaves(hash, EMPTY_FRONTIER, many.slice(0, 7));
    appendLeaves(hash, before, many.slice(7));
    expect(frontierRoot(hash, before)).toEqual(rootAt(7));
  });

  it('[L8] is saved as its size and hashes, and nothing else is read back', () => {
    fc.assert(
      fc.property(fc.nat(130), fc.nat(40), (size, cut) => {
        const frontier = appendLeaves(hash, EMPTY_FRONTIER, many.slice(0, size));
        const saved = encodeFrontier(frontier);
        expect(parseFrontier(saved)).toEqual({ ok: true, value: frontier });
        const shorter = parseFrontier(saved.slice(0, saved.length - 1 - cut));
        expect(shorter).toEqual({ ok: false, error: { code: 'frontier_malformed' } });
        expect(parseFrontier(new Uint8Array([...saved, 0])).ok).toBe(false);
      }),
    );
    expect(parseFrontier(new Uint8Array(8).fill(255)).ok).toBe(false);
  });
});

describe('planned proofs', () => {
  const stored = new Map<string, Uint8Array>();
  appendLeaves(hash, EMPTY_FRONTIER, many, (level, index, subtree) =>
    stored.set(`${level}/${index}`, subtree),
  );
  const hashAt = ({ level, index }: Coordinate): Uint8Array => present(stored.get(`${level}/${index}`));

  it('[L9] equal those of the whole tree, at every size', () => {
    for (let size = 1; size <= many.length; size++) {
      const tree = buildTree(hash, many.slice(0, size));
      expect(foldPlan(hash, planRoot(size), hashAt)).toEqual([tree.root]);
      for (let index = 0; index < size; index += 3) {
        expect(foldPlan(hash, planInclusion(index, size), hashAt)).toEqual(inclusionProofOf(tree, index));
        const claim = { oldSize: index, oldRoot: rootAt(index), size, root: tree.root };
        const proof = foldPlan(hash, planConsistency(index, size), hashAt);
        expect(verifyConsistency(hash, { ...claim, proof }).ok).toBe(true);
      }
    }
  });

  it('[L9] stay small in the largest tree, and use complete subtrees only', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (a, b) => {
        const size = Math.max(a, b, 1);
        const index = Math.min(a, b, size - 1);
        for (const plan of [planInclusion(index, size), planConsistency(index, size), planRoot(size)]) {
          expect(plan.length).toBeLessThanOrEqual(54);
          expect(planCoordinates(plan).length).toBeLessThanOrEqual(110);
          const ends = planCoordinates(plan).map(
            (subtree) => BigInt(subtree.index + 1) << BigInt(subtree.level),
          );
          expect(ends.every((end) => end <= BigInt(size))).toBe(true);
        }
      }),
    );
    expect(planInclusion(TREE_SIZE_MAX - 1, TREE_SIZE_MAX).length).toBe(52);
  });
});
