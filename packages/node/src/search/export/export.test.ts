// Exports over HTTP: what is in them, that they can be imported again, that nothing in them is a formula.
import { recordKind } from '@suyuan/battery';
import type { RecordKind } from '@suyuan/battery';
import { generateRecords } from '@suyuan/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { TestNodes } from '../../testing/start-test-network.ts';
import { startTestNetwork } from '../../testing/start-test-network.ts';
import { csvLine, exportCsv, exportJson } from './export-text.ts';
import type { ExportRow } from './export-rows.ts';

const MAKER = 1;
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

let nodes: TestNodes;
let packs = 0;
let records = 0;

beforeAll(async () => {
  nodes = await startTestNetwork();
  for (const { kind, records: some } of generateRecords({
    seed: 5,
    count: 25,
    from: '2025-01-01',
    to: '2025-03-31',
  })) {
    if (kind === 'battery_pack') packs += some.length;
    records += some.length;
    await nodes.call(MAKER, 'operator', 'POST', `/api/v1/records/${kind}`, { records: some });
  }
}, 60_000);

afterAll(async () => {
  await nodes[Symbol.asyncDispose]();
});

async function download(query: string, role: 'viewer' | 'operator' = 'viewer'): Promise<Response> {
  return await nodes.call(MAKER, role, 'GET', `/api/v1/search/export?${query}`);
}

function packKind(): RecordKind {
  const kind = recordKind('battery_pack');
  if (kind === undefined) throw new Error('battery_pack is a kind');
  return kind;
}

const row: ExportRow = {
  status: 'reported',
  record: '1/0',
  kind: 'battery_pack',
  reporter: 'maker',
  voided: false,
  storedOn: '2026-11-20',
  public: {},
  shared: {},
};

async function* pagesOf(...rows: readonly ExportRow[]): AsyncGenerator<readonly ExportRow[]> {
  yield rows;
}

async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

/** What a dry run of an exported file says; its records are staged, so that they are staged already is all it may say. */
async function reread(
  answer: Response,
): Promise<{ readonly rows: number; readonly wrong: readonly string[] }> {
  const outcome: { rows: number; findings: { level: string; code: string }[] } = await answer.json();
  const wrong = outcome.findings.filter(({ level }) => level === 'error').map(({ code }) => code);
  return { rows: outcome.rows, wrong: [...new Set(wrong)] };
}

describe('export', () => {
  it('[SR9] as lines of JSON holds every record that is found, without private parts', async () => {
    const answer = await download('format=json');
    expect(answer.headers.get('content-type')).toContain('application/x-ndjson');
    const lines = (await answer.text()).trimEnd().split('\n');
    expect(lines).toHaveLength(records);
    const parsed: unknown[] = lines.map((line) => JSON.parse(line));
    expect(parsed.every((line) => !('private' in Object(line)))).toBe(true);
    expect(await (await download('format=json&kind=battery_pack')).text()).toContain('"packCode"');
  });

  it('[SR9] gives the private part to operators only', async () => {
    const answer = await download('format=json&private=true&kind=battery_pack', 'operator');
    const [line = ''] = (await answer.text()).split('\n');
    expect(JSON.parse(line)).toHaveProperty('private');
    const refused = await download('format=json&private=true');
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ code: 'export_private_refused' });
  });

  it('[SR10] as a workbook can be imported again, and has a sheet for each kind', async () => {
    const workbook = new Uint8Array(
      await (await download('format=xlsx&kind=battery_pack&private=true', 'operator')).arrayBuffer(),
    );
    const again = await nodes.call(
      MAKER,
      'operator',
      'POST',
      '/api/v1/imports?kind=battery_pack&dryRun=true',
      workbook,
      { 'content-type': XLSX },
    );
    expect(await reread(again)).toEqual({ rows: packs, wrong: ['duplicate_staged'] });
    const all = Buffer.from(await (await download('format=xlsx')).arrayBuffer());
    expect(all.subarray(0, 4).toString('hex')).toBe('504b0304');
    expect(all.toString('latin1').match(/xl\/worksheets\/sheet\d\.xml/g)?.length).toBeGreaterThan(4);
  });

  it('[SR10] as CSV starts with a byte order mark, holds one kind and can be imported again', async () => {
    const none = await download('format=csv');
    expect(none.status).toBe(422);
    expect(await none.json()).toMatchObject({ code: 'export_needs_kind' });
    const file = new Uint8Array(
      await (await download('format=csv&kind=battery_pack&private=true', 'operator')).arrayBuffer(),
    );
    expect([...file.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const again = await nodes.call(
      MAKER,
      'operator',
      'POST',
      '/api/v1/imports?kind=battery_pack&dryRun=true',
      file,
      { 'content-type': 'text/csv' },
    );
    expect(await reread(again)).toEqual({ rows: packs, wrong: ['duplicate_staged'] });
  });

  it('[SR11] writes no formula: such texts are texts in a workbook and quoted in CSV, numbers stay numbers', async () => {
    expect(csvLine(['=1+1', '+1', '-1', '@x', '\tx', '\rx', 'a,b', 'a"b', -5, null])).toBe(
      `'=1+1,'+1,'-1,'@x,'\tx,"'\rx","a,b","a""b",-5,\r\n`,
    );
    const wrong: ExportRow = { ...row, shared: { orderNo: '=cmd|calc' } };
    const csv = await textOf(exportCsv(packKind(), pagesOf(wrong), { records: 1, isCut: false }));
    expect(csv).toContain(`,'=cmd|calc,`);
    const { exportWorkbook } = await import('./export-workbook.ts');
    const pieces: Buffer[] = [];
    for await (const piece of exportWorkbook([{ kind: packKind(), pages: pagesOf(wrong) }], () => ['=x']))
      pieces.push(piece);
    const { readXlsx } = await import('hucre/xlsx');
    const workbook = await readXlsx(new Uint8Array(Buffer.concat(pieces)));
    expect(workbook.sheets.map(({ name }) => name)).toEqual(['电池包信息', '说明 Notes']);
    expect(workbook.sheets[0]?.rows[2]).toContain('=cmd|calc');
    expect(JSON.stringify(workbook)).not.toContain('formula');
  });

  it('[SR12] says so when more was found than it holds, and writes every export to the access log', async () => {
    const tally = { records: 1, isCut: true };
    const json = await textOf(exportJson(pagesOf(row), tally));
    expect(JSON.parse(json.trimEnd().split('\n').at(-1) ?? '')).toEqual({ isComplete: false, records: 1 });
    expect(await textOf(exportCsv(packKind(), pagesOf(row), tally))).toContain('Only the first 1 records');
    await (await download('format=csv&kind=battery_pack')).text();
    const node = nodes.network().nodes[MAKER];
    const log = await node?.database.read((db) =>
      db.selectFrom('access_log').selectAll().where('act', '=', 'export').execute(),
    );
    expect(log?.at(-1)).toMatchObject({ subject: 'csv' });
    expect(log?.at(-1)?.detail).toContain('battery_pack');
  });
});
