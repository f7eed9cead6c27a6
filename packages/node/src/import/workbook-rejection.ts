// Why a file is not read as a workbook, or as another form of a table, at all. Findings about single cells are not here: those are about
// content, these are about a file that is wrong, hostile or too large (spec/import.md).
import type { Result } from '@suyuan/log';

/** A reason for which a whole file is refused; the same codes are problem codes of the HTTP contract. */
export type WorkbookRejection =
  | { readonly code: 'workbook_not_xlsx'; readonly looksLike: string }
  | { readonly code: 'workbook_encrypted' }
  | { readonly code: 'workbook_old_format' }
  | { readonly code: 'workbook_has_macros' }
  | { readonly code: 'workbook_damaged'; readonly part: string; readonly reason: string }
  | { readonly code: 'workbook_has_dtd'; readonly part: string }
  | { readonly code: 'workbook_too_large'; readonly part: string; readonly limit: number }
  | { readonly code: 'workbook_sheet_missing'; readonly sheets: readonly string[] }
  | { readonly code: 'workbook_too_many_rows'; readonly limit: number }
  | { readonly code: 'csv_not_text'; readonly looksLike: string }
  | { readonly code: 'csv_charset_wrong'; readonly charset: string }
  | { readonly code: 'csv_header_missing' }
  | { readonly code: 'csv_quote_open'; readonly row: number }
  | { readonly code: 'csv_quote_misplaced'; readonly row: number }
  | { readonly code: 'csv_row_too_long'; readonly row: number; readonly limit: number }
  /** The same bytes were imported before as this kind; `import` is null while that is still going on. */
  | { readonly code: 'import_repeated'; readonly import: number | null; readonly at?: string }
  | { readonly code: 'lines_too_many'; readonly limit: number }
  | { readonly code: 'line_too_long'; readonly row: number; readonly limit: number };

/**
 * Carries a rejection out of nested streaming code to the one place that turns it back into a value
 * ({@link refusalOf}); never leaves this folder.
 */
export class WorkbookRefusal extends Error {
  readonly rejection: WorkbookRejection;
  constructor(rejection: WorkbookRejection) {
    super(rejection.code);
    this.rejection = rejection;
  }
}

/** Stops reading: the part is not what the format says. */
export function damaged(part: string, reason: string): WorkbookRefusal {
  return new WorkbookRefusal({ code: 'workbook_damaged', part, reason });
}

/** Runs `work`; a {@link WorkbookRefusal} becomes a value, anything else stays a fault. */
export async function refusalOf<T>(work: () => Promise<T>): Promise<Result<T, WorkbookRejection>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (error instanceof WorkbookRefusal) return { ok: false, error: error.rejection };
    throw error;
  }
}
