// C2SP signed-note: text, an empty line, signature lines (spec/log.md, L10). Who signed is for
// `note-key.ts`; here only the form is read and written.
//
//   <text ending in a newline>
//   <newline>
//   — <key name> base64(key id, 4 bytes big-endian ‖ signature)<newline>
import { sliceBytes } from './slice-bytes.ts';
import { parseBase64, encodeBase64 } from './base64.ts';
import { assert } from './assert.ts';
import { concatBytes } from './concat-bytes.ts';
import type { Rejection, Result } from './result.ts';
import { ok, reject } from './result.ts';
import { readUint, writeUint } from './uint.ts';
import { encodeUtf8, parseUtf8 } from './utf8.ts';

/** The most bytes a note may have: as in Go's note package. */
export const NOTE_BYTES_MAX = 1_000_000;
/** The most signatures a note may carry: as in Go's note package. */
export const NOTE_SIGNATURES_MAX = 100;
/** The most UTF-16 units a key name may have. */
const KEY_NAME_LENGTH_MAX = 255;

/** One signature line. */
export interface NoteSignature {
  readonly name: string;
  /** 32 bits: the first bytes of a hash of name, algorithm and key. */
  readonly keyId: number;
  /** What follows the key id. */
  readonly signature: Uint8Array;
}

/** A text and the signatures under it. Means nothing before a known key's signature is verified. */
export interface Note {
  /** Ends in a newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** Why a note was refused. */
export type NoteRejection = Rejection<'note_too_large' | 'note_malformed' | 'note_signatures_too_many'>;

/** Whether text can name a key: not empty, no Unicode space, no plus, no control character. */
export function isKeyName(name: string): boolean {
  return (
    name.length > 0 &&
    name.length <= KEY_NAME_LENGTH_MAX &&
    !/[\p{White_Space}\p{Surrogate}\p{Cc}+]/u.test(name)
  );
}

/** Whether a text can be signed: ends in a newline, no other control character below U+0020. */
export function isNoteText(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- the format forbids control characters
  return text.endsWith('\n') && !/[\u0000-\u0009\u000b-\u001f]/.test(text);
}

/** The bytes of a note. */
export function encodeNote(note: Note): Uint8Array {
  assert(isNoteText(note.text), 'a note text ends in a newline and has no control characters');
  assert(
    note.signatures.length > 0 && note.signatures.length <= NOTE_SIGNATURES_MAX,
    'a note has signatures',
  );
  return encodeUtf8(`${note.text}\n${note.signatures.map(encodeLine).join('')}`);
}

/** The note in these bytes, refused unless `encodeNote` gives the same bytes back. */
export function parseNote(bytes: Uint8Array): Result<Note, NoteRejection> {
  if (bytes.length > NOTE_BYTES_MAX) return reject({ code: 'note_too_large' });
  const whole = parseUtf8(bytes);
  if (whole === undefined) return reject({ code: 'note_malformed' });
  const gap = whole.lastIndexOf('\n\n');
  if (gap < 0 || !whole.endsWith('\n')) return reject({ code: 'note_malformed' });
  const text = whole.slice(0, gap + 1);
  const lines = whole.slice(gap + 2, -1).split('\n', NOTE_SIGNATURES_MAX + 1);
  if (lines.length > NOTE_SIGNATURES_MAX) return reject({ code: 'note_signatures_too_many' });
  const signatures: NoteSignature[] = [];
  for (const line of lines) {
    const signature = parseLine(line);
    if (signature === undefined) return reject({ code: 'note_malformed' });
    signatures.push(signature);
  }
  return isNoteText(text) ? ok({ text, signatures }) : reject({ code: 'note_malformed' });
}

function encodeLine({ name, keyId, signature }: NoteSignature): string {
  assert(isKeyName(name) && signature.length > 0, 'a signature line has a key name and a signature');
  const id = new Uint8Array(4);
  writeUint(id, 0, 4, keyId);
  return `\u2014 ${name} ${encodeBase64(concatBytes(id, signature))}\n`;
}

function parseLine(line: string): NoteSignature | undefined {
  const [dash, name, encoded, ...rest] = line.split(' ', 4);
  if (dash !== '\u2014' || name === undefined || encoded === undefined || rest.length > 0) return undefined;
  const bytes = parseBase64(encoded);
  if (!isKeyName(name) || bytes === undefined || bytes.length < 5) return undefined;
  const keyId = readUint(bytes, 0, 4);
  return keyId === undefined ? undefined : { name, keyId, signature: sliceBytes(bytes, 4) };
}
