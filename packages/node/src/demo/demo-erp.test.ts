import { parseRecord, recordKind } from '@suyuan/battery';
import { expect, test } from 'vitest';
import { erpRecords, startDemoErp } from './demo-erp.ts';

const today = '2026-11-20';
const kinds = ['battery_module', 'battery_pack'] as const;

test('what the ERP has is valid, the same whenever it is asked for, and sorted by its numbers', () => {
  for (const id of kinds) {
    const kind = recordKind(id);
    if (kind === undefined) throw new Error(id);
    const records = erpRecords(id, today);
    expect(erpRecords(id, today)).toEqual(records);
    const numbers = records.map(({ recordId }) => String(recordId));
    expect(numbers).toEqual(numbers.toSorted());
    expect(new Set(numbers).size).toBe(numbers.length);
    for (const record of records) {
      const { findings } = parseRecord(kind, record, { today, codes: 'strict' });
      expect(findings.filter(({ level }) => level !== 'info')).toEqual([]);
    }
  }
});

test('the ERP hands out pages after a number, and nothing without its token', async () => {
  const erp = await startDemoErp(0);
  try {
    const authorization = 'Bearer demonstration';
    const ask = async (path: string, headers: Record<string, string>): Promise<Response> =>
      await fetch(`${erp.url}${path}`, { headers });
    const seen: string[] = [];
    for (let after = ''; ; after = seen.at(-1) ?? '') {
      const { items } = Object(
        await (await ask(`/api/battery_pack?after=${after}`, { authorization })).json(),
      );
      if (items.length === 0) break;
      for (const { packCode, recordId } of items) {
        expect(packCode).toMatch(/^SY1PB012/u);
        seen.push(recordId);
      }
    }
    expect(seen.length).toBe(40);
    expect((await ask('/api/battery_pack', {})).status).toBe(401);
    expect((await ask('/api/vehicle_sale', { authorization })).status).toBe(404);
  } finally {
    await erp.stop();
  }
});
