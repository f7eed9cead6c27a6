// For tests: workbooks written as raw XML, so that each cell can hold what no library would write.
import { headingOf, recordKind } from '@suyuan/battery';
import { assert } from '@suyuan/log';
import { columnLetters } from '../sheet-rows.ts';
import { zipFile } from './zip-file.ts';
import type { ZipFileEntry } from './zip-file.ts';

/** A workbook of raw parts; what is not given is what a plain workbook has. */
export interface WorkbookFile {
  /** Sheets by name; the value is the whole XML of the part or only what is inside `sheetData`. */
  readonly sheets: Readonly<Record<string, string>>;
  readonly sharedStrings?: readonly string[];
  readonly hidden?: readonly string[];
  readonly epoch?: 1900 | 1904;
  readonly mainType?: string;
  readonly extra?: readonly ZipFileEntry[];
  readonly afterData?: string;
}

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packages = 'http://schemas.openxmlformats.org/package/2006';
const sheetType = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** Style 1 shows dates, style 2 is text. */
const styles = `<styleSheet xmlns="${main}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts><fonts count="1"><font/></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" xfId="0"/><xf numFmtId="164" xfId="0"/><xf numFmtId="49" xfId="0"/></cellXfs></styleSheet>`;

/** The entries of the package, to be changed before they are zipped. */
export function workbookEntries(file: WorkbookFile): ZipFileEntry[] {
  const names = Object.keys(file.sheets);
  const relation = (id: string, type: string, target: string): string =>
    `<Relationship Id="${id}" Type="${office}/${type}" Target="${target}"/>`;
  const sheets = names.map((name, index) => {
    const state = file.hidden?.includes(name) === true ? ' state="hidden"' : '';
    return `<sheet name="${name}" sheetId="${index + 1}"${state} r:id="rId${index + 1}"/>`;
  });
  const relations = names.map((_, index) =>
    relation(`rId${index + 1}`, 'worksheet', `worksheets/sheet${index + 1}.xml`),
  );
  const epoch = file.epoch === 1904 ? '<workbookPr date1904="1"/>' : '';
  return [
    {
      name: '[Content_Types].xml',
      data: `<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${file.mainType ?? `${sheetType}.sheet.main+xml`}"/>${names.map((_, index) => `<Override PartName="/xl/worksheets/sheet${index + 1}.xml" ContentType="${sheetType}.worksheet+xml"/>`).join('')}<Override PartName="/xl/styles.xml" ContentType="${sheetType}.styles+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="${sheetType}.sharedStrings+xml"/></Types>`,
    },
    {
      name: '_rels/.rels',
      data: `<Relationships xmlns="${packages}/relationships">${relation('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    },
    {
      name: 'xl/workbook.xml',
      data: `<workbook xmlns="${main}" xmlns:r="${office}">${epoch}<sheets>${sheets.join('')}</sheets></workbook>`,
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      data: `<Relationships xmlns="${packages}/relationships">${relations.join('')}${relation('rId90', 'styles', 'styles.xml')}${relation('rId91', 'sharedStrings', 'sharedStrings.xml')}</Relationships>`,
    },
    { name: 'xl/styles.xml', data: styles },
    {
      name: 'xl/sharedStrings.xml',
      data: `<sst xmlns="${main}">${(file.sharedStrings ?? []).map((item) => `<si>${item}</si>`).join('')}</sst>`,
    },
    ...names.map((name, index) => ({
      name: `xl/worksheets/sheet${index + 1}.xml`,
      data: sheetXml(file.sheets[name] ?? '', file.afterData ?? ''),
    })),
    ...(file.extra ?? []),
  ];
}

/** The bytes of the workbook. */
export function workbookFile(file: WorkbookFile): Buffer {
  return zipFile(workbookEntries(file));
}

function sheetXml(text: string, afterData: string): string {
  if (/^<(?:\w+:)?worksheet/.test(text)) return text;
  return `<worksheet xmlns="${main}"><sheetData>${text}</sheetData>${afterData}</worksheet>`;
}

/** Escapes text for XML. */
function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A row of cells: strings as inline strings, numbers as they are, `{ xml }` as the raw inside of a cell. */
export type CellText = string | number | null | { readonly xml: string; readonly attributes?: string };

/** The XML of one row. */
export function rowXml(number: number, cells: readonly CellText[]): string {
  const inside = cells.map((cell, column) => {
    const place = `${columnLetters(column)}${number}`;
    if (cell === null) return '';
    if (typeof cell === 'number') return `<c r="${place}"><v>${cell}</v></c>`;
    if (typeof cell === 'string')
      return `<c r="${place}" t="inlineStr"><is><t xml:space="preserve">${escapeXml(cell)}</t></is></c>`;
    return `<c r="${place}"${cell.attributes ?? ''}>${cell.xml}</c>`;
  });
  return `<row r="${number}">${inside.join('')}</row>`;
}

/** Columns of the module sheets that the tests write. */
export const moduleFields = [
  'moduleCode',
  'moduleModelId',
  'packCode',
  'cellModelId',
  'cellCodes',
  'cellCount',
  'connection',
  'ratedCapacity',
  'nominalVoltage',
  'chemistry',
  'productionDate',
] as const;

/** The header of those columns as the template writes it. */
export function moduleHeader(): string[] {
  const kind = recordKind('battery_module');
  assert(kind !== undefined, 'the kind is there');
  return moduleFields.map((id) => {
    const field = kind.fields.find((candidate) => candidate.id === id);
    assert(field !== undefined, 'the field is there');
    return headingOf(field);
  });
}

/** A module row without fault; `serial` tells rows apart. */
export function moduleCells(serial: number): CellText[] {
  const digits = String(serial).padStart(7, '0');
  const cells = [1, 2].map((place) => `SY1CB01A00${place}001GB1${digits}`);
  return [
    `SY1MB01A000001GB2${digits}`,
    'SYM-2S',
    'SY1PB01A000001GB20000001',
    'SYC-100',
    cells.join('\n'),
    2,
    '1P2S',
    100,
    6.4,
    'B',
    '2026-11-02',
  ];
}

/** A module sheet with a header in row 1 and these rows below. */
export function moduleSheet(rows: readonly (readonly CellText[])[]): string {
  return [rowXml(1, moduleHeader()), ...rows.map((cells, index) => rowXml(index + 2, cells))].join('');
}
