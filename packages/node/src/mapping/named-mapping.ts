// The saved mapping that a request names, put where the readers of files and lists look for it (spec/mapping.md, M18
// and M19). What is imported keeps the version that was newest when it came.
import { compileMapping } from '@suyuan/battery';
import { ok, reject } from '@suyuan/log';
import type { Result } from '@suyuan/log';
import type { Database } from '../database/database.ts';
import type { RecordsImport } from '../import/import-records.ts';
import type { FileForm } from '../import/workbook-messages.ts';
import { findSavedMapping } from './saved-mappings.ts';
import type { SavedMapping } from './saved-mappings.ts';

/** The newest version of the mapping with this name, for records of this kind; undefined when no name is given. */
export async function namedMapping(
  database: Database,
  name: string | undefined,
  kind: string,
): Promise<Result<SavedMapping | undefined, { readonly code: 'mapping_not_found' | 'mapping_other_kind' }>> {
  if (name === undefined) return ok(undefined);
  const found = await findSavedMapping(database, name);
  if (found === undefined) return reject({ code: 'mapping_not_found' });
  return found.mapping.kind === kind ? ok(found) : reject({ code: 'mapping_other_kind' });
}

/** The form of a file whose rows are those of the sender's own system, when there is a mapping. */
export function mappedForm(form: FileForm, saved: SavedMapping | undefined): FileForm {
  if (saved === undefined || form.type === 'four_sheet') return form;
  const { id, version, mapping } = saved;
  return { mapping, mappedBy: { id, version }, ...form };
}

/** A push whose records are rows of the caller's own system, when there is a mapping. */
export function mappedRecords(
  request: Omit<RecordsImport, 'remember'>,
  saved: SavedMapping | undefined,
): Omit<RecordsImport, 'remember'> {
  if (saved === undefined) return request;
  const { id, version } = saved;
  return { mapping: compileMapping(request.kind, saved.mapping), mappedBy: { id, version }, ...request };
}
