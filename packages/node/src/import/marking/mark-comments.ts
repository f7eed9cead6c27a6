// Comments on bad cells: the part with their texts and the drawing with their boxes, both of which the user may
// have already (ECMA-376 part 1, 18.7; part 4, 19.1). A comment that is there keeps its text and gets ours below.
import { columnLetters } from '../sheet-rows.ts';
import type { XmlAttributes } from '../xml-scanner.ts';
import type { MarkedCell } from './marked-cells.ts';
import { rewriteWhole, xmlText } from './xml-rewriter.ts';
import type { XmlEdit, XmlOutput } from './xml-rewriter.ts';

const author = 'Suyuan 溯源';

/** A comments part that holds nothing yet. */
export const emptyComments: Buffer = Buffer.from(
  '<?xml version="1.0" encoding="UTF-8"?><comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><authors></authors><commentList></commentList></comments>',
);

/** A drawing that holds only the shape that comments are made of. */
export const emptyDrawing: Buffer = Buffer.from(
  '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>',
);

/** The comments part with the texts of these cells; also the cells that need a box of their own. */
export async function addComments(
  part: string,
  bytes: Buffer,
  cells: readonly MarkedCell[],
): Promise<{ readonly bytes: Buffer; readonly boxes: readonly MarkedCell[] }> {
  const texts = new Map(cells.map((cell) => [`${columnLetters(cell.column)}${cell.row}`, cell]));
  const rewritten = await rewriteWhole(part, bytes, (output) => new CommentEdit(output, texts));
  return { bytes: rewritten, boxes: [...texts.values()] };
}

/** Takes cells out of the map as it meets comments of theirs, and adds the rest at the end. */
class CommentEdit implements XmlEdit {
  readonly #output: XmlOutput;
  readonly #cells: Map<string, MarkedCell>;
  #authors = 0;
  #prefix = '';
  #here: MarkedCell | undefined;

  constructor(output: XmlOutput, cells: Map<string, MarkedCell>) {
    this.#output = output;
    this.#cells = cells;
  }

  open(name: string, attributes: XmlAttributes): void {
    if (name === 'comments') {
      const { scanner } = this.#output;
      const tag = scanner.bytes.toString('latin1', scanner.tagStart + 1, scanner.tagNameEnd);
      this.#prefix = tag.slice(0, -'comments'.length);
    } else if (name === 'author') this.#authors += 1;
    else if (name === 'comment') {
      const place = attributes.get('ref') ?? '';
      this.#here = this.#cells.get(place);
      this.#cells.delete(place);
    }
  }

  close(name: string): void {
    const p = this.#prefix;
    const isEmpty = this.#output.scanner.tagIsEmpty;
    if (name === 'authors' && !isEmpty)
      this.#output.insertBefore(`<${p}author>${xmlText(author)}</${p}author>`);
    else if (name === 'text' && this.#here !== undefined && !isEmpty) {
      this.#output.insertBefore(this.#run(`\n${this.#here.lines.join('\n')}`));
      this.#here = undefined;
    } else if (name === 'commentList' && !isEmpty)
      for (const [place, cell] of this.#cells)
        this.#output.insertBefore(
          `<${p}comment ref="${place}" authorId="${this.#authors}"><${p}text>${this.#run(cell.lines.join('\n'))}</${p}text></${p}comment>`,
        );
  }

  #run(text: string): string {
    const p = this.#prefix;
    return `<${p}r><${p}t xml:space="preserve">${xmlText(text)}</${p}t></${p}r>`;
  }
}

/** The drawing with a hidden box for each of these cells. Drawings are not always XML, so only the end is looked for. */
export function addBoxes(bytes: Buffer, cells: readonly MarkedCell[]): Buffer | undefined {
  const end = /<\/(?:\w+:)?xml>\s*$/.exec(bytes.toString('latin1', Math.max(0, bytes.length - 100)));
  if (end === null) return undefined;
  const at = Math.max(0, bytes.length - 100) + end.index;
  const boxes = cells.map((cell, index) => boxOf(cell, index)).join('');
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(boxes), bytes.subarray(at)]);
}

/** Far beyond the numbers that programs give to their own shapes on one sheet. */
const firstShape = 500_000;

function boxOf({ row, column, lines }: MarkedCell, index: number): string {
  const height = 40 + 34 * Math.min(lines.length, 6);
  return `<v:shape xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel" id="_x0000_s${firstShape + index}" type="#_x0000_t202" style="position:absolute;margin-left:60pt;margin-top:2pt;width:220pt;height:${height}pt;z-index:${index + 1};visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow color="black" obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:AutoFill>False</x:AutoFill><x:Row>${row - 1}</x:Row><x:Column>${column}</x:Column></x:ClientData></v:shape>`;
}
