// Gives the marked cells of a sheet their style, adds cells where there were none, and links the comments; all
// else of the sheet passes through unchanged.
import { columnLetters } from '../sheet-rows.ts';
import type { XmlAttributes } from '../xml-scanner.ts';
import type { MarkedCell, MarkedCells } from './marked-cells.ts';
import type { XmlEdit, XmlOutput } from './xml-rewriter.ts';

/** The index of a style that looks like `base` in the colour of the level. */
export type StyleOf = (base: number, level: MarkedCell['level']) => number;

/** What follows `legacyDrawing` in a sheet (ECMA-376 part 1, 18.3.1.99). */
const afterDrawing = new Set([
  'legacyDrawingHF',
  'drawingHF',
  'picture',
  'oleObjects',
  'controls',
  'webPublishItems',
  'tableParts',
  'extLst',
]);
const relationNamespace = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** Marks the cells of one sheet. Afterwards `drawing` names the relation of the drawing that its comments are in. */
export class SheetMarking implements XmlEdit {
  readonly #output: XmlOutput;
  readonly #cells: MarkedCells;
  readonly #styleOf: StyleOf;
  #drawing: string;
  #linked = false;
  #prefix = '';
  #depth = 0;
  #state: 'before' | 'inside' | 'after' = 'before';
  #row = 0;
  #column = -1;
  #pending: MarkedCell[] = [];

  /** `newDrawing` is the relation to link when the sheet has no drawing for comments yet. */
  constructor(output: XmlOutput, cells: MarkedCells, styleOf: StyleOf, newDrawing: string) {
    this.#output = output;
    this.#cells = cells;
    this.#styleOf = styleOf;
    this.#drawing = newDrawing;
  }

  get drawing(): string {
    return this.#drawing;
  }

  open(name: string, attributes: XmlAttributes): void {
    this.#depth += 1;
    if (this.#state === 'inside') {
      if (name === 'row') this.#openRow(attributes);
      else if (name === 'c') this.#openCell(attributes);
    } else if (name === 'sheetData') {
      const { scanner } = this.#output;
      const tag = scanner.bytes.toString('latin1', scanner.tagStart + 1, scanner.tagNameEnd);
      this.#prefix = tag.slice(0, tag.length - 'sheetData'.length);
      this.#state = 'inside';
    } else if (this.#state === 'after' && this.#depth === 2) {
      if (name === 'legacyDrawing') {
        this.#drawing = attributes.get(':id') ?? this.#drawing;
        this.#linked = true;
      } else if (afterDrawing.has(name)) this.#linkDrawing();
    }
  }

  close(name: string): void {
    if (this.#state === 'inside' && name === 'row') this.#addMissing(Number.POSITIVE_INFINITY);
    if (name === 'sheetData') this.#state = 'after';
    if (this.#depth === 1 && this.#state === 'after') this.#linkDrawing();
    this.#depth -= 1;
  }

  #linkDrawing(): void {
    if (this.#linked) return;
    const id = `r:id="${this.#drawing}"`;
    this.#output.insertBefore(`<${this.#prefix}legacyDrawing xmlns:r="${relationNamespace}" ${id}/>`);
    this.#linked = true;
  }

  #openRow(attributes: XmlAttributes): void {
    const given = attributes.get('r');
    this.#row = given === undefined ? this.#row + 1 : Number(given);
    this.#column = -1;
    // An empty row element has no room for cells; rows with findings are never empty.
    this.#pending = this.#output.scanner.tagIsEmpty ? [] : this.#cells.ofRow(this.#row);
  }

  #openCell(attributes: XmlAttributes): void {
    this.#column = columnOf(attributes.get('r')) ?? this.#column + 1;
    if (this.#pending.length === 0) return;
    this.#addMissing(this.#column);
    const [cell] = this.#pending;
    if (cell === undefined || cell.column !== this.#column) return;
    this.#pending.shift();
    const { scanner } = this.#output;
    for (let index = 0; index < attributes.count; index += 1) {
      if (!attributes.isNamed(index, 0x73)) continue;
      const start = scanner.starts[index] ?? 0;
      const end = scanner.ends[index] ?? 0;
      const base = Number(scanner.bytes.toString('latin1', start, end));
      this.#output.replace(start, end, String(this.#styleOf(base, cell.level)));
      return;
    }
    const at = scanner.tagNameEnd;
    this.#output.replace(at, at, ` s="${this.#styleOf(0, cell.level)}"`);
  }

  /** Adds the marked cells left of `column` that the row does not have. */
  #addMissing(column: number): void {
    for (;;) {
      const [cell] = this.#pending;
      if (cell === undefined || cell.column >= column) return;
      this.#pending.shift();
      const place = `${columnLetters(cell.column)}${cell.row}`;
      this.#output.insertBefore(`<${this.#prefix}c r="${place}" s="${this.#styleOf(0, cell.level)}"/>`);
    }
  }
}

function columnOf(reference: string | undefined): number | undefined {
  if (reference === undefined) return undefined;
  let column = 0;
  for (const letter of reference.replace(/\d+$/, '')) column = column * 26 + letter.charCodeAt(0) - 0x40;
  return column - 1;
}
