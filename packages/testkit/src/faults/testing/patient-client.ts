// What a client of the fault tests does in one round: a workbook and a push are imported, all of it is reported, and
// every request that fails is sent again with the same Idempotency-Key until it is answered.
import { cellsOf, recordKind } from '@suyuan/battery';
import { assert } from '@suyuan/log';
import { vi } from 'vitest';
import { writeTemplate } from '../../../../node/src/import/write-workbook.ts';
import type { RecordMembers } from '@suyuan/invented';
import { generateRecords } from '@suyuan/invented';
import type { NetworkUnderTest } from './network-under-test.ts';

/** The organisation that reports. */
export const REPORTER = 'batteries';
/** Records of one round. */
const ROUND_RECORDS = 30;
/** Imports of one round. */
export const ROUND_IMPORTS = 2;
/** Those of them that come in a workbook; the others are pushed. */
const WORKBOOK_RECORDS = 20;

/** Records for one round after the other, no code twice. */
export function* rounds(): Generator<readonly RecordMembers[], never, undefined> {
  const options = { seed: 3, count: 1_000_000, from: '2026-01-01', to: '2026-06-30' };
  for (const { kind, records } of generateRecords({ ...options, batchSize: ROUND_RECORDS }))
    if (kind === 'battery_module') yield records;
  throw new RangeError('there are rounds for every test');
}

/** A report as the API shows it. */
export interface Report {
  readonly id: number;
  readonly status: string;
  readonly reported: number;
  readonly batches: readonly { readonly entry?: number; readonly count: number }[];
  readonly waiting?: { readonly code: string };
}

interface Outcome {
  readonly staged: number;
}

/** One round, whatever dies meanwhile. Resolves with the finished report. */
export async function importAndReport(
  network: NetworkUnderTest,
  round: number,
  records: readonly RecordMembers[],
): Promise<Report> {
  await importRecords(network, round, records);
  const id = await beginReport(network, round);
  return await vi.waitUntil(
    async () => {
      const report = await readReport(network, id);
      return report.status === 'running' ? undefined : report;
    },
    { timeout: 60_000, interval: 25 },
  );
}

/** Stages the records of a round: a workbook first, then a push. */
export async function importRecords(
  network: NetworkUnderTest,
  round: number,
  records: readonly RecordMembers[],
): Promise<void> {
  const kind = recordKind('battery_module');
  assert(kind !== undefined, 'modules are a record kind');
  const cells = records.slice(0, WORKBOOK_RECORDS).map((members) => cellsOf(kind, members));
  const workbook = await network.insist({
    organization: REPORTER,
    method: 'POST',
    path: '/imports?kind=battery_module&fileName=modules.xlsx',
    body: await writeTemplate(kind, cells),
    headers: { 'idempotency-key': `workbook-${round}` },
  });
  const push = await network.insist({
    organization: REPORTER,
    method: 'POST',
    path: '/records/battery_module',
    body: { records: records.slice(WORKBOOK_RECORDS) },
    headers: { 'idempotency-key': `push-${round}` },
  });
  const staged = [await workbook.json(), await push.json()].map((outcome: Outcome) => outcome.staged);
  assert(staged[0] === WORKBOOK_RECORDS, 'the whole workbook is staged');
  assert(staged[1] === records.length - WORKBOOK_RECORDS, 'the whole push is staged');
}

/** Begins to report all that is staged. */
export async function beginReport(network: NetworkUnderTest, round: number): Promise<number> {
  const begun = await network.insist({
    organization: REPORTER,
    method: 'POST',
    path: '/reports',
    body: { all: true },
    headers: { 'idempotency-key': `report-${round}` },
  });
  const { id }: Report = await begun.json();
  return id;
}

/** Where a report stands. */
export async function readReport(network: NetworkUnderTest, id: number): Promise<Report> {
  const answer = await network.insist({ organization: REPORTER, method: 'GET', path: `/reports/${id}` });
  return await answer.json();
}
