// Everything this node knows about a code (spec/battery.md, "Trace"): looks up the code and its family in one query,
// a large family in a few more, folds what it finds, and adds the evidence.
import type { AnswerOf, traceCode } from '@suyuan/api';
import {
  checkBatteryCode,
  checkVin,
  codeKindByLength,
  codesToFind,
  FamilyGraph,
  familyNodesMax,
  foldLifeCycle,
  parseStoredRecord,
  recordKind,
} from '@suyuan/battery';
import type { CodeContext, Finding, FoundRecord } from '@suyuan/battery';
import { channelCountOf, channelsOf, policyOf, viewOf } from '@suyuan/ledger';
import type { LedgerState, View } from '@suyuan/ledger';
import type { Crypto } from '@suyuan/log';

import type { Clock } from '../clock.ts';
import { civilDateOf } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { MasterStore } from '../master/master-store.ts';
import { findFamilyRecords, findRecords, RECORDS_MAX } from './find-records.ts';
import type { StoredRecord } from './find-records.ts';
import { findResolutions } from './find-resolutions.ts';
import { readCircumstances, readEvidence } from './read-evidence.ts';
import type { Circumstances } from './read-evidence.ts';
import { showFinding, showRecord } from './show-record.ts';
import { showState } from './show-state.ts';
import { createVoidReader } from './void-reader.ts';
import type { VoidReader } from './void-reader.ts';

/** Further rounds of looking up, each one step further in a family that is too large for the first. */
const ROUNDS_MAX = 8;
/** Before staged records the log is this long: they sort behind everything. */
const STAGED_FROM = 2 ** 52;

/** A trace as the API shows it. */
export type Trace = AnswerOf<typeof traceCode>;

/** What tracing needs. */
export interface TraceOptions {
  readonly database: Database;
  readonly crypto: Crypto;
  readonly state: () => LedgerState;
  readonly organization: string;
  readonly clock: Clock;
  readonly master: Pick<MasterStore, 'held'>;
}

/** The life cycle of a code, one page of its events. */
export async function traceOf(
  options: TraceOptions,
  code: string,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<Trace> {
  const view = viewOf(options.crypto, options.state());
  const context = await codeContextOf(options, view);
  const { database } = options;
  const reading = readCircumstances(database);
  reading.catch(() => undefined); // taken below; the look-up may have failed before
  const search = await findFamily(database, view, code, context, reading);
  const life = foldLifeCycle(search.graph, code);
  const state = showState(life.state, namesOf(search.records));
  const page = life.events.slice(after, after + limit);
  const stored = (record: FoundRecord): StoredRecord | undefined => search.records.get(record);
  const entries = page.flatMap(({ record }) => stored(record)?.entry ?? []);
  const evidence = await readEvidence(database, view, entries);
  const { isPayloadMissing } = await reading;
  const events = page.flatMap(({ record, code: subject, role, date }) => {
    const place = stored(record);
    if (place === undefined) return [];
    const shown = showRecord(place, record.voided, evidence);
    return [{ code: subject, role, ...shown, ...(date === undefined ? {} : { date }) }];
  });
  return {
    code,
    ...(state === undefined ? {} : { state }),
    findings: [...checkCode(code, context), ...life.findings].map(showFinding),
    events,
    ...(life.events.length > after + limit ? { next: after + limit } : {}),
    family: life.family.map((node) => ({
      code: node.code,
      product: node.product,
      ...(node.parent === undefined ? {} : { parent: node.parent }),
      relation: node.relation,
      depth: node.depth,
      records: node.records.flatMap((record) => nameOf(stored(record))),
    })),
    provisional: whyProvisional(view, options.organization, { isPayloadMissing, isCut: search.isCut }),
  };
}

/** How codes are judged now: by the network's policy and its code tables. */
export async function codeContextOf(
  { clock, master }: Pick<TraceOptions, 'clock' | 'master'>,
  view: View,
): Promise<CodeContext> {
  const { tables } = await master.held();
  return {
    today: civilDateOf(clock.now()),
    codes: policyOf(view).codes === 'strict' ? 'strict' : 'legacy',
    ...(tables === undefined ? {} : { tables }),
  };
}

interface Search {
  /** Each record as the fold sees it, with where it lies. */
  readonly records: ReadonlyMap<FoundRecord, StoredRecord>;
  readonly graph: FamilyGraph;
  readonly isCut: boolean;
}

async function findFamily(
  database: Database,
  view: View,
  code: string,
  context: CodeContext,
  circumstances: Promise<Circumstances>,
): Promise<Search> {
  const records = new Map<FoundRecord, StoredRecord>();
  const known = new Set<string>();
  const isVoid = createVoidReader(view);
  const add = (found: readonly StoredRecord[]): boolean => {
    const before = known.size;
    for (const record of found.slice(0, RECORDS_MAX)) {
      const name = `${record.batchId}/${record.leaf}`;
      if (known.has(name)) continue;
      known.add(name);
      records.set(foundOf(isVoid, record, context), record);
    }
    return known.size > before;
  };
  const first = await database.read(async (db) => await findFamilyRecords(db, code));
  const lookedUp = new Set(first.lookedUp);
  add(first.records);
  let isCut = first.records.length > RECORDS_MAX;
  const { isAnySettled } = await circumstances;
  const makeGraph = async (): Promise<FamilyGraph> => await graphOf(database, records, isAnySettled);
  let graph = await makeGraph();
  let codes = codesToFind(graph, code, lookedUp);
  for (let round = 0; codes.length > 0 && round < ROUNDS_MAX && !isCut; round += 1) {
    for (const one of codes) lookedUp.add(one);
    const asked = codes;
    const found = await database.read(async (db) => await findRecords(db, asked));
    const isNews = add(found);
    isCut = found.length > RECORDS_MAX || known.size > RECORDS_MAX;
    // Without news there is nothing further to look for, unless the family is too large to be asked for whole.
    if (!isNews && lookedUp.size < familyNodesMax) codes = [];
    else {
      graph = await makeGraph();
      codes = codesToFind(graph, code, lookedUp);
    }
  }
  return { records, graph, isCut: isCut || codes.length > 0 };
}

/** The graph of the records found so far, with how their conflicts were settled. */
async function graphOf(
  database: Database,
  records: ReadonlyMap<FoundRecord, StoredRecord>,
  isAnySettled: boolean,
): Promise<FamilyGraph> {
  const found = [...records.keys()];
  if (!isAnySettled) return new FamilyGraph(found);
  const reported = found.filter(({ entry }) => entry < STAGED_FROM);
  return new FamilyGraph(found, await database.read((db) => findResolutions(db, reported)));
}

function foundOf(isVoid: VoidReader, record: StoredRecord, { codes }: CodeContext): FoundRecord {
  const { kind, entry, leaf, reporter, publicText, sharedText } = record;
  const known = recordKind(kind);
  const subjects = known && parseStoredRecord(known, publicText, sharedText, codes);
  return {
    kind,
    entry: entry ?? STAGED_FROM + record.batchId,
    leaf,
    reporter,
    voided: entry !== null && isVoid(entry, leaf),
    subjects: subjects?.ok === true ? subjects.value : [],
    publicText,
    sharedText,
  };
}

function nameOf(record: StoredRecord | undefined): string[] {
  if (record === undefined) return [];
  const { entry, batchId, leaf } = record;
  return [entry === null ? `staged:${batchId}/${leaf}` : `${entry}/${leaf}`];
}

/** Names of the records as people see them, by the names that the fold gives them. */
function namesOf(records: Search['records']): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [{ entry, leaf }, place] of records) {
    const [name] = nameOf(place);
    if (name !== undefined) names.set(`${entry}/${leaf}`, name);
  }
  return names;
}

/** What is odd about the code itself; nothing is said of what is neither a battery code nor a VIN by its length. */
function checkCode(code: string, context: CodeContext): readonly Finding[] {
  const kind = codeKindByLength(code.length);
  if (kind === 'vin') return checkVin(code).findings;
  return kind === 'battery_code' ? checkBatteryCode(code, context).findings : [];
}

/** Why something may be lacking or may still change. */
function whyProvisional(
  view: View,
  organization: string,
  { isPayloadMissing, isCut }: { readonly isPayloadMissing: boolean; readonly isCut: boolean },
): Trace['provisional'] {
  const reasons: Trace['provisional'] = [];
  if (isPayloadMissing) reasons.push('payloads_missing');
  if (channelsOf(view, organization).length < channelCountOf(view)) reasons.push('channels_not_joined');
  if (isCut) reasons.push('too_many_records');
  return reasons;
}
