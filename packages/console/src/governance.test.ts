import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, openStage, type Stage } from './testing/browser.ts';

const chromium = findChromium();
// Where tests must be complete a missing browser is a failure, elsewhere a reason to leave these out.
const isLeftOut = chromium === undefined && process.env['CI'] === undefined;

let stage: Stage;

async function signIn(page: Page, path: string, as = 'administrator'): Promise<void> {
  const user = stage.manager.users.find(({ role }) => role === as);
  await page.goto(stage.manager.url + path);
  await page.getByLabel('用户名').fill(user?.name ?? '');
  await page.getByLabel('密码').fill(user?.password ?? '');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /^账号: /u }).waitFor();
}

/** What is wrong with the page as it is: barriers that axe finds, and how far it scrolls sideways. */
async function faultsOf(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  const barriers = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  return overflow > 0 ? [...barriers, `scrolls sideways by ${overflow}`] : barriers;
}

/** Confirms an act in its dialog once the preview is there, and gives what the dialog said before. */
async function confirm(page: Page): Promise<string> {
  const dialog = page.getByRole('dialog').last();
  const send = dialog.getByRole('button', { name: /签署并发布/u });
  await send.and(page.locator(':enabled')).waitFor();
  const text = await dialog.innerText();
  await send.click();
  await dialog
    .getByText(/已生效|等待批准/u)
    .first()
    .waitFor();
  await dialog
    .getByRole('button', { name: /^关\s?闭$/u })
    .last()
    .click();
  return text;
}

describe.skipIf(isLeftOut)('governance page', () => {
  beforeAll(async () => {
    if (chromium === undefined) throw new Error('no Chromium: install one or name it in SUYUAN_CHROMIUM');
    stage = await openStage(chromium);
  });
  afterAll(async () => await stage[Symbol.asyncDispose]());

  test('a module is withdrawn with its harm named, a channel opened, an organisation invited', async () => {
    await using visit = await stage.open();
    const { page } = visit;
    await signIn(page, '/governance');
    await page.getByRole('heading', { level: 1, name: '治理' }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    const maker = page.getByRole('row', { name: /battery-maker/u });
    const manager = page.getByRole('row', { name: /管理方/u });
    expect(await maker.getByRole('button').allInnerTexts()).toContain('永久退出');
    expect(await manager.getByRole('button').allInnerTexts()).toEqual(['设置模块']);
    await maker.getByRole('button', { name: '设置模块' }).click();
    await page.getByRole('switch', { name: '电池包' }).click();
    await page.getByRole('button', { name: '查看后果' }).click();
    expect(await confirm(page)).toMatch(/将不能再上报电池包/u);
    await maker.getByText('电池包', { exact: true }).waitFor({ state: 'detached' });

    await page.getByRole('tab', { name: '通道' }).click();
    await page.getByRole('button', { name: '开设通道' }).click();
    await page.getByRole('button', { name: '查看后果' }).click();
    await confirm(page);
    await page.getByRole('cell', { name: '2', exact: true }).waitFor();

    await page.getByRole('tab', { name: '邀请与加入' }).click();
    await page.getByRole('button', { name: '邀请组织' }).click();
    await page.getByLabel('组织名称').fill('回收厂');
    await page.getByLabel('业务类型').click();
    await page.getByTitle('回收利用企业', { exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: '邀请组织' }).click();
    await page.getByRole('button', { name: /邀请文件: 回收厂/u }).waitFor();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^关\s?闭$/u })
      .last()
      .click();

    await page.getByRole('tab', { name: '历史' }).click();
    await page.getByRole('cell', { name: /开设通道/u }).waitFor();
    expect(visit.complaints).toEqual([]);
  });

  test('a record is voided from its trace, and waits for who has to approve', async () => {
    await using visit = await stage.open();
    const { page } = visit;
    await signIn(page, '/trace?code=SY1PB01M000000GB20000001');
    await page
      .getByRole('button', { name: /^作\s?废$/u })
      .first()
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('原因').click();
    await page.getByTitle('填报错误', { exact: true }).click();
    await dialog.getByRole('button', { name: '查看后果' }).click();
    expect(await confirm(page)).toMatch(/作废不可撤销[\s\S]*涉及 1 条记录/u);
    await page.getByRole('link', { name: '治理' }).click();
    await page.getByRole('tab', { name: '待表决' }).click();
    await page.getByText(/作废条目/u).waitFor();
    expect(visit.complaints).toEqual([]);
  });

  test('an auditor sees on a phone who was behind or silent in the last hour, and what is governed', async () => {
    await using visit = await stage.open({ width: 390 });
    const { page } = visit;
    await signIn(page, '/', 'auditor');
    const items = [
      { at: '2026-12-01T00:00:00.000Z', heights: { manager: 3, 'battery-maker': 3, 'vehicle-maker': 2 } },
      { at: '2026-12-01T00:01:00.000Z', heights: { manager: 3, 'battery-maker': 3 } },
    ];
    await page.route('**/api/v1/monitoring/history', (route) => route.fulfill({ json: { items } }));
    await page.getByRole('button', { name: '打开菜单' }).click();
    await page.getByRole('link', { name: '网络' }).click();
    const strip = page.getByRole('img', { name: /^整车厂.*2 分钟中.*落后 1 分钟，无应答 1 分钟$/u });
    await strip.waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('button', { name: 'Open the menu' }).click();
    await page.getByRole('link', { name: 'Governance' }).click();
    await page.getByRole('tab', { name: 'Channels' }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    expect(visit.complaints).toEqual([]);
  });

  test('a role changes only after it was asked about, and who loses what is named', async () => {
    await using visit = await stage.open();
    const { page } = visit;
    await signIn(page, '/accounts');
    const row = page.getByRole('row', { name: /^viewer/u });
    const choose = async (): Promise<void> => {
      await row.getByLabel('角色: viewer').click();
      await page.getByTitle('审计员', { exact: true }).last().click();
    };
    const dialog = page.getByRole('dialog', { name: '将 viewer 的角色改为审计员？' });
    await choose();
    await dialog.getByRole('button', { name: /^取\s?消$/u }).click();
    await dialog.waitFor({ state: 'hidden' });
    await row.getByText('查看者', { exact: true }).last().waitFor();
    await choose();
    await dialog.getByRole('button', { name: /^确\s?定$/u }).click();
    await row.getByText('审计员', { exact: true }).last().waitFor();
    await page.getByRole('button', { name: '移除: viewer' }).click();
    await page.getByText('移除后，该用户立即无法登录。').waitFor();
    expect(visit.complaints).toEqual([]);
  });
});
