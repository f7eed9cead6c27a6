// A tamper-evident log: Merkle tree, proofs, signed notes, checkpoints, tiles and receipts (spec/log.md).
export { assert } from './assert.ts';
export { encodeBase64, parseBase64 } from './base64.ts';
export { CBOR_DEPTH_MAX, encodeCbor, isCborArray, isCborBytes, isCborMap, parseCbor } from './cbor.ts';
export type { CborMap, CborRejection, CborValue } from './cbor.ts';
export {
  encodeCheckpoint,
  encodeStateExtension,
  parseCheckpoint,
  parseStateRoot,
  verifyCheckpoint,
} from './checkpoint.ts';
export type { Checkpoint, CheckpointRejection, VerifiedCheckpoint } from './checkpoint.ts';
export { concatBytes } from './concat-bytes.ts';
export { parseCoseReceipt, signCoseReceipt, verifyCoseReceipt } from './cose-receipt.ts';
export type {
  CoseReceipt,
  CoseReceiptContent,
  CoseReceiptRejection,
  VerifiedCoseReceipt,
} from './cose-receipt.ts';
export {
  COSE_ALGORITHM_EDDSA,
  COSE_HEADER,
  CWT_CLAIM,
  encodeCose,
  parseCose,
  signCose,
  verifyCose,
} from './cose.ts';
export type { CoseContent, CoseRejection, CoseSign1 } from './cose.ts';
export { HASH_BYTES, PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from './crypto.ts';
export type { Crypto, Hash, Signer } from './crypto.ts';
export { parseDecimal } from './decimal.ts';
export { compareBytes, equalBytes } from './equal-bytes.ts';
export {
  appendLeaf,
  appendLeaves,
  EMPTY_FRONTIER,
  encodeFrontier,
  frontierRoot,
  parseFrontier,
} from './frontier.ts';
export type { Frontier, OnComplete } from './frontier.ts';
export { encodeHex, parseHex } from './hex.ts';
export { emptyRoot, leafHash, nodeHash, TREE_SIZE_MAX } from './merkle-hash.ts';
export {
  buildTree,
  inclusionProofOf,
  merkleRoot,
  proveAllInclusion,
  proveConsistency,
  proveInclusion,
} from './merkle-tree.ts';
export type { MerkleTree } from './merkle-tree.ts';
export {
  cosignNote,
  encodeVkey,
  isSignatureOf,
  makeNoteKey,
  parseVkey,
  signNote,
  verifyNoteSignature,
} from './note-key.ts';
export type { NoteAlgorithm, NoteKey, NoteKeyRejection, VerifiedSignature } from './note-key.ts';
export { encodeNote, isKeyName, NOTE_SIGNATURES_MAX, parseNote } from './note.ts';
export type { Note, NoteRejection, NoteSignature } from './note.ts';
export { isPublicKeyUsable, portableCrypto, portableSigner } from './portable-crypto.ts';
export { foldPlan, planConsistency, planCoordinates, planInclusion, planRoot } from './proof-plan.ts';
export type { Coordinate, ProofPlan } from './proof-plan.ts';
export { ok, reject } from './result.ts';
export type { Rejection, Result } from './result.ts';
export { sliceBytes } from './slice-bytes.ts';
export { foldTiles, hashInTile, planTiles, tileOf } from './tile-hashes.ts';
export type { HashTile } from './tile-hashes.ts';
export {
  encodeEntryBundle,
  encodeTile,
  encodeTilePath,
  parseEntryBundle,
  parseTile,
  parseTilePath,
  TILE_HEIGHT,
  TILE_WIDTH,
  tilesChanged,
  tileWidthAt,
} from './tile.ts';
export type { TileCoordinate, TileRejection } from './tile.ts';
export {
  encodeTlogProof,
  INCLUSION_PROOF_LENGTH_MAX,
  parseTlogProof,
  TLOG_PROOF_EXTRA_BYTES_MAX,
  verifyTlogProof,
} from './tlog-proof.ts';
export type { TlogProof, TlogProofRejection, VerifiedTlogProof } from './tlog-proof.ts';
export { readUint, writeUint } from './uint.ts';
export { encodeUtf8, isWellFormed, parseUtf8 } from './utf8.ts';
export { verifyNote } from './verify-note.ts';
export type { SignatureRejection } from './verify-note.ts';
export { rootFromInclusion, verifyConsistency, verifyInclusion } from './verify-proof.ts';
export type { ConsistencyClaim, InclusionClaim, ProofRejection } from './verify-proof.ts';
