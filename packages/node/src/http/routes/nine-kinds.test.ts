// Each of the nine record kinds from its sample workbook, and from an API push, over report and trace to a receipt that
// verifies, by organisations that may report what their business type usually does and nothing else.
import { readFile } from 'node:fs/promises';
import { expect, test, vi } from 'vitest';
import {
  businessTypes,
  mainCode,
  moduleKinds,
  parseStoredRecord,
  recordKind,
  vinCheckDigit,
} from '@suyuan/battery';
import type { BusinessTypeId } from '@suyuan/battery';
import { nativeCrypto } from '@suyuan/native-crypto';
import { verifyReceipt } from '@suyuan/verifier';
import { startTestNetwork } from '../../testing/start-test-network.ts';
import type { TestNodes } from '../../testing/start-test-network.ts';

const MANAGERS = 0;

interface Sample {
  readonly kind: string;
  readonly file: string;
  readonly by: BusinessTypeId;
  /** Where the first pack is when this is known; undefined before anything places it. */
  readonly after: string | undefined;
}

/** Who reports which sample, in the order in which things happened. */
const samples: readonly Sample[] = [
  { kind: 'battery_module', file: 'modules', by: 'battery_maker', after: undefined },
  { kind: 'battery_pack', file: 'packs', by: 'battery_maker', after: 'made' },
  { kind: 'vehicle_production', file: 'vehicles', by: 'vehicle_maker', after: 'in_vehicle' },
  { kind: 'vehicle_sale', file: 'sales', by: 'dealer', after: 'in_vehicle' },
  { kind: 'battery_swap', file: 'swaps', by: 'swap_operator', after: 'dispatched' },
  { kind: 'after_sales_service', file: 'spare-parts', by: 'repairer', after: 'dispatched' },
  { kind: 'vehicle_repair', file: 'repairs', by: 'repairer', after: 'dispatched' },
  { kind: 'battery_recycling', file: 'recycling', by: 'recycler', after: 'treated' },
  { kind: 'battery_retirement', file: 'retirements', by: 'recycler', after: 'treated' },
];

const recycler = '91350100MA0TRY005H';
const spareModule = 'SY1MB01M000009GB20000001';
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

/** Stages a sample as a workbook or as a push; gives the id of the import. */
async function stageSample(
  nodes: TestNodes,
  way: 'workbook' | 'push',
  { kind, file, by }: Sample,
): Promise<number> {
  const node = nodeOf(by);
  const imported =
    way === 'push'
      ? await ask(nodes, node, `/records/${kind}`, { records: await pushOf(file) })
      : await ask(nodes, node, `/imports?kind=${kind}`, await readFile(sampleFile(`${file}.xlsx`)));
  expect(imported).toMatchObject({ kind, errors: 0, findings: [] });
  const { id, rows, staged } = Object(imported);
  expect(staged).toBe(rows);
  expect(await ask(nodes, node, `/imports/${id}`)).toMatchObject({ createdBy: `${node} operator` });
  return id;
}

/** Reports an import; gives the name of its first record and the code that this one is known by. */
async function reportImport(
  nodes: TestNodes,
  id: number,
  { kind, by }: Sample,
): Promise<{ readonly code: string; readonly record: string }> {
  const node = nodeOf(by);
  const begun = Object(await ask(nodes, node, '/reports', { import: id }));
  await (await nodes.call(node, 'viewer', 'GET', `/api/v1/reports/${begun.id}/events`)).text();
  const done = { status: 'done', reported: begun.records, refused: 0, createdBy: `${node} operator` };
  expect(await ask(nodes, node, `/reports/${begun.id}`)).toMatchObject(done);
  const listed = Object(await ask(nodes, node, `/records?import=${id}&limit=1`));
  const [first] = listed.items;
  expect(first).toMatchObject({ kind, status: 'reported', import: id, entry: expect.any(Number) });
  const known = recordKind(kind);
  const texts = [JSON.stringify(first.public), JSON.stringify(first.shared)] as const;
  const subjects = known && parseStoredRecord(known, ...texts, 'strict');
  const code = (subjects?.ok === true ? mainCode(subjects.value) : undefined) ?? '';
  return { code, record: `${first.entry}/${first.leaf}` };
}

/** Finds the record in the trace of its code at the managing organisation, and verifies its receipt from there. */
async function expectReceipt(
  nodes: TestNodes,
  { code, record }: { readonly code: string; readonly record: string },
  { kind, by }: Sample,
): Promise<void> {
  await vi.waitFor(
    async () => {
      const trace = Object(await ask(nodes, MANAGERS, `/trace/${code}`));
      const event = trace.events.find((one: { record?: string }) => one.record === record);
      const reporter = by.replaceAll('_', '-');
      const evidence = { noLaterThan: expect.any(String) };
      expect(event).toMatchObject({ kind, status: 'reported', reporter, evidence });
    },
    { timeout: 20_000, interval: 50 },
  );
  const receipt = await nodes.call(MANAGERS, 'viewer', 'GET', `/api/v1/receipts/${record}`);
  const policy = await nodes.call(MANAGERS, 'viewer', 'GET', '/api/v1/trust-policy');
  const verdict = verifyReceipt(nativeCrypto, {
    receipt: new Uint8Array(await receipt.arrayBuffer()),
    policy: new Uint8Array(await policy.arrayBuffer()),
    fresh: 'none',
    disclosure: undefined,
    statement: undefined,
  });
  expect(verdict).toMatchObject({ ok: true });
}

async function stateOf(nodes: TestNodes, code: string): Promise<unknown> {
  return Object(await ask(nodes, MANAGERS, `/trace/${code}`)).state;
}

/** Where things are after all samples, as the managing organisation sees it. */
async function expectStates(nodes: TestNodes): Promise<void> {
  const state = async (code: string): Promise<unknown> => await stateOf(nodes, code);
  const sound = { provisional: [], conflicts: [] };
  expect(await state(packOf(0))).toMatchObject({ ...sound, status: 'treated', holder: { code: recycler } });
  expect(await state(packOf(3))).toMatchObject({ ...sound, status: 'in_vehicle', vehicle: vinOf(4) });
  expect(await state(vinOf(1))).toMatchObject({ ...sound, kind: 'vehicle', batteries: [packOf(4)] });
  const repaired = { status: 'built_in', in: packOf(1), vehicle: vinOf(2) };
  expect(await state(spareModule)).toMatchObject({ ...sound, ...repaired });
  const { family } = Object(await ask(nodes, MANAGERS, `/trace/${packOf(1)}`));
  const inPack = { parent: packOf(1), product: 'M' };
  expect(family).toContainEqual(expect.objectContaining({ ...inPack, code: spareModule, relation: 'part' }));
  expect(family).toContainEqual(expect.objectContaining({ ...inPack, relation: 'replaced' }));
  expect(family[0]).toMatchObject({ code: vinOf(2), product: 'V', relation: 'root' });
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

/** What nobody of the wrong business type may report is refused in every way of staging it. */
async function expectRefused(nodes: TestNodes, { kind }: Sample): Promise<void> {
  const other = businessTypes.findIndex(({ recordKinds: kinds }) => !kinds.includes(kind)) + 1;
  const refused = { code: 'kind_not_permitted' };
  expect(await ask(nodes, other, `/imports?kind=${kind}`, new Uint8Array(1))).toMatchObject(refused);
  expect(await ask(nodes, other, `/records/${kind}`, { records: [{}] })).toMatchObject(refused);
}

test('[K11] the nine kinds go from workbook and push to a trace and a receipt that verifies at another organisation', async () => {
  await using nodes = await startAll();
  expect(samples.map(({ kind }) => kind).toSorted()).toEqual(moduleKinds.map(({ id }) => id).toSorted());
  for (const one of samples) {
    await expectRefused(nodes, one);
    const id = await stageSample(nodes, 'workbook', one);
    const found = await ask(nodes, nodeOf(one.by), '/reports/preview', { import: id });
    expect(found).toMatchObject({ contradicting: 0, isComplete: true });
    await expectReceipt(nodes, await reportImport(nodes, id, one), one);
    expect([one.kind, Object(await stateOf(nodes, packOf(0))).status]).toEqual([one.kind, one.after]);
  }
  await expectStates(nodes);
  await expectConflict(nodes);
  for (const one of samples) {
    const id = await stageSample(nodes, 'push', one);
    await expectReceipt(nodes, await reportImport(nodes, id, one), one);
  }
}, 120_000);
