// Who is to be invited, from an Excel or CSV list: columns are found by their names in either language, and every wrong
// row is named (spec/governance.md, N21).
import { invitationListMax } from '@suyuan/api';
import { businessTypes, checkUscc } from '@suyuan/battery';
import type { Cell } from '@suyuan/battery';
import type { OrganizationRole } from '@suyuan/ledger';
import type { Result } from '@suyuan/log';
import { ok, reject } from '@suyuan/log';

import type { ByteSource } from '../../import/byte-source.ts';
import { csvRows, firstRows, separators } from '../../import/csv/csv-rows.ts';
import { openCsvText } from '../../import/csv/csv-text.ts';
import { openSheets } from '../../import/read-workbook.ts';
import { WorkbookRefusal } from '../../import/workbook-rejection.ts';
import type { Invited } from './invitations.ts';

/** A row that cannot be used. */
export interface ListProblem {
  /** As the spreadsheet program counts; 0: the list as a whole. */
  readonly row: number;
  readonly code:
    | 'file_unreadable'
    | 'header_missing'
    | 'list_empty'
    | 'too_many_rows'
    | 'name_missing'
    | 'name_repeated'
    | 'business_type_unknown'
    | 'role_unknown'
    | 'host_malformed'
    | 'organization_malformed'
    | 'organization_repeated'
    | 'uscc_malformed';
}

/** A refusal of the list; nobody is invited then. */
export interface ListRejection {
  readonly code: 'invitation_list_invalid';
  readonly problems: readonly ListProblem[];
}

interface TextRow {
  readonly number: number;
  readonly texts: readonly string[];
}

const NAME_MAX = 100;
const ID = /^[a-z0-9][a-z0-9-]{1,30}$/;
const PROBLEMS_MAX = 100;
/** The header is among these. */
const HEADER_ROWS_MAX = 10;

type Column = 'name' | 'businessType' | 'role' | 'host' | 'organization' | 'uscc';

const headings: Readonly<Record<Column, readonly string[]>> = {
  name: ['name', 'organization', '名称', '企业名称', '组织名称'],
  businessType: ['business_type', 'business type', '业务类型', '企业类型'],
  role: ['role', '角色'],
  host: ['host', '托管方'],
  organization: ['organization_id', 'organization id', 'id', '组织编号'],
  uscc: ['uscc', 'social credit code', '统一社会信用代码'],
};
const roles: Readonly<Record<string, OrganizationRole>> = {
  validator: 'validator',
  验证方: 'validator',
  observer: 'observer',
  观察方: 'observer',
  hosted: 'hosted',
  托管: 'hosted',
  托管组织: 'hosted',
};

/** Reads the list. */
export async function readInvitationList(
  source: ByteSource,
): Promise<Result<readonly Invited[], ListRejection>> {
  let rows: readonly TextRow[];
  try {
    rows =
      source.read(0, 2).toString('latin1') === 'PK' ? await rowsOfWorkbook(source) : await rowsOfCsv(source);
  } catch (error) {
    if (!(error instanceof WorkbookRefusal)) throw error;
    return refuse({ row: 0, code: 'file_unreadable' });
  }
  const header = rows.slice(0, HEADER_ROWS_MAX).find(({ texts }) => placeOf(texts, 'name') >= 0);
  if (header === undefined || placeOf(header.texts, 'businessType') < 0)
    return refuse({ row: 0, code: 'header_missing' });
  const body = rows.filter(
    ({ number, texts }) => number > header.number && texts.some((text) => text !== ''),
  );
  if (body.length === 0) return refuse({ row: 0, code: 'list_empty' });
  if (body.length > invitationListMax) return refuse({ row: 0, code: 'too_many_rows' });
  return readBody(header.texts, body);
}

function readBody(
  header: readonly string[],
  body: readonly TextRow[],
): Result<readonly Invited[], ListRejection> {
  const problems: ListProblem[] = [];
  const invited: Invited[] = [];
  const names = new Set<string>();
  const ids = new Set<string>();
  for (const { number: row, texts } of body) {
    const at = (column: keyof typeof headings): string => texts[placeOf(header, column)] ?? '';
    const name = at('name');
    const type = at('businessType').toLowerCase();
    const businessType = businessTypes.find(
      ({ id, label }) => id === type || label.en === type || label.zh === type,
    );
    const role = at('role') === '' ? 'observer' : roles[at('role').toLowerCase()];
    if (name === '' || name.length > NAME_MAX) problems.push({ row, code: 'name_missing' });
    else if (names.has(name)) problems.push({ row, code: 'name_repeated' });
    if (businessType === undefined) problems.push({ row, code: 'business_type_unknown' });
    if (role === undefined) problems.push({ row, code: 'role_unknown' });
    names.add(name);
    const [host, organization, uscc] = [at('host'), at('organization'), at('uscc')];
    if (host !== '' && (role !== 'hosted' || !ID.test(host))) problems.push({ row, code: 'host_malformed' });
    if (organization !== '' && !ID.test(organization)) problems.push({ row, code: 'organization_malformed' });
    else if (ids.has(organization)) problems.push({ row, code: 'organization_repeated' });
    if (uscc !== '' && !checkUscc(uscc).valid) problems.push({ row, code: 'uscc_malformed' });
    if (organization !== '') ids.add(organization);
    if (businessType === undefined || role === undefined) continue;
    invited.push({
      name,
      role,
      businessType: businessType.id,
      ...(host === '' ? {} : { host }),
      ...(organization === '' ? {} : { organization }),
      ...(uscc === '' ? {} : { uscc }),
    });
  }
  return problems.length === 0 ? ok(invited) : refuse(...problems.slice(0, PROBLEMS_MAX));
}

function placeOf(header: readonly string[], column: keyof typeof headings): number {
  return header.findIndex((text) => headings[column].includes(text.toLowerCase()));
}

async function rowsOfWorkbook(source: ByteSource): Promise<readonly TextRow[]> {
  const { parts, rowsOf } = await openSheets(source);
  const [sheet] = parts.sheets.filter(({ hidden }) => !hidden);
  const rows: TextRow[] = [];
  if (sheet === undefined) return rows;
  for await (const piece of rowsOf(sheet, [])) {
    for (const { number, cells } of piece) rows.push({ number, texts: Array.from(cells, textOf) });
    if (rows.length > invitationListMax + HEADER_ROWS_MAX) break;
  }
  return rows;
}

function textOf(cell: Cell | undefined): string {
  return typeof cell === 'string' || typeof cell === 'number' ? String(cell).trim() : '';
}

async function rowsOfCsv(source: ByteSource): Promise<readonly TextRow[]> {
  const text = openCsvText(source, undefined);
  const [head] = text.pieces();
  const separator =
    separators.find((one) => firstRows(head ?? Buffer.alloc(0), one, 1).some((row) => row.length > 1)) ?? ',';
  const rows: TextRow[] = [];
  let number = 0;
  for await (const piece of csvRows(text.pieces(), separator)) {
    for (const texts of piece) rows.push({ number: (number += 1), texts: texts.map((one) => one.trim()) });
    if (rows.length > invitationListMax + HEADER_ROWS_MAX) break;
  }
  return rows;
}

function refuse(...problems: readonly ListProblem[]): Result<never, ListRejection> {
  return reject({ code: 'invitation_list_invalid', problems });
}
