// Which of the keys that a reader knows have signed a note (C2SP signed-note; spec/log.md, L12).
import type { Crypto } from './crypto.ts';
import type { Note } from './note.ts';
import type { NoteKey, VerifiedSignature } from './note-key.ts';
import { isSignatureOf, verifyNoteSignature } from './note-key.ts';
import type { Rejection, Result } from './result.ts';
import { ok, reject } from './result.ts';

/** Why the signatures of a note were refused. */
export type SignatureRejection =
  | (Rejection<'note_signature_invalid'> & { readonly name: string; readonly keyId: number })
  | Rejection<'note_unsigned'>;

/**
 * The known keys that signed, each once, in the order of the lines. Lines of unknown keys are ignored. Refused when a
 * line of a known key is not valid, and when no known key signed. How many are enough is the caller's policy.
 */
export function verifyNote(
  crypto: Crypto,
  note: Note,
  keys: readonly NoteKey[],
): Result<readonly VerifiedSignature[], SignatureRejection> {
  const verified: VerifiedSignature[] = [];
  const seen = new Set<NoteKey>();
  for (const signature of note.signatures) {
    for (const key of keys) {
      if (seen.has(key) || !isSignatureOf(signature, key)) continue;
      const valid = verifyNoteSignature(crypto, note.text, key, signature);
      if (valid === undefined) {
        return reject({ code: 'note_signature_invalid', name: signature.name, keyId: signature.keyId });
      }
      seen.add(key);
      verified.push(valid);
    }
  }
  return verified.length > 0 ? ok(verified) : reject({ code: 'note_unsigned' });
}
