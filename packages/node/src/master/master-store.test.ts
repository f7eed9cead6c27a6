import type { StatementBody } from '@suyuan/ledger';
import { nativeCrypto } from '@suyuan/native-crypto';
import { sql } from 'kysely';
import pino from 'pino';
import { describe, expect, test } from 'vitest';

import type { Database } from '../database/database.ts';
import { openTestLedgers } from '../testing/test-ledgers.ts';
import type { TestLedgerNode, TestLedgers } from '../testing/test-ledgers.ts';
import { judgingOfMessage } from './judging-message.ts';
import { createMasterStore } from './master-store.ts';
import type { MasterStore } from './master-store.ts';

const prefix = { kind: 'maker_prefix', key: 'SY1', product: '' } as const;
const everything = { organizations: [['acme', 'validator']] } as const;

function storeOf(node: TestLedgerNode, versionsMax?: number): MasterStore {
  const { database, organization, ledger } = node;
  return createMasterStore({
    database,
    crypto: nativeCrypto,
    organization,
    state: () => ledger.state(),
    onApplied: (listener) => ledger.onApplied(listener),
    logger: pino({ level: 'silent' }),
    ...(versionsMax === undefined ? {} : { versionsMax }),
  });
}

/** Makes versions of the prefix, or of what is said, out of the records of an entry, from the day of the leaf on. */
async function turnIntoPrefixes(
  database: Database,
  entry: number,
  { status = 'reported', kind = 'maker_prefix', head = '{"prefix":"SY1"' } = {},
): Promise<void> {
  await database.transact(async (tx) => {
    await sql`update record set public_text = (${head} || ',"validFrom":"2026-01-0' || leaf + 1 || '"}')::json
      where batch_id = (select id from batch where entry = ${entry})`.execute(tx.sql);
    await sql`update batch set kind = ${kind}, status = ${status} where entry = ${entry}`.execute(tx.sql);
  });
}

async function reportPrefixes(network: TestLedgers, count: number): Promise<TestLedgerNode> {
  const node = network.node(0);
  await network.report(0, count);
  await node.logSize(1);
  await turnIntoPrefixes(node.database, 0);
  return node;
}

const leafOn = async (store: MasterStore, day: string): Promise<number | undefined> =>
  (await store.held()).data.inForce(prefix, `2026-01-0${day}`)?.leaf;

describe('the master data of a node', () => {
  test('[B57] holds what is reported, and says nothing where nothing is', async () => {
    await using network = await openTestLedgers(everything);
    const store = storeOf(network.node(0));
    expect([await store.context(), await store.message(['battery_pack'])]).toEqual([{}, undefined]);
    await reportPrefixes(network, 3);
    // The block came before the rows were made master data: this test's doing, so it asks with a fresh store.
    const fresh = storeOf(network.node(0));
    expect([await leafOn(fresh, '1'), await leafOn(fresh, '2'), await leafOn(fresh, '9')]).toEqual([0, 1, 2]);
    expect(await fresh.context()).toMatchObject({ master: { reporter: 'acme' } });
    expect((await fresh.message(['battery_pack']))?.entries).toHaveLength(3);
    expect(await fresh.message(['vehicle_sale', 'unit', 'no_such_kind'])).toBeUndefined();
  });

  test('[B57] a void of a version is known after its block', async () => {
    await using network = await openTestLedgers(everything);
    const node = await reportPrefixes(network, 3);
    const store = storeOf(node);
    expect(await leafOn(store, '5')).toBe(2);
    const ranges = [{ first: 2, last: 2, replacement: null }];
    const fields = { channel: 1, entry: 0, ranges, reason: 'mistake', digest: null, mode: 'keep' } as const;
    const body: StatementBody = { kind: 'void', fields };
    await node.submit(body);
    await node.logSize(2);
    expect(await leafOn(store, '5')).toBe(1);
    expect((await store.held()).data.versions(prefix).map(({ voided }) => voided)).toEqual([
      false,
      false,
      true,
    ]);
    expect((await store.message(['battery_pack']))?.entries).toHaveLength(2);
  });

  test('[B57] records that come after their block are known once they are there', async () => {
    await using network = await openTestLedgers(everything);
    const node = await reportPrefixes(network, 1);
    await turnIntoPrefixes(node.database, 0, { status: 'missing' });
    const store = storeOf(node);
    expect(await leafOn(store, '5')).toBeUndefined();
    await turnIntoPrefixes(node.database, 0);
    expect(await leafOn(store, '5')).toBe(0);
  });

  test('[B58] beyond the bound of a kind it lists what it has of it and compares nothing with it', async () => {
    await using network = await openTestLedgers(everything);
    const store = storeOf(await reportPrefixes(network, 3), 2);
    expect((await store.held()).incomplete).toEqual(new Set(['maker_prefix']));
    expect(await leafOn(store, '1')).toBe(0);
    expect(await store.context()).toEqual({});
    expect(await store.message(['battery_pack'])).toBeUndefined();
  });

  test('[B63] code tables of the managing organisation are judged by, those of another member are not', async () => {
    await using network = await openTestLedgers({
      organizations: [
        ['acme', 'validator'],
        ['other', 'validator'],
      ],
    });
    const head = '{"table":"battery_type","code":"H","nameZh":"钠离子","nameEn":"sodium-ion"';
    // The last one manages.
    for (const [index, reporter] of [0, 1].entries()) {
      const node = network.node(reporter);
      await network.report(reporter, 1);
      for (const holder of [0, 1]) await network.node(holder).logSize(index + 1);
      await turnIntoPrefixes(node.database, index, { kind: 'code_table_entry', head });
      const { tables, data } = await storeOf(node).held();
      expect(tables?.find('battery_type', 'H', '2026-02-01')?.label.en).toBe(
        reporter === 1 ? 'sodium-ion' : undefined,
      );
      expect(
        data.inForce({ kind: 'code_table_entry', key: 'battery_type:B', product: '' }, '2026-02-01'),
      ).toMatchObject({ isBuiltIn: true });
    }
    const message = await storeOf(network.node(1)).message(['vehicle_sale']);
    expect(message?.entries.map(({ key }) => key)).toEqual(['battery_type:H']);
    expect(message && judgingOfMessage(message).tables?.has('battery_type', 'H')).toBe(true);
  });

  test('a reading that fails is tried again at the next use', async () => {
    await using network = await openTestLedgers(everything);
    const node = await reportPrefixes(network, 1);
    const { database } = node;
    let isDown = true;
    const read: Database['read'] = async (reader) => {
      if (isDown) throw new Error('the database is away');
      return await database.read(reader);
    };
    const { ledger, organization, signers, checkpoints, ordering, splitViews, restart, submit, logSize } =
      node;
    const rest = { organization, signers, checkpoints, ordering, splitViews, restart, submit, logSize };
    const store = storeOf({ ...rest, ledger, database: { ...database, read } });
    await expect(store.held()).rejects.toThrow('away');
    isDown = false;
    expect(await leafOn(store, '5')).toBe(0);
  });
});
