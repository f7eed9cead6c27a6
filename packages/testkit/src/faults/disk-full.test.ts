// A disk that is really full, below a real PostgreSQL: writing gets a clear problem, reading goes on, nothing is
// half stored, and with space again everything goes on by itself.
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cellsOf, recordKind } from '@suyuan/battery';
import { assert } from '@suyuan/log';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { writeTemplate } from '../../../node/src/import/write-workbook.ts';
import type { RecordMembers } from '@suyuan/invented';
import { NetworkUnderTest } from './testing/network-under-test.ts';
import type { ClientRequest } from './testing/network-under-test.ts';
import {
  REPORTER,
  beginReport,
  importAndReport,
  importRecords,
  readReport,
  rounds,
} from './testing/patient-client.ts';
import { canHaveSmallDisk } from './testing/small-disk.ts';
import { ReceiptFolder, expectSameLogs, expectStoredOnce } from './testing/stored-records.ts';

/** PostgreSQL with its log, four databases, and the reserve that the node keeps free. */
const DISK_MEGABYTES = 500;
const WAIT = { timeout: 30_000, interval: 50 };

const probe = mkdtempSync(join(tmpdir(), 'suyuan-disk-'));
const isPossible = canHaveSmallDisk(probe);
rmdirSync(probe);
const mayRun = isPossible || process.env['CI'] !== undefined;

describe.runIf(mayRun)('a full disk (needs a machine that lets us mount a tmpfs in a namespace)', () => {
  const source = rounds();
  const receipts = new ReceiptFolder();
  const records: RecordMembers[] = [];
  let network: NetworkUnderTest;

  beforeAll(async () => {
    network = await NetworkUnderTest.start({ diskMegabytes: DISK_MEGABYTES });
  });
  afterAll(async () => await network[Symbol.asyncDispose]());

  /** Waits until the node has noticed how full its disk is; the request itself would be refused anyway. */
  async function noticed(status: 400 | 507): Promise<void> {
    const request = { organization: REPORTER, method: 'POST', path: '/reports', body: {} };
    await vi.waitFor(async () => expect((await network.call(request)).status).toBe(status), WAIT);
  }

  /** Not one byte is free afterwards: the process has tried. */
  async function fillDisk(): Promise<void> {
    await network.order({ type: 'fill_disk' });
  }

  async function freeDisk(): Promise<void> {
    await network.order({ type: 'free_disk' });
    await noticed(400);
  }

  async function expectReadable(): Promise<void> {
    for (const organization of ['managers', REPORTER, 'vehicles']) {
      for (const path of ['/health', '/organization', '/receipts/latest', '/log', '/batches', '/reports/1']) {
        if (path === '/reports/1' && organization !== REPORTER) continue;
        const answer = await network.call({ organization, method: 'GET', path });
        expect([organization, path, answer.status]).toEqual([organization, path, 200]);
        await answer.arrayBuffer();
      }
    }
    await expectStoredOnce(network, records);
  }

  test('refuses new data with disk_full, and everything stored can still be read', async () => {
    const chosen = source.next().value;
    const report = await importAndReport(network, 1, chosen);
    records.push(...chosen);
    await receipts.collect(network, report);
    await fillDisk();
    await noticed(507);
    const refused = await network.call({
      organization: REPORTER,
      method: 'POST',
      path: '/records/battery_module',
      body: { records: source.next().value },
    });
    expect(refused.status).toBe(507);
    expect(await refused.json()).toMatchObject({ code: 'disk_full' });
    await expectReadable();
    await freeDisk();
  });

  test('in the middle of an import: it is refused as a whole, and works when there is space', async () => {
    const kind = recordKind('battery_module');
    assert(kind !== undefined, 'modules are a record kind');
    const chosen = Array.from({ length: 100 }, () => source.next().value).flat();
    const workbook = await writeTemplate(
      kind,
      chosen.map((members) => cellsOf(kind, members)),
    );
    const request: ClientRequest = {
      organization: REPORTER,
      method: 'POST',
      path: '/imports?kind=battery_module',
      body: workbook,
      headers: { 'idempotency-key': 'workbook-full' },
    };
    await network.order({ type: 'hold', at: 'import.received' });
    const answered = network.call(request);
    await network.held();
    await fillDisk();
    await network.order({ type: 'release' });
    const answer = await answered;
    expect(await answer.json()).toMatchObject({ status: 507, code: 'disk_full' });
    await expectReadable();
    expect(await network.query(REPORTER, 'select id from import where id > 2')).toEqual([]);

    await freeDisk();
    const outcome = await network.insist(request);
    expect(await outcome.json()).toMatchObject({ staged: chosen.length });
    const id = await beginReport(network, 2);
    await vi.waitFor(
      async () => expect(await readReport(network, id)).toMatchObject({ status: 'done' }),
      WAIT,
    );
    records.push(...chosen);
    await expectStoredOnce(network, records);
  });

  test('in the middle of a report: it waits, says why, and goes on by itself', async () => {
    const chosen = source.next().value;
    await importRecords(network, 3, chosen);
    await network.order({ type: 'hold', at: 'report.read' });
    const id = await beginReport(network, 3);
    await network.held();
    await fillDisk();
    await noticed(507);
    await network.order({ type: 'release' });
    await vi.waitFor(
      async () =>
        expect(await readReport(network, id)).toMatchObject({
          status: 'running',
          waiting: { code: expect.stringMatching(/^waiting_for_(organizations|database)$/) },
        }),
      WAIT,
    );
    expect(JSON.stringify(await readReport(network, id))).toContain('disk_full');
    await network.order({ type: 'free_disk' });
    await vi.waitFor(
      async () => expect(await readReport(network, id)).toMatchObject({ status: 'done' }),
      WAIT,
    );
    records.push(...chosen);
    await expectStoredOnce(network, records);
    await expectSameLogs(network, records.length);
    expect(receipts.refusals()).toEqual([]);
  });
});
