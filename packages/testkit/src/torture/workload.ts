// What clients do while a network is broken: they report records, insist until that is done, and keep what must be
// true afterwards: every text, and the receipts.
import { parseRecord, recordKind } from '@suyuan/battery';
import type { RecordMembers } from '@suyuan/invented';
import { generateRecords } from '@suyuan/invented';
import { assert } from '@suyuan/log';

import type { RealNetwork } from './real-network.ts';
import { until } from './real-network.ts';

/** A finished report. */
export interface Reported {
  readonly organization: string;
  readonly entries: readonly number[];
  /** Code of its first record. */
  readonly code: string;
}

interface Report {
  readonly status: string;
  readonly batches: readonly { readonly entry?: number }[];
}

/** Records of one report. */
const REPORT_RECORDS = 20;

/** The clients of one network. */
export class Workload {
  /** Public and shared text of every record that was reported, by code. */
  readonly expected: Map<string, { readonly public: string; readonly shared: string }> = new Map();
  /** Receipts by entry, from the time at which each was first to be had. */
  readonly receipts: Map<number, Uint8Array> = new Map();
  readonly #network: RealNetwork;
  readonly #source: Generator<readonly RecordMembers[], never>;
  #round = 0;

  constructor(network: RealNetwork, seed: number) {
    this.#network = network;
    this.#source = modules(seed);
  }

  /** One report by an organisation, whatever dies meanwhile; `timeoutMs` is for all of it. */
  async report(organization: string, timeoutMs = 90_000): Promise<Reported> {
    const round = (this.#round += 1);
    const records = this.#source.next().value;
    const { id, staged } = await this.#network.ask<{ id: number; staged: number }>(
      organization,
      {
        method: 'POST',
        path: '/records/battery_module',
        json: { records },
        headers: { 'idempotency-key': `push-${round}` },
      },
      timeoutMs,
    );
    assert(staged === records.length, 'every record of the push is staged');
    const { id: report } = await this.#network.ask<{ id: number }>(
      organization,
      {
        method: 'POST',
        path: '/reports',
        json: { import: id },
        headers: { 'idempotency-key': `report-${round}` },
      },
      timeoutMs,
    );
    const code = this.#expect(records);
    return { organization, code, entries: await this.#follow(organization, report, timeoutMs) };
  }

  async #follow(organization: string, report: number, timeoutMs: number): Promise<readonly number[]> {
    const done = await until(
      `report ${report} of ${organization}`,
      async () => {
        const shown = await this.#network.ask<Report>(organization, { path: `/reports/${report}` });
        assert(shown.status !== 'failed', 'no report fails');
        return shown.status === 'done' ? shown : undefined;
      },
      timeoutMs,
    );
    return done.batches.flatMap(({ entry }) => (entry === undefined ? [] : [entry]));
  }

  /** Fetches the receipts of a report where it was made, as soon as they are to be had. */
  async collectReceipts({ organization, entries }: Reported): Promise<void> {
    for (const entry of entries) {
      const path = `/batches/${entry}/receipt`;
      const bytes = await until(`the receipt of entry ${entry}`, async () => {
        const answer = await this.#network.call(organization, { path }).catch(() => undefined);
        return answer?.ok === true ? new Uint8Array(await answer.arrayBuffer()) : undefined;
      });
      this.receipts.set(entry, bytes);
    }
  }

  #expect(records: readonly RecordMembers[]): string {
    const kind = recordKind('battery_module');
    assert(kind !== undefined, 'modules are a record kind');
    let first = '';
    for (const members of records) {
      const { record, subjects } = parseRecord(kind, members, { today: '2100-01-01', codes: 'strict' });
      assert(record !== undefined, 'generated records are valid');
      const code = subjects.find(({ role }) => role === 'subject')?.code ?? '';
      first ||= code;
      this.expected.set(code, { public: record.public, shared: record.shared });
    }
    return first;
  }
}

function* modules(seed: number): Generator<readonly RecordMembers[], never> {
  const options = { seed: seed % 34, count: 5_000_000, from: '2026-01-01', to: '2026-06-30' };
  for (const { kind, records } of generateRecords({ ...options, batchSize: REPORT_RECORDS }))
    if (kind === 'battery_module') yield records;
  throw new RangeError('there are records for every report');
}
