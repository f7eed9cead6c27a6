// Four organisations as real processes, made and started by the command, and broken in every way that needs no rights
// of an administrator. In CI a missing CometBFT fails; without Go and without CI these tests are skipped by name.
import { rename } from 'node:fs/promises';

import { nativeCrypto } from '@suyuan/native-crypto';
import { parseTrustPolicy, verifyReceipt } from '@suyuan/verifier';
import { assert } from '@suyuan/log';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { installCometbft } from '../../../node/src/testing/install-cometbft.ts';
import { faultKinds } from './faults.ts';
import { findViolations } from './invariants.ts';
import { RealNetwork, until } from './real-network.ts';
import { testForeignReaders } from './testing/foreign-tests.ts';
import { testFullDisk } from './testing/full-disk-tests.ts';
import { testHosted } from './testing/hosted-tests.ts';
import { testLies } from './testing/lie-tests.ts';
import { testMembership } from './testing/membership-tests.ts';
import { testMoving } from './testing/move-tests.ts';
import { testRecovery } from './testing/recovery-tests.ts';
import { Workload } from './workload.ts';

const program = await installCometbft();
const reason = program === undefined ? ' (skipped: neither CometBFT nor Go is on this machine)' : '';
/** From the end of the report on. */
const traceMsMax = 1_000;
/** Sixteen processes on a machine that may do other work. */
const patienceMs = 180_000;

describe.skipIf(program === undefined)(
  `four organisations as real processes${reason}`,
  { timeout: patienceMs },
  () => {
    let network: RealNetwork;
    let workload: Workload;
    beforeAll(async () => {
      network = await RealNetwork.start(4);
      workload = new Workload(network, 7);
    }, patienceMs);
    afterAll(async () => await network[Symbol.asyncDispose]());

    test('reported at one node, traced at another within a second, with a receipt of three that verifies offline', async () => {
      // The first report also loads code; the promise is about a network that runs.
      await workload.collectReceipts(await workload.report('org-1'));
      const reported = await workload.report('org-2');
      const begin = performance.now();
      const trace = await until('the trace at another node', async () => {
        const answer = await network.call('org-3', { path: `/trace/${reported.code}` });
        return answer.ok ? await answer.text() : undefined;
      });
      const tookMs = performance.now() - begin;
      expect(trace).toContain(reported.code);
      expect(tookMs).toBeLessThan(traceMsMax);
      await workload.collectReceipts(reported);
      const receipt = workload.receipts.get(reported.entries[0] ?? -1);
      const policy = parseTrustPolicy(nativeCrypto, await network.trustPolicy());
      assert(receipt !== undefined && policy.ok, 'there are a receipt and a policy');
      expect(policy.value.quorum).toBe(3);
      const question = { receipt, policy: policy.value, disclosure: undefined, statement: undefined };
      expect(verifyReceipt(nativeCrypto, { ...question, fresh: 'none' })).toMatchObject({ ok: true });
      expect(await findViolations(network, workload)).toEqual([]);
    });

    testForeignReaders(() => ({ network, workload }));

    test('[O5] CometBFT folder lost: refused with what to do; a database from an old backup catches up and goes on', async () => {
      const id = 'org-4';
      await workload.collectReceipts(await workload.report(id));
      await network.stop(id);
      await network.backUp(id, 'database');
      await network.startAgain(id);
      await workload.collectReceipts(await workload.report(id));
      await workload.collectReceipts(await workload.report('org-1'));

      await network.stop(id);
      await network.backUp(id, 'cometbft');
      await rename(network.placeOf(id, 'cometbft'), `${network.placeOf(id, 'cometbft')}-lost`);
      await expect(network.startAgain(id)).rejects.toThrow(
        /Restore that folder, as new as the database or newer/,
      );
      await network.restore(id, 'cometbft');

      await network.restore(id, 'database');
      await network.startAgain(id);
      // Its own numbers were used by statements that the backup does not know of.
      await workload.collectReceipts(await workload.report(id));
      expect(await findViolations(network, workload)).toEqual([]);
    });

    test('[O5] a database that was edited is found out: its node does not start, says how to repair, and can be repaired so', async () => {
      const id = 'org-3';
      await network.stop(id);
      await network.backUp(id, 'database');
      await network.startAgain(id);
      await network.query(
        id,
        `update ledger_state set value = set_byte(value, length(value) - 1, get_byte(value, length(value) - 1) # 1)
       where key = (select min(key) from ledger_state)`,
      );
      await network.stop(id);
      await workload.collectReceipts(await workload.report('org-1'));
      await expect(network.startAgain(id)).rejects.toThrow(
        /was changed from outside.*Restore the database from a backup/,
      );
      expect((await network.status(id)).pids).toEqual({ node: null, cometbft: null, postgres: null });
      await network.restore(id, 'database');
      await network.startAgain(id);
      expect(await findViolations(network, workload)).toEqual([]);
    });

    test.each(faultKinds.map((kind, index) => [kind.name, kind, index] as const))(
      '%s: the others go on, and afterwards nothing is lost, nothing is there twice, everything agrees',
      async (_, kind, index) => {
        const struck = network.ids[index % network.ids.length] ?? '';
        const other = network.ids[(index + 1) % network.ids.length] ?? '';
        const broken = await kind.strike(network, struck);
        const patient = workload.report(struck);
        const [reported] = await Promise.all([workload.report(other), workload.report(other)]);
        await broken.mend();
        await workload.collectReceipts(reported);
        await workload.collectReceipts(await patient);
        expect(await findViolations(network, workload)).toEqual([]);
      },
    );

    test('[O9] [O12] two of four stand still: nothing is ordered, all say for how many they wait, reading goes on, and everything goes on by itself', async () => {
      const [known] = workload.expected.keys();
      const pids = await Promise.all(['org-3', 'org-4'].map((id) => network.pid(id, 'cometbft')));
      for (const pid of pids) process.kill(pid, 'SIGSTOP');
      const patient = workload.report('org-1');
      await until('the report waits for its order', async () => {
        const { items } = await network.ask<{ items: { id: number; status: string }[] }>('org-1', {
          path: '/reports?limit=1',
        });
        const [newest] = items;
        if (newest?.status !== 'running') return undefined;
        const { batches } = await network.ask<{ batches: { step?: string }[] }>('org-1', {
          path: `/reports/${newest.id}`,
        });
        return batches[0]?.step === 'ordering' ? true : undefined;
      });
      expect((await network.call('org-2', { path: `/trace/${known}` })).status).toBe(200);
      const waitsFor = async (count: number): Promise<unknown> =>
        await until(`org-1 waits for ${count} more`, async () =>
          (await network.status('org-1')).waitingFor === count ? true : undefined,
        );
      await waitsFor(1);
      const told = await network.ask<{ ordering: object }>('org-1', { path: '/organization' });
      expect(told.ordering).toEqual({ waitingFor: 1, silent: ['org-3', 'org-4'] });
      for (const pid of pids) process.kill(pid, 'SIGCONT');
      await workload.collectReceipts(await patient);
      await waitsFor(0);
      expect(await findViolations(network, workload)).toEqual([]);
    });

    testLies(() => ({ network, workload }));
    testMembership(() => ({ network, workload }));
    testRecovery(() => ({ network, workload }));
    testMoving(() => ({ network, workload }));
    testHosted(() => ({ network, workload }));
    testFullDisk(() => ({ network, workload }));
  },
);
