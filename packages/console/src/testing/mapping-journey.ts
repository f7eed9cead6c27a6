// For browser tests: an operator makes a mapping from pasted rows, uses it, renames it and removes it.
import type { Page } from 'playwright-core';

/** A row as a production system has it: other names, other units. */
const mesRow = (serial: number, chem: string) => ({
  sn: `SY1MB01A000001GB2900000${serial}`,
  model: 'SYM-2S',
  pack_sn: 'SY1PB01A000001GB20000001',
  cell_model: 'SYC-LFP-100',
  cells: `SY1CB01A001001GB1900000${serial}|SY1CB01A002001GB1900000${serial}`,
  cell_qty: 2,
  series_parallel: '1P2S',
  capacity_mah: 100_000,
  voltage_mv: 6_400,
  chem,
  made: '2026/11/02',
});

/** From two rows, one of which has a value that nothing is known of; saved as `一号线 MES`. */
export async function makeMapping(page: Page): Promise<void> {
  await page.getByRole('button', { name: '新建映射' }).click();
  await page.getByRole('tab', { name: '粘贴 JSON' }).click();
  await page.getByLabel('若干行数据（JSON）').fill(JSON.stringify([mesRow(1, 'LFP'), mesRow(2, '铁锂电芯')]));
  await page.getByRole('button', { name: /^使\s?用$/u }).click();
  await page.getByText('有错误 1').waitFor();
  await page.getByRole('button', { name: '编辑“电池类型”的规则' }).click();
  await page.getByRole('button', { name: '填入样例中的 1 个值' }).click();
  await page.getByRole('combobox', { name: '第 2 项：替换为' }).click();
  await page.getByTitle('磷酸铁锂', { exact: true }).last().click();
  await page.getByText('正确 2').waitFor();
  await page.getByRole('button', { name: '关闭' }).click();
}

/** Saves it, and imports a file of another layout by it; the import says which version read it. */
export async function useMapping(page: Page): Promise<void> {
  const heading = page.getByRole('heading', { level: 1, name: '一号线 MES' });
  await page.getByLabel('名称').fill('一号线 MES');
  await page.getByRole('button', { name: '保存映射' }).click();
  await heading.waitFor();
  await page.getByRole('button', { name: '保存为第 2 版' }).waitFor();
  await page.getByRole('link', { name: '导入', exact: true }).click();
  await page.getByRole('combobox', { name: '选择业务模块' }).click();
  await page.getByTitle('电池模块信息', { exact: true }).last().click();
  await page.getByRole('combobox', { name: '映射' }).click();
  await page.getByTitle('映射: 一号线 MES').click();
  const rows = [Object.keys(mesRow(1, '')), Object.values(mesRow(3, 'LFP'))];
  const buffer = Buffer.from(rows.map((cells) => cells.join(',')).join('\n'));
  await page.locator('input[name=file]').setInputFiles({ name: 'mes.csv', mimeType: 'text/csv', buffer });
  await page.getByRole('link', { name: '由映射“一号线 MES”第 1 版读取' }).click();
  await heading.waitFor();
}

/** Another name, then gone; what it read still shows it. */
export async function renameAndRemove(page: Page): Promise<void> {
  await page.getByRole('button', { name: '重命名' }).click();
  const dialog = page.getByRole('dialog', { name: '重命名' });
  await dialog.getByLabel('名称').fill('二号线 MES');
  await dialog.getByRole('button', { name: /^保\s?存$/u }).click();
  await page.getByRole('heading', { level: 1, name: '二号线 MES' }).waitFor();
  const address = page.url();
  await page.getByRole('button', { name: /^删\s?除$/u }).click();
  await page
    .getByRole('tooltip')
    .getByRole('button', { name: /^确\s?定$/u })
    .click();
  await page.waitForURL(/\/mappings$/u);
  await page.getByRole('link', { name: '二号线 MES' }).waitFor({ state: 'hidden' });
  await page.goto(address);
  await page.getByText('该映射已删除，仅供查看。').waitFor();
}
