// Watched folders: complete files once, links and half-written files never, bad files without harm to the others.
import { appendFile, mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { FolderSettings } from '@suyuan/api';
import { describe, expect, it } from 'vitest';

import { moduleCells, moduleSheet, workbookFile } from '../import/testing/workbook-file.ts';
import { matcherOf } from './read-folder.ts';
import { checkFolder } from './source-store.ts';
import { moduleRows, sourceFixture } from './testing/source-fixture.ts';

function csv(rows: readonly Readonly<Record<string, unknown>>[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const cell = (value: unknown): string =>
    `"${(Array.isArray(value) ? value.join('\n') : String(value)).replaceAll('"', '""')}"`;
  return [columns.join(','), ...rows.map((row) => columns.map((name) => cell(row[name])).join(','))].join(
    '\n',
  );
}

const settings: FolderSettings = {
  type: 'folder',
  folder: 'erp',
  streams: [{ kind: 'battery_module', files: '*' }],
};

describe('a watched folder', () => {
  it('[D23] takes complete files once, by their bytes, in the order of their times', async () => {
    await using fixture = await sourceFixture();
    const folder = join(fixture.dataDir, 'watched', 'erp');
    await mkdir(folder, { recursive: true });
    const rows = moduleRows(30);
    await writeFile(join(folder, 'a.csv'), csv(rows.slice(0, 10)));
    await writeFile(join(folder, 'b.csv.part'), csv(rows.slice(10, 20)));
    await writeFile(
      join(folder, 'modules.xlsx'),
      workbookFile({ sheets: { 模块: moduleSheet([moduleCells(1)]) } }),
    );
    const id = await fixture.bind(settings);
    expect(await fixture.run(id)).toMatchObject({ status: 'done', pages: 2, staged: 11, errors: 0 });
    expect(await fixture.run(id)).toMatchObject({ status: 'done', pages: 0, rows: 0 });
    await rename(join(folder, 'b.csv.part'), join(folder, 'b.csv'));
    // The same bytes under another name are the same file.
    await writeFile(join(folder, 'copy.csv'), csv(rows.slice(0, 10)));
    expect(await fixture.run(id)).toMatchObject({ status: 'done', pages: 1, staged: 10 });
    expect(await fixture.count('record')).toBe(21);
  });

  it('[D23] leaves a file that grows, and goes on past one that cannot be read', async () => {
    await using fixture = await sourceFixture({ limits: { settleMs: 150 } });
    const folder = join(fixture.dataDir, 'watched', 'erp');
    await mkdir(folder, { recursive: true });
    const rows = moduleRows(30);
    await writeFile(join(folder, 'bad.xlsx'), 'no workbook');
    await writeFile(join(folder, 'grows.csv'), csv(rows.slice(0, 10)));
    await writeFile(join(folder, 'good.csv'), csv(rows.slice(10, 20)));
    const id = await fixture.bind(settings);
    const worker = await fixture.sources.worker();
    const writing = setInterval(() => void appendFile(join(folder, 'grows.csv'), '\n'), 10);
    await worker.run(id, 'command', 'test');
    await worker.settled();
    clearInterval(writing);
    expect((await fixture.show(id)).lastRun).toMatchObject({
      status: 'failed',
      staged: 10,
      failure: { code: 'answer_not_table', detail: 'bad.xlsx: workbook_not_xlsx' },
    });
  });

  it('[D23] takes so many files a run, also where more were taken before, and names one that is too large', async () => {
    await using fixture = await sourceFixture({ limits: { filesMax: 2, fileBytesMax: 20_000 } });
    const folder = join(fixture.dataDir, 'watched', 'erp');
    await mkdir(folder, { recursive: true });
    const rows = moduleRows(5);
    const write = async (place: number): Promise<void> =>
      await writeFile(join(folder, `${place}.csv`), csv(rows.slice(place, place + 1)));
    for (const place of [0, 1, 2]) await write(place);
    const id = await fixture.bind(settings);
    expect(await fixture.run(id)).toMatchObject({ status: 'done', pages: 2 });
    expect(await fixture.run(id)).toMatchObject({ status: 'done', pages: 1 });
    await write(3);
    await writeFile(join(folder, 'huge.csv'), 'x'.repeat(30_000));
    expect(await fixture.run(id)).toMatchObject({
      status: 'failed',
      staged: 1,
      failure: { code: 'answer_too_large', detail: 'huge.csv: 20000 bytes' },
    });
  });

  it('[D24] follows no link out of the folder, and lies within the folders that the node watches', async () => {
    await using fixture = await sourceFixture();
    const watched = join(fixture.dataDir, 'watched');
    const outside = join(fixture.dataDir, 'outside');
    await mkdir(join(watched, 'erp'), { recursive: true });
    await mkdir(outside);
    await writeFile(join(outside, 'secret.csv'), csv(moduleRows(3)));
    await symlink(join(outside, 'secret.csv'), join(watched, 'erp', 'link.csv'));
    expect(await fixture.run(await fixture.bind(settings))).toMatchObject({
      status: 'done',
      rows: 0,
    });
    await symlink(outside, join(watched, 'away'));
    for (const folder of ['away', '..', '../outside', outside, '/etc']) {
      const id = await fixture.bind({ ...settings, folder });
      expect(await fixture.run(id)).toMatchObject({ failure: { code: 'folder_refused' } });
    }
    const missing = await fixture.bind({ ...settings, folder: 'nowhere' });
    expect(await fixture.run(missing)).toMatchObject({ failure: { code: 'folder_missing' } });
  });

  it('[D24] is not bound outside of them, whether it is there or not', async () => {
    await using fixture = await sourceFixture();
    const { dataDir, sources } = fixture;
    const check = async (folder: string) => await checkFolder({ ...settings, folder }, sources.deps.folders);
    expect(await check('erp')).toBeUndefined(); // `watched` itself is not there yet
    await mkdir(join(dataDir, 'watched'));
    await symlink('/etc', join(dataDir, 'watched', 'away'));
    for (const folder of ['.', 'erp', 'plant/erp', '..erp', join(dataDir, 'watched', 'erp')])
      expect(await check(folder)).toBeUndefined();
    for (const folder of ['away', 'away/nowhere', '..', '../watched-2', 'erp/../..', dataDir, '/nowhere'])
      expect(await check(folder)).toEqual({ code: 'source_refused', reason: 'folder_refused' });
  });

  it('[D23] one star stands for any characters', () => {
    expect(['packs-1.csv', 'packs-.csv', 'packs.csv', 'x'].map(matcherOf('packs-*.csv'))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(['a', 'ab'].map(matcherOf('a'))).toEqual([true, false]);
  });
});
