// For browser tests: an administrator looks after the accounts of people, and others may not.
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Adds an operator on the page of accounts; answers with the first password. */
export async function addAccount(page: Page, name: string): Promise<string> {
  await page.getByRole('button', { name: '新建账号' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('用户名').fill(name);
  await dialog.getByRole('button', { name: /^保\s?存$/u }).click();
  const password = await dialog.locator('code').innerText();
  await closeDialog(page);
  await page.getByRole('row', { name }).waitFor();
  return password.trim();
}

/** Signs in and changes the password, which ends the session. */
export async function changePassword(page: Page, name: string, password: string): Promise<void> {
  await signInAs(page, name, password);
  await page.getByRole('button', { name: `账号: ${name}` }).click();
  await page.getByRole('menuitem', { name: '修改密码' }).click();
  await page.getByLabel('当前密码').fill(password);
  await page.getByLabel('新密码', { exact: true }).fill('a longer password');
  await page.getByLabel('再次输入新密码').fill('a longer password');
  await page.getByRole('button', { name: /^保\s?存$/u }).click();
  await page.getByText('密码已修改，请重新登录。').waitFor();
}

/** The administrator gives a new password to another, who signs in with it; nobody resets the own one there. */
export async function forgetPassword(administrator: Page, other: Page, name: string): Promise<void> {
  expect(await administrator.getByRole('button', { name: '重置密码: administrator' }).count()).toBe(0);
  await administrator.getByRole('button', { name: `重置密码: ${name}` }).click();
  const dialog = administrator.getByRole('dialog');
  await dialog.getByRole('button', { name: '重置密码' }).click();
  const password = (await dialog.locator('code').innerText()).trim();
  await closeDialog(administrator);
  await signInAs(other, name, password);
}

/** What a viewer sees at addresses of pages that other roles have. */
export async function readWhomPagesAreFor(page: Page, url: string): Promise<void> {
  for (const [path, roles] of [
    ['/accounts', '管理员'],
    ['/sources', '管理员或操作员或审计员'],
    ['/sources/1', '管理员或操作员或审计员'],
  ]) {
    await page.goto(`${url}${path}`);
    await page.getByText(`此页面仅限${roles}使用`).waitFor();
    expect(await page.getByRole('table').count()).toBe(0);
  }
}

async function signInAs(page: Page, name: string, password: string): Promise<void> {
  await page.getByLabel('用户名').fill(name);
  await page.getByLabel('密码').fill(password);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: `账号: ${name}` }).waitFor();
}

async function closeDialog(page: Page): Promise<void> {
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^关\s?闭$/u })
    .last()
    .click();
}
