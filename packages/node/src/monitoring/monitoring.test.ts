// A whole network that looks at itself: a member is cut off, its data misses, disks fill up; then all of it is over.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

import type { AnswerOf, getMonitoring } from '@suyuan/api';
import { viewOf } from '@suyuan/ledger';
import { assert } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';
import { generateRecords } from '@suyuan/testkit';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import type { Database } from '../database/database.ts';
import { startProxies } from '../local-network/proxies.ts';
import type { Proxies } from '../local-network/proxies.ts';
import { createLogger } from '../logger.ts';
import type { Node } from '../node.ts';
import { reservePort } from '../free-port.ts';
import { failingDatabase } from '../testing/failing-database.ts';
import { startTestNetwork } from '../testing/start-test-network.ts';
import type { TestNodes } from '../testing/start-test-network.ts';
import { clearedMax } from './alert-store.ts';
import { createMonitor } from './monitor.ts';
import type { Monitor, MonitorOptions } from './monitor.ts';
import { createOwnFacts } from './own-facts.ts';

const ids = ['managers', 'batteries', 'vehicles'] as const;
const [MANAGERS, MAKER, VEHICLES] = [0, 1, 2] as const;
const gibibyte = 1_073_741_824;

/** What the nodes think the time and their disks are. */
const machine = { aheadMs: 0, freeBytes: 90 * gibibyte };
const clock = { now: (): number => Date.now() + machine.aheadMs };
const readDisk = async (): Promise<{ freeBytes: number; totalBytes: number }> => ({
  freeBytes: machine.freeBytes,
  totalBytes: 100 * gibibyte,
});

let nodes: TestNodes;
/** Between the last organisation and the others, both ways. */
let plan: Parameters<typeof startProxies>[0];
let proxies: Proxies;
const nodeAt = (index: number): Node => {
  const node = nodes.network().nodes[index];
  assert(node !== undefined, 'the network has three nodes');
  return node;
};

beforeAll(async () => {
  nodes = await startTestNetwork({ clock, readDisk }, { webhookPrivate: true });
  const links = [];
  for (const [from, to] of [
    [MANAGERS, VEHICLES],
    [MAKER, VEHICLES],
    [VEHICLES, MANAGERS],
    [VEHICLES, MAKER],
  ] as const) {
    const port = await reservePort();
    const target = Number(new URL(nodeAt(to).url).port);
    links.push({ from: ids[from], to: ids[to], what: 'http' as const, port, target });
    const peer = { organization: ids[to], name: ids[to], url: `http://127.0.0.1:${port}` };
    await nodeAt(from).peers.set([peer]);
  }
  plan = { control: await reservePort(), links };
  proxies = await startProxies(plan);
});
afterAll(async () => {
  await nodes[Symbol.asyncDispose]();
  await proxies.stop();
});

/** So many rounds of every node that each is told what the others have found out, and has judged it twice. */
async function lookAround(): Promise<void> {
  for (let round = 0; round < 3; round += 1)
    await Promise.all(nodes.network().nodes.map(async ({ slices }) => await slices.monitor.look()));
}

type Monitoring = AnswerOf<typeof getMonitoring>;

async function ask<T>(node: number, path: string): Promise<T> {
  const response = await nodes.call(node, 'viewer', 'GET', `/api/v1${path}`);
  expect(response.status).toBe(200);
  const answer: T = await response.json();
  return answer;
}

const statesAt = async (node: number): Promise<string> => {
  const { nodes: shown } = await ask<Monitoring>(node, '/monitoring');
  return shown.map(({ organization, state }) => `${organization}=${state}`).join(' ');
};

const alertsAt = async (node: number): Promise<readonly string[]> => {
  const { alerts } = await ask<Monitoring>(node, '/monitoring');
  return alerts.map(({ code, organization }) => `${code} ${organization}`).toSorted();
};

interface Told {
  readonly code: string;
  readonly state: string;
  readonly organization: string;
}

/** A receiver of alerts. */
async function startReceiver(): Promise<AsyncDisposable & { readonly url: string; readonly told: Told[] }> {
  const told: Told[] = [];
  const server = createServer(async (request, response) => {
    const { data } = Object(JSON.parse(await text(request)));
    told.push({ code: data.alert.code, state: data.alert.state, organization: data.reporter });
    response.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert(typeof address === 'object' && address !== null, 'a TCP server has a port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    told,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Ten records on their way to the ledger; those who are cut off learn of them and do not get them. */
async function report(): Promise<void> {
  const lots = generateRecords({ seed: 4, count: 10, from: '2026-01-01', to: '2026-02-01' });
  for (const { kind, records } of lots)
    expect((await nodes.call(MAKER, 'operator', 'POST', `/api/v1/records/${kind}`, { records })).status).toBe(
      200,
    );
  expect((await nodes.call(MAKER, 'operator', 'POST', '/api/v1/reports', { all: true })).status).toBe(202);
  await vi.waitUntil(() => nodeAt(VEHICLES).slices.ledger.state().height >= 2, { timeout: 20_000 });
}

async function repairAll(node: Node): Promise<void> {
  const missing = await node.database.read(
    async (db) => await db.selectFrom('batch').select('entry').where('status', '=', 'missing').execute(),
  );
  expect(missing.length).toBeGreaterThan(0);
  for (const { entry } of missing) await node.slices.replication.pull.repair(entry ?? -1);
}

describe('monitoring', () => {
  test('[MO1] [MO2] every node sees all others; only the managing organisation sees into them', async () => {
    await lookAround();
    expect(await statesAt(MANAGERS)).toBe('managers=good batteries=good vehicles=good');
    expect(await statesAt(VEHICLES)).toBe('vehicles=good batteries=good managers=good');
    const told = async (node: number): Promise<readonly boolean[]> =>
      (await ask<Monitoring>(node, '/monitoring')).nodes.map((one) => one.machine !== undefined);
    expect(await told(MANAGERS)).toEqual([true, true, true]);
    expect(await told(VEHICLES)).toEqual([true, false, false]);
    expect(await ask<Monitoring>(MAKER, '/monitoring')).toMatchObject({
      validators: { count: 3, needed: 3, reachable: 3 },
      channels: [{ channel: 1, members: [...ids].toSorted(), missingPayloads: { count: 0 } }],
      alerts: [],
    });
    const unsigned = await fetch(`${nodeAt(MAKER).url}/peer/v1/status`);
    expect([unsigned.status, await unsigned.json()]).toMatchObject([401, { code: 'peer_signature_missing' }]);
  });

  test('[MO9] [MO13] [MO14] a cut, missing data and a full disk are told once, and once that they are over', async () => {
    await using receiver = await startReceiver();
    await nodes.call(VEHICLES, 'administrator', 'POST', '/api/v1/webhooks', {
      url: receiver.url,
      types: ['alert'],
    });
    await proxies.stop();
    await lookAround();
    await report();
    expect(await statesAt(VEHICLES)).toBe('vehicles=good batteries=unreachable managers=unreachable');
    machine.aheadMs += 400_000;
    machine.freeBytes = 3 * gibibyte;
    await lookAround();
    const everywhere = ['checkpoint_late', 'disk_low'];
    expect(await alertsAt(VEHICLES)).toEqual([
      ...everywhere.map((code) => `${code} vehicles`),
      'member_unreachable batteries',
      'member_unreachable managers',
      'payloads_missing vehicles',
    ]);
    expect(await alertsAt(MANAGERS)).toEqual([
      'checkpoint_late managers',
      'disk_low batteries',
      'disk_low managers',
      'member_unreachable vehicles',
    ]);
    const figures = await (await nodes.call(MANAGERS, 'viewer', 'GET', '/metrics')).text();
    for (const line of [
      'suyuan_peer_reachable{peer="vehicles",organization="managers"} 0',
      'suyuan_peer_reachable{peer="batteries",organization="managers"} 1',
      'suyuan_alerts{code="member_unreachable",level="warning",organization="managers"} 1',
      `suyuan_node_disk_free_bytes{organization="managers"} ${3 * gibibyte}`,
    ])
      expect(figures).toContain(line);
    expect(figures).not.toContain('suyuan_node_certificate_expiry_seconds{');

    proxies = await startProxies(plan);
    machine.freeBytes = 90 * gibibyte;
    await repairAll(nodeAt(VEHICLES));
    await vi.waitUntil(
      () =>
        nodes.network().nodes.every(({ slices: { checkpoints } }) => (checkpoints.newest()?.size ?? 0) >= 2),
      { timeout: 20_000 },
    );
    await lookAround();
    expect([await alertsAt(VEHICLES), await alertsAt(MANAGERS)]).toEqual([[], []]);
    await vi.waitUntil(() => receiver.told.length >= 10, { timeout: 20_000 });
    const told = receiver.told.map(({ code, organization, state }) => `${code} ${organization} ${state}`);
    expect(told.toSorted()).toEqual(
      [
        'checkpoint_late vehicles',
        'disk_low vehicles',
        'member_unreachable batteries',
        'member_unreachable managers',
        'payloads_missing vehicles',
      ].flatMap((alert) => [`${alert} cleared`, `${alert} raised`]),
    );
    const { items } = await ask<{ items: readonly object[] }>(
      VEHICLES,
      '/monitoring/alerts?limit=2&open=false',
    );
    expect(items).toEqual(Array(2).fill(expect.objectContaining({ clearedAt: expect.any(String) })));
    const history = await ask<{ items: readonly { heights: object }[] }>(MANAGERS, '/monitoring/history');
    expect(history.items[0]?.heights).toEqual({ managers: 0, batteries: 0, vehicles: 0 });
  });

  test('[MO10] [MO13] what the database does not take is stored in the next round, and taken up by the next process', async () => {
    const { database, slices } = nodeAt(MAKER);
    const { ledger, checkpoints, replication } = slices;
    let stored = 0;
    const monitorWith = (changes: Partial<MonitorOptions>): Monitor =>
      createMonitor({
        organization: 'batteries',
        database,
        state: () => ledger.state(),
        view: () => viewOf(nativeCrypto, ledger.state()),
        onApplied: () => undefined,
        checkpoints,
        ordering: { isRunning: () => true },
        client: replication.client,
        addressOf: () => undefined,
        clock,
        logger: createLogger('silent'),
        nameOf: (id) => id,
        readDisk,
        certificate: undefined,
        thresholds: { ordering_stopped: 1 },
        version: '1',
        onAlerts: () => (stored += 1),
        ...changes,
      });
    await database.read(
      async (db) =>
        await sql`insert into alert (code, level, organization, value, facts, raised_at, cleared_at)
          select 'disk_low', 'warning', 'batteries', 1, '{}', now(), now()
          from generate_series(1, ${clearedMax})`.execute(db),
    );
    const monitor = monitorWith({
      database: failingDatabase(database, 0, 'failed, not stored'),
      ordering: { isRunning: () => false },
    });
    for (let round = 0; round < 3; round += 1) {
      await monitor.look();
      machine.aheadMs += 20_000;
    }
    expect(stored).toBe(0);
    expect(monitor.openAlerts()).toMatchObject([{ code: 'ordering_stopped' }]);
    await monitor.look();
    expect(stored).toBe(1);
    expect(await alertsAt(MAKER)).toEqual(['ordering_stopped batteries']);
    expect(monitor.report()).toMatchObject({
      machine: { alerts: 1 },
      orderingStoppedSinceMs: expect.any(Number),
    });

    const next = monitorWith({});
    await next.start();
    expect(next.openAlerts()).toMatchObject([{ code: 'ordering_stopped' }]);
    for (let round = 0; round < 2; round += 1) await next.look();
    await next.stop();
    expect(await alertsAt(MAKER)).toEqual([]);
    const kept = await database.read(
      async (db) =>
        await db
          .selectFrom('alert')
          .select((eb) => eb.fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow(),
    );
    expect(kept.count).toBe(clearedMax);
  });
});

test('[MO5] a database that hangs holds up nothing and is asked once', async () => {
  vi.useFakeTimers();
  try {
    let asked = 0;
    const hanging: Database = {
      ...nodeAt(MAKER).database,
      read: async () => {
        asked += 1;
        return await new Promise<never>(() => undefined);
      },
    };
    const facts = createOwnFacts({
      database: hanging,
      clock: { now: () => Date.now() },
      readDisk,
      isOrdering: () => true,
      certificate: undefined,
    });
    const begun = Date.now();
    for (let round = 0; round < 2; round += 1) {
      const collected = facts.collect();
      await vi.advanceTimersByTimeAsync(5_000);
      expect(await collected).toMatchObject({ databaseSilentSinceMs: begun, stored: undefined });
    }
    expect(asked).toBe(1);
  } finally {
    vi.useRealTimers();
  }
});
