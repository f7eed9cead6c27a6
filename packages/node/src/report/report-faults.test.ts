// Reporting when something fails: members that are down or lie, a database that comes and goes, a process that dies.
// Whatever happens, each record ends up reported exactly once.
import type { FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { describe, expect, it, vi } from 'vitest';

import {
  activeKeyOf,
  networkOf,
  parseStatement,
  signAcknowledgement,
  signStatement,
  viewOf,
} from '@suyuan/ledger';
import { nativeCrypto, nativeSigner } from '@suyuan/native-crypto';
import { generateRecords } from '@suyuan/testkit';

import type { Step } from '../crash-point.ts';
import { encodeAcknowledgement, PAYLOADS_PATH, parsePayloadMessage } from '../replication/payload-message.ts';
import type { PayloadMessage } from '../replication/payload-message.ts';
import { failingDatabase } from '../testing/failing-database.ts';
import type { FailureMode } from '../testing/failing-database.ts';
import { stageSamples } from '../testing/stage-samples.ts';
import { testNetwork } from '../testing/test-network.ts';
import type { TestNetworkOptions, TestNode } from '../testing/test-network.ts';
import { claimRecords } from './claim-records.ts';
import { readReport } from './report-view.ts';
import type { ShownReport } from './report-view.ts';

const WAIT = { timeout: 30_000, interval: 10 };
const ALL = ['managing', 'maker', 'vehicles'];

async function stage(node: TestNode, count: number, seed = 1, importId?: number): Promise<void> {
  const options = { seed, count: count * 2, from: '2026-01-01', to: '2026-06-30', batchSize: count };
  const [batch] = generateRecords(options);
  await stageSamples(node.database, {
    kind: 'battery_module',
    reporter: node.organization,
    storedOn: '2026-11-20',
    records: batch?.records.slice(0, count) ?? [],
    ...(importId === undefined ? {} : { importId }),
  });
}

async function begin(node: TestNode): Promise<number> {
  const selection = { by: 'all', kind: undefined } as const;
  const begun = await claimRecords(node.database, { selection, createdBy: 'operator', now: new Date() });
  if (!begun.ok) throw new Error(begun.error.code);
  node.worker.enqueue(begun.value.id);
  return begun.value.id;
}

async function show(node: TestNode, id: number): Promise<ShownReport> {
  const report = await node.database.read((db) => readReport(db, node.worker, id));
  if (report === undefined) throw new Error('no such report');
  return report;
}

async function waitForEnd(node: TestNode, id: number): Promise<ShownReport> {
  await vi.waitFor(async () => expect((await show(node, id)).status).not.toBe('running'), WAIT);
  return await show(node, id);
}

/** Every batch statement in the log that was accepted, and the records that the node holds under them. */
async function expectOnce(node: TestNode, records: number): Promise<void> {
  const { rows } = await node.database.read((db) =>
    sql<{ statements: number; records: number; codes: number }>`
      select (select count(*) from log_entry where refusal is null) as statements,
        (select count(*) from batch b join record r on r.batch_id = b.id where b.entry is not null) as records,
        (select count(distinct s.code) from batch b join subject s on s.batch_id = b.id
          where b.entry is not null and s.role = 'subject') as codes`.execute(db),
  );
  expect(rows).toEqual([{ statements: 1, records, codes: records }]);
  const staged = await node.database.read((db) =>
    db.selectFrom('batch').select('id').where('status', '!=', 'reported').execute(),
  );
  expect(staged).toEqual([]);
}

describe('members', () => {
  it('[P16] that are down are waited for, visibly', async () => {
    await using network = await testNetwork({ organizations: ALL });
    const maker = network.node('maker');
    await network.node('managing').goDown();
    await network.node('vehicles').goDown();
    await stage(maker, 20);
    const id = await begin(maker);
    await vi.waitFor(
      async () =>
        expect((await show(maker, id)).waiting).toMatchObject({
          code: 'waiting_for_organizations',
          needed: 1,
          have: 0,
          message: { en: 'waiting for 1 more organisation to store the records' },
        }),
      WAIT,
    );
    const { waiting } = await show(maker, id);
    expect(waiting?.organizations?.map(({ organization }) => organization).toSorted()).toEqual([
      'managing',
      'vehicles',
    ]);
    await network.node('vehicles').comeUp();
    expect(await waitForEnd(maker, id)).toMatchObject({ status: 'done', reported: 20, refused: 0 });
    expect((await show(maker, id)).batches[0]?.acknowledgements).toEqual(['vehicles']);
    await network.node('managing').comeUp();
    await vi.waitFor(async () => await expectOnce(network.node('managing'), 20), WAIT);
    expect(network.broken).toEqual([]);
  });

  it('[P16] that forge acknowledgements are named, and count for nothing', async () => {
    const forger = nativeSigner(new Uint8Array(32).fill(99));
    const plugin: TestNetworkOptions['plugin'] = (node) =>
      node.organization === 'vehicles'
        ? async (app) => {
            app.post(PAYLOADS_PATH, async (request, reply) => {
              const { batch } = await messageIn(node, request);
              const signature = forger.sign(batch.root);
              return await reply.send(Buffer.from(encodeAcknowledgement({ ...ownKey(node), signature })));
            });
          }
        : undefined;
    await using network = await testNetwork({ organizations: ALL, plugin });
    const maker = network.node('maker');
    await network.node('managing').goDown();
    await stage(maker, 5);
    const id = await begin(maker);
    await vi.waitFor(
      async () =>
        expect((await show(maker, id)).waiting?.organizations).toContainEqual({
          organization: 'vehicles',
          code: 'acknowledgement_invalid',
        }),
      WAIT,
    );
    expect((await show(maker, id)).reported).toBe(0);
    await network.node('managing').comeUp();
    expect(await waitForEnd(maker, id)).toMatchObject({
      status: 'done',
      batches: [{ acknowledgements: ['managing'] }],
    });
  });

  it('[P13] that acknowledge without storing are seen to lack the payload, and get it from another member', async () => {
    const plugin: TestNetworkOptions['plugin'] = (node) =>
      node.organization === 'vehicles'
        ? async (app) => {
            app.post(PAYLOADS_PATH, async (request, reply) => {
              const { batch, payload } = await messageIn(node, request);
              const { network: id } = networkOf(viewOf(nativeCrypto, node.ledger.state()));
              const acknowledged = { ...batch, network: id, size: payload.length };
              const signature = signAcknowledgement(acknowledged, node.signers.statement);
              return await reply.send(Buffer.from(encodeAcknowledgement({ ...ownKey(node), signature })));
            });
          }
        : undefined;
    await using network = await testNetwork({ organizations: ALL, plugin });
    const [maker, vehicles] = [network.node('maker'), network.node('vehicles')];
    await network.node('managing').goDown();
    await stage(maker, 5);
    // The liar cannot reach anyone at first, so that its lack is seen before it is mended.
    await maker.goDown();
    const id = await begin(maker);
    expect(await waitForEnd(maker, id)).toMatchObject({ batches: [{ acknowledgements: ['vehicles'] }] });
    await vi.waitFor(async () => {
      const rows = await vehicles.database.read((db) =>
        db.selectFrom('batch').select(['status', 'entry']).execute(),
      );
      expect(rows).toEqual([{ status: 'missing', entry: 0 }]);
      expect(
        vehicles.replication.pull.stateOf(0)?.problems.map(({ organization }) => organization),
      ).toContain('maker');
    }, WAIT);
    await maker.comeUp();
    await vi.waitFor(async () => await expectOnce(vehicles, 5), WAIT);
  });
});

describe('faults of the database', () => {
  const modes: readonly FailureMode[] = ['failed, not stored', 'failed, but stored'];
  // A report of one batch takes: allot, sign, finish.
  const cases = modes.flatMap((mode) => [0, 1, 2].map((failAt) => [failAt, mode] as const));
  it.each(cases)('[P18] transaction %i %s: the record is reported once', async (failAt, mode) => {
    await using network = await testNetwork({ organizations: ['managing', 'maker'] });
    const maker = network.node('maker');
    const database = failingDatabase(maker.database, failAt, mode);
    await maker.restartWorker({ database });
    await stage(maker, 8);
    const id = await begin(maker);
    expect(await waitForEnd(maker, id)).toMatchObject({ status: 'done', reported: 8 });
    expect(database.count()).toBeGreaterThan(2);
    await expectOnce(maker, 8);
    await vi.waitFor(async () => await expectOnce(network.node('managing'), 8), WAIT);
    expect(network.broken).toEqual([]);
  });
});

describe('death of the process', () => {
  const steps: readonly Step[] = [
    'report.claimed',
    'report.merged',
    'report.read',
    'report.allotted',
    'report.sent',
    'report.acknowledged',
    'report.signed',
    'report.submitted',
  ];
  it.each(steps)('[P18] at %s: the next process goes on, and the record is reported once', async (step) => {
    await using network = await testNetwork({ organizations: ['managing', 'maker'] });
    const maker = network.node('maker');
    let died = false;
    await maker.restartWorker({
      reach: (reached) => {
        if (reached !== step || died) return;
        died = true;
        throw new Error(`died at ${step}`);
      },
    });
    await stage(maker, 8);
    const id = await begin(maker);
    await vi.waitFor(() => expect(network.broken).toHaveLength(1), WAIT);
    expect(died).toBe(true);
    await maker.restartWorker();
    expect(await waitForEnd(maker, id)).toMatchObject({ status: 'done', reported: 8 });
    await expectOnce(maker, 8);
    await vi.waitFor(async () => await expectOnce(network.node('managing'), 8), WAIT);
  });

  it('[P17] after signing, and the chain moves past the statement: it is signed anew, with the same number', async () => {
    await using network = await testNetwork({ organizations: ['maker'] });
    const maker = network.node('maker');
    await maker.restartWorker({
      reach: (step) => {
        if (step === 'report.signed') throw new Error('died');
      },
    });
    await stage(maker, 3);
    const id = await begin(maker);
    await vi.waitFor(() => expect(network.broken).toHaveLength(1), WAIT);
    await maker.database.read((db) => db.updateTable('batch').set({ last_valid_height: 0 }).execute());
    const before = await maker.database.read((db) =>
      db.selectFrom('batch').selectAll().executeTakeFirstOrThrow(),
    );
    await maker.restartWorker();
    expect(await waitForEnd(maker, id)).toMatchObject({ status: 'done' });
    const after = await maker.database.read((db) =>
      db.selectFrom('batch').selectAll().executeTakeFirstOrThrow(),
    );
    expect(after.sequence).toBe(before.sequence);
    expect(after.root).toEqual(before.root);
    const parsed = after.statement && parseStatement(after.statement);
    expect(parsed?.ok === true && parsed.value.statement.lastValidHeight).toBeGreaterThan(0);
  });
});

describe('a refusal of the ledger', () => {
  it('[P19] brings the records back to staged with its code, and a later report takes them again', async () => {
    await using network = await testNetwork({ organizations: ['managing', 'maker'] });
    const [maker, managing] = [network.node('maker'), network.node('managing')];
    const setModules = async (sequence: number, recordKinds: readonly string[]): Promise<void> => {
      const { height } = maker.ledger.state();
      const fields = { organization: 'maker', recordKinds, activation: 0 };
      const statement = signStatement(
        nativeCrypto,
        {
          network: network.network,
          issuer: 'managing',
          sequence,
          lastValidHeight: height + 100,
          body: { kind: 'modules', fields },
        },
        managing.signers.statement,
      );
      expect(await managing.ordering.submit(statement)).toEqual({ ok: true, value: undefined });
      await vi.waitFor(() => expect(maker.ledger.state().height).toBeGreaterThan(height), WAIT);
    };
    await maker.restartWorker({
      reach: async (step) => {
        // The right to report the kind is withdrawn between the signature and its block.
        if (step === 'report.signed') await setModules(1, []);
      },
    });
    await stage(maker, 2, 1, 1);
    await stage(maker, 2, 2, 2);
    const id = await begin(maker);
    expect(await waitForEnd(maker, id)).toMatchObject({
      status: 'failed',
      reported: 0,
      refused: 4,
      // Merged for the report, and of one import each again.
      batches: [1, 2].map(() => ({ status: 'staged', count: 2, refusal: 'record_kind_not_in_modules' })),
    });
    await maker.restartWorker();
    await setModules(2, ['battery_module']);
    expect(await waitForEnd(maker, await begin(maker))).toMatchObject({ status: 'done', reported: 4 });
    expect(network.broken).toEqual([]);
  });
});

function ownKey(node: TestNode): { readonly organization: string; readonly keyId: Uint8Array } {
  const key = activeKeyOf(viewOf(nativeCrypto, node.ledger.state()), node.organization, 'statement');
  if (key === undefined) throw new Error('every organisation has a statement key');
  return key;
}

/** The payload message that another node sends to a member of the test's own making. */
async function messageIn(node: TestNode, request: FastifyRequest): Promise<PayloadMessage> {
  const { guard } = node.replication;
  const peer = await guard.admit(request);
  const message = parsePayloadMessage(await guard.readBody(request, peer, 10_000_000));
  if (!message.ok) throw new Error(message.error.code);
  return message.value;
}
