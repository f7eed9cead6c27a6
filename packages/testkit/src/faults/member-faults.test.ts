// Members whose machines are off, or that lose what they have acknowledged, with real processes: reports wait visibly
// or go on, and everybody holds everything in the end. Members that lie are in packages/node/src/report.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { RecordMembers } from '@suyuan/invented';
import { NetworkUnderTest } from './testing/network-under-test.ts';
import { beginReport, importAndReport, importRecords, readReport, rounds } from './testing/patient-client.ts';
import { expectSameLogs, expectStoredOnce } from './testing/stored-records.ts';

const WAIT = { timeout: 30_000, interval: 50 };

describe('members', () => {
  const source = rounds();
  const records: RecordMembers[] = [];
  let network: NetworkUnderTest;

  beforeAll(async () => {
    network = await NetworkUnderTest.start();
  });
  afterAll(async () => await network[Symbol.asyncDispose]());

  test('that lose a payload after they have acknowledged it get it from the reporter', async () => {
    const chosen = source.next().value;
    records.push(...chosen);
    await network.order({ type: 'hold', at: 'report.acknowledged' });
    const finished = importAndReport(network, 1, chosen);
    await network.held();
    const lost = new Map<string, number>();
    for (const organization of ['managers', 'vehicles']) {
      const removed = await vi.waitUntil(async () => {
        const held = `delete from batch where status = 'held' returning id`;
        const [row] = await network.query<{ id: string }>(organization, held);
        return row === undefined ? undefined : Number(row.id);
      }, WAIT);
      for (const table of ['record', 'subject'])
        await network.query(organization, `delete from ${table} where batch_id = $1`, [removed]);
      lost.set(organization, removed);
    }
    await network.order({ type: 'release' });
    expect(await finished).toMatchObject({ status: 'done', reported: chosen.length });
    await expectStoredOnce(network, records);
    for (const [organization, removed] of lost) {
      const again = await network.query<{ id: string }>(organization, 'select id from batch');
      expect(again.map(({ id }) => Number(id))).not.toContain(removed);
    }
  });

  test('one that is off holds up nothing; all that are off are waited for by name', async () => {
    await network.order({ type: 'switch_off', organization: 'vehicles' });
    await expect(fetch(network.urlOf('vehicles'))).rejects.toThrow('fetch failed');
    const first = source.next().value;
    expect(await importAndReport(network, 2, first)).toMatchObject({ status: 'done' });

    await network.order({ type: 'switch_off', organization: 'managers' });
    const second = source.next().value;
    await importRecords(network, 3, second);
    const id = await beginReport(network, 3);
    const waiting = {
      code: 'waiting_for_organizations',
      needed: 1,
      have: 0,
      organizations: expect.arrayContaining([
        { organization: 'managers', code: 'peer_unreachable' },
        { organization: 'vehicles', code: 'peer_unreachable' },
      ]),
    };
    await vi.waitFor(async () => expect(await readReport(network, id)).toMatchObject({ waiting }), WAIT);
    await network.kill();
    await network.startAgain();
    await vi.waitFor(
      async () => expect(await readReport(network, id)).toMatchObject({ status: 'done' }),
      WAIT,
    );
    records.push(...first, ...second);
    await expectStoredOnce(network, records);
    await expectSameLogs(network, records.length);
  });
});
