/**
 * The family tree of a battery code, out of the records found: pack, modules, cells. Bounded and safe against cycles;
 * parts that nobody reported are there as codes only. Implements spec/battery.md, "Trace".
 */
import { batteryCodeProduct } from './code/battery-code.ts';
import type { Finding } from './finding.ts';
import { makeFinding } from './finding.ts';
import type { Subject } from './kind.ts';

/** A record as a trace finds it: its place in the log, who reported it and the codes it names. */
export interface FoundRecord {
  readonly kind: string;
  readonly entry: number;
  readonly leaf: number;
  readonly reporter: string;
  readonly voided: boolean;
  readonly subjects: readonly Subject[];
  /** The exact public text; undefined while the payload is missing or after it was deleted. */
  readonly publicText: string | undefined;
  /** The exact shared text, where a node holds it; dates of sales, swaps and repairs stand there. */
  readonly sharedText?: string | undefined;
}

/** One product of a family. The tree is a list in which a whole comes before its parts. */
export interface FamilyNode {
  readonly code: string;
  /** P, M or C as the code says. */
  readonly product: string;
  /** The whole it is shown under; undefined for the root. */
  readonly parent: string | undefined;
  readonly depth: number;
  /** Records about this code in log order, voided ones included; empty when nobody reported it. */
  readonly records: readonly FoundRecord[];
}

/** Nodes of a family at most. */
export const familyNodesMax = 1_000;

/** Steps from a product up to its whole at most: cell, module, pack and two to spare. */
const DEPTH_MAX = 5;

/** What the records say about every code: its records, its wholes and its parts, in log order. */
export class FamilyGraph {
  readonly #about = new Map<string, FoundRecord[]>();
  readonly #parents = new Map<string, Set<string>>();
  readonly #children = new Map<string, Set<string>>();
  readonly records: readonly FoundRecord[];

  /** `found` may be in any order; of records found twice one is used. */
  constructor(found: readonly FoundRecord[]) {
    const distinct = new Map(found.map((record) => [`${record.entry}/${record.leaf}`, record]));
    this.records = [...distinct.values()].toSorted((a, b) => a.entry - b.entry || a.leaf - b.leaf);
    for (const record of this.records) this.#add(record);
  }

  #add(record: FoundRecord): void {
    const own = record.subjects.filter(({ role }) => role === 'subject').map(({ code }) => code);
    for (const code of own) {
      append(this.#about, code, record);
      if (record.voided) continue;
      for (const { code: other, role } of record.subjects) {
        if (role === 'parent') this.#join(other, code);
        if (role === 'child') this.#join(code, other);
      }
    }
  }

  #join(parent: string, child: string): void {
    addTo(this.#children, parent, child);
    addTo(this.#parents, child, parent);
  }

  /** Records whose subject is the code, in log order. */
  about(code: string): readonly FoundRecord[] {
    return this.#about.get(code) ?? [];
  }

  /** Wholes that the code was recorded in, the latest last. */
  parents(code: string): readonly string[] {
    return [...(this.#parents.get(code) ?? [])];
  }

  /** Parts of the code, in the order in which they were recorded. */
  children(code: string): ReadonlySet<string> {
    return this.#children.get(code) ?? NONE;
  }

  /** The wholes of the code from the nearest to the root; stops where it would turn in a circle. */
  lineage(code: string): readonly string[] {
    const line = [code];
    for (let parent = this.parents(code).at(-1); parent !== undefined; parent = this.parents(parent).at(-1)) {
      if (line.includes(parent) || line.length > DEPTH_MAX) break;
      line.push(parent);
    }
    return line.slice(1);
  }
}

const NONE: ReadonlySet<string> = new Set();

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

function addTo<K, V>(map: Map<K, Set<V>>, key: K, value: V): void {
  const values = map.get(key);
  if (values === undefined) {
    map.set(key, new Set([value]));
    return;
  }
  // What was recorded last stands last.
  values.delete(value);
  values.add(value);
}

/** A family with what is doubtful about it. */
export interface Family {
  readonly nodes: readonly FamilyNode[];
  readonly findings: readonly Finding[];
}

/**
 * The family that a code belongs to: its root whole and everything below, breadth first. Empty when no record names
 * the code as a product (an order number has no family).
 */
export function foldFamily(graph: FamilyGraph, code: string): Family {
  if (!isProduct(graph, code)) return { nodes: [], findings: [] };
  const findings: Finding[] = [];
  const root = graph.lineage(code).at(-1) ?? code;
  const nodes: FamilyNode[] = [];
  const seen = new Set([root]);
  const queue: { code: string; parent: string | undefined; depth: number }[] = [
    { code: root, parent: undefined, depth: 0 },
  ];
  if (graph.parents(root).length > 0) findings.push(makeFinding('trace_family_cycle', { value: root }));
  let cut = false;
  for (let next = 0; next < queue.length; next += 1) {
    const place = queue[next];
    if (place === undefined) break;
    nodes.push({ ...place, product: batteryCodeProduct(place.code), records: graph.about(place.code) });
    noteDoubts(graph, place.code, findings);
    for (const child of place.depth < DEPTH_MAX ? graph.children(place.code) : NONE) {
      if (seen.has(child)) continue;
      if (queue.length >= familyNodesMax) {
        cut = true;
        break;
      }
      seen.add(child);
      queue.push({ code: child, parent: place.code, depth: place.depth + 1 });
    }
  }
  if (cut) findings.push(makeFinding('trace_family_cut', { max: familyNodesMax }));
  return { nodes, findings };
}

function isProduct(graph: FamilyGraph, code: string): boolean {
  return graph.about(code).length > 0 || graph.parents(code).length > 0 || graph.children(code).size > 0;
}

function noteDoubts(graph: FamilyGraph, code: string, findings: Finding[]): void {
  const standing = graph.about(code).filter((record) => !record.voided).length;
  if (standing > 1) findings.push(makeFinding('trace_subject_repeated', { value: code, count: standing }));
  const parents = graph.parents(code);
  if (parents.length > 1) {
    findings.push(makeFinding('trace_parents_differ', { value: code, parents: parents.join(', ') }));
  }
}
