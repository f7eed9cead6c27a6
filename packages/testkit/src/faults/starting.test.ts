// Starting where something is in the way, with the real command line: it works, or ends with exit code 2 and one
// sentence that says what to do, and leaves nothing running. Processes of their own where something dies or stays.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { run } from '../../../cli/src/run.ts';
import { isRunning } from '../../../node/src/database/instance-lock.ts';
import { stopOrphan } from '../../../node/src/database/postgres-process.ts';

/** The binary as npm links it. */
const suyuan = fileURLToPath(new URL('../../../cli/bin/suyuan.js', import.meta.url));

/** How `suyuan node` ended, with the one JSON value that it printed. */
interface Refusal {
  readonly exitCode: number | null;
  readonly code: string;
  readonly message: string;
}

let folder: string;
const running = new Set<ChildProcess>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'suyuan-starting-'));
  await chmod(folder, 0o755); // PostgreSQL runs as another user where the tests run as root
});
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await stopOrphan(join(folder, 'data', 'postgres'));
  await rm(folder, { recursive: true, force: true });
});

const command = (dataDir: string, port: number): readonly string[] => [
  'node',
  '--json',
  `--data=${dataDir}`,
  `--port=${port}`,
  '--organization=acme',
];

function startNode(dataDir: string, port: number): ChildProcess {
  const child = spawn(process.execPath, [suyuan, ...command(dataDir, port)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  return child;
}

/** The address of a node once it is ready. */
async function ready(child: ChildProcess): Promise<string> {
  const [line]: string[] = await Promise.race([
    once(child.stdout?.setEncoding('utf8') ?? child, 'data'),
    once(child, 'close').then(() => Promise.reject(new Error('the node ended before it was ready'))),
  ]);
  const { url }: { url: string } = JSON.parse(line ?? '');
  return url;
}

async function refused(child: ChildProcess): Promise<Refusal> {
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
  await once(child, 'close');
  return { exitCode: child.exitCode, ...JSON.parse(output) };
}

/** The same command in this process, for starts that come to nothing at once. */
async function refusedHere(dataDir: string, databaseUrl = ''): Promise<Refusal> {
  let output = '';
  process.env['DATABASE_URL'] = databaseUrl;
  const exitCode = await run(command(dataDir, 0), {
    print: (text) => void (output += text),
    say: () => undefined,
    isWatched: false,
    columns: 100,
    environment: {},
  }).finally(() => delete process.env['DATABASE_URL']);
  return { exitCode, ...JSON.parse(output) };
}

async function isHealthy(url: string): Promise<boolean> {
  return (await fetch(`${url}/api/v1/health`)).ok;
}

async function postgresPid(dataDir: string): Promise<number> {
  const text = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
  return Number(text.split('\n')[0]);
}

describe('suyuan node', () => {
  test('a port in use, a folder in use, and a PostgreSQL that a killed node has left behind', async () => {
    const dataDir = join(folder, 'data');
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    expect(await refused(startNode(dataDir, port))).toMatchObject({
      exitCode: 2,
      code: 'address_in_use',
      message: expect.stringMatching(`${port}.*--port`),
    });
    other.close();
    expect(await postgresPid(dataDir)).toBe(0);

    const first = startNode(dataDir, 0);
    const url = await ready(first);
    expect(await refused(startNode(dataDir, 0))).toMatchObject({
      exitCode: 2,
      code: 'instance_running',
      message: expect.stringContaining(`${first.pid}`),
    });
    expect(await isHealthy(url)).toBe(true);

    const orphan = await postgresPid(dataDir);
    first.kill('SIGKILL');
    await once(first, 'close');
    expect([first.signalCode, isRunning(orphan)]).toEqual(['SIGKILL', true]);
    const second = startNode(dataDir, 0);
    expect(await isHealthy(await ready(second))).toBe(true);
    expect(isRunning(orphan)).toBe(false);

    const last = await postgresPid(dataDir);
    second.kill('SIGTERM');
    await once(second, 'close');
    expect([second.exitCode, isRunning(last)]).toEqual([0, false]);
  });

  test('a database of the user that is not there, not open to us, or no PostgreSQL at all', async () => {
    const wrongPassword = new URL(inject('postgresUrl'));
    wrongPassword.password = 'not-the-secret';
    const urls = [
      ['mysql://root@127.0.0.1/x', 'configuration_invalid'],
      ['postgres://suyuan:not-the-secret@127.0.0.1:1/x', 'postgres_unavailable'],
      ['postgres://suyuan:not-the-secret@nowhere.invalid/x', 'postgres_unavailable'],
      [wrongPassword.href, 'postgres_unavailable'],
    ] as const;
    for (const [url, code] of urls) {
      const refusal = await refusedHere(join(folder, 'with-url'), url);
      expect(refusal).toMatchObject({
        exitCode: 2,
        code,
        message: expect.stringContaining('DATABASE_URL'),
      });
      expect(refusal.message).not.toContain('not-the-secret');
    }
  });

  test('a data folder that cannot be made, read or entered', async () => {
    await writeFile(join(folder, 'file'), '');
    expect(await refusedHere(join(folder, 'file', 'data'))).toMatchObject({
      exitCode: 2,
      code: 'data_folder_unreadable',
    });
    const closed = join(folder, 'closed');
    await mkdir(closed);
    // Root reads everything; its PostgreSQL, another user, does not.
    const isRoot = process.getuid?.() === 0;
    await chmod(closed, isRoot ? 0o700 : 0o000);
    const [code, words] = isRoot
      ? ['data_folder_not_traversable', `chmod o+x ${closed}`]
      : ['file_unreadable', closed];
    expect(await refusedHere(join(closed, 'data'))).toMatchObject({
      exitCode: 2,
      code,
      message: expect.stringContaining(words),
    });
    await chmod(closed, 0o700);
  });
});
