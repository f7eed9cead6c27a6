// SQL views of a real PostgreSQL database: pages by a column, ties, and what a view may not do.
import { sql } from 'kysely';
import type { SqlSettings } from '@suyuan/api';
import { describe, expect, it } from 'vitest';

import { moduleRows, sourceFixture } from './testing/source-fixture.ts';
import type { SourceFixture } from './testing/source-fixture.ts';

async function fill(fixture: SourceFixture, rows: readonly object[], from: number): Promise<void> {
  const texts = rows.map((row) => JSON.stringify(row));
  await fixture.database.read(
    async (db) =>
      await sql`insert into erp_row select ${from} + n, n / 7, x::json from unnest(${texts}::text[]) with ordinality t (x, n)`.execute(
        db,
      ),
  );
}

async function erp(fixture: SourceFixture): Promise<{ readonly secret: string }> {
  const columns = [
    'moduleCode',
    'moduleModelId',
    'cellModelId',
    'connection',
    'chemistry',
    'productionDate',
    'recordId',
    'packCode',
  ];
  const numbers = ['cellCount', 'ratedCapacity', 'nominalVoltage', 'mass'];
  const list = [
    ...columns.map((name) => `row->>'${name}' as "${name}"`),
    ...numbers.map((name) => `(row->>'${name}')::numeric as "${name}"`),
    `row->'cellCodes' as "cellCodes"`,
  ].join(', ');
  await fixture.database.read(async (db) => {
    await sql`create table erp_row (id int8 primary key, day int4, row json)`.execute(db);
    await sql.raw(`create view erp_module as select ${list}, id as "recordNo", day from erp_row`).execute(db);
    await sql.raw(`create view erp_slow as select pg_sleep(30)::text as "moduleCode", 1 as id`).execute(db);
  });
  return { secret: fixture.database.url };
}

function settings(view: string, cursor: string, mapping?: number): SqlSettings {
  return {
    type: 'sql',
    system: 'postgresql',
    privateAddresses: ['127.0.0.1', '::1'],
    timeoutSeconds: 1,
    streams: [{ kind: 'battery_module', view, cursor, ...(mapping === undefined ? {} : { mapping }) }],
  };
}

describe('a view', () => {
  it('[D25] [D26] is read in the order of a column, in pages that part no equal values', async () => {
    await using fixture = await sourceFixture();
    const { secret } = await erp(fixture);
    await fill(fixture, moduleRows(1_500), 0);
    const id = await fixture.bind(settings('erp_module', 'day', await map(fixture)), { secret });
    expect(await fixture.run(id)).toMatchObject({
      status: 'done',
      rows: 1_500,
      staged: 1_500,
      errors: 0,
      pages: 2,
    });
    expect((await fixture.show(id)).streams[0]?.cursor).toBe('214');
    expect(await fixture.run(id)).toMatchObject({ status: 'done', rows: 0 });
  });

  it('[D25] its faults have codes, and neither they nor anything shown holds the secret', async () => {
    await using fixture = await sourceFixture();
    const { secret } = await erp(fixture);
    const codeOf = async (view: string, cursor: string, text: string): Promise<unknown> => {
      const run = await fixture.run(await fixture.bind(settings(view, cursor), { secret: text }));
      expect(JSON.stringify(run)).not.toContain('postgres:');
      return run.failure?.code;
    };
    expect(await codeOf('erp_nothing', 'id', secret)).toBe('view_unreadable');
    expect(await codeOf('erp_module"; drop table erp_row; --', 'id', secret)).toBe('view_unreadable');
    expect(await codeOf('erp_module', 'nothing', secret)).toBe('view_unreadable');
    expect(await codeOf('erp_slow', 'id', secret)).toBe('timed_out');
    const wrong = new URL(secret);
    wrong.username = 'nobody-here';
    expect(await codeOf('erp_module', 'day', wrong.href)).toMatch(/credentials_refused|view_unreadable/);
    const elsewhere = new URL(secret);
    elsewhere.hostname = '10.255.255.1';
    expect(await codeOf('erp_module', 'day', elsewhere.href)).toBe('address_private');
    elsewhere.hostname = '127.0.0.1';
    elsewhere.port = '1';
    expect(await codeOf('erp_module', 'day', elsewhere.href)).toBe('connection_failed');
  });
});

async function map(fixture: SourceFixture): Promise<number> {
  const { addSavedMapping } = await import('../mapping/saved-mappings.ts');
  const [row = {}] = moduleRows(1);
  const fields = Object.fromEntries(Object.keys(row).map((name) => [name, { column: name }]));
  const mapping = { format: 'suyuan-mapping/v1', kind: 'battery_module', fields } as const;
  const saved = await addSavedMapping(fixture.database, { name: 'view', mapping, createdBy: 'test' });
  return saved.ok ? saved.value : 0;
}
