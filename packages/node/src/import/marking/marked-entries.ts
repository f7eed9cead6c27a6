// Decides which parts of a package change when it is marked, and makes the new ones.
import type { ByteSource } from '../byte-source.ts';
import {
  openWorkbook,
  partBytesMax,
  readRelations,
  relationsPath,
  sheetBytesMax,
} from '../workbook-parts.ts';
import type { Relation, SheetPart, WorkbookParts } from '../workbook-parts.ts';
import type { ZipEntry } from '../zip-directory.ts';
import { inflateEntry, inflateWhole } from '../zip-inflate.ts';
import { addBoxes, addComments, emptyComments, emptyDrawing } from './mark-comments.ts';
import { addContentTypes, addRelations, addSheet, emptyRelations } from './mark-package.ts';
import type { NewRelation } from './mark-package.ts';
import { SheetMarking } from './mark-sheet.ts';
import { openStyles, plainStyles } from './mark-styles.ts';
import type { StyleMarking } from './mark-styles.ts';
import type { MarkedCells } from './marked-cells.ts';
import { rewriteXml } from './xml-rewriter.ts';
import { compressEntry } from './zip-output.ts';
import type { CompressedEntry } from './zip-output.ts';

type NewPart = { readonly path: string; readonly type: 'worksheet' | 'comments' | 'styles' };

/** The entries of the marked package, in the order of the old one, new parts last. `cells` are those of each sheet. */
export async function markedEntries(
  source: ByteSource,
  cells: ReadonlyMap<string, MarkedCells>,
  findings: Buffer,
): Promise<Iterable<{ readonly old: ZipEntry } | CompressedEntry>> {
  const parts = await openWorkbook(source);
  const marking = new PackageMarking(parts);
  for (const sheet of parts.sheets) {
    const marked = cells.get(sheet.name);
    if (marked !== undefined) await marking.markSheet(sheet, marked);
  }
  await marking.addFindings(findings);
  return await marking.end();
}

/** Gathers changed parts by path. */
class PackageMarking {
  readonly #parts: WorkbookParts;
  readonly #changed = new Map<string, CompressedEntry>();
  readonly #workbookRelations: NewRelation[] = [];
  readonly #newParts: NewPart[] = [];
  readonly #stylesPath: string;
  /** Of the whole workbook: undefined until a sheet is marked. */
  #styles: { readonly marking: StyleMarking | undefined } | undefined;
  #sheets = 0;
  /** Tells the names of this marking from those of an earlier one in the same workbook. */
  readonly #mark: string;

  constructor(parts: WorkbookParts) {
    this.#parts = parts;
    this.#stylesPath = parts.stylesPath ?? 'xl/suyuan/styles.xml';
    let count = 1;
    while (parts.entries.has(`xl/suyuan/findings${count}.xml`)) count += 1;
    this.#mark = String(count);
  }

  async markSheet(sheet: SheetPart, cells: MarkedCells): Promise<void> {
    const styles = (await this.#openStyles()).marking;
    this.#sheets += 1;
    const newDrawing = `rIdSuyuanDrawing${this.#mark}`;
    let marking: SheetMarking | undefined;
    const pieces = rewriteXml(
      sheet.entry.name,
      inflateEntry(this.#parts.source, sheet.entry, sheetBytesMax),
      (output) =>
        (marking = new SheetMarking(output, cells, styles?.styleOf ?? ((base) => base), newDrawing)),
    );
    await this.#change(sheet.entry.name, pieces);
    await this.#comment(sheet, cells, marking?.drawing ?? newDrawing, newDrawing);
  }

  async #openStyles(): Promise<{ readonly marking: StyleMarking | undefined }> {
    const read = async (): Promise<Buffer> => (await this.#read(this.#parts.stylesPath)) ?? plainStyles;
    return (this.#styles ??= { marking: openStyles(this.#stylesPath, await read()) });
  }

  /** Styles are known only once the last sheet is marked. */
  async #writeStyles(): Promise<void> {
    const styles = this.#styles?.marking;
    if (styles !== undefined) await this.#change(this.#stylesPath, await styles.write());
    if (this.#styles === undefined || this.#parts.stylesPath !== undefined) return;
    this.#newParts.push({ path: this.#stylesPath, type: 'styles' });
    this.#workbookRelations.push({
      id: `rIdSuyuanStyles${this.#mark}`,
      type: 'styles',
      target: this.#stylesPath,
    });
  }

  /** Adds comments to the sheet's own comments and drawing, or makes both. */
  async #comment(sheet: SheetPart, cells: MarkedCells, drawing: string, newDrawing: string): Promise<void> {
    const relations = await readRelations(this.#parts.source, this.#parts.entries, sheet.entry.name);
    const added: NewRelation[] = [];
    const commentsPath =
      existingPart(
        this.#parts,
        relations.find(({ type }) => type === 'comments'),
      ) ?? `xl/suyuan/comments${this.#mark}-${this.#sheets}.xml`;
    const old = await this.#read(commentsPath);
    const { bytes, boxes } = await addComments(commentsPath, old ?? emptyComments, cells.commented());
    const ownDrawing = drawing === newDrawing ? undefined : relations.find(({ id }) => id === drawing);
    const drawingPath =
      existingPart(this.#parts, ownDrawing) ?? `xl/suyuan/comments${this.#mark}-${this.#sheets}.vml`;
    const boxed = addBoxes((await this.#read(drawingPath)) ?? emptyDrawing, boxes);
    if (drawing === newDrawing) added.push({ id: newDrawing, type: 'vmlDrawing', target: drawingPath });
    if (boxed !== undefined) {
      await this.#change(drawingPath, boxed);
      await this.#change(commentsPath, bytes);
      if (old === undefined) {
        added.push({ id: `rIdSuyuanComments${this.#mark}`, type: 'comments', target: commentsPath });
        this.#newParts.push({ path: commentsPath, type: 'comments' });
      }
    }
    const path = relationsPath(sheet.entry.name);
    if (added.length > 0)
      await this.#change(path, await addRelations(path, (await this.#read(path)) ?? emptyRelations, added));
  }

  async addFindings(findings: Buffer): Promise<void> {
    const path = `xl/suyuan/findings${this.#mark}.xml`;
    const relation = `rIdSuyuanFindings${this.#mark}`;
    await this.#change(path, findings);
    this.#newParts.push({ path, type: 'worksheet' });
    this.#workbookRelations.push({ id: relation, type: 'worksheet', target: path });
    const { workbookPath, sheets } = this.#parts;
    const workbook = (await this.#read(workbookPath)) ?? Buffer.alloc(0);
    const names = sheets.map(({ name }) => name);
    await this.#change(workbookPath, await addSheet(workbookPath, workbook, relation, names));
  }

  async end(): Promise<Iterable<{ readonly old: ZipEntry } | CompressedEntry>> {
    await this.#writeStyles();
    const relations = relationsPath(this.#parts.workbookPath);
    const old = (await this.#read(relations)) ?? emptyRelations;
    await this.#change(relations, await addRelations(relations, old, this.#workbookRelations));
    const types = '[Content_Types].xml';
    const content = (await this.#read(types)) ?? Buffer.alloc(0);
    await this.#change(types, await addContentTypes(types, content, this.#newParts));
    const kept = [...this.#parts.entries.values()].map(
      (entry) => this.#changed.get(entry.name) ?? { old: entry },
    );
    const fresh = [...this.#changed.values()].filter(({ name }) => !this.#parts.entries.has(name));
    return [...kept, ...fresh];
  }

  async #read(path: string | undefined): Promise<Buffer | undefined> {
    const entry = path === undefined ? undefined : this.#parts.entries.get(path);
    return entry === undefined ? undefined : await inflateWhole(this.#parts.source, entry, partBytesMax);
  }

  async #change(path: string, content: Buffer | AsyncIterable<Buffer>): Promise<void> {
    this.#changed.set(path, await compressEntry(path, content));
  }
}

function existingPart(parts: WorkbookParts, relation: Relation | undefined): string | undefined {
  return relation !== undefined && parts.entries.has(relation.target) ? relation.target : undefined;
}
