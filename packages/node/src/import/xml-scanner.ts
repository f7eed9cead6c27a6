// A streaming scanner for the XML of workbook parts, over bytes, without a tree. It takes the subset that
// spreadsheet programs write: UTF-8, five named entities, no DTD. Everything else is a refusal, and no
// input makes it hold more than one token of bounded length.
import { damaged, WorkbookRefusal } from './workbook-rejection.ts';

/** Receives what the scanner sees, in document order. Names come without their namespace prefix. */
export interface XmlHandler {
  open(name: string, attributes: XmlAttributes): void;
  close(name: string): void;
  /** A run of character data; `literal` runs (CDATA) hold no references. Decode with {@link decodeXmlText}. */
  text(bytes: Buffer, start: number, end: number, literal: boolean): void;
  /** Told before the bytes up to `end` are let go. */
  consumed?(bytes: Buffer, end: number): void;
}

/** The attributes of the element just opened; valid only during the call. */
export interface XmlAttributes {
  readonly count: number;
  /** Whether attribute `index` is called `name` (one ASCII letter), without allocating. */
  isNamed(index: number, letter: number): boolean;
  /** Raw bytes of the value of attribute `index`. */
  readonly bytes: Buffer;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** The decoded value of the attribute with this full name, or of any prefix when `name` starts with a colon. */
  get(name: string): string | undefined;
}

/** No token (tag, text run, comment) of a real workbook comes near this. */
const xmlTokenBytesMax: number = 1 << 20;
const depthMax = 64;
const attributesMax = 64;
const nameBytesMax = 128;

const LESS = 0x3c;
const GREATER = 0x3e;
const SLASH = 0x2f;
const BANG = 0x21;
const QUESTION = 0x3f;
const EQUALS = 0x3d;
const COLON = 0x3a;

/** Feeds chunks of one part to a handler; {@link XmlScanner.end} must be called after the last chunk. */
export class XmlScanner implements XmlAttributes {
  readonly starts: Int32Array = new Int32Array(attributesMax);
  readonly ends: Int32Array = new Int32Array(attributesMax);
  count = 0;
  bytes: Buffer = Buffer.alloc(0);
  /** Where in `bytes` the tag of the current call of `open` or `close` begins, its name ends, and it ends. */
  tagStart = 0;
  tagNameEnd = 0;
  tagEnd = 0;
  /** Whether the tag is an empty element, for which `open` and `close` are called. */
  tagIsEmpty = false;
  readonly #part: string;
  readonly #handler: XmlHandler;
  readonly #nameStarts = new Int32Array(attributesMax);
  readonly #nameEnds = new Int32Array(attributesMax);
  readonly #names = new Map<number, string>();
  readonly #open: string[] = [];
  #rootSeen = false;
  #started = false;

  constructor(part: string, handler: XmlHandler) {
    this.#part = part;
    this.#handler = handler;
  }

  push(chunk: Buffer): void {
    const joined = this.bytes.length === 0 ? chunk : Buffer.concat([this.bytes, chunk]);
    this.bytes = this.#started ? joined : this.#afterByteOrderMark(joined);
    this.#started = true;
    let position = 0;
    for (;;) {
      const next = this.#token(position);
      if (next === position) break;
      position = next;
    }
    this.#handler.consumed?.(this.bytes, position);
    this.bytes = this.bytes.subarray(position);
    if (this.bytes.length > xmlTokenBytesMax)
      throw new WorkbookRefusal({ code: 'workbook_too_large', part: this.#part, limit: xmlTokenBytesMax });
  }

  end(): void {
    if (this.#open.length > 0 || !this.#rootSeen) throw damaged(this.#part, 'the XML ends early');
    for (const byte of this.bytes) if (!isSpace(byte)) throw damaged(this.#part, 'text after the end');
  }

  isNamed(index: number, letter: number): boolean {
    const start = this.#nameStarts[index] ?? 0;
    return this.#nameEnds[index] === start + 1 && this.bytes[start] === letter;
  }

  get(name: string): string | undefined {
    for (let index = 0; index < this.count; index += 1) {
      const full = this.bytes.toString('latin1', this.#nameStarts[index], this.#nameEnds[index]);
      if (full === name || (name.startsWith(':') && full.endsWith(name)))
        return decodeXmlText(this.#part, this.bytes, this.starts[index] ?? 0, this.ends[index] ?? 0);
    }
    return undefined;
  }

  #afterByteOrderMark(bytes: Buffer): Buffer {
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.subarray(3);
    if (bytes[0] === 0xfe || bytes[0] === 0xff) throw damaged(this.#part, 'it is not UTF-8');
    return bytes;
  }

  /** Handles one token; returns where the next begins, or `position` itself when the chunk ends inside it. */
  #token(position: number): number {
    const bytes = this.bytes;
    const less = bytes.indexOf(LESS, position);
    if (less === -1) return position;
    if (less > position) this.#text(position, less);
    const mark = bytes[less + 1];
    let next: number;
    if (mark === SLASH) next = this.#closeTag(less);
    else if (mark === BANG) next = this.#declaration(less);
    else if (mark === QUESTION) next = this.#instruction(less);
    else next = mark === undefined ? less : this.#openTag(less);
    return next;
  }

  #text(start: number, end: number): void {
    if (this.#open.length > 0) return this.#handler.text(this.bytes, start, end, false);
    for (let at = start; at < end; at += 1)
      if (!isSpace(this.bytes[at] ?? 0)) throw damaged(this.#part, 'text outside the root element');
  }

  #closeTag(less: number): number {
    const greater = this.bytes.indexOf(GREATER, less);
    if (greater === -1) return less;
    let end = greater;
    while (end > less && isSpace(this.bytes[end - 1] ?? 0)) end -= 1;
    const name = this.#nameBetween(less + 2, end);
    if (this.#open.pop() !== name) throw damaged(this.#part, `</${name}> closes nothing`);
    this.tagStart = less;
    this.tagNameEnd = end;
    this.tagEnd = greater + 1;
    this.tagIsEmpty = false;
    this.#handler.close(name);
    return greater + 1;
  }

  #declaration(less: number): number {
    const head = this.bytes.toString('latin1', less + 2, less + 9);
    if ('[CDATA['.startsWith(head)) {
      const end = head.length < 7 ? -1 : this.bytes.indexOf(']]>', less, 'latin1');
      if (end === -1) return less;
      if (this.#open.length === 0) throw damaged(this.#part, 'text outside the root element');
      this.#handler.text(this.bytes, less + 9, end, true);
      return end + 3;
    }
    if (head.startsWith('--')) {
      const end = this.bytes.indexOf('-->', less + 4, 'latin1');
      return end === -1 ? less : end + 3;
    }
    if (head === '-') return less;
    throw new WorkbookRefusal({ code: 'workbook_has_dtd', part: this.#part });
  }

  #instruction(less: number): number {
    const end = this.bytes.indexOf('?>', less, 'latin1');
    if (end === -1) return less;
    const text = this.bytes.toString('latin1', less, end);
    const encoding = /^<\?xml\s.*\bencoding\s*=\s*["']([^"']*)["']/s.exec(text)?.[1];
    if (encoding !== undefined && !/^(?:utf-?8|us-ascii)$/i.test(encoding))
      throw damaged(this.#part, 'it is not UTF-8');
    return end + 2;
  }

  #openTag(less: number): number {
    const bytes = this.bytes;
    let at = less + 1;
    while (isNameByte(bytes[at])) at += 1;
    const nameEnd = at;
    this.count = 0;
    for (;;) {
      while (isSpace(bytes[at] ?? 0)) at += 1;
      const byte = bytes[at];
      if (byte === undefined) return less;
      if (byte === GREATER || byte === SLASH) break;
      at = this.#attribute(at);
      if (at === -1) return less;
    }
    const empty = bytes[at] === SLASH;
    if (empty) {
      at += 1;
      if (at >= bytes.length) return less;
      if (bytes[at] !== GREATER) throw damaged(this.#part, 'a tag is malformed');
    }
    this.tagStart = less;
    this.tagNameEnd = nameEnd;
    this.tagEnd = at + 1;
    this.tagIsEmpty = empty;
    this.#opened(this.#nameBetween(less + 1, nameEnd), empty);
    return at + 1;
  }

  #opened(name: string, empty: boolean): void {
    if (this.#open.length === 0 && this.#rootSeen) throw damaged(this.#part, 'there are two root elements');
    if (this.#open.length >= depthMax) throw damaged(this.#part, 'elements are nested too deeply');
    this.#rootSeen = true;
    if (!empty) this.#open.push(name);
    this.#handler.open(name, this);
    if (empty) this.#handler.close(name);
  }

  /** Reads one attribute at `at`; returns where it ends, or -1 when the chunk does. */
  #attribute(from: number): number {
    const bytes = this.bytes;
    let at = from;
    while (isNameByte(bytes[at])) at += 1;
    const nameEnd = at;
    while (isSpace(bytes[at] ?? 0)) at += 1;
    if (at >= bytes.length) return -1;
    if (nameEnd === from || bytes[at] !== EQUALS) throw damaged(this.#part, 'an attribute is malformed');
    at += 1;
    while (isSpace(bytes[at] ?? 0)) at += 1;
    const quote = bytes[at];
    if (quote === undefined) return -1;
    if (quote !== 0x22 && quote !== 0x27) throw damaged(this.#part, 'an attribute is malformed');
    const start = at + 1;
    at = start;
    while (at < bytes.length && bytes[at] !== quote && bytes[at] !== LESS) at += 1;
    if (at >= bytes.length) return -1;
    if (bytes[at] === LESS) throw damaged(this.#part, 'an attribute is malformed');
    if (this.count >= attributesMax) throw damaged(this.#part, 'an element has too many attributes');
    this.#nameStarts[this.count] = from;
    this.#nameEnds[this.count] = nameEnd;
    this.starts[this.count] = start;
    this.ends[this.count] = at;
    this.count += 1;
    return at + 1;
  }

  /** The local name in the bytes [start, end); the few names of a part are made into strings only once. */
  #nameBetween(start: number, end: number): string {
    const bytes = this.bytes;
    let from = start;
    for (let at = start; at < end; at += 1) if (bytes[at] === COLON) from = at + 1;
    const length = end - from;
    if (length <= 0 || length > nameBytesMax) throw damaged(this.#part, 'a tag has no proper name');
    const key = (length << 16) | ((bytes[from] ?? 0) << 8) | (bytes[end - 1] ?? 0);
    const known = this.#names.get(key);
    if (known !== undefined && sameAscii(known, bytes, from)) return known;
    const name = bytes.toString('latin1', from, end);
    if (known === undefined) this.#names.set(key, name);
    return name;
  }
}

function sameAscii(text: string, bytes: Buffer, start: number): boolean {
  for (let index = 0; index < text.length; index += 1)
    if (text.charCodeAt(index) !== bytes[start + index]) return false;
  return true;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Bytes of names as this format uses them: ASCII letters, digits, `_ - . :`, and anything beyond ASCII. */
function isNameByte(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  if ((byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a)) return true;
  return (byte >= 0x30 && byte <= 0x3a) || byte === 0x2d || byte === 0x2e || byte === 0x5f || byte >= 0x80;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The text in the bytes [start, end), references resolved unless `literal`. Refuses what XML does not allow. */
export function decodeXmlText(
  part: string,
  bytes: Buffer,
  start: number,
  end: number,
  literal = false,
): string {
  let references = false;
  let beyondAscii = false;
  let returns = false;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x80) beyondAscii = true;
    else if (byte === 0x26) references = true;
    else if (byte === 0x0d) returns = true;
    else if (byte < 0x20 && !isSpace(byte)) throw damaged(part, 'it holds a control character');
  }
  let text: string;
  if (beyondAscii) text = decodeUtf8(part, bytes.subarray(start, end));
  else text = bytes.toString('latin1', start, end);
  if (returns) text = text.replaceAll('\r\n', '\n').replaceAll('\r', '\n');
  return references && !literal
    ? text.replace(/&([^;&]{0,10});?/g, (all, name: string) => reference(part, all, name))
    : text;
}

function decodeUtf8(part: string, bytes: Buffer): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw damaged(part, 'it is not UTF-8');
  }
}

function reference(part: string, all: string, name: string): string {
  const plain = Object.hasOwn(named, name) ? named[name] : undefined;
  if (plain !== undefined && all.endsWith(';')) return plain;
  const digits = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(name);
  const code =
    digits === null ? -1 : Number.parseInt(digits[1] ?? digits[2] ?? '', digits[1] === undefined ? 10 : 16);
  const allowed = code === 9 || code === 10 || code === 13 || (code >= 0x20 && code <= 0x10_ffff);
  if (!all.endsWith(';') || !allowed || (code >= 0xd800 && code <= 0xdfff))
    throw damaged(part, 'it uses an entity that XML does not define');
  return String.fromCodePoint(code);
}

/** Scans a whole small part. */
export function scanXml(part: string, bytes: Buffer, handler: XmlHandler): void {
  const scanner = new XmlScanner(part, handler);
  scanner.push(bytes);
  scanner.end();
}
