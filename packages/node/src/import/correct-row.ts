// A bad row of an import gets new cells: they are checked like a row of the sheet (or like a pushed record), and
// when nothing is wrong any more the row is staged (spec/import.md).
import { parseRecord, parseRow, recordKind } from '@suyuan/battery';
import type { Cell, HeaderLayout, ParsedRecord, RecordContext, RecordKind } from '@suyuan/battery';
import { ok, reject } from '@suyuan/log';
import type { Result } from '@suyuan/log';
import { fileWarningsOf, settleArrived } from '../attachment/missing-files.ts';
import { civilDateOf } from '../clock.ts';
import type { Transaction } from '../database/database.ts';
import { preparePartitions } from '../database/partitions.ts';
import { codeFieldOf } from './code-field.ts';
import { findingsOf } from './find-imports.ts';
import { fourSheetKind, kindOfRow, sheetRowOf } from './four-sheet/layout.ts';
import type { ImportDeps } from './import-deps.ts';
import { countFindings, findingInList, importFinding } from './import-finding.ts';
import type { ImportFinding } from './import-finding.ts';
import { isTable } from './import-progress.ts';
import type { ImportSource } from './import-progress.ts';
import { ownCodeOfRow, shownCode } from './own-code.ts';
import type { CellInput, RowCells } from './problem-rows.ts';
import { findOtherOfRecordId } from './record-ids.ts';
import { findStagedCodes } from './staged-codes.ts';
import { stageOne } from './stage-one.ts';
import type { StagedPlace } from './stage-one.ts';

/** Why a row cannot be changed. */
export interface RowRejection {
  readonly code: 'import_not_found' | 'import_row_not_found' | 'import_closed';
}

/** A row after its correction. */
export interface CorrectedRow {
  readonly row: number;
  readonly state: 'wrong' | 'corrected';
  readonly staged?: StagedPlace;
  readonly findings: ImportFinding[];
}

/** No import has this id, so every staged record counts as another's. */
const noImport = 0;

/** Checks the row again with these cells, and stages it when it is right. */
export async function correctRow(
  deps: ImportDeps,
  importId: number,
  row: number,
  cells: RowCells,
): Promise<Result<CorrectedRow, RowRejection>> {
  const today = civilDateOf(deps.clock.now());
  await preparePartitions(deps.database, [today]);
  const judging = await deps.master.context();
  const corrected = await deps.database.transact<Result<CorrectedRow, RowRejection>>(async (tx) => {
    const found = await openRow(tx, importId, row);
    if (!found.ok) return found;
    const { kind, shownRow, source, sheet, before } = found.value;
    const context = { today, codes: deps.codeMode(), ...judging };
    const parsed = isTable(source) ? parseCells(kind, cells, context) : parseRecord(kind, cells, context);
    const findings = parsed.findings.map((finding) => ({
      ...findingInList(finding, shownRow),
      ...(sheet === null ? {} : { sheet }),
    }));
    const others = {
      kind: kind.id,
      reporter: deps.organization,
      record: parsed.record,
      row: shownRow,
      sheet,
    };
    const duplicate =
      (await findOtherOfRecordId(tx, others)) ?? (await stagedDuplicate(tx, kind, parsed, shownRow, sheet));
    if (duplicate !== undefined) findings.push(duplicate);
    const right = parsed.record !== undefined && duplicate === undefined;
    const staged =
      parsed.record === undefined || !right
        ? undefined
        : await stageOne(tx, deps, {
            importId,
            kind: kind.id,
            storedOn: today,
            row,
            record: parsed.record,
            subjects: parsed.subjects,
          });
    if (right && parsed.record !== undefined) {
      const place = { row: shownRow, sheet: sheet ?? undefined };
      findings.push(...(await fileWarningsOf(tx.sql, parsed.record, parsed.subjects, place)));
    }
    const state = right ? 'corrected' : 'wrong';
    const change = { cells: JSON.stringify(cells), findings: JSON.stringify(findings), state } as const;
    await tx.sql
      .updateTable('import_row')
      .set(change)
      .where('import_id', '=', importId)
      .where('row', '=', row)
      .execute();
    await adjustCounts(tx, importId, before, findings, right ? 1 : 0);
    return ok({ row, state, ...(staged === undefined ? {} : { staged }), findings });
  });
  if (corrected.ok) await settleArrived(deps.database, corrected.value.findings);
  return corrected;
}

/** Leaves a bad row out for good. */
export async function discardRow(
  deps: ImportDeps,
  importId: number,
  row: number,
): Promise<Result<void, RowRejection>> {
  return await deps.database.transact(async (tx) => {
    const found = await openRow(tx, importId, row);
    if (!found.ok) return found;
    const where = tx.sql.updateTable('import_row').where('import_id', '=', importId).where('row', '=', row);
    await where.set({ state: 'discarded', cells: '{}' }).execute();
    await adjustCounts(tx, importId, found.value.before, [], 0);
    return ok(undefined);
  });
}

interface OpenRow {
  readonly kind: RecordKind;
  /** The row as its sheet counts it. */
  readonly shownRow: number;
  readonly source: ImportSource;
  readonly sheet: string | null;
  readonly before: readonly ImportFinding[];
}

/** The row, locked together with its import, when it is one that can still be changed. */
async function openRow(
  tx: Transaction,
  importId: number,
  row: number,
): Promise<Result<OpenRow, RowRejection>> {
  const owner = await tx.sql
    .selectFrom('import')
    .select(['kind', 'source', 'status'])
    .where('id', '=', importId)
    .forUpdate()
    .executeTakeFirst();
  if (owner === undefined) return reject({ code: 'import_not_found' });
  const isFourSheet = owner.kind === fourSheetKind;
  const kind = isFourSheet ? kindOfRow(row) : recordKind(owner.kind);
  if (kind === undefined && isFourSheet) return reject({ code: 'import_row_not_found' });
  if (owner.status !== 'done' || kind === undefined) return reject({ code: 'import_closed' });
  const found = await tx.sql
    .selectFrom('import_row')
    .select(['sheet', 'findings', 'state'])
    .where('import_id', '=', importId)
    .where('row', '=', row)
    .executeTakeFirst();
  const isRow = found !== undefined && (row > 0 || !isTable(owner.source));
  if (!isRow || found.state !== 'wrong') return reject({ code: 'import_row_not_found' });
  const shownRow = isFourSheet ? sheetRowOf(row) : row;
  return ok({ kind, shownRow, source: owner.source, sheet: found.sheet, before: findingsOf(found.findings) });
}

/** Parses cells by field id as a row whose columns are the fields in their order. */
function parseCells(kind: RecordKind, cells: RowCells, context: RecordContext): ParsedRecord {
  const layout: HeaderLayout = {
    places: kind.fields.map((_, place) => place),
    columns: new Map(kind.fields.map(({ id }, place) => [id, place])),
    findings: [],
  };
  const row = kind.fields.map(({ id }) => cellOf(Object.hasOwn(cells, id) ? cells[id] : undefined));
  return parseRow(kind, layout, row, context);
}

function cellOf(input: CellInput | undefined): Cell {
  if (typeof input !== 'object' || input === null) return input;
  const line = (item: (typeof input)[number]): string =>
    typeof item === 'object' && item !== null ? `${item.digest} ${item.name}` : String(item);
  return input.map(line).join('\n');
}

async function stagedDuplicate(
  tx: Transaction,
  kind: RecordKind,
  parsed: ParsedRecord,
  row: number,
  sheet: string | null,
): Promise<ImportFinding | undefined> {
  const code = ownCodeOfRow(parsed.record, parsed.subjects);
  if (code === undefined) return undefined;
  const staged = await findStagedCodes(tx.sql, kind.id, [code], noImport);
  const other = staged.get(code);
  if (other === undefined) return undefined;
  const id = codeFieldOf(kind.id);
  const field = id === undefined ? {} : { column: id, field: id };
  const place = { row, ...field, value: shownCode(code), ...(sheet === null ? {} : { sheet }) };
  return importFinding('duplicate_staged', place, { import: other });
}

async function adjustCounts(
  tx: Transaction,
  importId: number,
  before: readonly ImportFinding[],
  after: readonly ImportFinding[],
  staged: number,
): Promise<void> {
  const old = countFindings(before);
  const now = countFindings(after);
  await tx.sql
    .updateTable('import')
    .set((set) => ({
      staged: set('staged', '+', staged),
      errors: set('errors', '+', now.errors - old.errors),
      warnings: set('warnings', '+', now.warnings - old.warnings),
    }))
    .where('id', '=', importId)
    .execute();
}
