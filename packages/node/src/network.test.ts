import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as api from '@suyuan/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestNetwork } from './testing/start-test-network.ts';
import type { TestNodes } from './testing/start-test-network.ts';

/** Ids of all routes of the contract. */
function contractIds(): string[] {
  return Object.values(api).flatMap((value: unknown) => {
    const isRoute =
      typeof value === 'object' && value !== null && 'path' in value && 'answer' in value && 'id' in value;
    return isRoute ? [String(value.id)] : [];
  });
}

describe('network', () => {
  let nodes: TestNodes;
  beforeAll(async () => {
    nodes = await startTestNetwork();
  });
  afterAll(async () => await nodes[Symbol.asyncDispose]());

  test('three nodes in one process know each other and serve', async () => {
    const urls = nodes.network().nodes.map((node) => node.url);
    expect(new Set(urls).size).toBe(3);
    const health = await fetch(`${urls[1]}/api/v1/health`);
    expect(await health.json()).toMatchObject({ status: 'ready', organization: 'batteries', height: 0 });
    const organization = await nodes.call(1, 'viewer', 'GET', '/api/v1/organization');
    expect(await organization.json()).toMatchObject({
      id: 'batteries',
      name: 'Battery maker',
      manages: false,
      modules: ['battery_module', 'battery_pack'],
      channels: [{ channel: 1, members: ['batteries', 'managers', 'vehicles'] }],
      organizations: [
        { id: 'managers', manages: true, url: urls[0] },
        { id: 'vehicles', url: urls[2] },
      ],
    });
  });

  test('a restart keeps keys, network and accounts', async () => {
    const made = await nodes
      .network()
      .nodes[0]?.signIn.createUser('admin', 'a long password', 'administrator');
    expect(made?.ok).toBe(true);
    const before: unknown = await (await nodes.call(2, 'viewer', 'GET', '/api/v1/organization')).json();
    await nodes.restart();
    expect(nodes.network().isNew).toBe(false);
    const after: unknown = await (await nodes.call(2, 'viewer', 'GET', '/api/v1/organization')).json();
    const networkOf = (value: unknown): unknown => Object(value).network;
    expect(networkOf(after)).toBe(networkOf(before));
    expect(await nodes.network().nodes[0]?.signIn.users()).toMatchObject([{ name: 'admin' }]);
  });

  test('record kinds come with labels in both languages', async () => {
    const list: unknown = await (await nodes.call(1, 'viewer', 'GET', '/api/v1/kinds')).json();
    expect(list).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ id: 'battery_module', permitted: true }),
        expect.objectContaining({ id: 'battery_retirement', permitted: false }),
      ]),
    });
    const kind = await nodes.call(1, 'viewer', 'GET', '/api/v1/kinds/battery_pack');
    expect(kind.status).toBe(200);
    expect((await nodes.call(1, 'viewer', 'GET', '/api/v1/kinds/nothing')).status).toBe(404);
  });

  test('the OpenAPI document holds every route once, with its problems in both languages', async () => {
    const document: {
      paths: Record<string, Record<string, { operationId: string; summary: string; responses: object }>>;
    } = await (await fetch(`${nodes.network().nodes[0]?.url}/api/v1/openapi.json`)).json();
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
    const ids = operations.map((operation) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(contractIds().sort());
    for (const operation of operations) {
      expect(operation.summary).toMatch(/^[\x20-\x7e]+ · .*\p{Script=Han}/u);
      expect(Object.keys(operation.responses).length).toBeGreaterThan(3);
    }
    for (const [code, entry] of Object.entries(api.problems)) {
      expect(code).toMatch(/^[a-z][a-z_]+$/);
      expect(entry.zh).toMatch(/\p{Script=Han}/u);
      expect(entry.en).toMatch(/^[A-Z][\x20-\x7e]+$/);
    }
  });

  test('a database of another network is refused', async () => {
    await using own = await startTestNetwork();
    await rm(join(own.settings.dataDir, 'genesis.cbor'));
    await expect(own.restart()).rejects.toMatchObject({ code: 'network_mismatch' });
  });
});
