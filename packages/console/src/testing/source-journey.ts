// For browser tests: an administrator binds an ERP, which changes a column, and the managing organisation starts it.
import { startErp } from '@suyuan/testkit';
import type { Erp } from '@suyuan/testkit';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Rows that all have errors, so that the work list has something to show. */
const erpRow = (number: number) => ({ recordId: `ERP-${number}`, moduleCode: `X${number}` });

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });

async function choose(page: Page, label: string, title: string): Promise<void> {
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel(label, { exact: true }).click();
  await page.getByTitle(title, { exact: true }).last().click();
}

/** An ERP with three rows. */
export async function openErp(): Promise<Erp> {
  return await startErp({ records: { battery_module: [1, 2, 3].map(erpRow) } });
}

/** Binds it on the page of sources, tried before it is saved, and opened to the managing organisation. */
export async function bindSource(page: Page, { url }: Erp): Promise<void> {
  await page.getByRole('button', { name: '登记数据源' }).click();
  const drawer = page.getByRole('dialog', { name: '登记数据源' });
  await drawer.getByLabel('名称', { exact: true }).fill('二厂 ERP');
  await drawer.getByLabel('所属系统').fill('SAP ME');
  await drawer.getByLabel('地址', { exact: true }).fill(url);
  await drawer.getByLabel('路径').fill('/api/battery_module');
  await drawer.getByLabel('列表所在位置').fill('items');
  await drawer.getByLabel('行标识列').fill('recordId');
  await choose(page, '业务模块', '电池模块信息');
  await choose(page, '分页', '游标');
  await drawer.getByLabel('参数名').fill('after');
  await drawer.getByLabel('游标或下一页所在成员').fill('last');
  await drawer.getByRole('button', { name: '测试连接' }).click();
  await drawer.getByText('该地址').or(drawer.getByText(/内网/u)).first().waitFor();
  await drawer.getByLabel('允许的内网地址').fill('127.0.0.1,');
  await drawer.getByRole('button', { name: '测试连接' }).click();
  await drawer.getByRole('cell', { name: 'ERP-3' }).waitFor();
  await drawer.getByLabel('允许管理方启动').click();
  await drawer.getByRole('button', { name: /^保\s?存$/u }).click();
  await page.getByRole('link', { name: '二厂 ERP' }).click();
  await heading(page, '二厂 ERP').waitFor();
}

/** Runs it, and again with a renamed column, at which it stops. */
export async function stopAtColumn(page: Page, erp: Erp): Promise<void> {
  const runNow = page.getByRole('button', { name: '立即运行' });
  await runNow.click();
  await page.getByRole('row', { name: /完成.* 3 0 0 3/u }).waitFor();
  await expect.poll(async () => await page.getByRole('button', { name: /^更\s?正$/u }).count()).toBe(3);
  erp.add('battery_module', [erpRow(4)]);
  erp.fail('battery_module', { type: 'renames', from: 'moduleCode', to: 'module_sn' });
  await runNow.click();
  await page.getByText('列已变化，已停止取数').waitFor();
  await page.getByText('module_sn', { exact: true }).first().waitFor();
}

/** What an operator sees of a source that stopped: who may let it go on, and no button for that. */
export async function readWhoGoesOn(page: Page): Promise<void> {
  await page.getByText('按现有的列继续仅限管理员操作。').waitFor();
  expect(await page.getByRole('button', { name: '按现有的列继续' }).count()).toBe(0);
}

/** Goes on with the columns as they are, and is set back to the beginning. */
export async function goOn(page: Page, erp: Erp): Promise<void> {
  erp.fail('battery_module');
  await page.getByRole('button', { name: '按现有的列继续' }).click();
  await page.getByText('列已变化，已停止取数').waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: '立即运行' }).click();
  await page.getByRole('row', { name: /完成.* 1 0 0 1/u }).waitFor();
  await page.getByRole('button', { name: '重新读取 电池模块信息' }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^设\s?定$/u })
    .click();
  await page.getByRole('cell', { name: '从头开始' }).waitFor();
}

/** An auditor comes to it by the menu, reads its runs and its work list, and is offered nothing. */
export async function readAsAuditor(page: Page): Promise<void> {
  await page.getByRole('menuitem', { name: '数据源' }).click();
  await heading(page, '数据源').waitFor();
  expect(await page.getByRole('main').getByRole('button').count()).toBe(0);
  await page.getByRole('link', { name: '二厂 ERP' }).click();
  await heading(page, '二厂 ERP').waitFor();
  await page.getByRole('row', { name: /失败/u }).waitFor();
  await page
    .getByRole('cell', { name: /^#\d+ · \d+$/u })
    .first()
    .waitFor();
  expect(await page.getByRole('main').getByRole('button').count()).toBe(0);
  expect(await page.getByRole('columnheader', { name: '操作', exact: true }).count()).toBe(0);
}

/** A change on the page keeps what the form has shown. */
export async function renameSource(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^修\s?改$/u }).click();
  const drawer = page.getByRole('dialog', { name: '二厂 ERP' });
  await drawer.getByLabel('名称', { exact: true }).fill('二厂');
  await drawer.getByRole('button', { name: /^保\s?存$/u }).click();
  await heading(page, '二厂').waitFor();
  const { items } = Object(
    await (await page.request.get(new URL('/api/v1/sources', page.url()).href)).json(),
  );
  expect(items[0].settings.streams).toEqual([
    {
      kind: 'battery_module',
      rowId: 'recordId',
      path: '/api/battery_module',
      form: 'json',
      list: 'items',
      paging: { type: 'cursor', parameter: 'after', member: 'last' },
    },
  ]);
}

/** The managing organisation starts it; both nodes have written that down. */
export async function startAsManager(page: Page): Promise<void> {
  await page.getByLabel('选择成员').click();
  await page
    .getByTitle(/Battery maker/u)
    .last()
    .click();
  await page.getByRole('button', { name: '启动 #1' }).click();
  await expect
    .poll(async () => await page.getByText('已启动（运行 4）').count(), { timeout: 20_000 })
    .toBe(2);
  expect(await page.getByText('仅一方有记录').count()).toBe(0);
}

/** What a browser says of answers that were meant: the source is tried once before its private address is named. */
export function withoutRefusals(complaints: readonly string[]): readonly string[] {
  return complaints.filter((one) => !/the server responded with a status of 422/u.test(one));
}
