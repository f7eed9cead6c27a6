// `suyuan node` as a process: a first start, a second one, and starts that can't be. Runs what `npm run build` made.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

const suyuanFile = fileURLToPath(new URL('../bin/suyuan.js', import.meta.url));

interface Ready {
  readonly id: string;
  readonly url: string;
  readonly administrator?: { readonly name: string; readonly password: string };
}

interface Running {
  /** The JSON line: of a node that is ready, or of a failure. */
  readonly line: string;
  /** The exit code, once it has ended by itself. */
  readonly ended: () => Promise<number | null>;
  /** Ends it by a signal; gives the exit code. */
  readonly end: () => Promise<number | null>;
}

async function start(...argv: readonly string[]): Promise<Running> {
  const child = spawn(process.execPath, [suyuanFile, 'node', ...argv, '--json'], {
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exited = once(child, 'exit');
  let line = '';
  for await (const first of createInterface(child.stdout)) {
    line = first;
    break;
  }
  child.stdout.resume();
  const ended = async (): Promise<number | null> => {
    const [exitCode] = await exited;
    return exitCode;
  };
  return {
    line,
    ended,
    end: async () => {
      child.kill('SIGTERM');
      return await ended();
    },
  };
}

test('a node starts, keeps its organisation, and stops when asked to', { timeout: 180_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'suyuan-node-'));
  await chmod(folder, 0o755);
  const data = ['--data', join(folder, 'acme'), '--port', '0'];
  const nameless = await start(...data);
  expect(JSON.parse(nameless.line)).toMatchObject({ code: 'option_missing' });
  expect(await nameless.ended()).toBe(2);

  const first = await start(...data, '--organization', 'acme', '--name', '甲公司 Acme');
  const ready: Ready = JSON.parse(first.line);
  expect(ready).toMatchObject({ id: 'acme', administrator: { name: 'administrator' } });
  const signIn = await fetch(`${ready.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ready.administrator),
  });
  expect(await signIn.json()).toMatchObject({ role: 'administrator' });
  const taken = await start(
    '--data',
    join(folder, 'other'),
    '--organization',
    'other',
    '--port',
    new URL(ready.url).port,
  );
  expect(JSON.parse(taken.line)).toMatchObject({
    code: 'address_in_use',
    message: expect.stringContaining('--port'),
  });
  expect(await taken.ended()).toBe(2);
  expect(await first.end()).toBe(0);

  const second = await start(...data);
  expect(JSON.parse(second.line)).toEqual({ id: 'acme', url: expect.stringMatching(/^http:/) });
  expect(await second.end()).toBe(0);
  const renewed = await start(...data, '--new-password');
  const { administrator }: Ready = JSON.parse(renewed.line);
  expect(administrator?.password).not.toBe(ready.administrator?.password);
  expect(await renewed.end()).toBe(0);
  const other = await start(...data, '--organization', 'other');
  expect(JSON.parse(other.line)).toMatchObject({ code: 'data_of_another_organization' });
  expect(await other.ended()).toBe(2);
  await rm(folder, { recursive: true });
});
