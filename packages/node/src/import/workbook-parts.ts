// Opens an xlsx file as a package of parts (ECMA-376 parts 1 and 2): finds the workbook, its sheets, its
// shared strings and which cell styles show dates. Refuses macros, encryption and renamed packages.
import type { ByteSource } from './byte-source.ts';
import { dateStyles } from './cell-styles.ts';
import { notXlsx, refuseUnlessZip } from './file-kind.ts';
import { damaged, WorkbookRefusal } from './workbook-rejection.ts';
import { scanXml } from './xml-scanner.ts';
import type { XmlAttributes } from './xml-scanner.ts';
import { readZipDirectory } from './zip-directory.ts';
import type { ZipEntry } from './zip-directory.ts';
import { inflateWhole } from './zip-inflate.ts';

/** One sheet: its name as the user sees it, and where its cells are. */
export interface SheetPart {
  readonly name: string;
  readonly entry: ZipEntry;
  readonly hidden: boolean;
}

/** A workbook whose structure has been checked; its sheets have not been read yet. */
export interface WorkbookParts {
  readonly source: ByteSource;
  readonly entries: ReadonlyMap<string, ZipEntry>;
  readonly workbookPath: string;
  readonly sheets: readonly SheetPart[];
  readonly sharedStrings: ZipEntry | undefined;
  readonly stylesPath: string | undefined;
  /** Whether cell style `index` shows its number as a date or time. */
  readonly isDateStyle: (index: number) => boolean;
  readonly epoch: 1900 | 1904;
}

/** Most bytes of a part that is read whole. */
export const partBytesMax: number = 16 * 1024 * 1024;
/** Most bytes of one sheet's XML. */
export const sheetBytesMax: number = 768 * 1024 * 1024;
const sheetsMax = 256;
const inflatedBytesMax = 1024 * 1024 * 1024;

/** Opens the package and reads the parts that say where everything is. */
export async function openWorkbook(source: ByteSource): Promise<WorkbookParts> {
  refuseUnlessZip(source);
  const entries = readZipDirectory(source);
  refuseForeignPackage(entries);
  const root = await readRelations(source, entries, '');
  const workbookPath = root.find((relation) => relation.type === 'officeDocument')?.target;
  if (workbookPath === undefined || !entries.has('[Content_Types].xml')) throw notXlsx('zip');
  await refuseForeignContent(source, entries);
  if (!workbookPath.endsWith('.xml')) throw notXlsx('xlsb');
  const relations = await readRelations(source, entries, workbookPath);
  const { sheets, epoch } = await readSheetList(source, entries, workbookPath, relations);
  const partOf = (type: string): string | undefined =>
    relations.find((relation) => relation.type === type)?.target;
  const stylesPath = partOf('styles');
  const styles = stylesPath === undefined ? undefined : entries.get(stylesPath);
  const isDateStyle =
    styles === undefined
      ? () => false
      : dateStyles(styles.name, await inflateWhole(source, styles, partBytesMax));
  const sharedStrings = entries.get(partOf('sharedStrings') ?? '');
  return { source, entries, workbookPath, sheets, sharedStrings, stylesPath, isDateStyle, epoch };
}

function refuseForeignPackage(entries: ReadonlyMap<string, ZipEntry>): void {
  let total = 0;
  for (const entry of entries.values()) {
    total += entry.size;
    const name = entry.name.toLowerCase();
    if (name.endsWith('vbaproject.bin') || name.startsWith('xl/macrosheets/'))
      throw new WorkbookRefusal({ code: 'workbook_has_macros' });
    if (name.startsWith('word/')) throw notXlsx('docx');
    if (name.startsWith('ppt/')) throw notXlsx('pptx');
    if (name === 'meta-inf/manifest.xml') throw notXlsx('ods');
  }
  if (total > inflatedBytesMax)
    throw new WorkbookRefusal({ code: 'workbook_too_large', part: 'zip', limit: inflatedBytesMax });
}

/** The main content type tells an ordinary workbook from one with macros or in the binary form. */
async function refuseForeignContent(
  source: ByteSource,
  entries: ReadonlyMap<string, ZipEntry>,
): Promise<void> {
  const types: string[] = [];
  await scanPart(source, entries, '[Content_Types].xml', (name, attributes) => {
    if (name === 'Override' || name === 'Default') types.push(attributes.get('ContentType') ?? '');
  });
  const macros = types.some((type) => /macroenabled|vbaproject/i.test(type));
  if (macros) throw new WorkbookRefusal({ code: 'workbook_has_macros' });
}

/** A relation inside the package. */
export interface Relation {
  readonly id: string;
  /** The last word of the relation's type, the same in both dialects of the format. */
  readonly type: string;
  readonly target: string;
}

/** Where the relations of a part are. */
export function relationsPath(owner: string): string {
  const folder = owner.slice(0, owner.lastIndexOf('/') + 1);
  return `${folder}_rels/${owner.slice(folder.length)}.rels`;
}

/** The relations of a part, `owner` being its path; of the package itself when it is empty. */
export async function readRelations(
  source: ByteSource,
  entries: ReadonlyMap<string, ZipEntry>,
  owner: string,
): Promise<readonly Relation[]> {
  const folder = owner.slice(0, owner.lastIndexOf('/') + 1);
  const path = relationsPath(owner);
  const relations: Relation[] = [];
  await scanPart(source, entries, path, (name, attributes) => {
    if (name !== 'Relationship' || attributes.get('TargetMode') === 'External') return;
    const type = attributes.get('Type') ?? '';
    const target = resolvePath(folder, attributes.get('Target') ?? '');
    relations.push({ id: attributes.get('Id') ?? '', type: type.slice(type.lastIndexOf('/') + 1), target });
  });
  return relations;
}

/** Resolves a target against the folder of its owner; the result has no leading slash. */
function resolvePath(folder: string, target: string): string {
  const parts: string[] = [];
  for (const part of (target.startsWith('/') ? target : folder + target).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

async function readSheetList(
  source: ByteSource,
  entries: ReadonlyMap<string, ZipEntry>,
  workbookPath: string,
  relations: readonly Relation[],
): Promise<Pick<WorkbookParts, 'sheets' | 'epoch'>> {
  const sheets: SheetPart[] = [];
  let epoch: 1900 | 1904 = 1900;
  await scanPart(source, entries, workbookPath, (name, attributes) => {
    if (name === 'workbookPr' && /^(?:1|true|on)$/.test(attributes.get('date1904') ?? '')) epoch = 1904;
    if (name !== 'sheet') return;
    const id = attributes.get(':id') ?? '';
    const relation = relations.find((candidate) => candidate.id === id);
    if (relation?.type !== 'worksheet') return;
    const entry = entries.get(relation.target);
    if (entry === undefined) throw damaged(workbookPath, 'the file of a sheet is missing');
    if (sheets.length >= sheetsMax) throw damaged(workbookPath, 'it has too many sheets');
    sheets.push({
      name: attributes.get('name') ?? '',
      entry,
      hidden: attributes.get('state') !== undefined && attributes.get('state') !== 'visible',
    });
  });
  return { sheets, epoch };
}

/** Scans the opening tags of a small part; a missing part has none. */
async function scanPart(
  source: ByteSource,
  entries: ReadonlyMap<string, ZipEntry>,
  path: string,
  open: (name: string, attributes: XmlAttributes) => void,
): Promise<void> {
  const entry = entries.get(path);
  if (entry === undefined) return;
  scanXml(path, await inflateWhole(source, entry, partBytesMax), { open, close: () => {}, text: () => {} });
}
