// The envelope of every statement: COSE_Sign1 over one deterministic CBOR map (spec/statement.md, S1 to S12).
//
//   protected   {1: -8, 3: content type, 4: kid, 15: {1: issuer, 2: subject}}
//   unprotected {}
//   payload     {1: version, 2: network id, 3: kind, 4: sequence, 5: last valid height, 6: fields}
import type { CborMap, CborValue, CoseSign1, Crypto, Rejection, Result, Signer } from '@suyuan/log';
import {
  assert,
  COSE_HEADER,
  CWT_CLAIM,
  encodeCbor,
  isCborBytes,
  isCborMap,
  ok,
  parseCbor,
  parseCose,
  reject,
  signCose,
  verifyCose,
} from '@suyuan/log';

import type { Codec } from './codec.ts';
import { uint } from './codec.ts';
import { bytes32, organizationId, STATEMENT_BYTES_MAX } from './identifiers.ts';
import { keyIdOf } from './key.ts';
import type { FieldsByKind, StatementKind } from './statement-fields.ts';
import { fieldsByKind, statementKind } from './statement-fields.ts';

/** A kind with its fields. */
export type StatementBody = {
  readonly [K in StatementKind]: { readonly kind: K; readonly fields: FieldsByKind[K] };
}[StatementKind];

/** What a statement says, and who says it. */
export interface Statement {
  readonly network: Uint8Array;
  readonly issuer: string;
  /** `network`, or `channel/N` where the fields name channel N. */
  readonly subject: string;
  readonly sequence: number;
  /** The last height at which it can be ordered. */
  readonly lastValidHeight: number;
  readonly body: StatementBody;
}

/** A statement whose signature is not verified yet. */
export interface ParsedStatement {
  readonly bytes: Uint8Array;
  readonly statement: Statement;
  readonly keyId: Uint8Array;
  readonly cose: CoseSign1;
}

/** Why bytes are no statement. */
export type StatementRejection = Rejection<
  'statement_too_large' | 'statement_malformed' | 'statement_version_unknown' | 'statement_subject_mismatch'
>;

/** The content type of the payload. */
const STATEMENT_CONTENT_TYPE = 'application/vnd.suyuan.statement+cbor';
/** The version of this format. */
const STATEMENT_VERSION = 1;

const sequence: Codec<number> = uint(1);
const height: Codec<number> = uint();

/** The subject of a body: the channel that its fields name, or else the network. */
export function subjectOf(body: StatementBody): string {
  const channel = 'channel' in body.fields && body.kind !== 'channel' ? body.fields.channel : null;
  return channel === null ? 'network' : `channel/${channel}`;
}

/** A signed statement. Values out of their bounds are a bug of the caller: `parseStatement` would refuse them. */
export function signStatement(
  crypto: Crypto,
  statement: Omit<Statement, 'subject'>,
  signer: Signer,
): Uint8Array {
  const { network, issuer, body } = statement;
  const fields = encodeFields(body);
  assert(
    readBody(statementKind.toCbor(body.kind), fields) !== undefined,
    'the fields are within their bounds',
  );
  const claims: CborMap = new Map([
    [CWT_CLAIM.issuer, issuer],
    [CWT_CLAIM.subject, subjectOf(body)],
  ]);
  return signCose(signer, {
    protectedHeader: new Map<number, CborMap | string | Uint8Array>([
      [COSE_HEADER.contentType, STATEMENT_CONTENT_TYPE],
      [COSE_HEADER.keyId, keyIdOf(crypto, signer.publicKey)],
      [COSE_HEADER.cwtClaims, claims],
    ]),
    unprotectedHeader: new Map(),
    payload: encodeCbor(
      new Map([
        [1, STATEMENT_VERSION],
        [2, network],
        [3, statementKind.toCbor(body.kind)],
        [4, statement.sequence],
        [5, statement.lastValidHeight],
        [6, fields],
      ]),
    ),
    isDetached: false,
  });
}

/** The statement in these bytes; refused unless they are the one encoding of it. The signature is not checked. */
export function parseStatement(bytes: Uint8Array): Result<ParsedStatement, StatementRejection> {
  if (bytes.length > STATEMENT_BYTES_MAX) return reject({ code: 'statement_too_large' });
  const cose = parseCose(bytes, STATEMENT_BYTES_MAX);
  if (!cose.ok) return reject({ code: 'statement_malformed' });
  const header = parseHeader(cose.value);
  const { payload } = cose.value;
  if (header === undefined || payload === null) return reject({ code: 'statement_malformed' });
  const data = parseCbor(payload, STATEMENT_BYTES_MAX);
  if (!data.ok || !isCborMap(data.value)) return reject({ code: 'statement_malformed' });
  if (data.value.get(1) !== STATEMENT_VERSION) return reject({ code: 'statement_version_unknown' });
  const content = parsePayload(data.value);
  if (content === undefined) return reject({ code: 'statement_malformed' });
  if (header.subject !== subjectOf(content.body)) return reject({ code: 'statement_subject_mismatch' });
  const statement = { ...content, issuer: header.issuer, subject: header.subject };
  return ok({ bytes, statement, keyId: header.keyId, cose: cose.value });
}

/** Whether this key signed the statement. Whose key it is, is for the ledger to say. */
export function verifyStatement(crypto: Crypto, parsed: ParsedStatement, publicKey: Uint8Array): boolean {
  return verifyCose(crypto, parsed.cose, publicKey);
}

/** A kind and its fields as bytes, for what waits for votes. */
export function encodeBody(body: StatementBody): Uint8Array {
  return encodeCbor([statementKind.toCbor(body.kind), encodeFields(body)]);
}

/** The kind and fields in the bytes of `encodeBody`. */
export function parseBody(bytes: Uint8Array): StatementBody | undefined {
  const data = parseCbor(bytes, STATEMENT_BYTES_MAX);
  return data.ok && Array.isArray(data.value) ? readBody(data.value[0], data.value[1]) : undefined;
}

function encodeFields(body: StatementBody): CborValue {
  const codec: Codec<unknown> = fieldsByKind[body.kind];
  return codec.toCbor(body.fields);
}

function readBody(kindNumber: unknown, fields: unknown): StatementBody | undefined {
  const kind = statementKind.fromCbor(kindNumber);
  if (kind === undefined) return undefined;
  const codec: Codec<unknown> = fieldsByKind[kind];
  const body = { kind, fields: codec.fromCbor(fields) };
  return isBody(body) ? body : undefined;
}

/** What the codec of its kind has read is a body. */
function isBody(body: { readonly kind: StatementKind; readonly fields: unknown }): body is StatementBody {
  return body.fields !== undefined;
}

function parseHeader(
  cose: CoseSign1,
): { readonly issuer: string; readonly subject: string; readonly keyId: Uint8Array } | undefined {
  const { protectedHeader, unprotectedHeader } = cose;
  if (unprotectedHeader.size !== 0 || protectedHeader.size !== 4) return undefined;
  if (protectedHeader.get(COSE_HEADER.contentType) !== STATEMENT_CONTENT_TYPE) return undefined;
  const keyId = protectedHeader.get(COSE_HEADER.keyId);
  const claims = protectedHeader.get(COSE_HEADER.cwtClaims);
  if (!isCborBytes(keyId) || keyId.length !== 32 || !isCborMap(claims) || claims.size !== 2) return undefined;
  const issuer = organizationId.fromCbor(claims.get(CWT_CLAIM.issuer));
  const subject = claims.get(CWT_CLAIM.subject);
  return issuer === undefined || typeof subject !== 'string' ? undefined : { issuer, subject, keyId };
}

function parsePayload(data: CborMap): Omit<Statement, 'issuer' | 'subject'> | undefined {
  const network = bytes32.fromCbor(data.get(2));
  const body = readBody(data.get(3), data.get(6));
  const number = sequence.fromCbor(data.get(4));
  const lastValidHeight = height.fromCbor(data.get(5));
  if (data.size !== 6 || network === undefined || body === undefined) return undefined;
  if (number === undefined || lastValidHeight === undefined) return undefined;
  return { network, sequence: number, lastValidHeight, body };
}
