// The ordering of a hosted organisation on the stored blocks of a real ledger.
import { ok, reject } from '@suyuan/log';
import pino from 'pino';
import { describe, expect, test } from 'vitest';

import { reachNothing } from '../crash-point.ts';
import type { Database } from '../database/database.ts';
import { DatabaseFault } from '../database/database-fault.ts';
import type { Ledger } from '../ledger-store/ledger.ts';
import { openLedger } from '../ledger-store/ledger.ts';
import { testDatabase } from '../testing/test-database.ts';
import type { TestLedgers } from '../testing/test-ledgers.ts';
import { openTestLedgers } from '../testing/test-ledgers.ts';
import type { HostedOrdering } from './hosted-ordering.ts';
import { createHostedOrdering } from './hosted-ordering.ts';

async function openHosted(ledgers: TestLedgers, database: Database): Promise<Ledger> {
  const { genesis, crypto } = ledgers;
  const opened = await openLedger({ database, crypto, genesis, organization: 'shop', reach: reachNothing });
  if (!opened.ok) throw new Error(opened.error.code);
  return opened.value;
}

interface Hosted {
  readonly ordering: HostedOrdering;
  readonly broken: Promise<unknown>;
}

function orderingFor(ledgers: TestLedgers, height?: () => number): Hosted {
  const host = ledgers.node(0);
  let report: (error: unknown) => void = () => undefined;
  const broken = new Promise<unknown>((resolve) => (report = resolve));
  const ordering = createHostedOrdering({
    host: {
      ordering: host.ordering,
      database: host.database,
      height: height ?? (() => host.ledger.state().height),
    },
    logger: pino({ level: 'silent' }),
    onBroken: report,
  });
  host.ledger.onApplied(() => ordering.wake());
  return { ordering, broken };
}

async function reaches(ledger: Ledger, height: number): Promise<void> {
  if (ledger.state().height >= height) return;
  await new Promise<void>((resolve) =>
    ledger.onApplied((block) => {
      if (block.height === height) resolve();
    }),
  );
}

async function chainOf(database: Database): Promise<readonly object[]> {
  return await database.read((db) =>
    db.selectFrom('block').select(['height', 'app_hash', 'log_size']).orderBy('height').execute(),
  );
}

describe('hosted ordering', () => {
  test('[HO2] applies the blocks of its host, old and new, refused statements and empty blocks included, with its app hashes', async () => {
    await using ledgers = await openTestLedgers();
    await using database = await testDatabase();
    const host = ledgers.node(0);
    await ledgers.report(0, 3);
    // Refused by a rule: only the managing organisation sets modules.
    await ledgers.node(1).submit({
      kind: 'modules',
      fields: { organization: ledgers.node(1).organization, recordKinds: [], activation: 0 },
    });
    await host.logSize(2);
    const hosted = await openHosted(ledgers, database);
    const { ordering } = orderingFor(ledgers);
    const statement = new Uint8Array([1]);
    expect(await ordering.submit(statement)).toEqual(reject({ code: 'ordering_stopped' }));
    await ordering.start(hosted.application);
    await ledgers.report(1, 2);
    await host.logSize(3);
    // As CometBFT makes them.
    const { height } = host.ledger.state();
    await host.ordering.stop();
    await host.ledger.application.deliver({ height: height + 1, statements: [] });
    await reaches(hosted, height + 1);
    expect(await chainOf(database)).toEqual(await chainOf(host.database));
    await ordering.stop();
  });

  test('[HO2] what it submits is ordered by its host, once', async () => {
    await using ledgers = await openTestLedgers();
    await using database = await testDatabase();
    const hosted = await openHosted(ledgers, database);
    const { ordering } = orderingFor(ledgers);
    await ordering.start(hosted.application);
    expect(ordering.isRunning()).toBe(true);
    const { statement } = await ledgers.report(2, 1);
    expect(await ordering.submit(new Uint8Array([1]))).toMatchObject({ ok: false });
    const again = await ordering.submit(statement);
    expect(again.ok || again.error.code === 'sequence_spent').toBe(true);
    await reaches(hosted, 1);
    await ordering.stop();
    expect(ordering.isRunning()).toBe(false);
    expect(await ordering.submit(statement)).toEqual(reject({ code: 'ordering_stopped' }));
    expect(await chainOf(database)).toEqual((await chainOf(ledgers.node(0).database)).slice(0, 2));
  });

  test('[HO3] a commit whose answer was lost counts, and one that failed is done again', async () => {
    await using ledgers = await openTestLedgers();
    await using database = await testDatabase();
    for (const isStored of [false, true]) {
      await using own = await testDatabase();
      let faults = 1;
      const failing: Database = {
        ...own,
        transact: async (fn) => {
          const isFaulty = hosted !== undefined && faults-- > 0;
          const lost = new DatabaseFault('database_unavailable', 'on purpose', undefined, true);
          if (isFaulty && !isStored) throw lost;
          const done = await own.transact(fn);
          if (isFaulty) throw lost;
          return done;
        },
      };
      let hosted: Ledger | undefined;
      const opened = await openHosted(ledgers, failing);
      hosted = opened;
      const { ordering } = orderingFor(ledgers);
      await ordering.start(hosted.application);
      const { height } = ledgers.node(0).ledger.state();
      await ledgers.report(0, 1);
      await reaches(hosted, height + 1);
      await ordering.stop();
      expect(await chainOf(own)).toEqual(await chainOf(ledgers.node(0).database));
    }
    expect(await chainOf(database)).toEqual([]);
  });

  test('[HO3] ahead of a host that lost blocks it waits for them; with another state it stops', async () => {
    await using ledgers = await openTestLedgers();
    await using database = await testDatabase();
    const host = ledgers.node(0);
    const hosted = await openHosted(ledgers, database);
    await ledgers.report(0, 1);
    await host.logSize(1);
    const first = orderingFor(ledgers);
    await first.ordering.start(hosted.application);
    await reaches(hosted, 1);
    await first.ordering.stop();

    let isBack = false;
    const second = orderingFor(ledgers, () => (isBack ? host.ledger.state().height : 0));
    await second.ordering.start(hosted.application);
    await ledgers.report(0, 1);
    await host.logSize(2);
    expect(hosted.state().height).toBe(1);
    isBack = true;
    second.ordering.wake();
    await reaches(hosted, 2);
    await second.ordering.stop();
    expect(await hosted.application.check(new Uint8Array())).toMatchObject({ ok: false });

    await host.database.transact(({ sql }) =>
      sql
        .updateTable('block')
        .set({ app_hash: new Uint8Array(32) })
        .where('height', '=', 2)
        .execute(),
    );
    const third = orderingFor(ledgers);
    await third.ordering.start(hosted.application);
    await ledgers.report(1, 1);
    expect(await third.broken).toMatchObject({ code: 'app_hash_differs' });
    await third.ordering.stop();
    expect(ok(hosted.state().height)).toEqual(ok(2));
  });
});
