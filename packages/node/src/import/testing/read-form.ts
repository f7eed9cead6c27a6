// For tests: encodes a file of any form as the reading thread does, without the thread.
import type { Result } from '@suyuan/log';
import { memorySource } from '../byte-source.ts';
import { encodeWorkbook } from '../encode-workbook.ts';
import type { EndMessage, FileForm, PieceMessage, ReadingTask } from '../workbook-messages.ts';
import { refusalOf } from '../workbook-rejection.ts';
import type { WorkbookRejection } from '../workbook-rejection.ts';

/** What the reading thread would have said. */
export interface FormResult {
  readonly pieces: readonly PieceMessage[];
  readonly end: EndMessage;
}

/** Reads the bytes as modules in strict mode, on 2026-11-20. */
export async function readForm(
  bytes: Uint8Array,
  form: FileForm,
  changes: Partial<ReadingTask> = {},
): Promise<Result<FormResult, WorkbookRejection>> {
  const pieces: PieceMessage[] = [];
  let batch = 0;
  const task: ReadingTask = {
    path: '',
    form,
    kind: 'battery_module',
    today: '2026-11-20',
    storedOn: '2026-11-20',
    codes: 'strict',
    master: undefined,
    rowsMax: 1_000,
    importId: 1,
    dryRun: false,
    merged: [],
    ...changes,
  };
  return await refusalOf(async () => {
    const end = await encodeWorkbook(
      memorySource(bytes),
      task,
      async () => (batch += 1),
      (message) => {
        if (message.type === 'piece') pieces.push(message);
      },
    );
    return { pieces, end };
  });
}
