import { createServer } from 'node:net';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { readSettings } from '../config.ts';
import type { DemoDocument } from './demo-document.ts';
import { smallDemonstration, startDemonstration } from './demonstration.ts';
import type { Demonstration } from './demonstration.ts';

async function dataFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'suyuan-demo-'));
  await chmod(path, 0o755);
  return { path, [Symbol.asyncDispose]: async () => await rm(path, { recursive: true, force: true }) };
}

async function start(dataDir: string, told: string[] = []): Promise<Demonstration> {
  const settings = readSettings({ SUYUAN_LOG: 'silent' }, { dataDir, port: 0 });
  return await startDemonstration({
    ...smallDemonstration,
    settings,
    onProgress: (message) => told.push(message),
  });
}

async function get(document: DemoDocument, index: number, path: string): Promise<unknown> {
  const organization = document.organizations[index];
  const answer = await fetch(`${organization?.url}/api/v1${path}`, {
    headers: { authorization: `Bearer ${organization?.tokens.viewer}` },
  });
  const value: unknown = await answer.json();
  return value;
}

describe('demonstration', () => {
  test('reports its samples, a second start keeps tokens, accounts and data, a damaged demo.json is written anew', async () => {
    await using data = await dataFolder();
    const first = await start(data.path);
    const { organizations } = first.document;
    expect(organizations.map(({ id, role }) => ({ id, role }))).toEqual([
      { id: 'manager', role: 'managing' },
      { id: 'battery-maker', role: 'battery_maker' },
      { id: 'vehicle-maker', role: 'vehicle_maker' },
    ]);
    expect((await stat(first.file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(first.file, 'utf8'))).toEqual(first.document);
    expect(JSON.parse(await readFile(first.document.trustPolicy, 'utf8'))).toMatchObject({
      format: 'suyuan-trust-policy/v1',
      quorum: 3,
    });
    const log = await get(first.document, 2, '/log');
    expect(log).toMatchObject({ size: 2 });
    for (const { url, users } of organizations) {
      for (const { name, password, role } of users) {
        const answer = await fetch(`${url}/api/v1/session`, {
          method: 'POST',
          body: JSON.stringify({ name, password }),
          headers: { 'content-type': 'application/json' },
        });
        expect(await answer.json()).toMatchObject({ name, role });
      }
    }
    await first.stop();

    const told: string[] = [];
    const second = await start(data.path, told);
    expect(told).toEqual(['Starting on the data of last time ...']);
    expect(second.document.organizations.map(({ tokens, users }) => ({ tokens, users }))).toEqual(
      organizations.map(({ tokens, users }) => ({ tokens, users })),
    );
    expect(await get(second.document, 0, '/log')).toMatchObject({ size: 2 });

    process.kill(second.network.postgresPid() ?? 0, 'SIGKILL');
    const waiting = await vi.waitUntil(
      async () => {
        const health: unknown = await get(second.document, 1, '/health');
        return Object(health).status === 503 ? health : undefined;
      },
      { timeout: 10_000 },
    );
    expect(waiting).toMatchObject({ code: 'database_unavailable' });
    await vi.waitUntil(async () => Object(await get(second.document, 1, '/health')).status === 'ready', {
      timeout: 30_000,
    });
    expect(await get(second.document, 1, '/records?limit=1')).toMatchObject({
      items: [{ status: 'reported' }],
    });
    await second.stop();

    await writeFile(second.file, '{"organizations":[{}');
    const third = await start(data.path);
    expect(third.document.organizations[1]?.tokens).not.toEqual(organizations[1]?.tokens);
    expect(await get(third.document, 1, '/session')).toMatchObject({ role: 'viewer' });
    await third.stop();
  });

  test('says which port is taken before it makes anything', async () => {
    await using data = await dataFolder();
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const settings = readSettings({ SUYUAN_LOG: 'silent' }, { dataDir: data.path, port });
    const occupied = startDemonstration({ settings });
    await expect(occupied).rejects.toMatchObject({ code: 'address_in_use' });
    await expect(occupied).rejects.toThrow(`Port ${port}`);
    holder.close();
    expect(await readdir(data.path)).toEqual([]);
  });

  test.runIf(process.getuid?.() === 0)(
    'as root in a closed folder keeps its data elsewhere and says where',
    async () => {
      await using data = await dataFolder();
      await chmod(data.path, 0o700);
      const told: string[] = [];
      const demonstration = await start(join(data.path, 'demo'), told);
      const moved = /the data is kept in (\S+)\.$/.exec(told[0] ?? '')?.[1] ?? '';
      expect(moved).toMatch(/^\/var\/lib\/suyuan\/demo-[0-9a-f]{8}$/);
      expect(demonstration.file).toBe(join(data.path, 'demo', 'demo.json'));
      await demonstration.stop();
      await rm(moved, { recursive: true });
    },
  );
});
