// Gives a local network work: generated records, pushed and reported at all organisations at the same time by their
// API, the way any record goes, until every organisation holds all of them.
import { setTimeout as delay } from 'node:timers/promises';

import { generateRecords } from '@suyuan/invented';
import type { GeneratedBatch } from '@suyuan/invented';

import { StartupFault } from '../fault.ts';
import type { OrganizationAccess } from './access.ts';

/** What to report. */
export interface LoadOptions {
  /** The nodes that report; the records go to them in turn. */
  readonly organizations: readonly Pick<OrganizationAccess, 'id' | 'url' | 'tokens'>[];
  readonly records: number;
  /** Seeds that differ by a multiple of 34 give the same codes. */
  readonly seed: number;
  /** Told how many records are in the log. */
  readonly onProgress: (committed: number) => void;
}

/** What came of it. */
export interface LoadOutcome {
  /** Records that the log has, and that every organisation holds. */
  readonly committed: number;
  /** From the first push to the moment at which the last organisation held the last record. */
  readonly seconds: number;
  /** Entries of the log that hold them. */
  readonly entries: readonly number[];
}

const SEEDS = 34;
/** A batch of the ledger at most, so that nothing has to be put together again. */
const RECORDS_PER_PUSH = 4_096;
const LOOK_MS = 20;
/** Without progress for so long, something is wrong that waiting does not mend. */
const PATIENCE_MS = 120_000;

type Organization = LoadOptions['organizations'][number];

interface Report {
  readonly id: number;
  readonly status: 'running' | 'done' | 'failed';
  readonly reported: number;
  readonly batches: readonly { readonly entry?: number }[];
}

/** Reports the records; throws `load_failed` where a node refuses one or nothing goes on any more. */
export async function loadNetwork(options: LoadOptions): Promise<LoadOutcome> {
  const { organizations, records, seed, onProgress } = options;
  const pieces = generateRecords({
    seed: seed % SEEDS,
    count: records,
    from: '2026-01-01',
    to: '2026-06-30',
    batchSize: Math.min(RECORDS_PER_PUSH, Math.max(1, Math.ceil(records / organizations.length))),
  });
  let committed = 0;
  const entries: number[] = [];
  const begin = performance.now();
  const follow = async (organization: Organization, report: Report): Promise<void> => {
    const { reported, batches } = await finish(organization, report);
    committed += reported;
    entries.push(...batches.flatMap(({ entry }) => (entry === undefined ? [] : [entry])));
    onProgress(committed);
  };
  const work = organizations.map(async (organization) => {
    const reports: Promise<void>[] = [];
    // One push at a time at each node; reporting goes on beside it.
    for (let next = pieces.next(); next.done !== true; next = pieces.next()) {
      const report = await pushAndReport(organization, next.value);
      reports.push(follow(organization, report));
    }
    await Promise.all(reports);
  });
  await Promise.all(work);
  const last = Math.max(-1, ...entries);
  await Promise.all(organizations.map((organization) => waitUntilHeld(organization, last)));
  const seconds = Math.round(performance.now() - begin) / 1_000;
  return { committed, seconds, entries: entries.toSorted((a, b) => a - b) };
}

async function pushAndReport(organization: Organization, { kind, records }: GeneratedBatch): Promise<Report> {
  const lines = records.map((record) => `${JSON.stringify(record)}\n`).join('');
  const outcome = await ask<{ id: number; staged: number }>(
    organization,
    'POST',
    `/records/${kind}`,
    lines,
    'application/x-ndjson',
  );
  if (outcome.staged !== records.length)
    throw failure(organization, `took ${outcome.staged} of ${records.length} records`);
  return await ask(organization, 'POST', '/reports', JSON.stringify({ import: outcome.id }));
}

async function finish(organization: Organization, begun: Report): Promise<Report> {
  let report = begun;
  for (let waited = 0; report.status === 'running'; waited += LOOK_MS) {
    if (waited > PATIENCE_MS) throw failure(organization, `does not get on with report ${begun.id}`);
    await delay(LOOK_MS);
    report = await ask(organization, 'GET', `/reports/${begun.id}`);
  }
  if (report.status === 'failed') throw failure(organization, `could not report (report ${begun.id})`);
  return report;
}

/** A node holds an entry's records when its receipt or its batch says so; the last entry is applied last. */
async function waitUntilHeld(organization: Organization, entry: number): Promise<void> {
  for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_MS) {
    const { logSize } = await ask<{ logSize: number }>(organization, 'GET', '/organization');
    if (logSize > entry) {
      const { items } = await ask<{ items: readonly unknown[] }>(
        organization,
        'GET',
        '/batches?status=missing&limit=1',
      );
      if (items.length === 0) return;
    }
    await delay(LOOK_MS);
  }
  throw failure(organization, `does not hold all records of the log`);
}

async function ask<T>(
  organization: Organization,
  method: string,
  path: string,
  body?: string,
  type = 'application/json',
): Promise<T> {
  const headers = {
    authorization: `Bearer ${organization.tokens.operator}`,
    ...(body === undefined ? {} : { 'content-type': type }),
  };
  const url = `${organization.url}/api/v1${path}`;
  const answer = await fetch(url, { method, headers, body: body ?? null }).catch((error: unknown) => {
    throw failure(organization, 'does not answer; is the network started?', error);
  });
  const text = await answer.text();
  if (answer.ok) return JSON.parse(text);
  throw failure(organization, `has answered ${method} ${path} with ${answer.status}: ${text}`);
}

function failure({ id }: Organization, what: string, cause?: unknown): StartupFault {
  return new StartupFault('load_failed', `${id} ${what}.`, cause);
}
