// For browser tests: a visitor goes through search, coverage and deadlines.
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Filters stand in the address, a found code leads to its trace, and what is found can be saved. */
export async function searchAndExport(page: Page): Promise<void> {
  await page.getByRole('row').nth(1).waitFor();
  await page.getByLabel('记录种类').click();
  await page.getByTitle('电池包信息', { exact: true }).last().click();
  await page.getByRole('button', { name: /^检\s?索$/u }).click();
  await page.waitForURL(/kind=battery_pack/u);
  await page.getByRole('row').nth(1).waitFor();
  const kinds = await page.getByRole('cell', { name: '电池模块信息' }).count();
  expect(kinds).toBe(0);
  await page.getByRole('button', { name: '导出' }).click();
  const saved = page.waitForEvent('download');
  await page.getByRole('link', { name: /^CSV/u }).click();
  expect((await saved).suggestedFilename()).toMatch(/\.csv$/u);
  await page.keyboard.press('Escape');
  const code = page.getByRole('row').nth(1).getByRole('link');
  const name = (await code.textContent()) ?? '';
  await code.click();
  await page.getByRole('heading', { level: 2, name }).waitFor();
  await page.goBack();
  await page.waitForURL(/kind=battery_pack/u);
  const box = page.getByRole('searchbox');
  await box.fill(name.slice(0, 8));
  await box.press('Enter');
  await page.waitForURL(/codePrefix=/u);
  await page.getByRole('row').nth(1).waitFor();
}

/** Coverage leads to what is missing, deadlines show the laws. */
export async function lookAtCoverage(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/coverage`);
  await page.getByRole('heading', { level: 2, name: '各模块的上报方' }).waitFor();
  const missing = page.getByRole('button', { name: /等待：/u });
  await expect
    .poll(
      async () => {
        await page.reload();
        await page.getByRole('heading', { level: 2, name: '各模块的上报方' }).waitFor();
        return await missing.count();
      },
      { timeout: 40_000, interval: 1_000 },
    )
    .toBeGreaterThan(0);
  await missing.first().click();
  await page.waitForURL(/product=/u);
  await page.getByRole('row').nth(1).waitFor();
  await page.goto(`${url}/deadlines`);
  await page.getByText('六部门令第 73 号').waitFor();
}
