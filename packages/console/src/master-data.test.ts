// The page of master data in a real browser: a model is added by the form, changed, and found in its history.
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, openStage, type Stage } from './testing/browser.ts';

const chromium = findChromium();
// Where tests must be complete a missing browser is a failure, elsewhere a reason to leave these out.
const isLeftOut = chromium === undefined && process.env['CI'] === undefined;
const why = isLeftOut ? ' (left out: no Chromium here; name one in SUYUAN_CHROMIUM)' : '';

const sample = (name: string): string => fileURLToPath(new URL(`../../../samples/${name}`, import.meta.url));

let stage: Stage;

async function openMasterData(page: Page): Promise<void> {
  const operator = stage.maker.users.find(({ role }) => role === 'operator');
  await page.goto(`${stage.maker.url}/master-data`);
  await page.getByLabel('用户名').fill(operator?.name ?? '');
  await page.getByLabel('密码').fill(operator?.password ?? '');
  await page.getByRole('button', { name: /^登\s?录$/u }).click();
  await page.getByRole('heading', { level: 1, name: '主数据' }).waitFor();
}

/** What is wrong with the page as it is: barriers that axe finds, and how far it scrolls sideways. */
async function faultsOf(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  const barriers = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  return overflow > 0 ? [...barriers, `scrolls sideways by ${overflow}`] : barriers;
}

async function fillModel(page: Page, values: Readonly<Record<string, string>>): Promise<void> {
  const form = page.getByRole('dialog');
  for (const [label, value] of Object.entries(values))
    await form.getByLabel(label, { exact: true }).fill(value);
}

async function save(page: Page): Promise<void> {
  await page.getByRole('dialog').getByRole('button', { name: '核对并上报' }).click();
}

describe.skipIf(isLeftOut)(`master data${why}`, () => {
  beforeAll(async () => {
    if (chromium === undefined) throw new Error('no Chromium: install one or name it in SUYUAN_CHROMIUM');
    stage = await openStage(chromium);
  });
  afterAll(async () => await stage[Symbol.asyncDispose]());

  test('a model is added and changed by a form, and keeps its history', async () => {
    await using visit = await stage.open();
    const { page } = visit;
    await openMasterData(page);
    await page.getByText('没有有效的条目').waitFor();
    expect(await faultsOf(page)).toEqual([]);

    await page.getByRole('button', { name: /^新\s?增$/u }).click();
    await fillModel(page, {
      型号: 'SYM-NEW',
      生产企业代码: '91350100M000100I43',
      生产企业名称: '示例电池有限公司',
    });
    await page.getByRole('dialog').getByLabel('产品种类').click();
    await page.getByTitle('模块', { exact: true }).click();
    await save(page);
    await page.getByText('第 16 位不是统一社会信用代码允许的字符').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await fillModel(page, { 生产企业代码: '91350100M000100Y43' });
    await save(page);
    await page.getByText('已上报', { exact: true }).waitFor();
    await page.getByRole('cell', { name: 'SYM-NEW', exact: true }).waitFor();

    await page.getByRole('button', { name: '变更: SYM-NEW' }).click();
    await fillModel(page, { 额定容量: '100' });
    await save(page);
    await page.getByRole('button', { name: 'SYM-NEW 的版本' }).getByText('2 个版本').waitFor();
    await page.getByRole('button', { name: 'SYM-NEW 的版本' }).click();
    await page.getByText('已被取代').waitFor();
    await page.getByText('100 Ah').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    expect(visit.complaints).toEqual([]);
  });

  test('a workbook of models is imported from the page, and goes on at the page of its import', async () => {
    await using visit = await stage.open();
    const { page } = visit;
    await openMasterData(page);
    await page.getByRole('button', { name: '下载模板' }).waitFor();
    await page.locator('input[name=file]').setInputFiles(sample('battery-models.xlsx'));
    await page.waitForURL(/\/import\/\d+$/u);
    await page.getByText('battery-models.xlsx').first().waitFor();
    expect(visit.complaints).toEqual([]);
  });

  test('who may not report a sort sees it and cannot change it; a narrow screen holds it', async () => {
    await using visit = await stage.open({ width: 400 });
    const { page } = visit;
    await openMasterData(page);
    await page.getByText('厂商代码', { exact: true }).click();
    await page.getByText('没有有效的条目').waitFor();
    expect(await page.getByRole('button', { name: /^新\s?增$/u }).count()).toBe(0);
    expect(await faultsOf(page)).toEqual([]);

    // What is built in of a code table is there, and marked so.
    await page.goto(`${stage.maker.url}/master-data?kind=code_table_entry`);
    const row = page.getByRole('row').filter({ hasText: '磷酸铁锂' });
    await row.getByText('内置', { exact: true }).waitFor();
    await row.getByRole('button', { name: 'battery_type:B 的版本' }).click();
    await page.getByRole('dialog').getByText('系统内置').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    expect(visit.complaints).toEqual([]);
  });
});
