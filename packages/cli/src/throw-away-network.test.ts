// The test network for integrators as docs/integration.md has it: one command gives addresses, API keys, a trust policy
// and an empty network of the chosen business types; Ctrl-C removes all of it. Runs what `npm run build` made.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

const suyuanFile = fileURLToPath(new URL('../bin/suyuan.js', import.meta.url));
const argv = [
  'demo',
  '--empty',
  '--throw-away',
  '--types',
  'recycler,battery_maker',
  '--port',
  '0',
  '--json',
];

const isThere = async (path: string): Promise<boolean> =>
  await access(path).then(
    () => true,
    () => false,
  );

test('an empty network with keys for every role comes by one command and leaves nothing behind', async () => {
  const child = spawn(process.execPath, [suyuanFile, ...argv], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const { value } = await lines.next();
    const { organizations, trustPolicy } = JSON.parse(value);
    const parts = organizations.map(({ role }: { role: string }) => role);
    expect(parts).toEqual(['managing', 'battery_maker', 'recycler']);
    for (const { url, tokens } of organizations) {
      for (const role of ['administrator', 'operator', 'auditor', 'viewer']) {
        const headers = { authorization: `Bearer ${tokens[role]}` };
        const answer = await fetch(`${url}/api/v1/session`, { headers });
        expect(await answer.json()).toMatchObject({ role });
      }
      const headers = { authorization: `Bearer ${tokens.viewer}` };
      expect(await (await fetch(`${url}/api/v1/log`, { headers })).json()).toMatchObject({ size: 0 });
    }
    const folder = dirname(trustPolicy);
    expect(await isThere(join(folder, 'demo.json'))).toBe(true);
    child.kill('SIGINT');
    const [exitCode] = await once(child, 'exit');
    expect(exitCode).toBe(0);
    expect(await isThere(folder)).toBe(false);
  } finally {
    if (child.exitCode === null) child.kill('SIGKILL');
  }
}, 180_000);

test.each([
  ['--types', 'battery_maker,baker'],
  ['--small', '--types=dealer'],
  ['--throw-away', '--data=x'],
  ['--ordering', 'raft'],
])('suyuan demo %s %s is wrong usage', async (...options) => {
  const child = spawn(process.execPath, [suyuanFile, 'demo', ...options, '--json']);
  const [exitCode] = await once(child, 'exit');
  expect(exitCode).toBe(2);
});
