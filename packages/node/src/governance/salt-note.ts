// The digest by which a statement names a text that stays off the ledger (spec/governance.md, N11).
import type { Crypto } from '@suyuan/log';
import { encodeUtf8 } from '@suyuan/log';

const TAG = encodeUtf8('suyuan/note/v1\0');

/** SHA-256("suyuan/note/v1\0" ‖ salt, 32 bytes ‖ UTF-8 of the text). */
export function saltNote(crypto: Crypto, salt: Uint8Array, note: string): Uint8Array {
  return crypto.sha256(Buffer.concat([TAG, salt, encodeUtf8(note)]));
}
