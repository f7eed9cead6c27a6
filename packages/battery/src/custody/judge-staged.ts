/**
 * Findings about staged records before they are reported: the same fold with the staged records behind the log, for
 * many records at once. Implements spec/custody.md, "Before reporting".
 */
import { civilDateOfMoment } from '../civil-date.ts';
import type { FoundRecord } from '../family.ts';
import type { Finding } from '../finding.ts';
import { makeFinding } from '../finding.ts';
import type { Subject, SubjectRole } from '../kind.ts';
import type { CustodyResolution } from './custody.ts';
import { Custody } from './custody.ts';
import { custodyMoves, nameOfRecord } from './custody-move.ts';

/** A record that is not reported yet. */
export type StagedRecord = Pick<FoundRecord, 'kind' | 'reporter' | 'subjects' | 'publicText' | 'sharedText'>;

/** Staged records sort behind everything in the log. */
const STAGED_ENTRY = 2 ** 52;

/** Roles that place a code; an order number has no custody. */
const placed: ReadonlySet<SubjectRole> = new Set<SubjectRole>([
  'subject',
  'parent',
  'child',
  'vehicle',
  'removed',
  'installed',
  'handled',
]);

/**
 * The codes whose records must be known before these can be judged: fetch all records that name one of them, in bulk,
 * then ask `furtherCustodyCodes`.
 */
export function custodyCodes(staged: Iterable<{ readonly subjects: readonly Subject[] }>): readonly string[] {
  const codes = new Set<string>();
  for (const { subjects } of staged) {
    for (const { code, role } of subjects) if (placed.has(role)) codes.add(code);
  }
  return [...codes];
}

/** Wholes of parts that come on, off or in: their place says in which vehicle the part is. Empty when all are known. */
export function furtherCustodyCodes(
  staged: readonly Pick<StagedRecord, 'subjects'>[],
  found: readonly FoundRecord[],
  lookedUp: ReadonlySet<string>,
): readonly string[] {
  const moved = new Set<string>();
  for (const { subjects } of staged) {
    for (const { code, role } of subjects) {
      if (role === 'removed' || role === 'installed' || role === 'handled' || role === 'subject')
        moved.add(code);
    }
  }
  const wanted = new Set<string>();
  const custody = new Custody(found, [], lookedUp);
  for (const code of moved) {
    for (let place = custody.place(code); place !== undefined;) {
      if (!lookedUp.has(place)) wanted.add(place);
      const next = custody.place(place);
      place = next === place || wanted.has(place) ? undefined : next;
    }
  }
  return [...wanted];
}

/**
 * For each staged record, by its place in the list, what contradicts what is known or other staged records, and what
 * is still missing. Records without findings have an empty list. Time is linear in the records, without look-ups.
 */
export function judgeStaged(
  staged: readonly StagedRecord[],
  found: readonly FoundRecord[],
  resolutions: readonly CustodyResolution[] = [],
): readonly (readonly Finding[])[] {
  const findings: Finding[][] = staged.map(() => []);
  const behind = staged.map((record, index): FoundRecord => ({
    ...record,
    entry: STAGED_ENTRY,
    leaf: index,
    voided: false,
  }));
  const custody = new Custody([...found, ...behind], resolutions);
  const say = (index: number, finding: Finding): void => {
    const list = findings[index];
    const isNew = list?.every((one) => one.code !== finding.code || one.value !== finding.value);
    if (isNew === true) list?.push(finding);
  };
  const codes = new Set(behind.flatMap((record) => custodyMoves(record).map(({ code }) => code)));
  for (const code of codes) {
    const state = custody.state(code);
    for (const { finding, records } of state.conflicts) {
      for (const { entry, leaf } of records) if (entry === STAGED_ENTRY) say(leaf, finding);
    }
    for (const step of state.steps) {
      if (step.record.entry !== STAGED_ENTRY) continue;
      for (const finding of step.findings) say(step.record.leaf, finding);
      if (!step.isLate) continue;
      const latest = state.steps.findLast(({ record }) => record.entry !== STAGED_ENTRY);
      if (latest === undefined) continue;
      const date = civilDateOfMoment(latest.at);
      say(step.record.leaf, makeFinding('custody_earlier_than_known', { value: code, date }));
    }
  }
  return findings.map((list) =>
    list.map((finding) => ({ ...finding, message: withoutStagedNames(finding.message) })),
  );
}

/** A staged record has no name in the log yet; its place in the list, counted from 1, is said instead. */
function withoutStagedNames({ zh, en }: Finding['message']): Finding['message'] {
  const mark = nameOfRecord({ entry: STAGED_ENTRY, leaf: 0 }).slice(0, -1);
  const shown = (text: string, word: string): string =>
    text.replaceAll(new RegExp(`${mark}(\\d+)`, 'g'), (_, leaf: string) => `${word}${Number(leaf) + 1}`);
  return { zh: shown(zh, '待上报第 '), en: shown(en, 'staged no. ') };
}
