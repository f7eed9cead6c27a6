// What is reported about the codes that some records name, by many codes at once: for the preview of a report and for
// contradictions found afterwards (spec/custody.md, "Before reporting").
import { setImmediate as nextTurn } from 'node:timers/promises';
import { custodyCodes, furtherCustodyCodes, parseStoredRecord, recordKind } from '@suyuan/battery';
import type { CodeMode, FoundRecord, StagedRecord } from '@suyuan/battery';

import { findRecords, RECORDS_MAX } from '../trace/find-records.ts';
import type { StoredRecord } from '../trace/find-records.ts';
import type { TraceOptions } from '../trace/trace-code.ts';
import type { VoidReader, VoidSource } from '../trace/void-reader.ts';
import type { StagedText } from './read-staged.ts';

/** Codes of one look-up. */
const CODES_AT_ONCE = 500;
/** Records known about all codes together that are looked at. */
const KNOWN_MAX = 100_000;
/** Steps from a part up to its vehicle. */
const ROUNDS_MAX = 6;
/** Records that are parsed before others get their turn. */
const RECORDS_A_TURN = 200;

/** The records as the fold reads them, with the codes they name. */
export async function parseForCustody(
  texts: readonly Pick<StagedText, 'kind' | 'reporter' | 'publicText' | 'sharedText'>[],
  codes: CodeMode,
): Promise<readonly StagedRecord[]> {
  const staged: StagedRecord[] = [];
  for (const { kind, reporter, publicText, sharedText } of texts) {
    if (staged.length % RECORDS_A_TURN === RECORDS_A_TURN - 1) await nextTurn();
    const known = recordKind(kind);
    const subjects = known && parseStoredRecord(known, publicText, sharedText, codes);
    staged.push({
      kind,
      reporter,
      subjects: subjects?.ok === true ? subjects.value : [],
      publicText,
      sharedText,
    });
  }
  return staged;
}

/** What is reported about some codes. */
export interface Known {
  readonly records: readonly FoundRecord[];
  /** The codes that they were found by. */
  readonly codes: ReadonlySet<string>;
  /** False where there is more than is looked at. */
  readonly isComplete: boolean;
}

/** What is reported about the codes of these records and about the wholes that they are in. */
export async function findKnown(
  { database }: Pick<TraceOptions, 'database'>,
  voids: VoidSource,
  staged: readonly Pick<StagedRecord, 'subjects'>[],
): Promise<Known> {
  const found = new Map<string, FoundRecord>();
  const lookedUp = new Set<string>();
  let isComplete = true;
  let codes = custodyCodes(staged);
  for (let round = 0; codes.length > 0 && round < ROUNDS_MAX && found.size < KNOWN_MAX; round += 1) {
    for (const code of codes) lookedUp.add(code);
    for (let from = 0, most = CODES_AT_ONCE; from < codes.length && found.size < KNOWN_MAX;) {
      const some = codes.slice(from, from + most);
      const records = await database.read(async (db) => await findRecords(db, some));
      const isCut = records.length > RECORDS_MAX;
      if (isCut && some.length > 1) {
        most = Math.ceil(some.length / 2); // the same again, with fewer codes
        continue;
      }
      const isVoid = await voids(records.flatMap(({ entry }) => entry ?? []));
      for (const record of records.slice(0, RECORDS_MAX)) addKnown(found, isVoid, record);
      if (isCut) isComplete = false;
      from += some.length;
    }
    codes = furtherCustodyCodes(staged, [...found.values()], lookedUp);
  }
  isComplete &&= codes.length === 0 && found.size < KNOWN_MAX;
  return { records: [...found.values()], codes: lookedUp, isComplete };
}

function addKnown(
  found: Map<string, FoundRecord>,
  isVoid: VoidReader,
  { kind, entry, leaf, reporter, publicText, sharedText }: StoredRecord,
): void {
  if (entry === null) return;
  const voided = isVoid(entry, leaf);
  // The fold reads the codes out of the texts; `subjects` are for records without one.
  const record = { kind, entry, leaf, reporter, voided, subjects: [], publicText, sharedText };
  found.set(`${entry}/${leaf}`, record);
}
