import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Download, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DemoOrganization } from '@suyuan/node';
import type { Role } from '@suyuan/api';
import {
  addAccount,
  changePassword,
  forgetPassword,
  readWhomPagesAreFor,
} from './testing/account-journey.ts';
import { findChromium, openStage, type Stage, type StorageState, type Visit } from './testing/browser.ts';
import {
  correctAndDiscard,
  discardImport,
  fillDefaults,
  lookAtFourSheets,
  openImport,
  seeReasonOnPhone,
} from './testing/import-journey.ts';
import { makeMapping, renameAndRemove, useMapping } from './testing/mapping-journey.ts';
import { lookAtCoverage, searchAndExport } from './testing/search-journey.ts';
import {
  bindSource,
  goOn,
  openErp,
  readAsAuditor,
  readWhoGoesOn,
  renameSource,
  startAsManager,
  stopAtColumn,
  withoutRefusals,
} from './testing/source-journey.ts';
import { tamperingReasons, tamperingsOf } from './testing/tampering.ts';

const chromium = findChromium();
// Where tests must be complete a missing browser is a failure, elsewhere a reason to leave these out.
const isLeftOut = chromium === undefined && process.env['CI'] === undefined;
const why = isLeftOut ? ' (left out: no Chromium here; name one in SUYUAN_CHROMIUM)' : '';

const sample = (name: string): string => fileURLToPath(new URL(`../../../samples/${name}`, import.meta.url));
const packCode = 'SY1PB01M000000GB20000001';

let stage: Stage;

async function signIn(page: Page, organization: DemoOrganization, role: Role, path = '/'): Promise<void> {
  const user = organization.users.find((one) => one.role === role);
  await page.goto(organization.url + path);
  await page.getByLabel('用户名').fill(user?.name ?? '');
  await page.getByLabel('密码').fill(user?.password ?? '');
  await page.getByRole('button', { name: /^登\s?录$/u }).click();
  await page.getByRole('button', { name: /^账号: /u }).waitFor();
}

const sessions = new Map<Role, StorageState>();

/** A visit of someone who is signed in already; the sign-in page is used once for each role. */
async function openAs(role: Role, path = '/', width = 1280): Promise<Visit> {
  const known = sessions.get(role);
  const visit = await stage.open({ width, ...(known === undefined ? {} : { storageState: known }) });
  if (known !== undefined) await visit.page.goto(stage.maker.url + path);
  else {
    await signIn(visit.page, stage.maker, role, path);
    sessions.set(role, await visit.page.context().storageState());
  }
  return visit;
}

/** What is wrong with the page as it is: barriers that axe finds, and how far it scrolls sideways. */
async function faultsOf(page: Page): Promise<readonly string[]> {
  await page.waitForFunction(() => document.querySelector('.ant-spin-spinning, .ant-skeleton') === null);
  const { violations } = await new AxeBuilder({ page }).analyze();
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  const barriers = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  return overflow > 0 ? [...barriers, `scrolls sideways by ${overflow}`] : barriers;
}

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });

async function importSample(page: Page, kind: string, file: string, dryRun = false): Promise<void> {
  await page.getByRole('link', { name: '导入', exact: true }).click();
  await page.getByRole('combobox', { name: '选择业务模块' }).click();
  await page.getByTitle(kind, { exact: true }).last().click();
  const box = page.getByRole('checkbox', { name: '只检查，不导入' });
  if ((await box.isChecked()) !== dryRun) await box.click();
  await page.locator('input[name=file]').setInputFiles(sample(file));
}

async function textOf(download: Promise<Download>): Promise<string> {
  return await readFile(await (await download).path(), 'utf8');
}

const asFile = (name: string, text: string) => ({
  name,
  mimeType: 'application/json',
  buffer: Buffer.from(text),
});

/** Verifies files on the page and gives what it says. */
async function verify(page: Page, receipt: string, disclosure?: string): Promise<string> {
  await page.getByLabel('凭证文件', { exact: true }).setInputFiles(asFile('receipt.json', receipt));
  if (disclosure !== undefined) {
    await page
      .getByLabel('披露文件（可选）', { exact: true })
      .setInputFiles(asFile('disclosure.json', disclosure));
  }
  await page.getByRole('button', { name: /^验\s?证$/u }).click();
  const verdict = page.getByText(/^凭证(?:有|无)效$/u);
  await verdict.waitFor();
  return (await page.getByRole('alert').first().innerText()).replaceAll('\n', ' ');
}

describe.skipIf(isLeftOut)(`console${why}`, () => {
  beforeAll(async () => {
    if (chromium === undefined) throw new Error('no Chromium: install one or name it in SUYUAN_CHROMIUM');
    stage = await openStage(chromium);
  });
  afterAll(async () => await stage[Symbol.asyncDispose]());

  test('a wrong password is said, the right one leads to the page that was asked for', async () => {
    await using visit = await stage.open();
    const { page } = visit;
    await page.goto(`${stage.maker.url}/log-status`);
    await page.getByLabel('用户名').fill('operator');
    await page.getByLabel('密码').fill('not the password');
    await page.getByRole('button', { name: /^登\s?录$/u }).click();
    await page.getByRole('alert').getByText('用户名或密码错误').waitFor();
    const password = stage.maker.users.find(({ role }) => role === 'operator')?.password ?? '';
    await page.getByLabel('密码').fill(password);
    await page.keyboard.press('Enter');
    await heading(page, '账本日志').waitFor();
    await page.getByText(/本浏览器已核对检查点/u).waitFor();
    await page.getByRole('button', { name: /^账号: operator/u }).click();
    await page.getByRole('menuitem', { name: '退出登录' }).click();
    await page.getByLabel('用户名').waitFor();
    expect(visit.complaints).toEqual([]);
  });

  test('the language is switched and stays switched', async () => {
    await using visit = await openAs('viewer');
    const { page } = visit;
    await heading(page, '概览').waitFor();
    await page.getByRole('button', { name: 'English' }).click();
    await heading(page, 'Overview').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await page.reload();
    await heading(page, 'Overview').waitFor();
    expect(await page.title()).toBe('Overview · Suyuan');
    expect(await page.getByRole('link', { name: 'Import' }).count()).toBe(0);
    expect(visit.complaints).toEqual([]);
  });

  test('[O12] while organisations are missing, every page says how many, and no more once they are back', async () => {
    await using visit = await openAs('viewer');
    const { page } = visit;
    const health = await page.request.get(`${stage.maker.url}/api/v1/health`);
    const told: object = await health.json();
    await page.route('**/api/v1/health', (route) => route.fulfill({ json: { ...told, waitingFor: 1 } }));
    await page.reload();
    await page.getByRole('alert').getByText('正在等待 1 个组织恢复连接').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await page.unroute('**/api/v1/health');
    await page.reload();
    await heading(page, '概览').waitFor();
    expect(await page.getByText('正在等待').count()).toBe(0);
    expect(visit.complaints).toEqual([]);
  });

  test('a workbook without mistakes is checked, imported, reported to the end', async () => {
    await using visit = await openAs('operator');
    const { page } = visit;
    await importSample(page, '电池包信息', 'packs.xlsx', true);
    await page.getByText('检查完毕：6 行，其中 6 行可以导入。没有写入任何数据。').waitFor();
    await importSample(page, '电池包信息', 'packs.xlsx');
    await heading(page, /packs\.xlsx/u).waitFor();
    await page.getByText('6 条记录已暂存，可以上报。').waitFor();
    await page.getByRole('link', { name: '去上报' }).click();
    await page.getByRole('button', { name: '全部上报（6 条）' }).click();
    const dialog = page.getByRole('dialog', { name: '上报 6 条记录？' });
    // The demonstration has reported the same packs already.
    await dialog.getByText('6 条记录与已知记录矛盾').first().waitFor();
    await dialog
      .getByText(/另有记录 \d\/0 称其已生产/u)
      .first()
      .waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await dialog.getByRole('button', { name: /^上\s?报$/u }).click();
    await heading(page, /^上报任务 #/u).waitFor();
    await page.getByText('6 条记录已写入账本。').waitFor();
    expect(await page.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('100');
    await page.getByRole('row', { name: /电池包信息.*已上报.*(?:manager|vehicle-maker)/u }).waitFor();
    await page.getByRole('link', { name: '导入', exact: true }).click();
    await openImport(page, /packs\.xlsx/u);
    await page.getByText('这次导入的记录已全部上报或丢弃。').waitFor();
    await page.getByRole('button', { name: '逐行结果' }).click();
    const row = page.getByRole('row', { name: /^4 .*已上报 \d+\/\d+/u });
    await row.getByRole('button', { name: /^下载凭证 \d+\/\d+$/u }).waitFor();
    expect(visit.complaints).toEqual([]);
  });

  test('a workbook of four sheets is read with the values it has no columns for; rows are named by sheet', async () => {
    await using visit = await openAs('operator', '/import');
    const { page } = visit;
    await page.getByRole('combobox', { name: '选择业务模块' }).click();
    await page.getByTitle('四表工作簿（A-1 至 A-4）：电池包与模块', { exact: true }).click();
    await fillDefaults(page);
    expect(await faultsOf(page)).toEqual([]);
    await page.locator('input[name=file]').setInputFiles(sample('four-sheet-with-mistakes.xlsx'));
    await heading(page, /四表工作簿.*four-sheet-with-mistakes\.xlsx/u).waitFor();
    await lookAtFourSheets(page);
    await discardImport(page);
    await page.getByText(/已丢弃 \d+ 条记录/u).waitFor();
    expect(visit.complaints).toEqual([]);
  });

  test('mistakes are named cell by cell, a row is corrected, another discarded', async () => {
    await using visit = await openAs('operator');
    const { page } = visit;
    await importSample(page, '电池模块信息', 'modules-with-mistakes.xlsx');
    await heading(page, /modules-with-mistakes\.xlsx/u).waitFor();
    await seeReasonOnPhone(page);
    await correctAndDiscard(page);
    const marked = page.waitForEvent('download');
    await page.getByRole('button', { name: '下载标注后的原表' }).click();
    expect((await marked).suggestedFilename()).toMatch(/\.xlsx$/u);
    await discardImport(page);
    await page.getByText('已丢弃', { exact: true }).first().waitFor();
    expect(visit.complaints).toEqual([]);
  });

  test('a mapping is made from pasted rows, corrected by a form, reads a file of another layout, is renamed and removed', async () => {
    await using visit = await openAs('operator', '/mappings');
    const { page } = visit;
    await makeMapping(page);
    expect(await faultsOf(page)).toEqual([]);
    await useMapping(page);
    await renameAndRemove(page);
    expect(visit.complaints).toEqual([]);
  }, 120_000);

  test('a source is bound, stops at a changed column, is read again, and is started by the managing organisation', async () => {
    await using visit = await openAs('administrator', '/sources');
    await using erp = await openErp();
    await bindSource(visit.page, erp);
    await stopAtColumn(visit.page, erp);
    await using operator = await openAs('operator', '/sources/1');
    await readWhoGoesOn(operator.page);
    await using auditor = await openAs('auditor');
    await readAsAuditor(auditor.page);
    expect(await faultsOf(auditor.page)).toEqual([]);
    await goOn(visit.page, erp);
    expect(await faultsOf(visit.page)).toEqual([]);
    await renameSource(visit.page);
    await using managing = await stage.open();
    await signIn(managing.page, stage.manager, 'operator', '/sources');
    await startAsManager(managing.page);
    expect(await faultsOf(managing.page)).toEqual([]);
    const complaints = [visit, operator, auditor, managing].flatMap((one) => one.complaints);
    expect(withoutRefusals(complaints)).toEqual([]);
  }, 120_000);

  test('a file that is no workbook is refused with what to do', async () => {
    await using visit = await openAs('operator', '/import');
    const { page } = visit;
    await page.getByText('电池模块信息').first().waitFor();
    const file = { name: 'modules.xlsx', mimeType: 'text/plain', buffer: Buffer.from('moduleCode\n1') };
    await page.locator('input[name=file]').setInputFiles(file);
    await page.getByRole('alert').getByText('文件不是 .xlsx 工作簿').waitFor();
    expect(await page.getByRole('button', { name: /^重\s?试$/u }).count()).toBe(0);
  });

  test('a code is traced to its evidence; the receipt verifies, and not with any bit changed', async () => {
    await using visit = await openAs('operator', '/trace');
    const { page } = visit;
    const box = page.getByLabel('编码', { exact: true });
    await box.fill(` ${packCode.toLowerCase()} `);
    await page.keyboard.press('Enter');
    // The entries of the demonstration come in any order; the first one's proof is empty, so one of the others is taken.
    const evidence = page.getByRole('region', { name: /^证据 [12]\/0$/u }).first();
    await evidence
      .getByText(/Managing organisation$|Vehicle maker$/u)
      .first()
      .waitFor();
    await page.getByText('当前状态').waitFor();
    await page.getByText('已生产', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'SY1MB01M000000GB20000001' }).first().waitFor();
    expect(new URL(page.url()).searchParams.get('code')).toBe(packCode);
    expect(await box.inputValue()).toBe(packCode);
    expect(await box.evaluate((input) => input === document.activeElement)).toBe(true);
    const receipt = textOf(page.waitForEvent('download'));
    await evidence.getByRole('button', { name: /^下载凭证 \d\/0$/u }).click();
    const file = await receipt;
    const disclosed = textOf(page.waitForEvent('download'));
    await evidence.getByRole('button', { name: /^披露文件 \d\/0$/u }).click();
    await page.getByRole('radio', { name: '公开和共享部分' }).check();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^下\s?载$/u })
      .click();
    const disclosure = await disclosed;

    await page.getByRole('link', { name: '验证凭证' }).click();
    expect(await verify(page, file, disclosure)).toBe('凭证有效');
    await page.getByText('披露内容与承诺一致').waitFor();
    await page.getByText(/\d\/0 未作废/u).waitFor();
    expect(await verify(page, file, disclosure.replace('SYP-24S', 'SYP-24T'))).toMatch(
      /commitment_mismatch/u,
    );
    await page.getByRole('button', { name: '披露文件（可选）: 移除' }).click();
    const reasons: Record<string, string> = {};
    for (const { piece, text } of tamperingsOf(file)) {
      const said = await verify(page, text);
      reasons[piece] = said.startsWith('凭证无效') ? (said.split(' ').at(-1) ?? '') : said;
    }
    expect(reasons).toEqual(tamperingReasons);
    expect(visit.complaints).toEqual([]);
  });

  test('a guest verifies without an account and sees nothing else', async () => {
    await using visit = await stage.open();
    const { page } = visit;
    const { url, tokens } = stage.maker;
    const headers = { authorization: `Bearer ${tokens.viewer}` };
    const receipt = await (await fetch(`${url}/api/v1/receipts/latest`, { headers })).text();
    await page.goto(url);
    await page.getByRole('link', { name: '不登录，直接验证凭证' }).click();
    expect(await verify(page, receipt)).toBe('凭证有效');
    expect(await page.getByRole('menuitem').count()).toBe(1);
    expect(visit.complaints).toEqual([]);
  });

  test.each([1280, 360])(
    'no page has a barrier that axe knows or scrolls sideways, %i pixels wide',
    async (width) => {
      await using guest = await stage.open({ width });
      await guest.page.goto(stage.maker.url);
      await guest.page.getByLabel('用户名').waitFor();
      expect(await faultsOf(guest.page)).toEqual([]);
      await using visit = await openAs('administrator', '/', width);
      const { page } = visit;
      const pages = [
        ['/', '概览'],
        ['/import', '导入数据'],
        ['/import/1', '电池模块信息 · #1'],
        ['/report', '上报'],
        ['/report/1', '上报任务 #1'],
        [`/trace?code=${packCode}`, '溯源查询'],
        ['/trace?code=SY1PB01M000000GB2000000O', '溯源查询'],
        ['/search', '检索'],
        ['/coverage', '覆盖情况'],
        ['/deadlines', '上报时限'],
        ['/verify', '验证凭证'],
        ['/log-status', '账本日志'],
        ['/network', '网络'],
        ['/accounts', '账号与密钥'],
        ['/nowhere', '没有这个页面'],
      ] as const;
      for (const [path, title] of pages) {
        await page.goto(stage.maker.url + path);
        await heading(page, title).waitFor();
        expect({ path, faults: await faultsOf(page) }).toEqual({ path, faults: [] });
      }
    },
    300_000, // fifteen pages, each looked through by axe
  );

  test('search, coverage and deadlines lead from one to the other', async () => {
    await using visit = await openAs('operator', '/search');
    await searchAndExport(visit.page);
    await lookAtCoverage(visit.page, stage.maker.url);
    expect(visit.complaints).toEqual([]);
  }, 120_000);

  test('an administrator adds an account, which signs in, changes its password, and forgets it', async () => {
    await using visit = await openAs('administrator', '/accounts');
    await using other = await stage.open();
    const password = await addAccount(visit.page, 'li.wei');
    await other.page.goto(stage.maker.url);
    await changePassword(other.page, 'li.wei', password);
    await forgetPassword(visit.page, other.page, 'li.wei');
    expect([...visit.complaints, ...other.complaints]).toEqual([]);
  });

  test('a page of other roles says whom it is for', async () => {
    await using visit = await openAs('viewer', '/');
    await readWhomPagesAreFor(visit.page, stage.maker.url);
    expect(visit.complaints).toEqual([]);
  });
});
