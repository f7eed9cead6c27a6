import { describe, expect, test } from 'vitest';
import { sql } from 'kysely';
import { testDatabase } from '../testing/test-database.ts';
import { DatabaseFault, isUniqueViolation } from './database-fault.ts';
import { migrate } from './migrate.ts';
import { preparePartitions } from './partitions.ts';

describe('database', () => {
  test('a transaction that throws leaves nothing behind', async () => {
    await using database = await testDatabase();
    const failed = database.transact(async (tx) => {
      await tx.sql.insertInto('setting').values({ name: 'a', value: '1' }).execute();
      throw new Error('on purpose');
    });
    await expect(failed).rejects.toThrow('on purpose');
    expect(await database.read(async (db) => await db.selectFrom('setting').selectAll().execute())).toEqual(
      [],
    );
  });

  test('json keeps its exact text and int8 arrives as a number', async () => {
    await using database = await testDatabase();
    const text = '{"b":1.0,  "a":"\\u00e9"}';
    await database.transact(async (tx) => {
      await tx.sql.insertInto('setting').values({ name: 'a', value: text }).execute();
      await tx.sql
        .insertInto('log_entry')
        .values({ entry: 7, height: 1, statement: new Uint8Array([1]) })
        .execute();
    });
    const setting = await database.read(
      async (db) => await db.selectFrom('setting').selectAll().executeTakeFirst(),
    );
    const entry = await database.read(
      async (db) => await db.selectFrom('log_entry').selectAll().executeTakeFirst(),
    );
    expect(setting?.value).toBe(text);
    expect(entry).toMatchObject({ entry: 7, height: 1, refusal: null });
  });

  test('a unique violation stays recognisable', async () => {
    await using database = await testDatabase();
    const insert = async (): Promise<unknown> =>
      await database.transact(
        async (tx) => await tx.sql.insertInto('setting').values({ name: 'a', value: '1' }).execute(),
      );
    await insert();
    const error: unknown = await insert().catch((thrown: unknown) => thrown);
    expect(isUniqueViolation(error, 'setting_pkey')).toBe(true);
    expect(isUniqueViolation(error, 'other')).toBe(false);
  });

  test('a killed connection is a fault, and the next transaction works', async () => {
    await using database = await testDatabase();
    const cut = database.transact(
      async (tx) => await sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx.sql),
    );
    const error: unknown = await cut.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DatabaseFault);
    expect(error).toMatchObject({ code: 'database_unavailable', maybeStored: false });
    expect(await database.transact(async () => 'again')).toBe('again');
  });

  test('migrating twice at once is safe', async () => {
    await using database = await testDatabase();
    await expect(Promise.all([migrate(database), migrate(database)])).resolves.toHaveLength(2);
  });
});

/** One row of `record` in COPY binary. */
function row(batchId: number, leaf: number, day: number): Buffer {
  const fields: Buffer[] = [];
  const add = (value: Buffer): void => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(value.length);
    fields.push(length, value);
  };
  const id = Buffer.alloc(8);
  id.writeBigInt64BE(BigInt(batchId));
  const leafBytes = Buffer.alloc(4);
  leafBytes.writeInt32BE(leaf);
  const date = Buffer.alloc(4);
  date.writeInt32BE(day); // days since 2000-01-01
  for (const value of [id, leafBytes, date, Buffer.from('{}'), Buffer.from('{"x":1}'), Buffer.alloc(96)])
    add(value);
  const count = Buffer.alloc(2);
  count.writeInt16BE(6);
  return Buffer.concat([count, ...fields]);
}

describe('copy and partitions', () => {
  const columns = ['batch_id', 'leaf', 'stored_on', 'public_text', 'shared_text', 'salts'];
  const day = 9820; // 2026-11-20

  test('binary COPY stores rows in the month of their date', async () => {
    await using database = await testDatabase();
    await Promise.all([
      preparePartitions(database, ['2026-11-20', '2026-12-31']),
      preparePartitions(database, ['2026-11-01']),
    ]);
    const stored = await database.transact(async (tx) => {
      const copy = tx.copy('record', columns);
      for (let leaf = 0; leaf < 5000; leaf += 1) await copy.write(row(1, leaf, day));
      return await copy.end();
    });
    expect(stored).toBe(5000);
    const found = await database.read(
      async (db) => await sql<{ n: number }>`select count(*) as n from record_2026_11`.execute(db),
    );
    expect(found.rows).toEqual([{ n: 5000 }]);
  });

  test('a COPY that PostgreSQL refuses fails the transaction and frees the connection', async () => {
    await using database = await testDatabase();
    const failed = database.transact(async (tx) => {
      const copy = tx.copy('record', columns);
      await copy.write(Buffer.from('rubbish that is no tuple at all'));
      return await copy.end();
    });
    await expect(failed).rejects.toThrow(/COPY|row field count|signature/i);
    await preparePartitions(database, ['2026-11-20']);
    const dangling = database.transact(async (tx) => {
      await tx.copy('record', columns).write(row(1, 0, day));
      throw new Error('left in the middle');
    });
    await expect(dangling).rejects.toThrow('left in the middle');
    expect(await database.transact(async () => 1)).toBe(1);
  });
});
