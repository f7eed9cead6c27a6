// For tests: reads a workbook from memory to its end.
import { recordKind } from '@suyuan/battery';
import { assert } from '@suyuan/log';
import type { Result } from '@suyuan/log';
import { memorySource } from '../byte-source.ts';
import { readWorkbook } from '../read-workbook.ts';
import type { ReadRow } from '../read-row.ts';
import type { MergedRange } from '../sheet-rows.ts';
import type { ReadEnd } from '../source-piece.ts';
import { refusalOf } from '../workbook-rejection.ts';
import type { WorkbookRejection } from '../workbook-rejection.ts';

/** Everything that reading yields. */
export interface ReadResult {
  readonly rows: readonly ReadRow[];
  readonly end: ReadEnd;
}

/** Reads the bytes as modules. */
export async function readAll(
  bytes: Uint8Array,
  options: { readonly rowsMax?: number; readonly merged?: readonly MergedRange[] } = {},
): Promise<Result<ReadResult, WorkbookRejection>> {
  const kind = recordKind('battery_module');
  assert(kind !== undefined, 'the kind is there');
  return await refusalOf(async () => {
    const reading = readWorkbook(memorySource(bytes), {
      kind,
      context: { today: '2026-11-20', codes: 'strict' },
      rowsMax: options.rowsMax ?? 1_000,
      merged: options.merged ?? [],
    });
    const rows: ReadRow[] = [];
    for (;;) {
      const step = await reading.next();
      if (step.done === true) return { rows, end: step.value };
      rows.push(...step.value.rows);
    }
  });
}

/** The code with which the bytes are refused, or `read`. */
export async function refusalCode(bytes: Uint8Array): Promise<string> {
  const result = await readAll(bytes);
  return result.ok ? 'read' : result.error.code;
}
