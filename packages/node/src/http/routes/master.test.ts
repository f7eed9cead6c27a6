// Master data from a push, a workbook and a form to the comparison of another organisation's records, over HTTP.
import { readFile } from 'node:fs/promises';
import { cellsOf, managingKinds, recordKind } from '@suyuan/battery';
import { exampleRecords } from '@suyuan/testkit';
import { expect, test, vi } from 'vitest';

import { startTestNetwork } from '../../testing/start-test-network.ts';
import type { TestNodes } from '../../testing/start-test-network.ts';

const MANAGERS = 0;
const MAKER = 1;

async function start(): Promise<TestNodes> {
  return await startTestNetwork({
    members: [
      { organization: 'managers', name: 'Managers', role: 'validator', recordKinds: managingKinds },
      {
        organization: 'maker',
        name: 'Battery maker',
        role: 'validator',
        recordKinds: ['battery_model', 'battery_module', 'battery_pack'],
      },
    ],
  });
}

async function ask(
  nodes: TestNodes,
  node: number,
  path: string,
  body?: object | Uint8Array,
  type?: string,
): Promise<ReturnType<typeof Object>> {
  const method = body === undefined ? 'GET' : 'POST';
  const headers = type === undefined ? {} : { 'content-type': type };
  return Object(await (await nodes.call(node, 'operator', method, `/api/v1${path}`, body, headers)).json());
}

const push = async (nodes: TestNodes, node: number, kind: string, changes: object): ReturnType<typeof ask> =>
  await ask(nodes, node, `/records/${kind}`, { records: [{ ...exampleRecords[kind], ...changes }] });

/** Reports an import and waits until all of it is in the log. */
async function report(nodes: TestNodes, node: number, id: unknown): Promise<void> {
  const begun = await ask(nodes, node, '/reports', { import: id });
  await (await nodes.call(node, 'viewer', 'GET', `/api/v1/reports/${begun.id}/events`)).text();
  expect(await ask(nodes, node, `/reports/${begun.id}`)).toMatchObject({ status: 'done', refused: 0 });
}

/** Pushes a version, reports it, and waits until both nodes hold it. */
async function register(nodes: TestNodes, node: number, kind: string, changes: object): Promise<void> {
  const { id } = await push(nodes, node, kind, changes);
  await report(nodes, node, id);
  const { items } = await ask(nodes, node, `/records?import=${id}`);
  const record = `${items[0].entry}/${items[0].leaf}`;
  await vi.waitFor(
    async () => {
      for (const holder of [MANAGERS, MAKER]) {
        const { prefix, modelId, unitCode, deadlineId, table, code } = items[0].public;
        const key = prefix ?? modelId ?? unitCode ?? deadlineId ?? `${table}:${code}`;
        const entry = await ask(nodes, holder, `/master/${kind}/${key}`);
        expect(entry.items).toContainEqual(expect.objectContaining({ record }));
      }
    },
    { timeout: 20_000, interval: 50 },
  );
}

const said = (outcome: { readonly findings: readonly { readonly code: string }[] }): readonly string[] => [
  ...new Set(outcome.findings.map(({ code }) => code)),
];

async function expectEveryWay(nodes: TestNodes, codes: readonly string[]): Promise<void> {
  const workbook = await readFile(new URL('../../../../../samples/modules.xlsx', import.meta.url));
  const lines = Buffer.from(`${JSON.stringify(exampleRecords['battery_module'])}\n`);
  const members = Object.entries(exampleRecords['battery_module'] ?? {});
  const cells = members.map(([, value]) => (Array.isArray(value) ? value.join(' ') : String(value)));
  const csv = Buffer.from([members.map(([id]) => id), cells].map((row) => row.join(',')).join('\n'));
  const dryRun = '/imports?kind=battery_module&dryRun=true';
  const way = async (path: string, body: Uint8Array, type: string): Promise<readonly string[]> =>
    said(await ask(nodes, MAKER, path, body, type)).filter((code) => /^(model|prefix|unit)_/.test(code));
  expect(await way(dryRun, workbook, 'application/octet-stream')).toEqual(codes);
  expect(await way(dryRun, csv, 'text/csv')).toEqual(codes);
  expect(await way('/records/battery_module', lines, 'application/x-ndjson')).toEqual(codes);
}

test('[B58] what is registered by one organisation is compared with what another reports, in every way in', async () => {
  await using nodes = await start();
  expect(await ask(nodes, MAKER, '/master/maker_prefix')).toMatchObject({ items: [], isComplete: true });
  expect(said(await push(nodes, MAKER, 'battery_module', {}))).toEqual([]);

  await register(nodes, MANAGERS, 'maker_prefix', { organization: 'another' });
  await expectEveryWay(nodes, ['prefix_of_another_organization']);
  const staged = await push(nodes, MAKER, 'battery_pack', { packCode: '027PB01A000001GB20000001' });
  expect(staged).toMatchObject({
    staged: 1,
    findings: [{ level: 'warning', code: 'prefix_not_registered', field: 'packCode' }],
  });
  const found = await ask(nodes, MAKER, '/reports/preview', { import: staged.id });
  expect(found).toMatchObject({ contradicting: 1 });
  expect(found.items[0].findings.map(({ code }: { code: string }) => code)).toContain(
    'prefix_not_registered',
  );

  // Corrected by another version from the same day on: the last in the log counts.
  await register(nodes, MANAGERS, 'maker_prefix', { organization: 'maker' });
  await expectEveryWay(nodes, []);
  const { items } = await ask(nodes, MAKER, '/master/maker_prefix/SY1');
  expect(items.map(({ standing }: { standing: string }) => standing)).toEqual(['in_force', 'replaced']);
});

test('[B59] models that are reported together with what is made by them count in the preview already', async () => {
  await using nodes = await start();
  await register(nodes, MAKER, 'battery_model', { modelId: 'SYM-9S' });
  const module = await push(nodes, MAKER, 'battery_module', {});
  expect(said(module)).toEqual(['model_not_registered']);
  const selection = { all: true };
  expect(await ask(nodes, MAKER, '/reports/preview', selection)).toMatchObject({ contradicting: 1 });
  const model = await push(nodes, MAKER, 'battery_model', {});
  expect(model).toMatchObject({ staged: 1, findings: [] });
  expect(await ask(nodes, MAKER, '/reports/preview', selection)).toMatchObject({ contradicting: 0 });
  // A staged record that is changed is compared again.
  const [{ batch, leaf }] = (await ask(nodes, MAKER, `/records?import=${module.id}`)).items;
  const changed = {
    record: { ...exampleRecords['battery_module'], moduleModelId: 'SYM-9S', ratedCapacity: 90 },
  };
  const edited = await nodes.call(
    MAKER,
    'operator',
    'PUT',
    `/api/v1/records/staged/${batch}/${leaf}`,
    changed,
  );
  expect(said(Object(await edited.json()))).toEqual(['model_differs']);
});

test('[B57] entries are listed by key, of a day, by a part of a name, page by page, to those who may look', async () => {
  await using nodes = await start();
  const unit = (unitCode: string, unitName: string, more: object = {}): object => ({
    ...exampleRecords['unit'],
    unitCode,
    unitName,
    ...more,
  });
  const records = [
    unit('91350100MA0TRY0028', '甲维修厂'),
    unit('91350100MA0TRY0015', '乙回收（福州）厂', { validTo: '2026-06-30' }),
    unit('91350100MA0TRY005H', 'Recycler AB', { validFrom: '2099-01-01', validTo: undefined }),
  ];
  const pushed = await ask(nodes, MANAGERS, '/records/unit', { records });
  expect(pushed).toMatchObject({ staged: 3, findings: [] });
  await report(nodes, MANAGERS, pushed.id);
  const list = async (query: string): Promise<unknown> => {
    const { items } = await ask(nodes, MANAGERS, `/master/unit${query}`);
    return items.map(
      (one: Record<string, unknown>) => `${String(one['key']).slice(-2)} ${String(one['standing'])}`,
    );
  };
  expect(await list('')).toEqual(['28 in_force']);
  expect(await list('?day=2026-03-01')).toEqual(['15 in_force', '28 in_force']);
  expect(await list('?all=true')).toEqual(['15 ended', '28 in_force', '5H ahead']);
  expect(await list('?all=true&text=recycler')).toEqual(['5H ahead']);
  expect(await list(`?all=true&text=${encodeURIComponent('回收')}`)).toEqual(['15 ended']);
  const first = await ask(nodes, MANAGERS, '/master/unit?all=true&limit=2');
  const second = await ask(
    nodes,
    MANAGERS,
    `/master/unit?all=true&limit=2&after=${encodeURIComponent(first.next)}`,
  );
  expect([first.items.length, second.items.length, second.next]).toEqual([2, 1, undefined]);

  const viewed = await nodes.call(MANAGERS, 'viewer', 'GET', '/api/v1/master/unit');
  expect(viewed.status).toBe(200);
  expect((await nodes.call(MANAGERS, 'viewer', 'GET', '/api/v1/master/battery_pack')).status).toBe(400);
  expect(await ask(nodes, MANAGERS, '/master/unit/nobody')).toEqual({ items: [] });
  expect(await ask(nodes, MANAGERS, '/master/unit/nobody?after=x')).toMatchObject({
    code: 'request_invalid',
  });
  expect(await ask(nodes, MAKER, '/records/unit', { records })).toMatchObject({ code: 'kind_not_permitted' });
});

const sodium = { moduleCode: 'SY1MH01A000001GB20000001', chemistry: 'H' };

/** What a dry run of a workbook, CSV and a push say of a module of sodium-ion cells. */
async function saidOfSodium(nodes: TestNodes): Promise<readonly (readonly string[])[]> {
  const module = { ...exampleRecords['battery_module'], ...sodium };
  const { writeTemplate } = await import('../../import/write-workbook.ts');
  const kind = recordKind('battery_module');
  if (kind === undefined) throw new Error('no such kind');
  const workbook = await writeTemplate(kind, [cellsOf(kind, module)]);
  const dryRun = '/imports?kind=battery_module&dryRun=true';
  const read = await ask(nodes, MAKER, dryRun, workbook, 'application/octet-stream');
  const pushed = await ask(nodes, MAKER, '/records/battery_module', { records: [module] });
  return [said(read), said(pushed)];
}

test('[B63] [B65] what the managing organisation reports of code tables, deadlines and calendar counts at every member', async () => {
  await using nodes = await start();
  expect(await ask(nodes, MAKER, '/master/work_calendar_day')).toMatchObject({ isComplete: true });
  await expectBatteryType(nodes);
  await expectDeadlines(nodes);
});

/** In every way in, in schema, explanation and trace. */
async function expectBatteryType(nodes: TestNodes): Promise<void> {
  const wrong = ['code_battery_type', 'enum_value'];
  expect(await saidOfSodium(nodes)).toEqual([wrong, wrong]);
  const listed = await ask(nodes, MAKER, '/master/code_table_entry?text=battery_type');
  expect(listed.items).toMatchObject(
    'ABCDEFGZ'.split('').map((letter) => ({ key: `battery_type:${letter}`, builtIn: true, reporter: '' })),
  );

  await register(nodes, MANAGERS, 'code_table_entry', {});
  expect(await saidOfSodium(nodes)).toEqual([[], []]);
  const { items } = await ask(nodes, MAKER, '/master/code_table_entry/battery_type:H');
  expect(items).toMatchObject([
    { standing: 'in_force', reporter: 'managers', values: { nameEn: 'sodium-ion' } },
  ]);
  expect(items[0].builtIn).toBeUndefined();
  const { fields, schema } = await ask(nodes, MAKER, '/kinds/battery_module');
  const chemistry = fields.find(({ id }: { readonly id: string }) => id === 'chemistry');
  expect(chemistry.options).toContainEqual({ value: 'H', label: { zh: '钠离子', en: 'sodium-ion' } });
  expect(schema.properties.chemistry.enum).toContain('H');
  const explained = await ask(nodes, MAKER, '/codes', {
    codes: [sodium.moduleCode, 'SY1MX01A000001GB20000001'],
  });
  expect(explained.items).toMatchObject([
    { kind: 'battery_code', valid: true, findings: [] },
    // The policy of this network is the code mode `legacy`.
    { valid: true, findings: [{ level: 'warning', code: 'code_battery_type', at: 5 }] },
  ]);
  expect(explained.items[0].pieces[2]).toMatchObject({ from: 5, text: 'H', meaning: { zh: '钠离子' } });

  // The record goes to the other member too, which stores it as it is.
  const staged = await ask(nodes, MAKER, '/batches?status=staged');
  await report(nodes, MAKER, staged.items[0].import);
  const trace = await ask(nodes, MANAGERS, `/trace/${sodium.moduleCode}`);
  expect(trace).toMatchObject({
    findings: [],
    events: [{ kind: 'battery_module', public: { chemistry: 'H' } }],
  });
}

/** On the deadline board, and among the versions. */
async function expectDeadlines(nodes: TestNodes): Promise<void> {
  const board = async (): Promise<ReturnType<typeof Object>> => await ask(nodes, MAKER, '/deadlines');
  const lawOf = (shown: ReturnType<typeof Object>, id: string): unknown =>
    shown.deadlines.find(
      (one: { readonly kind: string; readonly law: string }) => one.kind === 'vehicle_sale' && one.law === id,
    );
  expect(lawOf(await board(), 'order_73')).toMatchObject({ days: 30, unit: 'calendar' });
  await register(nodes, MANAGERS, 'deadline_rule', { days: 9, law: 'rule_2027', lawNameZh: '新规' });
  const shown = await board();
  expect(lawOf(shown, 'rule_2027')).toMatchObject({ id: 'sale', days: 9, validFrom: '2026-04-01' });
  expect(shown.laws.map(({ id }: { readonly id: string }) => id)).toEqual([
    'rule_2018',
    'order_73',
    'rule_2027',
  ]);
  const { items } = await ask(nodes, MAKER, '/master/deadline_rule/sale');
  expect(
    items.map(({ standing, builtIn }: { standing: string; builtIn?: boolean }) => [standing, builtIn]),
  ).toEqual([
    ['in_force', undefined],
    ['replaced', true],
    ['replaced', true],
  ]);
  const calendar = await ask(nodes, MAKER, '/master/work_calendar_day?day=2026-06-01&text=workday');
  expect(calendar.items.map(({ key }: { readonly key: string }) => key)).toContain('2026-01-04');
}
