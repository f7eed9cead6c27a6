import * as fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, test, vi } from 'vitest';

import type { StatementBody } from '@suyuan/ledger';
import {
  keyIdOf,
  logRootOf,
  logSizeOf,
  signAcknowledgement,
  signStatement,
  stateRootOf,
} from '@suyuan/ledger';
import { leafHash, verifyConsistency, verifyInclusion } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';

import { reachNothing } from '../crash-point.ts';
import { DatabaseFault } from '../database/database-fault.ts';
import type { Database, Transaction } from '../database/database.ts';
import { makeTestGenesis, openTestLedgers } from '../testing/test-ledgers.ts';
import { testDatabase } from '../testing/test-database.ts';
import type { Ledger } from './ledger.ts';
import { openLedger } from './ledger.ts';

const { sha256 } = nativeCrypto;

/** One organisation without an ordering: blocks are given to it by hand. */
function makeHand() {
  const { founders, genesis, network } = makeTestGenesis([['acme', 'validator']]);
  const signer = founders[0]?.signers.statement;
  if (signer === undefined) throw new Error('no statement key');
  const sign = (sequence: number, body: StatementBody): Uint8Array =>
    signStatement(nativeCrypto, { network, issuer: 'acme', sequence, lastValidHeight: 1_000, body }, signer);
  return {
    genesis,
    anchor: (sequence: number): Uint8Array =>
      sign(sequence, {
        kind: 'anchor',
        fields: { purpose: 'audit_trail', name: `a${sequence}`, size: sequence, digest: sha256(genesis) },
      }),
    /** Authentic, and against a rule. */
    wrong: (sequence: number): Uint8Array =>
      sign(sequence, { kind: 'vote', fields: { entry: 1_000_000, approves: true } }),
  };
}

async function open(database: Database, genesis: Uint8Array): Promise<Ledger> {
  const options = { database, crypto: nativeCrypto, genesis, organization: 'acme', reach: reachNothing };
  const opened = await openLedger(options);
  if (!opened.ok) throw new Error(opened.error.code);
  return opened.value;
}

describe('ledger store', () => {
  test('[L9] [L20] [L21] whatever is ordered, tiles, entries and proofs agree with the state, also when loaded again', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.constantFrom('anchor', 'wrong', 'again', 'rubbish'), { maxLength: 300 }), {
          minLength: 1,
          maxLength: 4,
        }),
        async (blocks) => {
          await using database = await testDatabase();
          const hand = makeHand();
          const ledger = await open(database, hand.genesis);
          let sequence = 0;
          let last = hand.anchor(++sequence);
          for (const [index, kinds] of blocks.entries()) {
            const statements = kinds.map((kind) => {
              if (kind === 'again') return last;
              if (kind === 'rubbish') return sha256(last);
              return (last = kind === 'anchor' ? hand.anchor(++sequence) : hand.wrong(++sequence));
            });
            await ledger.application.deliver({ height: index + 1, statements });
          }
          const state = ledger.state();
          const size = logSizeOf(state);
          const root = logRootOf(nativeCrypto, state);
          expect(await ledger.log.frontier(size)).toEqual(state.log);
          for (const index of [0, Math.floor(size / 2), size - 1]) {
            const entry = index < 0 ? undefined : await ledger.log.entry(index);
            if (entry === undefined) continue;
            const proof = await ledger.log.proveInclusion(index, size);
            const leaf = leafHash(sha256, entry.statement);
            expect(verifyInclusion(sha256, { leafHash: leaf, index, size, proof, root }).ok).toBe(true);
            const oldSize = index + 1;
            const oldRoot = await ledger.log.root(oldSize);
            const consistency = await ledger.log.proveConsistency(oldSize, size);
            expect(verifyConsistency(sha256, { oldSize, oldRoot, size, root, proof: consistency }).ok).toBe(
              true,
            );
          }
          const again = await open(database, hand.genesis);
          expect(await again.application.status()).toEqual(await ledger.application.status());
          expect(stateRootOf(nativeCrypto, again.state())).toEqual(stateRootOf(nativeCrypto, state));
        },
      ),
      { numRuns: 12 },
    );
  });

  test('[C2] a block whose transaction fails leaves nothing, one that was stored in spite of the fault counts', async () => {
    await using database = await testDatabase();
    const hand = makeHand();
    let fault: 'before' | 'after' | undefined;
    const flaky: Database = {
      ...database,
      transact: async (work) => {
        const failing = fault;
        fault = undefined;
        if (failing === 'before') {
          return await database.transact(async (tx) => {
            await work(tx);
            throw new DatabaseFault('database_unavailable', 'on purpose', undefined, false);
          });
        }
        const value = await database.transact(work);
        if (failing === 'after')
          throw new DatabaseFault('database_unavailable', 'on purpose', undefined, true);
        return value;
      },
    };
    const ledger = await open(flaky, hand.genesis);
    const heard: number[] = [];
    ledger.onApplied(({ height }) => heard.push(height));
    const block = { height: 1, statements: [hand.anchor(1)] };
    fault = 'before';
    await expect(ledger.application.deliver(block)).rejects.toThrow('on purpose');
    expect(await ledger.application.status()).toMatchObject({ height: 0 });
    expect([logSizeOf(ledger.state()), heard]).toEqual([0, []]);
    fault = 'after';
    await expect(ledger.application.deliver(block)).rejects.toThrow('on purpose');
    expect(ledger.state().height).toBe(0);
    expect(await ledger.application.status()).toMatchObject({ height: 1 });
    expect([logSizeOf(ledger.state()), heard]).toEqual([1, [1]]);
    await ledger.application.deliver({ height: 2, statements: [hand.anchor(2)] });
    expect(heard).toEqual([1, 2]);
  });

  test('[C2] what a hook stores is stored with its block or not at all', async () => {
    await using database = await testDatabase();
    const hand = makeHand();
    const ledger = await open(database, hand.genesis);
    let isBroken = true;
    ledger.join(async ({ sql }, { height }) => {
      await sql
        .insertInto('setting')
        .values({ name: `hook ${height}`, value: '1' })
        .execute();
      if (isBroken) throw new Error('hook on purpose');
    });
    const block = { height: 1, statements: [hand.anchor(1)] };
    await expect(ledger.application.deliver(block)).rejects.toThrow('hook on purpose');
    const settings = async (): Promise<unknown> =>
      await database.read((db) => db.selectFrom('setting').select('name').execute());
    expect(await settings()).toEqual([]);
    isBroken = false;
    await ledger.application.deliver(block);
    expect(await settings()).toEqual([{ name: 'hook 1' }]);
  });

  test('[C3] [G28] does not start on a store that was changed', async () => {
    const changes: ((tx: Transaction) => Promise<unknown>)[] = [
      ({ sql }) => sql.deleteFrom('ledger_state').where('key', '=', 'policy').execute(),
      ({ sql }) =>
        sql
          .updateTable('ledger_state')
          .set({ value: new Uint8Array(2) })
          .execute(),
      ({ sql }) =>
        sql
          .insertInto('ledger_state')
          .values({ key: 'batch/7', value: new Uint8Array(1) })
          .execute(),
      ({ sql }) =>
        sql
          .updateTable('log_tile')
          .set({ hashes: new Uint8Array(32) })
          .execute(),
      ({ sql }) =>
        sql
          .updateTable('block')
          .set({ app_hash: new Uint8Array(32) })
          .execute(),
    ];
    for (const change of changes) {
      await using database = await testDatabase();
      const hand = makeHand();
      const ledger = await open(database, hand.genesis);
      await ledger.application.deliver({ height: 1, statements: [hand.anchor(1)] });
      await open(database, hand.genesis);
      await database.transact(change);
      await expect(open(database, hand.genesis)).rejects.toMatchObject({ code: 'ledger_corrupt' });
    }
  });

  test('refuses a genesis that breaks its rules', async () => {
    await using database = await testDatabase();
    const genesis = new Uint8Array([1, 2, 3]);
    const options = { database, crypto: nativeCrypto, genesis, organization: 'acme', reach: reachNothing };
    expect(await openLedger(options)).toMatchObject({ ok: false, error: { code: 'genesis_malformed' } });
  });
});

describe('batch rows', () => {
  const rows = async (database: Database): Promise<unknown> =>
    await database.read((db) =>
      db.selectFrom('batch').select(['status', 'entry', 'refusal', 'sequence']).orderBy('id').execute(),
    );

  test('[C4] an accepted batch is reported at who holds it and missing at a member that does not', async () => {
    await using network = await openTestLedgers();
    const [reporter, holder, other] = [network.node(0), network.node(1), network.node(2)];
    await network.report(0, 2, [1]);
    for (const node of network.nodes) await node.logSize(1);
    const sequence = 1;
    const reported = { status: 'reported', entry: 0, refusal: null, sequence };
    expect(await rows(reporter.database)).toEqual([reported]);
    expect(await rows(holder.database)).toEqual([reported]);
    expect(await rows(other.database)).toEqual([{ ...reported, status: 'missing' }]);
  });

  test('[C4] a payload that is being stored while its batch is applied does not stop the node', async () => {
    await using network = await openTestLedgers();
    const other = network.node(2);
    const isWaiting = async (): Promise<boolean> =>
      await other.database.read(async (db) => {
        const { rows: locks } = await sql<{ granted: boolean }>`
          select granted from pg_locks where not granted and locktype = 'transactionid'`.execute(db);
        return locks.length > 0;
      });
    await other.database.transact(async (tx) => {
      await tx.sql
        .insertInto('batch')
        .values({
          status: 'held',
          kind: 'battery_module',
          reporter: 'acme',
          sequence: 1,
          count: 1,
          root: new Uint8Array(32).fill(7),
          stored_on: '2026-11-20',
        })
        .execute();
      await network.report(0, 2, [1]);
      await vi.waitFor(async () => expect(await isWaiting()).toBe(true), { timeout: 20_000 });
    });
    await other.logSize(1);
    expect(await rows(other.database)).toEqual([
      { status: 'refused', entry: null, refusal: 'sequence_spent', sequence: null },
      { status: 'missing', entry: 0, refusal: null, sequence: 1 },
    ]);
    await network.report(0, 2, [1, 2]);
    await other.logSize(2);
  });

  test('[C4] a batch that a rule refuses goes back to staged, and is refused at who holds it', async () => {
    await using network = await openTestLedgers();
    const [reporter, holder] = [network.node(0), network.node(1)];
    await network.report(0, 2, []);
    await reporter.logSize(1);
    expect(await rows(reporter.database)).toEqual([
      { status: 'staged', entry: null, refusal: 'acknowledgements_too_few', sequence: null },
    ]);
    await network.report(0, 2, [1]);
    await holder.logSize(2);
    expect(await rows(holder.database)).toEqual([
      { status: 'reported', entry: 1, refusal: null, sequence: 2 },
    ]);
  });

  test('[C4] a row under a number that the ledger gave to other bytes is released', async () => {
    await using network = await openTestLedgers();
    const [reporter, holder] = [network.node(0), network.node(1)];
    const root = new Uint8Array(32).fill(7);
    for (const { database } of [reporter, holder]) {
      await database.transact(({ sql }) =>
        sql
          .insertInto('batch')
          .values({
            status: database === reporter.database ? 'sending' : 'held',
            kind: 'battery_module',
            reporter: 'acme',
            sequence: 1,
            count: 1,
            root,
            stored_on: '2026-11-20',
          })
          .execute(),
      );
    }
    await reporter.submit({
      kind: 'batch',
      fields: {
        channel: 1,
        recordKind: 'battery_module',
        count: 1,
        root: new Uint8Array(32),
        size: 1,
        createdAt: 1_795_161_600,
        acknowledgements: [holder, network.node(2)].map(({ organization, signers: { statement } }) => {
          if (statement === undefined) throw new Error('no statement key');
          const batch = {
            network: network.network,
            channel: 1,
            reporter: 'acme',
            sequence: 1,
            recordKind: 'battery_module',
            count: 1,
            size: 1,
            root: new Uint8Array(32),
          };
          const keyId = keyIdOf(nativeCrypto, statement.publicKey);
          return { organization, keyId, signature: signAcknowledgement(batch, statement) };
        }),
      },
    });
    for (const node of [reporter, holder]) await node.logSize(1);
    const missing = { status: 'missing', entry: 0, refusal: null, sequence: 1 };
    const released = { entry: null, refusal: 'sequence_spent', sequence: null };
    expect(await rows(reporter.database)).toEqual([{ ...released, status: 'staged' }, missing]);
    expect(await rows(holder.database)).toEqual([{ ...released, status: 'refused' }, missing]);
  });
});
