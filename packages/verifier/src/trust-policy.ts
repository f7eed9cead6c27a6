// The trust policy, `suyuan-trust-policy/v1`: whose keys, and how many of them, a verifier accepts for one network
// (spec/receipt.md, "The trust policy"; V4). The one document a verifier must have from someone it trusts.
import type { Crypto, NoteKey, NoteKeyRejection, Rejection, Result } from '@suyuan/log';
import { encodeHex, ok, parseVkey, reject } from '@suyuan/log';

import type { DocumentForm, DocumentRejection } from './document.ts';
import { encodeDocument, parseDocument } from './document.ts';
import { hexHash, list, literal, object, text, whole } from './json-codec.ts';

/** The most bytes of a trust policy. */
export const TRUST_POLICY_BYTES_MAX = 131_072;
/** The most validators: a note carries at most 100 signatures. */
const POLICY_VALIDATORS_MAX = 100;

/** The policy as it is written: keys as vkeys. */
export interface TrustPolicyDocument {
  readonly format: 'suyuan-trust-policy/v1';
  readonly network: Uint8Array;
  /** The name of the log in its checkpoints. */
  readonly origin: string;
  readonly validators: readonly {
    readonly organization: string;
    /** An Ed25519 log key whose name is the origin. */
    readonly logKey: string;
    /** A cosignature v1 key. */
    readonly cosigningKey: string;
  }[];
  /** How many distinct validators must have cosigned a checkpoint. */
  readonly quorum: number;
}

/** One validator that a verifier accepts. */
export interface PolicyValidator {
  readonly organization: string;
  readonly logKey: NoteKey;
  readonly cosigningKey: NoteKey;
}

/** A policy with its keys checked; only `parseTrustPolicy` makes one. */
export interface TrustPolicy {
  readonly network: Uint8Array;
  readonly origin: string;
  readonly validators: readonly PolicyValidator[];
  readonly quorum: number;
  /** f: how many of the validators may be faulty, the largest number below a third of them. */
  readonly faultyMax: number;
}

/** Why a policy was refused. */
export type TrustPolicyRejection =
  | DocumentRejection<'policy'>
  | (Rejection<'policy_key_unusable'> & {
      readonly organization: string;
      readonly cause: NoteKeyRejection['code'];
    })
  | (Rejection<'policy_key_wrong_purpose' | 'policy_validator_repeated'> & { readonly organization: string })
  | (Rejection<'policy_quorum_unsafe'> & { readonly quorum: number; readonly validators: number });

const KEY_LENGTH_MAX = 512;

const policy: DocumentForm<TrustPolicyDocument, 'policy'> = {
  name: 'policy',
  codec: object<TrustPolicyDocument>({
    format: literal('suyuan-trust-policy/v1'),
    network: hexHash,
    origin: text(255),
    validators: list(
      object<TrustPolicyDocument['validators'][number]>({
        organization: text(31),
        logKey: text(KEY_LENGTH_MAX),
        cosigningKey: text(KEY_LENGTH_MAX),
      }),
      1,
      POLICY_VALIDATORS_MAX,
    ),
    quorum: whole(1, POLICY_VALIDATORS_MAX),
  }),
  indent: 2,
  bytesMax: TRUST_POLICY_BYTES_MAX,
};

/** The bytes of a policy: indented by two spaces, since people read and compare it. */
export function encodeTrustPolicy(document: TrustPolicyDocument): Uint8Array {
  return encodeDocument(policy, document);
}

/**
 * The policy in these bytes, with every key checked: usable, of the right purpose, and used once. The quorum must be
 * more than the validators that may be faulty, and at most all. Never throws.
 */
export function parseTrustPolicy(
  crypto: Crypto,
  bytes: Uint8Array,
): Result<TrustPolicy, TrustPolicyRejection> {
  const document = parseDocument(policy, bytes);
  if (!document.ok) return document;
  const { network, origin, quorum } = document.value;
  const validators: PolicyValidator[] = [];
  const seen = new Set<string>();
  for (const { organization, ...keys } of document.value.validators) {
    const logKey = parseVkey(crypto.sha256, keys.logKey);
    const cosigningKey = parseVkey(crypto.sha256, keys.cosigningKey);
    if (!logKey.ok) return reject({ code: 'policy_key_unusable', organization, cause: logKey.error.code });
    if (!cosigningKey.ok) {
      return reject({ code: 'policy_key_unusable', organization, cause: cosigningKey.error.code });
    }
    if (!isOfPurpose(logKey.value, cosigningKey.value, origin)) {
      return reject({ code: 'policy_key_wrong_purpose', organization });
    }
    const marks = [organization, encodeHex(logKey.value.publicKey), encodeHex(cosigningKey.value.publicKey)];
    for (const mark of marks) {
      if (seen.has(mark)) return reject({ code: 'policy_validator_repeated', organization });
      seen.add(mark);
    }
    validators.push({ organization, logKey: logKey.value, cosigningKey: cosigningKey.value });
  }
  const faultyMax = Math.floor((validators.length - 1) / 3);
  if (quorum <= faultyMax || quorum > validators.length) {
    return reject({ code: 'policy_quorum_unsafe', quorum, validators: validators.length });
  }
  return ok({ network, origin, validators, quorum, faultyMax });
}

function isOfPurpose(logKey: NoteKey, cosigningKey: NoteKey, origin: string): boolean {
  const isLogKey = logKey.algorithm === 'ed25519' && logKey.name === origin;
  return isLogKey && cosigningKey.algorithm === 'cosignature_v1' && cosigningKey.name !== origin;
}
