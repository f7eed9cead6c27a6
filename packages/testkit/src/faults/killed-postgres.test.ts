// kill -9 of PostgreSQL at every step of import and report: the node stays, starts it again, and each record ends up
// reported once, with its bytes, at every member.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { isRunning } from '../../../node/src/database/instance-lock.ts';
import type { RecordMembers } from '@suyuan/invented';
import { NetworkUnderTest } from './testing/network-under-test.ts';
import { ROUND_IMPORTS, importAndReport, rounds } from './testing/patient-client.ts';
import { ReceiptFolder, expectImports, expectSameLogs, expectStoredOnce } from './testing/stored-records.ts';
import { steps } from './testing/steps.ts';

const ENDED = 'PostgreSQL ended by itself (SIGKILL)';

describe('kill -9 of PostgreSQL', () => {
  const source = rounds();
  const receipts = new ReceiptFolder();
  const records: RecordMembers[] = [];
  let network: NetworkUnderTest;
  let round = 0;

  beforeAll(async () => {
    network = await NetworkUnderTest.start();
  });
  afterAll(async () => await network[Symbol.asyncDispose]());

  test.each(steps)(
    '[C1] [C2] [I18] [P18] at %s, when %s: nothing is lost, nothing is there twice',
    async (step) => {
      round += 1;
      const chosen = source.next().value;
      records.push(...chosen);
      const pid = await network.postgresPid();
      const logged = network.log.length;
      await network.order({ type: 'halt', at: `postgres:${step}` });
      const finished = importAndReport(network, round, chosen);
      const died = vi.waitUntil(() => network.log.includes(ENDED, logged), { timeout: 60_000, interval: 10 });
      await Promise.race([died, finished.then(async () => await died)]);
      expect(isRunning(pid)).toBe(false);
      const report = await finished;
      expect(report).toMatchObject({ status: 'done', reported: chosen.length });
      await expectStoredOnce(network, records);
      await expectSameLogs(network, records.length);
      await expectImports(network, round * ROUND_IMPORTS, records.length);
      await receipts.collect(network, report);
    },
  );

  test('receipts from before each of these deaths verify after all of them', () => {
    expect(receipts.refusals()).toEqual([]);
  });
});
