// Master data by the command line: nothing but the commands for any record kind.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { managingKinds } from '@suyuan/battery';
import { expect, test } from 'vitest';

import { startTestNetwork } from '../../../node/src/testing/start-test-network.ts';
import { run } from '../run.ts';

const sample = (name: string): string =>
  fileURLToPath(new URL(`../../../../samples/${name}`, import.meta.url));

test('[B57] suyuan template, import, report, trace and code keep maker prefixes, units and code tables', async () => {
  await using nodes = await startTestNetwork({
    members: [{ organization: 'managers', name: 'Managers', role: 'validator', recordKinds: managingKinds }],
  });
  const folder = await mkdtemp(join(tmpdir(), 'suyuan-master-'));
  const [node] = nodes.network().nodes;
  const key = await node?.apiKeys.create({ name: 'terminal', role: 'operator' }, 'test');
  const suyuan = async (...argv: readonly string[]): Promise<ReturnType<typeof JSON.parse>> => {
    let output = '';
    const terminal = {
      print: (text: string) => void (output += text),
      say: () => undefined,
      isWatched: false,
      columns: 100,
      environment: { SUYUAN_URL: node?.url ?? '', SUYUAN_TOKEN: key?.key ?? '' },
    };
    expect([argv, await run([...argv, '--json'], terminal)]).toEqual([argv, 0]);
    return JSON.parse(output);
  };
  const template = join(folder, 'prefixes.xlsx');
  await suyuan('template', 'maker_prefix', '--out', template);
  expect((await readFile(template)).subarray(0, 2).toString()).toBe('PK');
  await suyuan('import', 'maker_prefix', sample('maker-prefixes.xlsx'));
  await suyuan('import', 'unit', sample('units.json'));
  await suyuan('import', 'code_table_entry', sample('code-tables.xlsx'));
  await suyuan('report', '--all');
  // A battery type that only this network has.
  expect(await suyuan('code', '--by-node', 'SY1MH01A000001GB20000001')).toMatchObject([
    { kind: 'battery_code', valid: true, findings: [], batteryType: 'H' },
  ]);
  expect((await suyuan('trace', 'SY1')).events).toMatchObject([
    { kind: 'maker_prefix', role: 'reference', status: 'reported', date: '2026-01-01' },
  ]);
  expect((await suyuan('trace', '91350100MA0TRY005H')).events).toMatchObject([{ kind: 'unit' }]);
  const listed = await nodes.call(0, 'viewer', 'GET', '/api/v1/master/unit');
  expect(await listed.json()).toMatchObject({ items: { length: 5 } });
  await rm(folder, { recursive: true });
});
