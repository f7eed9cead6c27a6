// The worked example of docs/integration.md is what the code does.
import { readFileSync } from 'node:fs';
import { compileMapping, parseMappedRecord, parseMapping, recordKind } from '@suyuan/battery';
import { expect, it } from 'vitest';

it('[M1] the row of the example becomes its record by its mapping', () => {
  const page = readFileSync(new URL('../../../../docs/integration.md', import.meta.url), 'utf8');
  const [, section = ''] = page.split('## Rows of your own system');
  const blocks = [...section.matchAll(/```json\n(.*?)```/gs)].map(([, text = '']): unknown =>
    JSON.parse(text),
  );
  const [row, mapping, record] = blocks;
  const parsed = parseMapping(mapping);
  const kind = recordKind('battery_module');
  if (!parsed.ok || kind === undefined) throw new Error(JSON.stringify(parsed));
  const context = { today: '2026-11-20', codes: 'strict' } as const;
  const mapped = parseMappedRecord(compileMapping(kind, parsed.value), row, context);
  expect(mapped?.members).toEqual(record);
  expect(mapped?.findings).toEqual([]);
  expect(mapped?.record).toBeDefined();
});
