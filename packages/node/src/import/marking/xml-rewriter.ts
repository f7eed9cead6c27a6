// Copies the XML of a part byte by byte while it is read, except where an edit inserts or replaces something:
// what is not touched stays exactly as the user's program wrote it.
import { XmlScanner } from '../xml-scanner.ts';
import type { XmlHandler } from '../xml-scanner.ts';

/** What an edit may do, only during `open` and `close` and about the tag of that call. */
export interface XmlOutput {
  readonly scanner: XmlScanner;
  /** Writes `xml` right before the tag. */
  insertBefore(xml: string): void;
  /** Writes `xml` instead of the bytes [start, end) of the scanner's buffer, within the tag. */
  replace(start: number, end: number, xml: string): void;
}

/** Sees the tags and changes the output. */
export type XmlEdit = Pick<XmlHandler, 'open' | 'close'>;

/** Yields the part with the edit's changes. */
export async function* rewriteXml(
  part: string,
  pieces: AsyncIterable<Buffer>,
  makeEdit: (output: XmlOutput) => XmlEdit,
): AsyncGenerator<Buffer> {
  const rewriter = new Rewriter(part, makeEdit);
  for await (const piece of pieces) {
    rewriter.scanner.push(piece);
    yield rewriter.take();
  }
  rewriter.scanner.end();
  yield Buffer.concat([rewriter.take(), rewriter.scanner.bytes]);
}

/** The whole of a small part with the edit's changes. */
export async function rewriteWhole(
  part: string,
  bytes: Buffer,
  makeEdit: (output: XmlOutput) => XmlEdit,
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  async function* single(): AsyncGenerator<Buffer> {
    yield bytes;
  }
  for await (const piece of rewriteXml(part, single(), makeEdit)) pieces.push(piece);
  return Buffer.concat(pieces);
}

class Rewriter implements XmlHandler, XmlOutput {
  readonly scanner: XmlScanner;
  readonly #edit: XmlEdit;
  #pieces: Buffer[] = [];
  #copied = 0;

  constructor(part: string, makeEdit: (output: XmlOutput) => XmlEdit) {
    this.scanner = new XmlScanner(part, this);
    this.#edit = makeEdit(this);
  }

  take(): Buffer {
    const taken = Buffer.concat(this.#pieces);
    this.#pieces = [];
    return taken;
  }

  open(...tag: Parameters<XmlHandler['open']>): void {
    this.#edit.open(...tag);
  }

  close(name: string): void {
    this.#edit.close(name);
  }

  text(): void {}

  consumed(_: Buffer, end: number): void {
    this.#copyTo(end);
    this.#copied = 0;
  }

  insertBefore(xml: string): void {
    this.#copyTo(this.scanner.tagStart);
    this.#pieces.push(Buffer.from(xml));
  }

  replace(start: number, end: number, xml: string): void {
    this.#copyTo(start);
    this.#pieces.push(Buffer.from(xml));
    this.#copied = end;
  }

  #copyTo(end: number): void {
    if (end <= this.#copied) return;
    this.#pieces.push(this.scanner.bytes.subarray(this.#copied, end));
    this.#copied = end;
  }
}

/** Escapes text for XML, including what the format itself would read as an escape, and drops what XML forbids. */
export function xmlText(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/_x(?=[0-9A-Fa-f]{4}_)/g, '_x005F_x')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Text that a spreadsheet program can't take for a formula, also after an export as CSV. */
export function plainText(text: string): string {
  return /^[=+\-@\t\r\n|%]/.test(text) ? `'${text}` : text;
}
