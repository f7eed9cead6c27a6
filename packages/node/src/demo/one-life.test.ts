// One battery through all nine kinds at seven organisations: its trace, state and family at every step and at several
// nodes; and another one whose records come in the opposite order, some of them late to a node that was cut off.
import { describe, expect, test, vi } from 'vitest';
import { moduleKinds } from '@suyuan/battery';
import { generateLives, lifeOrganizations } from '@suyuan/invented';
import type { LifeMembers, LifeRecord } from '@suyuan/invented';
import { nativeCrypto } from '@suyuan/native-crypto';
import { verifyReceipt } from '@suyuan/verifier';
import { startTestNetwork } from '../testing/start-test-network.ts';
import type { TestNodes } from '../testing/start-test-network.ts';
import { demoMembers, demoTypes, managingId } from './demo-members.ts';

const members = demoMembers(demoTypes);
const MANAGER = 0;
const DEALER = demoTypes.indexOf('dealer') + 1;
/** Steps, from the end, whose records come late to a node that is cut off; none of them is its own. */
const LATE_STEPS = 3;
const swapOperator = lifeOrganizations.swap_operator.code;
const recycler = lifeOrganizations.recycler.code;

/** What one organisation reports of one kind on one day. */
interface Step {
  readonly name: string;
  readonly node: number;
  readonly kind: string;
  readonly records: readonly LifeMembers[];
}

/** The codes of a life and its steps in the order in which they happened. */
interface Life {
  readonly pack: string;
  readonly vin: string;
  /** The module that comes into the pack, and the one it takes the place of. */
  readonly spare: string;
  readonly old: string;
  readonly steps: readonly Step[];
}

type Codes = 'vin' | 'packCode' | 'oldCode' | 'newCode';

function lifeOf(seed: number): Life {
  const records = generateLives({ seed, vehicles: 1, from: '2025-11-01', to: '2026-10-31' });
  const steps: { name: string; node: number; kind: string; records: LifeMembers[] }[] = [];
  for (const { on, organization, kind, record } of records) {
    const { subType = '' } = record;
    const name = `${on} ${kind} ${JSON.stringify(subType)}`.replaceAll('"', '').trim();
    const node = demoTypes.indexOf(organization) + 1;
    if (steps.at(-1)?.name !== name) steps.push({ name, node, kind, records: [] });
    steps.at(-1)?.records.push(record);
  }
  const { vin } = firstOf(records, 'vehicle_sale');
  const { oldCode, newCode } = firstOf(records, 'vehicle_repair');
  const { packCode } = firstOf(records, 'battery_pack');
  return { pack: packCode, vin, spare: newCode, old: oldCode, steps };
}

/** The codes in the first record of a kind. */
function firstOf(records: readonly LifeRecord[], kind: string): Record<Codes, string> {
  return Object(records.find((record) => record.kind === kind)?.record);
}

async function ask(nodes: TestNodes, node: number, path: string, body?: object): Promise<unknown> {
  const method = body === undefined ? 'GET' : 'POST';
  return await (await nodes.call(node, 'operator', method, `/api/v1${path}`, body)).json();
}

async function reportStep(nodes: TestNodes, { name, node, kind, records }: Step): Promise<void> {
  const pushed = Object(await ask(nodes, node, `/records/${kind}`, { records }));
  expect([name, pushed.findings]).toEqual([name, []]);
  const begun = Object(await ask(nodes, node, '/reports', { import: pushed.id }));
  await (await nodes.call(node, 'viewer', 'GET', `/api/v1/reports/${begun.id}/events`)).text();
  const done = { status: 'done', reported: records.length, refused: 0 };
  expect(await ask(nodes, node, `/reports/${begun.id}`)).toMatchObject(done);
}

/** Waits until a node shows a code so: it applies blocks on its own. */
async function expectTrace(nodes: TestNodes, node: number, code: string, expected: object): Promise<void> {
  await vi.waitFor(async () => expect(await ask(nodes, node, `/trace/${code}`)).toMatchObject(expected), {
    timeout: 30_000,
    interval: 25,
  });
}

const sound = { provisional: [], conflicts: [] };

/** Where pack and module are after the steps that move them; a step not named here changes neither. */
function expectedMoves({ vin, pack }: Life): Readonly<Record<string, { pack?: object; spare?: object }>> {
  const inVehicle = { ...sound, status: 'in_vehicle', in: vin, vehicle: vin };
  const at = (status: string, code: string): object => ({ ...sound, status, holder: { code } });
  const builtIn = { ...sound, status: 'built_in', in: pack };
  return {
    '2025-11-01 battery_pack': { pack: { ...sound, status: 'made' } },
    '2025-11-06 vehicle_production': { pack: inVehicle },
    '2025-12-01 battery_swap swap': { pack: at('in_stock', swapOperator) },
    '2025-12-11 battery_module': { spare: { ...sound, status: 'made' } },
    '2025-12-16 after_sales_service': { spare: at('in_stock', lifeOrganizations.repairer.code) },
    '2025-12-31 battery_swap swap': { pack: inVehicle },
    '2026-01-15 vehicle_repair': { spare: { ...builtIn, vehicle: vin } },
    '2026-01-30 battery_swap swap': { pack: at('in_stock', swapOperator), spare: builtIn },
    '2026-02-09 battery_swap out': { pack: at('dispatched', recycler) },
    '2026-02-10 battery_recycling stock_in': { pack: at('collected', recycler) },
    '2026-02-12 battery_recycling dispatch': { pack: at('dispatched', recycler) },
    '2026-02-13 battery_retirement': { pack: at('retired', recycler) },
    '2026-02-27 battery_recycling treatment': { pack: at('treated', recycler), spare: builtIn },
  };
}

/** How the vehicle, its packs and the replaced modules belong together when all is over. */
async function expectFamily(nodes: TestNodes, node: number, { vin, pack, spare, old }: Life): Promise<void> {
  await expectTrace(nodes, node, spare, {
    family: expect.arrayContaining([
      expect.objectContaining({ code: vin, product: 'V', relation: 'root', depth: 0 }),
      expect.objectContaining({ code: pack, parent: vin, relation: 'replaced', depth: 1 }),
      expect.objectContaining({ code: spare, parent: pack, relation: 'part', depth: 2 }),
      expect.objectContaining({ code: old, parent: pack, relation: 'replaced', depth: 2 }),
    ]),
  });
}

async function expectReceipt(nodes: TestNodes, record: string): Promise<void> {
  const receipt = await nodes.call(MANAGER, 'viewer', 'GET', `/api/v1/receipts/${record}`);
  const policy = await nodes.call(MANAGER, 'viewer', 'GET', '/api/v1/trust-policy');
  const verdict = verifyReceipt(nativeCrypto, {
    receipt: new Uint8Array(await receipt.arrayBuffer()),
    policy: new Uint8Array(await policy.arrayBuffer()),
    fresh: 'none',
    disclosure: undefined,
    statement: undefined,
  });
  expect([record, verdict.ok]).toEqual([record, true]);
}

/** Gives every other node an address of this one, and this one addresses of the others, where nobody answers. */
async function cut(nodes: TestNodes, cutOff: number, isCut: boolean): Promise<void> {
  const { nodes: running } = nodes.network();
  const addresses = members.map(({ organization, name }, index) => ({
    organization,
    name,
    url: running[index]?.url,
  }));
  for (const [index, node] of running.entries()) {
    const changed = addresses.filter((_, other) => index === cutOff || other === cutOff);
    await node.peers.set(changed.map((peer) => (isCut ? { ...peer, url: 'http://127.0.0.1:1' } : peer)));
  }
}

describe('one battery through all nine kinds', () => {
  test('[K10] is right at every step at several nodes, and every record of it has a receipt', async () => {
    await using nodes = await startTestNetwork({ managing: managingId, members });
    const life = lifeOf(5);
    const moves = expectedMoves(life);
    const states: { pack?: object; spare?: object } = {};
    const seen = new Set<string>();
    for (const [index, step] of life.steps.entries()) {
      await reportStep(nodes, step);
      if (moves[step.name] !== undefined && !seen.has(step.name)) Object.assign(states, moves[step.name]);
      seen.add(step.name);
      for (const node of new Set([step.node, MANAGER, index % members.length])) {
        if (states.pack !== undefined) await expectTrace(nodes, node, life.pack, { state: states.pack });
        if (states.spare !== undefined) await expectTrace(nodes, node, life.spare, { state: states.spare });
      }
    }
    expect(Object.keys(moves).filter((name) => !seen.has(name))).toEqual([]);
    for (const node of members.keys()) await expectFamily(nodes, node, life);

    const { events } = Object(await ask(nodes, MANAGER, `/trace/${life.spare}`));
    const kinds = new Set(events.map(({ kind }: { kind: string }) => kind));
    expect(kinds).toEqual(new Set(moduleKinds.map(({ id }) => id)));
    expect(new Set(events.map(({ reporter }: { reporter: string }) => reporter)).size).toBe(demoTypes.length);
    for (const kind of kinds) {
      const event = events.find((one: { kind: string }) => one.kind === kind);
      await expectReceipt(nodes, event.record);
    }
  }, 300_000);

  test('[K10] ends the same when its records come backwards and a node is cut off for a while', async () => {
    await using nodes = await startTestNetwork({ managing: managingId, members });
    const life = lifeOf(6);
    const backwards = life.steps.toReversed();
    // What happened last is reported first, so from then on this is where the pack is, with the rest of it missing.
    const treated = { state: { status: 'treated', holder: { code: recycler } } };
    await cut(nodes, DEALER, true);
    for (const step of backwards.slice(0, LATE_STEPS)) {
      await reportStep(nodes, step);
      await expectTrace(nodes, MANAGER, life.pack, treated);
    }
    const early = Object(await ask(nodes, MANAGER, `/trace/${life.pack}`));
    expect(early.state.provisional).not.toEqual([]);
    await expectTrace(nodes, DEALER, life.pack, { provisional: ['payloads_missing'] });

    await cut(nodes, DEALER, false);
    for (const step of backwards.slice(LATE_STEPS)) {
      await reportStep(nodes, step);
      await expectTrace(nodes, MANAGER, life.pack, treated);
    }
    for (const node of members.keys()) {
      await expectTrace(nodes, node, life.pack, { state: { ...sound, ...treated.state }, provisional: [] });
      await expectFamily(nodes, node, life);
    }
  }, 300_000);
});
