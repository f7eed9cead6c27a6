// Searching whole nodes over HTTP: every filter alone and together, paging, and what is not shown to whom.

import { generateRecords } from '@suyuan/testkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import type { TestNodes } from '../testing/start-test-network.ts';
import { startTestNetwork } from '../testing/start-test-network.ts';
import type { SearchPage } from './search-records.ts';

const MAKER = 1;
const OTHER = 2;

let nodes: TestNodes;
/** Codes of the packs in the first push. */
let packs: string[] = [];

async function search(query: string, node: number = MAKER): Promise<SearchPage> {
  const answer = await nodes.call(node, 'viewer', 'GET', `/api/v1/search?${query}`);
  expect(answer.status).toBe(200);
  return await answer.json();
}

/** Everything that is found: on a busy machine a page may end because its time is up. */
async function searchAll(query: string): Promise<SearchPage['items']> {
  const items: SearchPage['items'] = [];
  let after = '';
  do {
    const page = await search(`limit=200${query}${after === '' ? '' : `&after=${after}`}`);
    items.push(...page.items);
    after = page.next ?? '';
  } while (after !== '');
  return items;
}

async function refusal(query: string): Promise<unknown> {
  const answer = await nodes.call(MAKER, 'viewer', 'GET', `/api/v1/search?${query}`);
  expect(answer.status).toBe(400);
  return await answer.json();
}

async function push(seed: number, from: string, to: string): Promise<void> {
  for (const { kind, records } of generateRecords({ seed, count: 25, from, to })) {
    if (kind === 'battery_pack' && packs.length === 0)
      packs = records.map((pack) => String(pack['packCode']));
    const answer = await nodes.call(MAKER, 'operator', 'POST', `/api/v1/records/${kind}`, { records });
    expect(await answer.json()).toMatchObject({ staged: records.length });
  }
}

beforeAll(async () => {
  nodes = await startTestNetwork();
  await push(1, '2025-01-01', '2025-03-31');
  // Reported together with the first: one batch of two imports for each kind.
  await push(3, '2025-02-01', '2025-02-28');
  const begun = await nodes.call(MAKER, 'operator', 'POST', '/api/v1/reports', { all: true });
  const { id }: { id: number } = await begun.json();
  await (await nodes.call(MAKER, 'operator', 'GET', `/api/v1/reports/${id}/events`)).text();
  await push(2, '2026-01-01', '2026-03-31');
}, 60_000);

afterAll(async () => {
  await nodes[Symbol.asyncDispose]();
});

describe('search', () => {
  it('[SR1] shows staged records on top, then reported ones, newest first, with an exact total', async () => {
    const items = await searchAll('');
    expect((await search('limit=1')).total).toEqual({ records: items.length, isExact: true });
    expect(items.length).toBeGreaterThanOrEqual(50);
    const firstReported = items.findIndex(({ status }) => status === 'reported');
    expect(firstReported).toBeGreaterThan(0);
    expect(items.slice(firstReported).every(({ status }) => status === 'reported')).toBe(true);
    const entries = items.slice(firstReported).map(({ record }) => Number(record?.split('/')[0]));
    expect(entries).toEqual(entries.toSorted((a, b) => b - a));
    expect(items.every((item) => !('private' in item))).toBe(true);
  });

  it('[SR2] pages by cursor give every record exactly once, whatever the page size', async () => {
    const whole = (await searchAll('')).map(({ record, staged }) => record ?? staged);
    const seen: unknown[] = [];
    let after = '';
    do {
      const page = await search(`limit=7${after === '' ? '' : `&after=${after}`}`);
      seen.push(...page.items.map(({ record, staged }) => record ?? staged));
      after = page.next ?? '';
    } while (after !== '');
    expect(seen).toEqual(whole);
  });

  it('[SR3] finds by exact code, by the beginning of one, and shows a member what it received', async () => {
    const [code = ''] = packs;
    const found = await search(`code=${code}`);
    expect(found.items.map((item) => item.kind)).toContain('battery_pack');
    expect(found.total).toEqual({ records: found.items.length, isExact: true });
    const prefixed = await search(`codePrefix=${code.slice(0, 20)}&limit=200`);
    expect(prefixed.items.length).toBeGreaterThanOrEqual(found.items.length);
    await vi.waitFor(async () => {
      const received = await search(`code=${code}&kind=battery_pack`, OTHER);
      expect(received.items[0]).toMatchObject({
        code,
        reporter: found.items[0]?.reporter,
        status: 'reported',
      });
    });
    expect((await search('code=NOBODY')).items).toEqual([]);
  });

  it('[SR4] filters by kind, status, event dates, import, entry and stored dates, alone and together', async () => {
    const all = await searchAll('');
    const expected = (keep: (item: (typeof all)[number]) => boolean): unknown[] =>
      all.filter(keep).map(({ record, staged }) => record ?? staged);
    const found = async (query: string): Promise<unknown[]> =>
      (await searchAll(`&${query}`)).map(({ record, staged }) => record ?? staged);
    expect(await found('kind=battery_pack')).toEqual(expected(({ kind }) => kind === 'battery_pack'));
    expect(await found('status=staged')).toEqual(expected(({ status }) => status === 'staged'));
    expect(await found('status=reported')).toEqual(expected(({ status }) => status === 'reported'));
    expect(await found('status=voided')).toEqual([]);
    const inFebruary = (date: string | undefined): boolean =>
      date !== undefined && date >= '2025-02-01' && date <= '2026-02-10';
    const between = expected(({ eventDate }) => inFebruary(eventDate));
    expect(between.length).toBeGreaterThan(5);
    expect(await found('eventFrom=2025-02-01&eventTo=2026-02-10')).toEqual(between);
    expect(await found('eventFrom=2025-02-01&eventTo=2026-02-10&kind=battery_pack&status=staged')).toEqual(
      expected(
        (item) => inFebruary(item.eventDate) && item.kind === 'battery_pack' && item.status === 'staged',
      ),
    );
    const first = all.at(-1);
    const ofFirst = expected((item) => item.import === first?.import);
    expect(await found(`import=${first?.import}`)).toEqual(ofFirst);
    const entry = Number(first?.record?.split('/')[0]);
    expect(await found(`entryTo=${entry}`)).toEqual(
      expected(({ record }) => record?.startsWith(`${entry}/`) === true),
    );
    expect(await found(`storedFrom=${first?.storedOn}`)).toEqual(
      expected(({ storedOn }) => storedOn >= (first?.storedOn ?? '')),
    );
    expect(await found('storedTo=2020-01-01')).toEqual([]);
    expect(await found('reporter=nobody')).toEqual([]);
    expect(await found('channel=99')).toEqual([]);
    expect(await found('reportedFrom=2000-01-01T00:00:00Z')).toEqual(
      expected(({ status }) => status === 'reported'),
    );
  });

  it('[SR5] finds a part of a value, in any field or in one, and says that the total is not known', async () => {
    const all = await searchAll('');
    const model: unknown = Object(all.find(({ kind }) => kind === 'battery_pack')?.public)['packModelId'];
    const some = String(model).slice(1).toLowerCase();
    const query = `text=${encodeURIComponent(some)}`;
    const found = await search(`limit=200&${query}`);
    expect(found.items.length).toBeGreaterThan(0);
    expect((await search(`limit=200&${query}&field=packModelId`)).items.length).toBeGreaterThan(0);
    expect((await search(`limit=200&${query}&field=packCode`)).items).toEqual([]);
    expect((await search(`limit=1&${query}`)).total?.isExact).toBe(found.items.length === 1);
  });

  it('[SR6] refuses filters that cannot be meant, and cursors that are not its own', async () => {
    const wrong = [
      'eventFrom=2025-02-30',
      'after=x',
      'code=A&codePrefix=ABC',
      'field=packModelId',
      'code=%00',
      'kind=DROP',
      'limit=201',
      'entryFrom=-1',
      'reportedFrom=yesterday',
      'nonsense=1',
    ];
    for (const query of wrong) expect(await refusal(query)).toMatchObject({ code: 'request_invalid' });
    expect((await search("text=%25'%3B--")).items).toEqual([]);
    expect((await search('code=%27%20or%201=1')).items).toEqual([]);
  });

  it('[SR7] every record of a code has it as subject, not only somewhere in a text', async () => {
    const [code = ''] = packs;
    const { items } = await search(`code=${code}&limit=200`);
    for (const item of items) expect(JSON.stringify([item.public, item.shared])).toContain(code);
  });
});
