import { reject } from '@suyuan/log';
import type { Result } from '@suyuan/log';
import type { ImportDeps } from './import-deps.ts';
export interface MarkedWorkbook {
  readonly fileName: string;
  readonly content: Uint8Array;
}
export async function markWorkbook(
  _deps: ImportDeps,
  _id: number,
): Promise<
  Result<
    MarkedWorkbook,
    { readonly code: 'import_not_found' | 'import_without_workbook' | 'workbook_too_large' }
  >
> {
  return reject({ code: 'import_not_found' });
}
