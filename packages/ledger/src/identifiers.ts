// The names that stand on the ledger: short, ASCII and assigned, so that nothing on it is free text
// (spec/statement.md, S3).
import type { Codec } from './codec.ts';
import { bytes, text, uint } from './codec.ts';

/** An organisation: 2 to 31 of a-z, 0-9 and -, the first not -. */
export const organizationId: Codec<string> = text(/^[a-z0-9][a-z0-9-]{1,30}$/);
/** Words joined by `_`, at most 32 characters. */
const lowerSnake = text(/^(?=.{1,32}$)[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
/** A record kind: lower_snake, at most 32 characters. */
export const recordKind: Codec<string> = lowerSnake;
/** A dataset of its owner: lower_snake, at most 32 characters. */
export const datasetId: Codec<string> = lowerSnake;
/** What an anchor is about: at most 64 of a-z, 0-9 and `._/-`, such as `air/2026-11`. */
export const anchorName: Codec<string> = text(/^[a-z0-9][a-z0-9._/-]{0,63}$/);
/** The checkpoint origin: a URL without scheme, at most 64 characters, such as `suyuan.example/demo`. */
export const originName: Codec<string> = text(
  /^(?=.{1,64}$)[a-z0-9]([a-z0-9.-]*[a-z0-9])?(\/[a-z0-9._~-]+)*$/,
);

/** A channel's number: 1, 2, ... as the ledger assigns them. */
export const channelNumber: Codec<number> = uint(1, 0xffff_ffff);
/** A SHA-256 hash, a kid, a salt or a public key. */
export const bytes32: Codec<Uint8Array> = bytes(32);
/** An Ed25519 signature. */
export const bytes64: Codec<Uint8Array> = bytes(64);

/** Most records in one batch. */
export const BATCH_RECORDS_MAX = 4096;
/** Most bytes of one record: its three texts together. */
export const RECORD_BYTES_MAX: number = 64 * 1024;
/** Most bytes of one payload. */
export const PAYLOAD_BYTES_MAX: number = 8 * 1024 * 1024;
/** Most bytes of one statement. */
export const STATEMENT_BYTES_MAX: number = 32 * 1024;
/** Most record kinds in one list. */
export const KINDS_MAX = 64;
