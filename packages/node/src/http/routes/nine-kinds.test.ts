// Each of the nine record kinds from its sample workbook over import, report and trace to a receipt that verifies, by
// organisations that may report what their business type usually does and nothing else.
import { readFile } from 'node:fs/promises';
import { expect, test, vi } from 'vitest';
import {
  businessTypes,
  mainCode,
  parseStoredRecord,
  recordKind,
  recordKinds,
  vinCheckDigit,
} from '@suyuan/battery';
import type { BusinessTypeId } from '@suyuan/battery';
import { nativeCrypto } from '@suyuan/native-crypto';
import { verifyReceipt } from '@suyuan/verifier';
import { startTestNetwork } from '../../testing/start-test-network.ts';
import type { TestNodes } from '../../testing/start-test-network.ts';

const MANAGERS = 0;

/** Who reports which sample, in the order in which things happened. */
const samples: readonly (readonly [kind: string, file: string, by: BusinessTypeId])[] = [
  ['battery_module', 'modules', 'battery_maker'],
  ['battery_pack', 'packs', 'battery_maker'],
  ['vehicle_production', 'vehicles', 'vehicle_maker'],
  ['vehicle_sale', 'sales', 'dealer'],
  ['battery_swap', 'swaps', 'swap_operator'],
  ['after_sales_service', 'spare-parts', 'repairer'],
  ['vehicle_repair', 'repairs', 'repairer'],
  ['battery_recycling', 'recycling', 'recycler'],
  ['battery_retirement', 'retirements', 'recycler'],
];

const recycler = '91350100MA0TRY005H';
const packOf = (index: number): string => `SY1PB01M00000${index}GB${index + 2}0000001`;
const vinOf = (serial: number): string => {
  const tail = `TA00000${serial}`;
  return `LSYTESTE${vinCheckDigit(`LSYTESTE0${tail}`) ?? ''}${tail}`;
};

const sampleFile = (name: string): URL => new URL(`../../../../../samples/${name}`, import.meta.url);

/** The records of a sample as an API push sends them. */
async function pushOf(file: string): Promise<readonly unknown[]> {
  const { records } = Object(JSON.parse(await readFile(sampleFile(`${file}.json`), 'utf8')));
  return records;
}

const nodeOf = (by: BusinessTypeId): number => businessTypes.findIndex(({ id }) => id === by) + 1;

async function startAll(): Promise<TestNodes> {
  const reporters = businessTypes.map(({ id, label, recordKinds: kinds }, index) => ({
    organization: id.replaceAll('_', '-'),
    name: label.en,
    role: index < 3 ? ('validator' as const) : ('observer' as const),
    recordKinds: kinds,
  }));
  const managers = {
    organization: 'managers',
    name: 'Managers',
    role: 'validator' as const,
    recordKinds: [],
  };
  return await startTestNetwork({ members: [managers, ...reporters] });
}

async function ask(
  nodes: TestNodes,
  node: number,
  path: string,
  body?: object | Uint8Array,
): Promise<unknown> {
  const method = body === undefined ? 'GET' : 'POST';
  const type = body instanceof Uint8Array ? { 'content-type': 'application/octet-stream' } : {};
  return await (await nodes.call(node, 'operator', method, `/api/v1${path}`, body, type)).json();
}

/** Imports and reports a sample; gives the code that its first record is known by. */
async function reportSample(nodes: TestNodes, kind: string, file: string, node: number): Promise<string> {
  const workbook = await readFile(sampleFile(`${file}.xlsx`));
  const imported = await ask(nodes, node, `/imports?kind=${kind}&fileName=${file}.xlsx`, workbook);
  expect(imported).toMatchObject({ kind, errors: 0, findings: [] });
  const { id, rows, staged } = Object(imported);
  expect(staged).toBe(rows);
  expect(await ask(nodes, node, `/imports/${id}`)).toMatchObject({ createdBy: `${node} operator` });

  const begun = Object(await ask(nodes, node, '/reports', { import: id }));
  await (await nodes.call(node, 'viewer', 'GET', `/api/v1/reports/${begun.id}/events`)).text();
  const done = await ask(nodes, node, `/reports/${begun.id}`);
  expect(done).toMatchObject({ status: 'done', reported: staged, refused: 0, createdBy: `${node} operator` });

  const listed = Object(await ask(nodes, node, `/records?kind=${kind}&limit=1`));
  const [first] = listed.items;
  expect(first).toMatchObject({ kind, status: 'reported', import: id, entry: expect.any(Number) });
  const known = recordKind(kind);
  const texts = [JSON.stringify(first.public), JSON.stringify(first.shared)] as const;
  const subjects = known && parseStoredRecord(known, ...texts, 'strict');
  return (subjects?.ok === true ? mainCode(subjects.value) : undefined) ?? '';
}

/** Where things are after all samples, as the managing organisation sees it. */
async function expectStates(nodes: TestNodes): Promise<void> {
  const state = async (code: string): Promise<unknown> =>
    Object(await ask(nodes, MANAGERS, `/trace/${code}`)).state;
  const sound = { provisional: [], conflicts: [] };
  expect(await state(packOf(0))).toMatchObject({ ...sound, status: 'treated', holder: { code: recycler } });
  expect(await state(packOf(3))).toMatchObject({ ...sound, status: 'in_vehicle', vehicle: vinOf(4) });
  expect(await state(vinOf(1))).toMatchObject({ ...sound, kind: 'vehicle', batteries: [packOf(4)] });
}

/** A pack that is on a vehicle is reported on another one: said before, and on both records afterwards. */
async function expectConflict(nodes: TestNodes): Promise<void> {
  const second = { ...Object((await pushOf('vehicles'))[3]), vin: vinOf(5) };
  const maker = nodeOf('vehicle_maker');
  const pushed = Object(await ask(nodes, maker, '/records/vehicle_production', { records: [second] }));
  expect(pushed).toMatchObject({ staged: 1 });
  const selection = { import: pushed.id };
  const found = Object(await ask(nodes, maker, '/reports/preview', selection));
  expect(found).toMatchObject({ records: 1, judged: 1, contradicting: 1, isComplete: true });
  expect(found.items).toMatchObject([
    { kind: 'vehicle_production', code: vinOf(5), findings: [{ level: 'warning', value: packOf(3) }] },
  ]);
  expect(await ask(nodes, maker, '/reports/preview', { records: [found.items[0].record] })).toEqual(found);
  expect(await ask(nodes, maker, '/reports/preview', { records: ['999999/0'] })).toMatchObject({
    code: 'record_not_staged',
  });
  const staged = Object(await ask(nodes, maker, `/trace/${packOf(3)}`));
  expect(staged.state.conflicts).toMatchObject([
    { records: [expect.stringMatching(/^\d+\/3$/), `staged:${found.items[0].record}`], settled: false },
  ]);
  const begun = Object(await ask(nodes, maker, '/reports', selection));
  await (await nodes.call(maker, 'viewer', 'GET', `/api/v1/reports/${begun.id}/events`)).text();
  const reported = Object(await ask(nodes, maker, `/trace/${packOf(3)}`));
  expect(reported.state.conflicts).toMatchObject([
    { records: [expect.stringMatching(/^\d+\/3$/), expect.stringMatching(/^\d+\/0$/)] },
  ]);
}

test('the nine kinds go from their sample workbooks to a trace and a receipt that verifies, at another organisation', async () => {
  await using nodes = await startAll();
  expect(samples.map(([kind]) => kind).toSorted()).toEqual(recordKinds.map(({ id }) => id).toSorted());
  const policy = await nodes.call(MANAGERS, 'viewer', 'GET', '/api/v1/trust-policy');
  const refused = { code: 'kind_not_permitted' };
  const policyBytes = new Uint8Array(await policy.arrayBuffer());
  for (const [kind, file, by] of samples) {
    const other = businessTypes.findIndex(({ recordKinds: kinds }) => !kinds.includes(kind)) + 1;
    expect(await ask(nodes, other, `/imports?kind=${kind}`, new Uint8Array(1))).toMatchObject(refused);
    expect(await ask(nodes, other, `/records/${kind}`, { records: [{}] })).toMatchObject(refused);
    const code = await reportSample(nodes, kind, file, nodeOf(by));
    const event = await vi.waitFor(
      async () => {
        const trace = Object(await ask(nodes, MANAGERS, `/trace/${code}`));
        const found = trace.events.find((one: { kind: string; reporter: string }) => one.kind === kind);
        expect(found).toMatchObject({
          status: 'reported',
          reporter: by.replaceAll('_', '-'),
          evidence: { noLaterThan: expect.any(String) },
        });
        return found;
      },
      { timeout: 20_000, interval: 50 },
    );
    const receipt = await nodes.call(MANAGERS, 'viewer', 'GET', `/api/v1/receipts/${event.record}`);
    const verdict = verifyReceipt(nativeCrypto, {
      receipt: new Uint8Array(await receipt.arrayBuffer()),
      policy: policyBytes,
      fresh: 'none',
      disclosure: undefined,
      statement: undefined,
    });
    expect(verdict).toMatchObject({ ok: true });
  }
  await expectStates(nodes);
  await expectConflict(nodes);
}, 120_000);
