// Keys under notes: Ed25519 log keys (algorithm byte 0x01) and timestamped cosigners (0x04, C2SP tlog-cosignature),
// their ids and their text form, the vkey (spec/log.md, L11 and L13).
//
//   key id = SHA-256(name ‖ 0x0A ‖ algorithm ‖ public key)[:4]
//   vkey   = <name>+<key id, 8 hex digits>+base64(algorithm ‖ public key)
import { sliceBytes } from './slice-bytes.ts';
import { assert } from './assert.ts';
import { encodeBase64, parseBase64 } from './base64.ts';
import { concatBytes } from './concat-bytes.ts';
import type { Crypto, Hash, Signer } from './crypto.ts';
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from './crypto.ts';
import type { NoteSignature } from './note.ts';
import { isKeyName } from './note.ts';
import { isPublicKeyUsable } from './portable-crypto.ts';
import type { Rejection, Result } from './result.ts';
import { ok, reject } from './result.ts';
import { readUint, writeUint } from './uint.ts';
import { encodeUtf8 } from './utf8.ts';

/** What a key signs: the note text itself, or the text with a time before it. */
export type NoteAlgorithm = 'ed25519' | 'cosignature_v1';

/** A key that a reader of notes knows. */
export interface NoteKey {
  readonly name: string;
  readonly keyId: number;
  readonly algorithm: NoteAlgorithm;
  readonly publicKey: Uint8Array;
}

/** Why a key was refused. */
export type NoteKeyRejection = Rejection<'key_name_invalid' | 'public_key_unusable' | 'vkey_malformed'>;

const ALGORITHM_BYTES: Readonly<Record<NoteAlgorithm, number>> = { ed25519: 0x01, cosignature_v1: 0x04 };
const TIME_BYTES = 8;
const VKEY_LENGTH_MAX = 512;

/** A key with its id, refused unless the name fits a note and the key is of prime order. */
export function makeNoteKey(
  hash: Hash,
  algorithm: NoteAlgorithm,
  name: string,
  publicKey: Uint8Array,
): Result<NoteKey, NoteKeyRejection> {
  if (!isKeyName(name)) return reject({ code: 'key_name_invalid' });
  if (!isPublicKeyUsable(publicKey)) return reject({ code: 'public_key_unusable' });
  return ok({ name, keyId: noteKeyId(hash, algorithm, name, publicKey), algorithm, publicKey });
}

/** The 32-bit key id. */
function noteKeyId(hash: Hash, algorithm: NoteAlgorithm, name: string, publicKey: Uint8Array): number {
  const prefix = encodeUtf8(`${name}\n`);
  const digest = hash(concatBytes(prefix, Uint8Array.of(ALGORITHM_BYTES[algorithm]), publicKey));
  const keyId = readUint(digest, 0, 4);
  assert(keyId !== undefined, 'a hash is longer than a key id');
  return keyId;
}

/** The text form of a key. */
export function encodeVkey(key: NoteKey): string {
  const id = key.keyId.toString(16).padStart(8, '0');
  return `${key.name}+${id}+${encodeBase64(concatBytes(Uint8Array.of(ALGORITHM_BYTES[key.algorithm]), key.publicKey))}`;
}

/** The key in this text, refused unless `encodeVkey` gives the same text back. */
export function parseVkey(hash: Hash, text: string): Result<NoteKey, NoteKeyRejection> {
  if (text.length > VKEY_LENGTH_MAX) return reject({ code: 'vkey_malformed' });
  const first = text.indexOf('+');
  const material = first < 0 ? undefined : parseBase64(text.slice(first + 10));
  if (material === undefined || material.length !== 1 + PUBLIC_KEY_BYTES)
    return reject({ code: 'vkey_malformed' });
  const algorithm = algorithmOf(material[0]);
  if (algorithm === undefined) return reject({ code: 'vkey_malformed' });
  const key = makeNoteKey(hash, algorithm, text.slice(0, first), sliceBytes(material, 1));
  if (!key.ok) return key;
  return encodeVkey(key.value) === text ? key : reject({ code: 'vkey_malformed' });
}

/** A log's signature over a note text. */
export function signNote(hash: Hash, text: string, name: string, signer: Signer): NoteSignature {
  const keyId = noteKeyId(hash, 'ed25519', name, signer.publicKey);
  return { name, keyId, signature: signer.sign(encodeUtf8(text)) };
}

/** A cosignature over a checkpoint text, at a time in seconds since 1970-01-01T00:00:00Z. */
export function cosignNote(
  hash: Hash,
  text: string,
  name: string,
  signer: Signer,
  timeSeconds: number,
): NoteSignature {
  const keyId = noteKeyId(hash, 'cosignature_v1', name, signer.publicKey);
  const time = new Uint8Array(TIME_BYTES);
  writeUint(time, 0, TIME_BYTES, timeSeconds);
  return { name, keyId, signature: concatBytes(time, signer.sign(cosignedMessage(text, timeSeconds))) };
}

/** Whether a signature line names this key. */
export function isSignatureOf(signature: NoteSignature, key: NoteKey): boolean {
  return signature.keyId === key.keyId && signature.name === key.name;
}

/** What a valid signature says: for a cosignature also when it was given. */
export interface VerifiedSignature {
  readonly key: NoteKey;
  /** Seconds since 1970-01-01T00:00:00Z; only a cosignature has one. */
  readonly timeSeconds: number | undefined;
}

/** Verifies one line that names this key. Undefined where the signature is not valid. */
export function verifyNoteSignature(
  crypto: Crypto,
  text: string,
  key: NoteKey,
  { signature }: NoteSignature,
): VerifiedSignature | undefined {
  if (key.algorithm === 'ed25519') {
    const valid = crypto.verifyEd25519(key.publicKey, encodeUtf8(text), signature);
    return valid ? { key, timeSeconds: undefined } : undefined;
  }
  if (signature.length !== TIME_BYTES + SIGNATURE_BYTES) return undefined;
  const timeSeconds = readUint(signature, 0, TIME_BYTES);
  if (timeSeconds === undefined) return undefined;
  const message = cosignedMessage(text, timeSeconds);
  const valid = crypto.verifyEd25519(key.publicKey, message, signature.subarray(TIME_BYTES));
  return valid ? { key, timeSeconds } : undefined;
}

function cosignedMessage(text: string, timeSeconds: number): Uint8Array {
  return encodeUtf8(`cosignature/v1\ntime ${timeSeconds}\n${text}`);
}

function algorithmOf(byte: number | undefined): NoteAlgorithm | undefined {
  if (byte === ALGORITHM_BYTES.ed25519) return 'ed25519';
  return byte === ALGORITHM_BYTES.cosignature_v1 ? 'cosignature_v1' : undefined;
}
