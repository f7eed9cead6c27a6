/**
 * The family tree of a code, out of the records found: vehicle, packs, modules, cells, with replaced parts and the
 * codes that re-used products had before. Bounded and safe against cycles; parts that nobody reported are there as
 * codes only. Implements spec/battery.md, "Trace".
 */
import { batteryCodeProduct } from './code/battery-code.ts';
import { codeRule } from './code/tables.ts';
import { vinLength } from './code/vin.ts';
import type { CustodyResolution, CustodyState } from './custody/custody.ts';
import { Custody } from './custody/custody.ts';
import type { Finding } from './finding.ts';
import { makeFinding } from './finding.ts';
import type { Subject, SubjectRole } from './kind.ts';

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

/**
 * What a node is to the node above it: a part of it now; a part that came off and was not built in elsewhere; the code
 * that it had before it was re-used.
 */
export type FamilyRelation = 'root' | 'part' | 'replaced' | 'previous';

/** One product of a family. The tree is a list in which a whole comes before its parts. */
export interface FamilyNode {
  readonly code: string;
  /** P, M or C as the code says; V for a vehicle. */
  readonly product: string;
  /** The whole it is shown under; undefined for the root. */
  readonly parent: string | undefined;
  readonly relation: FamilyRelation;
  readonly depth: number;
  /** Records about this code in log order, voided ones included; empty when nobody reported it. */
  readonly records: readonly FoundRecord[];
}

/** Nodes of a family at most. */
export const familyNodesMax = 1_000;

/** Steps from a product up to its whole at most: cell, module, pack, vehicle and three to spare. */
const DEPTH_MAX = 6;

const { newLength, reusedLength, reusedSuffixedLength } = codeRule;
const familyLengths: ReadonlySet<number> = new Set([
  vinLength,
  newLength,
  reusedLength,
  reusedSuffixedLength,
]);

/** True for what has as many characters as a VIN or a battery code; an order number leads to many families. */
export function mayHaveFamily(code: string): boolean {
  return familyLengths.has(code.length);
}

/** Roles in which a record is about a code; as a parent, child or reference it is only named. */
const aboutRoles: ReadonlySet<SubjectRole> = new Set<SubjectRole>([
  'subject',
  'vehicle',
  'removed',
  'installed',
  'handled',
]);

/** What the records say about every code: its records, its wholes and its parts, in log order. */
export class FamilyGraph {
  readonly #about = new Map<string, FoundRecord[]>();
  /** Wholes as they were built, the latest last. */
  readonly #parents = new Map<string, Set<string>>();
  readonly #children = new Map<string, Map<string, FamilyRelation>>();
  /** The code that a re-used product got, by its previous code. */
  readonly #next = new Map<string, string>();
  readonly #custody: Custody;
  readonly records: readonly FoundRecord[];

  /** `found` may be in any order; of records found twice one is used. `resolutions` are those that name any of them. */
  constructor(found: readonly FoundRecord[], resolutions: readonly CustodyResolution[] = []) {
    const distinct = new Map(found.map((record) => [`${record.entry}/${record.leaf}`, record]));
    this.records = [...distinct.values()].toSorted((a, b) => a.entry - b.entry || a.leaf - b.leaf);
    for (const record of this.records) this.#add(record);
    this.#custody = new Custody(this.records, resolutions);
    for (const code of this.#custody.codes()) this.#move(code);
    for (const [previous, code] of this.#next) addRelation(this.#children, code, previous, 'previous');
  }

  #add(record: FoundRecord): void {
    const about = new Set<string>();
    for (const { code, role } of record.subjects) if (aboutRoles.has(role)) about.add(code);
    for (const code of about) append(this.#about, code, record);
    if (record.voided) return;
    for (const { code, role } of record.subjects) {
      if (role !== 'subject' && role !== 'installed') continue;
      for (const { code: other, role: otherRole } of record.subjects) {
        if (otherRole === 'parent') this.#join(other, code);
        if (otherRole === 'child') this.#join(code, other);
        if (otherRole === 'previous' && other !== code) this.#next.set(other, code);
      }
    }
  }

  #join(parent: string, child: string): void {
    addRelation(this.#children, parent, child, 'part');
    const parents = this.#parents.get(child) ?? new Set();
    // What was recorded last stands last.
    parents.delete(parent);
    parents.add(parent);
    this.#parents.set(child, parents);
  }

  /** Puts a code that custody has a place for where it is now, or where it was last. */
  #move(code: string): void {
    const place = placeOf(this.#custody.state(code));
    if (place === undefined) return;
    for (const parent of this.#parents.get(code) ?? []) this.#children.get(parent)?.delete(code);
    addRelation(this.#children, place.parent, code, place.relation);
  }

  /** Where the code is, in what and since when, as far as the records say. */
  state(code: string): CustodyState {
    return this.#custody.state(code);
  }

  /** Records about the code, in log order. */
  about(code: string): readonly FoundRecord[] {
    return this.#about.get(code) ?? [];
  }

  /** Wholes that the code was recorded in when it was built, the latest last. */
  parents(code: string): readonly string[] {
    return [...(this.#parents.get(code) ?? [])];
  }

  /** What stands under the code now, in the order in which it was recorded. */
  children(code: string): ReadonlyMap<string, FamilyRelation> {
    return this.#children.get(code) ?? NONE;
  }

  /** The code that this one became as a re-used product. */
  next(code: string): string | undefined {
    return this.#next.get(code);
  }

  /** The wholes of the code from the nearest to the root; stops where it would turn in a circle. */
  lineage(code: string): readonly string[] {
    const line = [code];
    for (let parent = this.#parentOf(code); parent !== undefined; parent = this.#parentOf(parent)) {
      if (line.includes(parent) || line.length > DEPTH_MAX) break;
      line.push(parent);
    }
    return line.slice(1);
  }

  #parentOf(code: string): string | undefined {
    const next = this.#next.get(code);
    if (next !== undefined) return next;
    return placeOf(this.#custody.state(code))?.parent ?? this.parents(code).at(-1);
  }
}

const NONE: ReadonlyMap<string, FamilyRelation> = new Map();

/** Where custody has a code now, or where it was before it came off; undefined when it knows of no place. */
function placeOf({
  in: place,
  steps,
}: CustodyState): { parent: string; relation: FamilyRelation } | undefined {
  if (place !== undefined) return { parent: place, relation: 'part' };
  const last = steps.findLast(({ standing }) => standing.in !== undefined)?.standing.in;
  return last === undefined ? undefined : { parent: last, relation: 'replaced' };
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

function addRelation(
  map: Map<string, Map<string, FamilyRelation>>,
  parent: string,
  child: string,
  relation: FamilyRelation,
): void {
  const children = map.get(parent);
  if (children === undefined) map.set(parent, new Map([[child, relation]]));
  else children.set(child, relation);
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
  const queue: { code: string; parent: string | undefined; relation: FamilyRelation; depth: number }[] = [
    { code: root, parent: undefined, relation: 'root', depth: 0 },
  ];
  if (graph.parents(root).some((parent) => graph.lineage(parent).includes(root) || parent === root)) {
    findings.push(makeFinding('trace_family_cycle', { value: root }));
  }
  let cut = false;
  for (let next = 0; next < queue.length; next += 1) {
    const place = queue[next];
    if (place === undefined) break;
    const product = place.code.length === vinLength ? 'V' : batteryCodeProduct(place.code);
    nodes.push({ product, records: graph.about(place.code), ...place });
    noteDoubts(graph, place.code, findings);
    for (const [child, relation] of place.depth < DEPTH_MAX ? graph.children(place.code) : NONE) {
      if (seen.has(child)) continue;
      if (queue.length >= familyNodesMax) {
        cut = true;
        break;
      }
      seen.add(child);
      queue.push({ code: child, parent: place.code, relation, depth: place.depth + 1 });
    }
  }
  if (cut) findings.push(makeFinding('trace_family_cut', { max: familyNodesMax }));
  return { nodes, findings };
}

function isProduct(graph: FamilyGraph, code: string): boolean {
  return graph.about(code).length > 0 || graph.parents(code).length > 0 || graph.children(code).size > 0;
}

/** Several records of one kind about one thing, and several wholes that do not follow from re-use. */
function noteDoubts(graph: FamilyGraph, code: string, findings: Finding[]): void {
  const counts = new Map<string, number>();
  for (const { kind, voided, subjects } of graph.about(code)) {
    if (voided || !subjects.some((entry) => entry.code === code && entry.role === 'subject')) continue;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const count = Math.max(0, ...counts.values());
  if (count > 1) findings.push(makeFinding('trace_subject_repeated', { value: code, count }));
  const parents = graph.parents(code).filter((parent) => graph.next(parent) === undefined);
  if (parents.length > 1) {
    findings.push(makeFinding('trace_parents_differ', { value: code, parents: parents.join(', ') }));
  }
}
