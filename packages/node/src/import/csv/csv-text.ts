// The text of a CSV file as UTF-8, whatever its encoding: named by the sender, told by a byte order mark, or found
// out from the bytes (spec/import.md, "CSV").
import type { ByteSource } from '../byte-source.ts';
import { kindOf } from '../file-kind.ts';
import { WorkbookRefusal } from '../workbook-rejection.ts';

/** Encodings that are read; GBK and GB 2312 are subsets of GB 18030. */
export type Charset = 'utf-8' | 'gb18030' | 'utf-16le' | 'utf-16be';

const names: Readonly<Record<string, Charset>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'us-ascii': 'utf-8',
  gb18030: 'gb18030',
  gbk: 'gb18030',
  gb2312: 'gb18030',
  'utf-16le': 'utf-16le',
  'utf-16be': 'utf-16be',
};

const marks: readonly (readonly [Charset, string])[] = [
  ['utf-8', 'efbbbf'],
  ['utf-16le', 'fffe'],
  ['utf-16be', 'feff'],
];

const pieceBytes = 256 * 1024;

/** A text whose encoding is known. `assumed` when neither the sender nor a mark told it. */
export interface CsvText {
  readonly charset: Charset;
  readonly assumed: boolean;
  /** The text in UTF-8 without a byte order mark, in pieces that may end within a character. */
  readonly pieces: () => Generator<Buffer>;
}

/** Finds the encoding out. Refuses what is no text, and an encoding that is not read. */
export function openCsvText(source: ByteSource, named: string | undefined): CsvText {
  const head = source.read(0, 512);
  if (head.length === 0) throw notText('empty');
  if (head[0] === 0x50 && head[1] === 0x4b && (head[2] ?? 0) < 0x20) throw notText('zip');
  const mark = marks.find(([, hex]) => head.subarray(0, hex.length / 2).toString('hex') === hex);
  const wanted = named === undefined ? mark?.[0] : charsetNamed(named);
  const charset = wanted ?? (isDecodable(source, 'utf-8') ? 'utf-8' : 'gb18030');
  if (charset !== 'utf-16le' && charset !== 'utf-16be') {
    const kind = kindOf(head);
    if (kind === 'pdf' || kind === 'html' || kind === 'rtf' || kind === 'unknown') throw notText(kind);
  }
  const assumed = wanted === undefined && charset !== 'utf-8';
  return { charset, assumed, pieces: () => decodedPieces(source, charset) };
}

function charsetNamed(name: string): Charset {
  const charset = Object.hasOwn(names, name.toLowerCase()) ? names[name.toLowerCase()] : undefined;
  if (charset === undefined)
    throw new WorkbookRefusal({ code: 'csv_charset_wrong', charset: name.slice(0, 40) });
  return charset;
}

function notText(looksLike: string): WorkbookRefusal {
  return new WorkbookRefusal({ code: 'csv_not_text', looksLike });
}

function isDecodable(source: ByteSource, charset: Charset): boolean {
  const decoder = new TextDecoder(charset, { fatal: true });
  try {
    for (let at = 0; at < source.size; at += pieceBytes)
      decoder.decode(source.read(at, pieceBytes), { stream: true });
    decoder.decode();
    return true;
  } catch {
    return false;
  }
}

function* decodedPieces(source: ByteSource, charset: Charset): Generator<Buffer> {
  const decoder = new TextDecoder(charset, { fatal: true });
  for (let at = 0; at <= source.size; at += pieceBytes) {
    const last = at + pieceBytes > source.size;
    const piece = Buffer.from(decodePiece(decoder, charset, source.read(at, pieceBytes), last));
    if (piece.includes(0)) throw notText('unknown');
    if (piece.length > 0) yield piece;
  }
}

function decodePiece(
  decoder: InstanceType<typeof TextDecoder>,
  charset: Charset,
  bytes: Buffer,
  last: boolean,
): string {
  try {
    return decoder.decode(bytes, { stream: !last });
  } catch {
    throw new WorkbookRefusal({ code: 'csv_charset_wrong', charset });
  }
}
