// Death while an import runs as a job, as real processes: the next process does it, once. Deaths at the steps of an
// import that a client waits for are in packages/testkit/src/faults, with the whole network around them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { testDatabase } from '../testing/test-database.ts';
import { countRows, uploadOf } from './testing/import-fixture.ts';
import { moduleCells, moduleSheet, workbookFile } from './testing/workbook-file.ts';

const nothing = { import: 0, import_row: 0, import_file: 0, batch: 0, record: 0, subject: 0 };
const everything = { import: 1, import_row: 1, import_file: 1, batch: 1, record: 3, subject: 12 };
const rows = [moduleCells(1), moduleCells(2), moduleCells(3), moduleCells(4).with(0, 'X')];
const bytes = workbookFile({ sheets: { 模块: moduleSheet(rows) } });

/** Runs what waits in a process of its own, to the end or to its death. */
async function run(
  url: string,
  path: string,
  haltAt: string,
): Promise<{ signal: string | null; output: string }> {
  const script = new URL('testing/run-job.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--conditions', 'source', '--import', 'tsx', script, url, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, SUYUAN_HALT_AT: haltAt },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await once(child, 'close');
  return { signal: child.signalCode, output };
}

it('[I43] kill -9 of a node that runs a job: the next one does it, once', async () => {
  await using upload = await uploadOf(bytes);
  await using database = await testDatabase();
  const dead = { signal: 'SIGKILL', output: '' };
  expect(await run(database.url, upload.path, 'import.before_commit')).toEqual(dead);
  expect(await countRows(database)).toEqual({ ...nothing, import: 1, import_file: 1 });
  expect(await run(database.url, '', 'import.committed')).toEqual(dead);
  expect(await countRows(database)).toEqual(everything);
  expect(await run(database.url, '', '')).toEqual({ signal: null, output: 'done\n' });
  expect(await countRows(database)).toEqual(everything);
});
