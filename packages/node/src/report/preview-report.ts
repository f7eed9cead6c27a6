// What contradicts the records that this node holds, or is still missing, said before anything is reported
// (spec/custody.md, "Before reporting"). Records are looked up by many codes at once; nothing is written.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { previewListedMax, previewRecordsMax } from '@suyuan/api';
import type { AnswerOf, previewReport } from '@suyuan/api';
import {
  custodyCodes,
  furtherCustodyCodes,
  judgeStaged,
  mainCode,
  parseStoredRecord,
  recordKind,
} from '@suyuan/battery';
import type { CodeMode, Finding, FoundRecord, StagedRecord } from '@suyuan/battery';
import { batchOf, policyOf, viewOf, voidOf } from '@suyuan/ledger';
import type { View } from '@suyuan/ledger';
import type { Rejection, Result } from '@suyuan/log';
import { ok, reject } from '@suyuan/log';

import { civilDateOf } from '../clock.ts';
import { judgeStagedMaster } from '../master/judge-staged-master.ts';
import type { MasterStore } from '../master/master-store.ts';
import { findRecords, RECORDS_MAX } from '../trace/find-records.ts';
import type { StoredRecord } from '../trace/find-records.ts';
import { findResolutions } from '../trace/find-resolutions.ts';
import { showFinding } from '../trace/show-record.ts';
import type { TraceOptions } from '../trace/trace-code.ts';
import type { ReportSelection } from './claim-records.ts';
import { readStaged } from './read-staged.ts';
import type { StagedText } from './read-staged.ts';

/** A preview as the API shows it. */
type Preview = AnswerOf<typeof previewReport>;

/** Codes of one look-up. */
const CODES_AT_ONCE = 500;
/** Records known about all codes together that one preview looks at. */
const KNOWN_MAX = 100_000;
/** Steps from a part up to its vehicle. */
const ROUNDS_MAX = 6;
/** Records that are parsed before others get their turn. */
const RECORDS_A_TURN = 200;

/** What a preview needs. */
export interface PreviewOptions extends TraceOptions {
  readonly master: Pick<MasterStore, 'held'>;
}

/** Judges the chosen records; each of the records named must be staged. */
export async function preview(
  options: PreviewOptions,
  selection: ReportSelection,
): Promise<Result<Preview, Rejection<'record_not_staged'>>> {
  const view = viewOf(options.crypto, options.state());
  const { count, first } = await options.database.read(
    async (db) => await readStaged(db, selection, previewRecordsMax),
  );
  if (selection.by === 'records' && count < new Set(selection.records.map(nameOf)).size)
    return reject({ code: 'record_not_staged' });
  const staged = await parseAll(first, policyOf(view).codes === 'strict' ? 'strict' : 'legacy');
  const known = await findKnown(options, view, staged);
  const resolutions = await options.database.read((db) => findResolutions(db, known.records));
  const custody = judgeStaged(staged, known.records, resolutions);
  const { clock, master, organization } = options;
  const named = judgeStagedMaster(await master.held(), organization, staged, civilDateOf(clock.now()));
  const findings = custody.map((list, index) => [...list, ...(named[index] ?? [])]);
  const levels = findings.map(levelOf);
  const warned = levels.flatMap((level, index) => (level === 'warning' ? [index] : []));
  const noted = levels.flatMap((level, index) => (level === 'info' ? [index] : []));
  return ok({
    records: count,
    judged: first.length,
    contradicting: warned.length,
    provisional: noted.length,
    isComplete: known.isComplete,
    items: [...warned, ...noted]
      .slice(0, previewListedMax)
      .flatMap((index) => showItem(first[index], staged[index], findings[index] ?? [])),
  });
}

function nameOf({ batch, leaf }: { readonly batch: number; readonly leaf: number }): string {
  return `${batch}/${leaf}`;
}

function levelOf(findings: readonly Finding[]): 'none' | 'info' | 'warning' {
  if (findings.length === 0) return 'none';
  return findings.some(({ level }) => level !== 'info') ? 'warning' : 'info';
}

function showItem(
  text: StagedText | undefined,
  staged: StagedRecord | undefined,
  findings: readonly Finding[],
): Preview['items'] {
  if (text === undefined || staged === undefined) return [];
  const code = mainCode(staged.subjects);
  return [
    {
      record: nameOf(text),
      kind: text.kind,
      ...(code === undefined ? {} : { code }),
      ...(text.importId === null ? {} : { import: text.importId }),
      ...(text.row === null ? {} : { row: text.row }),
      findings: findings.map(showFinding),
    },
  ];
}

/** The records as the fold reads them, with the codes they name. */
async function parseAll(texts: readonly StagedText[], codes: CodeMode): Promise<readonly StagedRecord[]> {
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

interface Known {
  readonly records: readonly FoundRecord[];
  readonly isComplete: boolean;
}

/** What is reported about the codes of these records and about the wholes that they are in. */
async function findKnown(
  { database }: TraceOptions,
  view: View,
  staged: readonly StagedRecord[],
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
      for (const record of records.slice(0, RECORDS_MAX)) addKnown(found, view, record);
      if (isCut) isComplete = false;
      from += some.length;
    }
    codes = furtherCustodyCodes(staged, [...found.values()], lookedUp);
  }
  isComplete &&= codes.length === 0 && found.size < KNOWN_MAX;
  return { records: [...found.values()], isComplete };
}

function addKnown(
  found: Map<string, FoundRecord>,
  view: View,
  { kind, entry, leaf, reporter, publicText, sharedText }: StoredRecord,
): void {
  if (entry === null) return;
  const batch = batchOf(view, entry);
  const voided = batch !== undefined && voidOf(batch, leaf) !== undefined;
  // The fold reads the codes out of the texts; `subjects` are for records without one.
  const record = { kind, entry, leaf, reporter, voided, subjects: [], publicText, sharedText };
  found.set(`${entry}/${leaf}`, record);
}
