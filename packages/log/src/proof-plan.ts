// Proofs for a log of any size, planned before anything is read: which complete subtrees make up the proof, so that
// the caller can fetch them in one round trip and fold them afterwards (RFC 6962 sections 2.1.1 and 2.1.2;
// spec/log.md, L9).
import { assert } from './assert.ts';
import type { Hash } from './crypto.ts';
import { foldSubtrees } from './frontier.ts';
import { isTreeSize } from './merkle-hash.ts';

/** A complete subtree: the leaves from index·2^level on, 2^level of them. */
export interface Coordinate {
  readonly level: number;
  readonly index: number;
}

/** One element for each hash of the proof: the complete subtrees, left to right, that fold into it. */
export type ProofPlan = readonly (readonly Coordinate[])[];

/** The plan of an inclusion proof of leaf `index` in the tree of `size`. */
export function planInclusion(index: number, size: number): ProofPlan {
  assert(isTreeSize(size) && isTreeSize(index) && index < size, 'the leaf is in the tree');
  const plan: (readonly Coordinate[])[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    if (index < middle) {
      plan.push(planRange(middle, end));
      end = middle;
    } else {
      plan.push(planRange(start, middle));
      start = middle;
    }
  }
  return plan.reverse();
}

/** The plan of a consistency proof from the tree of `oldSize` to that of `size`. */
export function planConsistency(oldSize: number, size: number): ProofPlan {
  assert(isTreeSize(size) && isTreeSize(oldSize) && oldSize <= size, 'the old tree is not larger');
  if (oldSize === 0 || oldSize === size) return [];
  const plan: (readonly Coordinate[])[] = [];
  let start = 0;
  let end = size;
  while (oldSize !== end) {
    const middle = start + splitOf(end - start);
    if (oldSize <= middle) {
      plan.push(planRange(middle, end));
      end = middle;
    } else {
      plan.push(planRange(start, middle));
      start = middle;
    }
  }
  if (start > 0) plan.push(planRange(start, end));
  return plan.reverse();
}

/** The plan of the root at `size`: one hash. */
export function planRoot(size: number): ProofPlan {
  assert(isTreeSize(size), 'a tree has a size');
  return [planRange(0, size)];
}

/** All coordinates a plan needs. */
export function planCoordinates(plan: ProofPlan): readonly Coordinate[] {
  return plan.flat();
}

/** The hashes of the proof, from the hashes of the plan's coordinates. */
export function foldPlan(
  hash: Hash,
  plan: ProofPlan,
  hashAt: (coordinate: Coordinate) => Uint8Array,
): readonly Uint8Array[] {
  return plan.map((subtrees) =>
    foldSubtrees(
      hash,
      subtrees.map((coordinate) => hashAt(coordinate)),
    ),
  );
}

/** The largest power of two below `count`, which is at least 2. */
function splitOf(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}

/** The complete subtrees of [start, end), largest first. `start` is a multiple of the largest. */
function planRange(start: number, end: number): readonly Coordinate[] {
  const subtrees: Coordinate[] = [];
  let position = start;
  while (position < end) {
    let level = 0;
    let width = 1;
    while (width * 2 <= end - position) {
      width *= 2;
      level += 1;
    }
    subtrees.push({ level, index: position / width });
    position += width;
  }
  return subtrees;
}
