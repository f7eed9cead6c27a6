// For browser tests: what an operator does with the mistakes of an import.
import { recordKind } from '@suyuan/battery';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import fourSheetDefaults from '../../../../samples/four-sheet-defaults.json' with { type: 'json' };

const confirm = async (page: Page): Promise<void> =>
  await page
    .getByRole('tooltip')
    .getByRole('button', { name: /^确\s?定$/u })
    .click();

/** Row 4 has a code that is too short: it is tried again, put right and staged; row 5 is left out. */
export async function correctAndDiscard(page: Page): Promise<void> {
  const finding = page.getByRole('row', {
    name: /错误 电池模块信息 4 A SY1MB01M000000GB200001 .*code_length/u,
  });
  await finding.waitFor();
  await page.getByRole('button', { name: '更正 第 4 行' }).click();
  const form = page.getByRole('dialog', { name: '更正第 4 行' });
  const code = form.getByLabel('电池模块编码');
  expect(await code.inputValue()).toBe('SY1MB01M000000GB200001');
  await form.getByRole('button', { name: '检查并暂存' }).click();
  await form
    .getByText(/应为 24 位/u)
    .first()
    .waitFor();
  await code.fill('SY1MB01M000000GB20000099');
  await form.getByRole('button', { name: '检查并暂存' }).click();
  await page.getByRole('row', { name: /^4 已更正/u }).waitFor();
  await page.getByRole('button', { name: '丢弃 第 5 行' }).click();
  await confirm(page);
  await page.getByRole('row', { name: /^5 已丢弃/u }).waitFor();
}

/** Discards everything that is still staged. */
export async function discardImport(page: Page): Promise<void> {
  await page.getByRole('button', { name: '丢弃这次导入' }).click();
  await confirm(page);
}

/** The values that the four-sheet layout has no columns for. */
export async function fillDefaults(page: Page): Promise<void> {
  for (const [kind, values] of Object.entries(fourSheetDefaults))
    for (const [id, value] of Object.entries(values)) {
      const field = recordKind(kind)?.fields.find((candidate) => candidate.id === id);
      const label = `${recordKind(kind)?.label.zh} · ${field?.label.zh}`;
      await page.getByLabel(new RegExp(`^${label}`, 'u')).fill(String(value));
    }
}

/** Rows are named by their sheets, and corrected where they are records. */
export async function lookAtFourSheets(page: Page): Promise<void> {
  await page
    .getByRole('row', { name: /A-4 单体 5 B .*value_missing/u })
    .first()
    .waitFor();
  // A cell without a module is no record: only its file can be corrected.
  const orphan = page.getByRole('row', { name: /^A-4 单体 149 待更正/u });
  await orphan.getByRole('button', { name: '丢弃 A-4 单体 第 149 行' }).waitFor();
  expect(await orphan.getByRole('button', { name: /更正/u }).count()).toBe(0);
  await page.getByRole('button', { name: '更正 A-3 模块 第 28 行' }).click();
  await page.getByRole('dialog', { name: '更正第 28 行' }).getByLabel('电池模块编码').waitFor();
  await page.getByRole('button', { name: '关闭' }).click();
}

/** Opens an import from the list of those so far. */
export async function openImport(page: Page, name: RegExp): Promise<void> {
  await page.getByRole('row', { name }).getByRole('link').first().click();
}

/** On a phone the reason of a finding is on the screen, not beside it. */
export async function seeReasonOnPhone(page: Page): Promise<void> {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 860 });
  const reason = page.getByRole('row').filter({ hasText: '!A4' }).getByText('电池编码应为 24 位').first();
  await reason.waitFor();
  const box = await reason.boundingBox();
  expect((box?.x ?? Infinity) + (box?.width ?? 0)).toBeLessThanOrEqual(390);
  if (before !== null) await page.setViewportSize(before);
}
