/**
 * The life cycle of a code: the records about it, about the wholes it is in and about the codes it had before, in log
 * order, and the codes to look up for a whole family. Pure. Implements spec/battery.md, "Trace".
 */
import type { CustodyState } from './custody/custody.ts';
import type { Family, FamilyGraph, FoundRecord } from './family.ts';
import { familyNodesMax, foldFamily } from './family.ts';
import type { Finding } from './finding.ts';
import type { SubjectRole } from './kind.ts';
import { recordKind } from './kinds/record-kinds.ts';
import { civilDateOfMoment } from './civil-date.ts';
import { membersOfRecord } from './members.ts';

/** One record on a time line. */
export interface LifeEvent {
  readonly record: FoundRecord;
  /** The code on whose account the record is here: the one asked for, a whole it is in, or an earlier code. */
  readonly code: string;
  /** What that code is to the record. */
  readonly role: SubjectRole;
  /** When it took place as the record says, `YYYY-MM-DD`; undefined while the payload is missing. */
  readonly date: string | undefined;
}

/** What a trace shows of a code. */
export interface LifeCycle {
  readonly code: string;
  readonly events: readonly LifeEvent[];
  readonly family: Family['nodes'];
  /** Where the code is now. */
  readonly state: CustodyState;
  readonly findings: readonly Finding[];
}

/** Roles in which a record about a whole is on the time line of its parts: not all that happens at its vehicle. */
const ofWhole: ReadonlySet<SubjectRole> = new Set<SubjectRole>([
  'subject',
  'removed',
  'installed',
  'handled',
]);

/** Earlier codes followed back from one code at most. */
const PREVIOUS_MAX = 10;

/** Folds the records of a graph into the life cycle of the code. The same records give the same result. */
export function foldLifeCycle(graph: FamilyGraph, code: string): LifeCycle {
  const family = foldFamily(graph, code);
  const own = new Set([code, ...previousCodes(graph, code)]);
  const wholes = new Set(graph.lineage(code));
  const events: LifeEvent[] = [];
  for (const record of graph.records) {
    const subject =
      record.subjects.find((entry) => own.has(entry.code) && entry.role !== 'parent') ??
      record.subjects.find((entry) => wholes.has(entry.code) && ofWhole.has(entry.role));
    if (subject !== undefined) events.push({ record, ...subject, date: eventDate(record) });
  }
  return { code, events, family: family.nodes, state: graph.state(code), findings: family.findings };
}

/**
 * Codes to look up next so that the records found grow to the whole family; empty when it is complete or large enough.
 * Call it with the codes already looked up until it gives none: at most a handful of rounds.
 */
export function codesToFind(
  graph: FamilyGraph,
  code: string,
  lookedUp: ReadonlySet<string>,
): readonly string[] {
  const wanted = new Set([code, ...previousCodes(graph, code), ...graph.lineage(code)]);
  for (const node of foldFamily(graph, code).nodes) wanted.add(node.code);
  const open = [...wanted].filter((entry) => !lookedUp.has(entry));
  return open.slice(0, Math.max(familyNodesMax - lookedUp.size, 0));
}

function previousCodes(graph: FamilyGraph, code: string): readonly string[] {
  const previous: string[] = [];
  const queue = [code];
  for (let next = queue.pop(); next !== undefined && previous.length < PREVIOUS_MAX; next = queue.pop()) {
    for (const record of graph.about(next)) {
      for (const { code: earlier, role } of record.subjects) {
        if (role !== 'previous' || earlier === code || previous.includes(earlier)) continue;
        previous.push(earlier);
        queue.push(earlier);
      }
    }
  }
  return previous;
}

function eventDate(record: FoundRecord): string | undefined {
  const fields = recordKind(record.kind)?.eventDate;
  if (fields === undefined) return undefined;
  const members = membersOfRecord(record);
  for (const field of typeof fields === 'string' ? [fields] : fields) {
    const date = members[field];
    if (typeof date === 'string') return civilDateOfMoment(date);
  }
  return undefined;
}
