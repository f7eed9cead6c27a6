/**
 * Pages of search over ten million records of 36 months, under a mix of filters, against one bare index look-up. The
 * tables are filled by SQL from a few records that were pushed and reported the real way: the same rows as an import
 * and a report leave, in batches of 1,000, with codes of their own, event dates that advance with the batches, and two
 * index rows of codes each. The index of codes is built after the rows, which only makes filling faster.
 */
import { Client } from 'pg';
import { generateRecords } from '../../packages/invented/src/records.ts';
import { startBenchNode } from '../bench-node.ts';
import type { BenchNode } from '../bench-node.ts';
import { figure, quantileOf, timedEach, type Figure } from '../figure.ts';
import { reportAll } from '../load.ts';

const RECORDS = 10_000_000;
const BATCH_RECORDS = 1_000;
const MONTHS = 36;
const PAGES = 1_500;
const WARM_UP_PAGES = 300;

/** A few records of each kind that a battery maker reports; their texts are the pattern of all others. */
const pushPatterns = async (node: BenchNode): Promise<void> => {
  for (const { kind, records } of generateRecords({
    seed: 1,
    count: 60,
    from: '2026-01-01',
    to: '2026-06-30',
  })) {
    await node.request('POST', `/records/${kind}`, JSON.stringify({ records }));
  }
  await reportAll(node);
};

const monthOf = (index: number): string => new Date(Date.UTC(2023, index, 1)).toISOString().slice(0, 10);

const fill = async (client: Client): Promise<void> => {
  await client.query('set synchronous_commit = off');
  for (let index = 0; index < MONTHS; index += 1) {
    const name = `record_${monthOf(index).slice(0, 7).replace('-', '_')}`;
    await client.query(`create table if not exists ${name} partition of record
      for values from ('${monthOf(index)}') to ('${monthOf(index + 1)}')`);
  }
  await client.query('drop index subject_code');
  await client.query(`create table pattern as
    select row_number() over (partition by b.kind order by r.leaf) - 1 as number, b.kind, b.statement,
      b.acknowledgements::text as acknowledgements, s.code, r.public_text::text as public_text,
      r.shared_text::text as shared_text, r.private_text::text as private_text, r.salts,
      substring(r.public_text::text from '"productionDate":"([^"]*)"') as date
    from batch b join record r on r.batch_id = b.id join subject s on s.batch_id = b.id and s.leaf = r.leaf
    where s.role = 'subject' and b.status = 'reported'`);
  const { rows } = await client.query<{ id: string; entry: string }>(
    'select max(id) as id, max(entry) as entry from batch',
  );
  const [firstId, firstEntry] = [Number(rows[0]?.id) + 1, Number(rows[0]?.entry) + 1];
  const batches = RECORDS / BATCH_RECORDS;
  // A month at a time, as it would come in.
  for (let index = 0; index < MONTHS; index += 1) {
    const from = Math.floor((batches * index) / MONTHS);
    const until = Math.floor((batches * (index + 1)) / MONTHS);
    await fillMonth(client, { from, until, day: monthOf(index), firstId, firstEntry });
  }
  await client.query(`select setval(pg_get_serial_sequence('batch', 'id'), (select max(id) from batch))`);
  await client.query('create index subject_code on subject (code)');
  await client.query('drop table pattern');
  await client.query('vacuum analyze');
};

const fillMonth = async (
  client: Client,
  {
    from,
    until,
    day,
    firstId,
    firstEntry,
  }: {
    readonly from: number;
    readonly until: number;
    readonly day: string;
    readonly firstId: number;
    readonly firstEntry: number;
  },
): Promise<void> => {
  const month = [from, until - 1, day];
  await client.query(
    `insert into batch (id, status, channel, kind, reporter, sequence, count, payload_size, created_at, stored_on,
       entry, statement, acknowledgements, event_from, event_to, summarized)
     overriding system value
     select ${firstId} + n, 'reported', 1 + n % 3, case when n % 7 = 0 then 'battery_pack' else 'battery_module' end,
       'maker_' || n % 40, 1000 + n, ${BATCH_RECORDS}, 500000, $3::date + n % 28, $3::date + n % 28, ${firstEntry} + n,
       p.statement, p.acknowledgements::json, $3::date + n % 28 - 20, $3::date + n % 28 - 1, true
     from generate_series($1::int4, $2::int4) n, lateral (select * from pattern where number = 0
       and kind = case when n % 7 = 0 then 'battery_pack' else 'battery_module' end) p`,
    month,
  );
  await client.query(
    `create temp table fresh as
     select ${firstId} + n as batch_id, leaf, $3::date + n % 28 as stored_on, p.kind,
       left(p.code, 17) || lpad((n * ${BATCH_RECORDS} + leaf)::text, 7, '0') as code, p.code as pattern_code,
       p.date as pattern_date, ($3::date + n % 28 - 20 + leaf % 20)::text as date,
       p.public_text, p.shared_text, p.private_text, p.salts
     from generate_series($1::int4, $2::int4) n, generate_series(0, ${BATCH_RECORDS - 1}) leaf, pattern p
     where p.kind = case when n % 7 = 0 then 'battery_pack' else 'battery_module' end
       and p.number = leaf % (select count(*) from pattern q where q.kind = p.kind)`,
    month,
  );
  await client.query(
    `insert into record (batch_id, leaf, stored_on, source_row, public_text, shared_text, private_text, salts)
     select batch_id, leaf, stored_on, leaf + 4,
       replace(replace(public_text, pattern_code, code), pattern_date, date)::json,
       replace(shared_text, pattern_code, code)::json, private_text::json, salts
     from fresh order by batch_id, leaf`,
  );
  await client.query(
    `insert into subject (code, role, kind, batch_id, leaf, stored_on)
     select c.code, c.role, kind, batch_id, leaf, stored_on
     from fresh, lateral (values (code, 'subject'), ('PO-' || batch_id, 'reference')) c (code, role)
     order by batch_id, leaf`,
  );
  await client.query('drop table fresh');
};

/** Searches as people make them, with random places; each is a page of 50 and some go on behind it. */
const searchesOf = async (client: Client): Promise<readonly (() => string)[]> => {
  const { rows } = await client.query<{ code: string }>(
    'select code from subject tablesample system (0.01) order by random() limit 1000',
  );
  const { rows: bounds } = await client.query<{ most: number }>('select max(entry)::int4 as most from batch');
  const most = bounds[0]?.most ?? 0;
  const one = <T>(values: readonly T[]): T => {
    const value = values[Math.floor(Math.random() * values.length)];
    if (value === undefined) throw new Error('there are values to choose from');
    return value;
  };
  const code = (): string => one(rows).code;
  const day = (): string =>
    `${monthOf(Math.floor(Math.random() * MONTHS)).slice(0, 7)}-1${one('0123456789'.split(''))}`;
  const between = (name: string): string => {
    const [from = '', to = ''] = [day(), day()].sort();
    return `${name}From=${from}&${name}To=${to}`;
  };
  const entry = (): number => Math.floor(Math.random() * most);
  const maker = (): string => `maker_${Math.floor(Math.random() * 40)}`;
  const kind = (): string => one(['battery_pack', 'battery_module', 'vehicle_sale']);
  return [
    () => '',
    () => `code=${code()}`,
    () => `codePrefix=${code().slice(0, 21)}`,
    () => `codePrefix=${code().slice(0, 8)}&kind=battery_pack`,
    () => `codePrefix=${code().slice(0, 19)}&reporter=${maker()}&eventFrom=${day()}`,
    () => `kind=${kind()}`,
    () => `kind=${kind()}&reporter=${maker()}&entryTo=${entry()}`,
    () => `reporter=${maker()}&channel=2&status=reported`,
    () => `status=staged&kind=${kind()}`,
    () => `status=voided`,
    () => `entryFrom=${entry()}&entryTo=${entry()}`,
    () => between('event'),
    () => {
      const date = day();
      return `eventFrom=${date}&eventTo=${date}&kind=battery_pack&reporter=${maker()}`;
    },
    () => `${between('stored')}&channel=1`,
    () => `reportedTo=${day()}T00:00:00Z&kind=battery_module`,
    () => `import=1`,
    () => `text=nothing-like-this&kind=battery_pack`,
    () => `text=${code().slice(-6)}&eventTo=${day()}`,
    () => `text=${code().slice(-6)}&field=packCode&reporter=${maker()}`,
  ];
};

/** Milliseconds of one page; sometimes of the page behind it. */
const timedPage = async (node: BenchNode, query: string): Promise<number> => {
  const ask = async (path: string): Promise<{ readonly ms: number; readonly next: string | undefined }> => {
    const begin = performance.now();
    const { next }: { readonly next?: string } = JSON.parse(await node.look(path));
    return { ms: performance.now() - begin, next };
  };
  const first = await ask(`/search?${query}`);
  if (first.next === undefined || Math.random() < 0.5) return first.ms;
  return (await ask(`/search?${query}&after=${first.next}`)).ms;
};

export const measureSearch = async (): Promise<readonly Figure[]> => {
  await using node = await startBenchNode();
  await pushPatterns(node);
  const client = new Client({ connectionString: node.databaseUrl });
  client.on('error', (error) => console.error(error.message));
  await client.connect();
  await fill(client);
  const searches = await searchesOf(client);
  const times: number[] = [];
  for (let page = 0; page < PAGES + WARM_UP_PAGES; page += 1) {
    const query = searches[page % searches.length]?.() ?? '';
    const ms = await timedPage(node, query);
    if (page < WARM_UP_PAGES) continue;
    times.push(ms);
  }
  const { rows } = await client.query<{ code: string }>(
    'select code from subject tablesample system (0.01) order by random() limit 500',
  );
  const codes = rows.map(({ code }) => code);
  const bare = await timedEach(codes, async (code) => {
    await client.query('select * from subject where code = $1 limit 50', [code]);
  });
  await client.end();
  return [
    figure('search.p50', quantileOf(times, 0.5), 'ms', '', quantileOf(bare, 0.5)),
    figure('search.p99', quantileOf(times, 0.99), 'ms', 'under 100', quantileOf(bare, 0.99)),
  ];
};
