// C2SP tlog-proof: an entry's inclusion proof with a signed checkpoint, in one text file (spec/log.md, L17 and L18).
//
//   c2sp.org/tlog-proof@v1
//   extra <base64>                  (optional, not authenticated)
//   index <leaf index, decimal>
//   <base64 hash>                   (zero or more, from the leaf's sibling upwards)
//   <newline>
//   <signed checkpoint, verbatim>
import { assert } from './assert.ts';
import { encodeBase64, parseBase64 } from './base64.ts';
import type { CheckpointRejection, VerifiedCheckpoint } from './checkpoint.ts';
import { verifyCheckpoint } from './checkpoint.ts';
import { concatBytes } from './concat-bytes.ts';
import type { Crypto } from './crypto.ts';
import { HASH_BYTES } from './crypto.ts';
import { parseDecimal } from './decimal.ts';
import { leafHash } from './merkle-hash.ts';
import type { NoteRejection } from './note.ts';
import { NOTE_BYTES_MAX, parseNote } from './note.ts';
import type { NoteKey } from './note-key.ts';
import type { Rejection, Result } from './result.ts';
import { ok, reject } from './result.ts';
import { encodeUtf8, parseUtf8 } from './utf8.ts';
import type { SignatureRejection } from './verify-note.ts';
import type { ProofRejection } from './verify-proof.ts';
import { verifyInclusion } from './verify-proof.ts';

/** The most hashes of an inclusion proof: the height of the largest tree. */
export const INCLUSION_PROOF_LENGTH_MAX = 53;
/** The most bytes of extra data. */
export const TLOG_PROOF_EXTRA_BYTES_MAX = 65_536;

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
const HEAD_LENGTH_MAX = 100_000;

/** What the file holds. */
export interface TlogProof {
  readonly index: number;
  readonly proof: readonly Uint8Array[];
  /** A signed note, verbatim. */
  readonly checkpoint: Uint8Array;
  /** Not covered by any signature. */
  readonly extra: Uint8Array | undefined;
}

/** Why a proof file was refused. */
export type TlogProofRejection = Rejection<'tlog_proof_malformed'>;

/** The bytes of the file. */
export function encodeTlogProof({ index, proof, checkpoint, extra }: TlogProof): Uint8Array {
  assert(
    proof.length <= INCLUSION_PROOF_LENGTH_MAX,
    'an inclusion proof is no longer than the largest tree is high',
  );
  assert(
    extra === undefined || extra.length <= TLOG_PROOF_EXTRA_BYTES_MAX,
    'extra data stays within its limit',
  );
  const lines = [FIRST_LINE];
  if (extra !== undefined) lines.push(`extra ${encodeBase64(extra)}`);
  lines.push(`index ${index}`, ...proof.map((bytes) => encodeBase64(bytes)));
  return concatBytes(encodeUtf8(`${lines.join('\n')}\n\n`), checkpoint);
}

/** The proof in these bytes, refused unless `encodeTlogProof` gives the same bytes back. */
export function parseTlogProof(bytes: Uint8Array): Result<TlogProof, TlogProofRejection | NoteRejection> {
  if (bytes.length > HEAD_LENGTH_MAX + NOTE_BYTES_MAX) return reject({ code: 'tlog_proof_malformed' });
  const text = parseUtf8(bytes);
  const gap = text?.indexOf('\n\n') ?? -1;
  if (text === undefined || gap < 0 || gap > HEAD_LENGTH_MAX) return reject({ code: 'tlog_proof_malformed' });
  const [first, ...lines] = text.slice(0, gap).split('\n', 4 + INCLUSION_PROOF_LENGTH_MAX);
  const extra =
    lines[0]?.startsWith('extra ') === true ? parseBase64(lines.shift()?.slice(6) ?? '') : undefined;
  const indexLine = lines.shift();
  const hasExtra = text.startsWith(`${FIRST_LINE}\nextra `);
  if (
    first !== FIRST_LINE ||
    indexLine?.startsWith('index ') !== true ||
    hasExtra !== (extra !== undefined)
  ) {
    return reject({ code: 'tlog_proof_malformed' });
  }
  const index = parseDecimal(indexLine.slice(6));
  const proof = lines.map((line) => parseBase64(line)).filter((hash) => hash?.length === HASH_BYTES);
  if (index === undefined || proof.length !== lines.length || proof.length > INCLUSION_PROOF_LENGTH_MAX) {
    return reject({ code: 'tlog_proof_malformed' });
  }
  const checkpoint = encodeUtf8(text.slice(gap + 2));
  const note = parseNote(checkpoint);
  if (!note.ok) return note;
  return ok({ index, proof: proof.filter((hash) => hash !== undefined), checkpoint, extra });
}

/** What a verified proof says: this entry stands at `index` under this checkpoint. */
export interface VerifiedTlogProof extends VerifiedCheckpoint {
  readonly index: number;
}

/** Verifies a proof file for an entry, against the keys a reader knows for the log named `origin`. */
export function verifyTlogProof(
  crypto: Crypto,
  bytes: Uint8Array,
  entry: Uint8Array,
  origin: string,
  keys: readonly NoteKey[],
): Result<
  VerifiedTlogProof,
  TlogProofRejection | NoteRejection | CheckpointRejection | SignatureRejection | ProofRejection
> {
  const parsed = parseTlogProof(bytes);
  if (!parsed.ok) return parsed;
  const { index, proof, checkpoint } = parsed.value;
  const verified = verifyCheckpoint(crypto, checkpoint, origin, keys);
  if (!verified.ok) return verified;
  const { size, root } = verified.value.checkpoint;
  const leaf = leafHash(crypto.sha256, entry);
  const included = verifyInclusion(crypto.sha256, { leafHash: leaf, index, size, proof, root });
  return included.ok ? ok({ ...verified.value, index }) : included;
}
