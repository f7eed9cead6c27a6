// The shared strings of a workbook in one growing buffer instead of a million small objects, with a bound
// on the whole (ECMA-376 part 1, 18.4). Phonetic readings (`rPh`) are not part of a string.
import { damaged, WorkbookRefusal } from './workbook-rejection.ts';
import { decodeXmlText, XmlScanner } from './xml-scanner.ts';
import type { XmlHandler } from './xml-scanner.ts';

/** Text of all shared strings together, in bytes of UTF-8. */
export const sharedStringBytesMax: number = 96 * 1024 * 1024;
const sharedStringsMax = 4_000_000;

/** The strings that cells refer to by index. */
export class SharedStrings {
  #bytes = Buffer.allocUnsafe(64 * 1024);
  #ends = new Uint32Array(4_096);
  #count = 0;
  #size = 0;

  /** The string at an index; refuses one that is not there. */
  at(index: number): string {
    if (!(index < this.#count))
      throw damaged('shared strings', 'a cell refers to a string that is not there');
    return this.#bytes.toString('utf8', index === 0 ? 0 : this.#ends[index - 1], this.#ends[index]);
  }

  add(text: string): void {
    const most = text.length * 3;
    if (this.#size + most > this.#bytes.length) this.#grow(this.#size + most);
    if (this.#count >= this.#ends.length) {
      const ends = new Uint32Array(this.#ends.length * 2);
      ends.set(this.#ends);
      this.#ends = ends;
    }
    this.#size += this.#bytes.write(text, this.#size, 'utf8');
    this.#ends[this.#count] = this.#size;
    this.#count += 1;
    if (this.#size > sharedStringBytesMax) throw tooLarge(sharedStringBytesMax);
    if (this.#count > sharedStringsMax) throw tooLarge(sharedStringsMax);
  }

  #grow(least: number): void {
    const grown = Buffer.allocUnsafe(Math.max(least, Math.ceil(this.#bytes.length * 1.6)));
    this.#bytes.copy(grown, 0, 0, this.#size);
    this.#bytes = grown;
  }
}

function tooLarge(limit: number): WorkbookRefusal {
  return new WorkbookRefusal({ code: 'workbook_too_large', part: 'shared strings', limit });
}

/** Reads the shared strings part from its inflated pieces. */
export async function readSharedStrings(part: string, pieces: AsyncIterable<Buffer>): Promise<SharedStrings> {
  const strings = new SharedStrings();
  const scanner = new XmlScanner(part, stringHandler(part, strings));
  for await (const piece of pieces) scanner.push(piece);
  scanner.end();
  return strings;
}

function stringHandler(part: string, strings: SharedStrings): XmlHandler {
  let text = '';
  let phonetic = false;
  let reading = false;
  return {
    open(name) {
      if (name === 'si') text = '';
      else if (name === 'rPh') phonetic = true;
      else if (name === 't') reading = !phonetic;
    },
    close(name) {
      if (name === 't') reading = false;
      else if (name === 'rPh') phonetic = false;
      else if (name === 'si') strings.add(unescapeCellText(text));
    },
    text(bytes, start, end, literal) {
      if (reading) text += decodeXmlText(part, bytes, start, end, literal);
      if (text.length > 1 << 20) throw tooLarge(1 << 20);
    },
  };
}

/** Resolves `_x000D_`, the format's own way to write characters that XML does not allow (18.4.12, ST_Xstring). */
export function unescapeCellText(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}
