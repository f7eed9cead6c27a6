// C2SP tlog-checkpoint: the tree head of a log as the text of a signed note (spec/log.md, L14 to L16). Ours carries
// the state root of the ledger as its one extension line.
//
//   <origin>
//   <tree size, decimal>
//   <base64 root hash>
//   state <base64 state root>
import { assert } from './assert.ts';
import { encodeBase64, parseBase64 } from './base64.ts';
import type { Crypto } from './crypto.ts';
import { HASH_BYTES } from './crypto.ts';
import { parseDecimal } from './decimal.ts';
import { isTreeSize } from './merkle-hash.ts';
import type { Note, NoteRejection } from './note.ts';
import { isNoteText, parseNote } from './note.ts';
import type { NoteKey, VerifiedSignature } from './note-key.ts';
import type { Rejection, Result } from './result.ts';
import { ok, reject } from './result.ts';
import type { SignatureRejection } from './verify-note.ts';
import { verifyNote } from './verify-note.ts';

/** A tree head. */
export interface Checkpoint {
  /** Names the log. */
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  /** Opaque lines after the root, without their newlines. */
  readonly extensions: readonly string[];
}

/** Why a checkpoint was refused. */
export type CheckpointRejection = Rejection<
  'checkpoint_malformed' | 'checkpoint_origin_mismatch' | 'checkpoint_state_root_missing'
>;

const STATE_PREFIX = 'state ';

/** The note text of a checkpoint. */
export function encodeCheckpoint({ origin, size, root, extensions }: Checkpoint): string {
  assert(isTreeSize(size) && root.length === HASH_BYTES, 'a checkpoint has a tree size and a root hash');
  const lines = [origin, String(size), encodeBase64(root), ...extensions];
  assert(
    lines.every((line) => line.length > 0 && isNoteText(`${line}\n`) && !line.includes('\n')),
    'the lines of a checkpoint are not empty',
  );
  return `${lines.join('\n')}\n`;
}

/** The checkpoint in a note text, refused unless `encodeCheckpoint` gives the same text back. */
export function parseCheckpoint(text: string): Result<Checkpoint, CheckpointRejection> {
  if (!isNoteText(text)) return reject({ code: 'checkpoint_malformed' });
  const lines = text.slice(0, -1).split('\n');
  const [origin, sizeLine, rootLine, ...extensions] = lines;
  if (origin === undefined || sizeLine === undefined || rootLine === undefined || lines.includes('')) {
    return reject({ code: 'checkpoint_malformed' });
  }
  const size = parseDecimal(sizeLine);
  const root = parseBase64(rootLine);
  if (size === undefined || root?.length !== HASH_BYTES) return reject({ code: 'checkpoint_malformed' });
  return ok({ origin, size, root, extensions });
}

/** Our one extension line. */
export function encodeStateExtension(stateRoot: Uint8Array): string {
  assert(stateRoot.length === HASH_BYTES, 'a state root is a hash');
  return STATE_PREFIX + encodeBase64(stateRoot);
}

/** The state root of a checkpoint of ours: its only extension line. */
export function parseStateRoot({ extensions }: Checkpoint): Result<Uint8Array, CheckpointRejection> {
  const [line, ...rest] = extensions;
  if (line === undefined || rest.length > 0 || !line.startsWith(STATE_PREFIX)) {
    return reject({ code: 'checkpoint_state_root_missing' });
  }
  const root = parseBase64(line.slice(STATE_PREFIX.length));
  return root?.length === HASH_BYTES ? ok(root) : reject({ code: 'checkpoint_state_root_missing' });
}

/** A checkpoint together with the known keys that signed it. */
export interface VerifiedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly note: Note;
  /** At least one. A log key's name is the origin; a cosignature carries its time. */
  readonly signatures: readonly VerifiedSignature[];
}

/**
 * Reads a signed checkpoint of the log named `origin` and verifies every signature of the given keys. Refused when
 * none of them signed or one signed falsely. Whether those who signed are enough is the caller's policy.
 */
export function verifyCheckpoint(
  crypto: Crypto,
  bytes: Uint8Array,
  origin: string,
  keys: readonly NoteKey[],
): Result<VerifiedCheckpoint, NoteRejection | CheckpointRejection | SignatureRejection> {
  const note = parseNote(bytes);
  if (!note.ok) return note;
  const checkpoint = parseCheckpoint(note.value.text);
  if (!checkpoint.ok) return checkpoint;
  if (checkpoint.value.origin !== origin) return reject({ code: 'checkpoint_origin_mismatch' });
  const signatures = verifyNote(crypto, note.value, keys);
  if (!signatures.ok) return signatures;
  return ok({ checkpoint: checkpoint.value, note: note.value, signatures: signatures.value });
}
