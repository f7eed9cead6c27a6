// RFC 9421 signatures on the requests between nodes (spec/replication.md): a request is bound to its method, path,
// query, body (RFC 9530 digest), network and recipient, lives for a minute, and carries a nonce that is taken once.
import { hash } from 'node:crypto';

import { appendSignature, createSignatureSync, verifySignature } from 'http-message-sig';
import type { FieldOccurrence, RequestDescriptor, SignatureParameters } from 'http-message-sig';

import type { Crypto, Result, Signer } from '@suyuan/log';
import { ok, reject } from '@suyuan/log';

/** Seconds a signature is good for. */
const SIGNATURE_LIFETIME_SECONDS = 60;
/** Seconds by which the clocks of two nodes may differ. */
export const CLOCK_SKEW_SECONDS = 300;

const LABEL = 'suyuan';
const TAG = 'suyuan-peer/v1';
const COVERED = ['@method', '@path', '@query', 'content-digest', 'suyuan-network', 'suyuan-recipient'];
const REQUIRED_PARAMETERS = ['created', 'expires', 'nonce', 'keyid', 'tag'];

/** A transport key of the ledger's state and whose it is. */
export interface TransportKey {
  readonly organization: string;
  readonly publicKey: Uint8Array;
}

/** What a signature covers besides the signer: `target` is path and query as they stand in the request line. */
export interface PeerTarget {
  readonly method: string;
  readonly target: string;
  readonly networkHex: string;
  readonly recipient: string;
}

/** A request whose signature holds. The caller still spends the nonce and compares the body's digest. */
export interface VerifiedPeer {
  readonly organization: string;
  readonly nonce: string;
  /** Seconds; after it (and the clocks' skew) the nonce may be forgotten. */
  readonly expiresAt: number;
  readonly contentDigest: string;
}

export type PeerSignatureRejection = {
  readonly code:
    | 'peer_signature_missing'
    | 'peer_signature_malformed'
    | 'peer_signature_invalid'
    | 'peer_signature_expired'
    | 'peer_key_unknown'
    | 'peer_network_wrong'
    | 'peer_recipient_wrong';
};

/** The `Content-Digest` of a body, RFC 9530. */
export function contentDigestOf(body: Uint8Array): string {
  return `sha-256=:${hash('sha256', body, 'base64')}:`;
}

/** The headers of a signed request. `nowSeconds` and `nonce` (16 random bytes) come from the caller. */
export function signPeerRequest(options: {
  readonly target: PeerTarget;
  readonly contentDigest: string;
  readonly keyIdHex: string;
  readonly signer: Signer;
  readonly nowSeconds: number;
  readonly nonce: Uint8Array;
}): Headers {
  const { target } = options;
  const headers = new Headers({
    'content-digest': options.contentDigest,
    'suyuan-network': target.networkHex,
    'suyuan-recipient': target.recipient,
  });
  const fields = createSignatureSync(
    describeRequest(
      target,
      [...headers].map(([name, value]) => ({ name, value })),
    ),
    {
      label: LABEL,
      components: COVERED,
      parameters: {
        created: options.nowSeconds,
        expires: options.nowSeconds + SIGNATURE_LIFETIME_SECONDS,
        nonce: Buffer.from(options.nonce).toString('base64url'),
        keyid: options.keyIdHex,
        tag: TAG,
      },
      signer: { algorithm: 'ed25519', sign: options.signer.sign },
    },
  );
  return appendSignature(headers, fields);
}

/** Checks a received request against the keys of the ledger. Every failure is a value; nothing is remembered. */
export async function verifyPeerRequest(options: {
  readonly crypto: Crypto;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly FieldOccurrence[];
  readonly networkHex: string;
  readonly recipient: string;
  readonly nowSeconds: number;
  readonly findKey: (keyIdHex: string) => TransportKey | undefined;
}): Promise<Result<VerifiedPeer, PeerSignatureRejection>> {
  const value = (name: string): string | undefined => singleField(options.headers, name);
  if (value('signature') === undefined || value('signature-input') === undefined)
    return reject({ code: 'peer_signature_missing' });
  const contentDigest = value('content-digest');
  if (contentDigest === undefined) return reject({ code: 'peer_signature_malformed' });
  if (value('suyuan-network') !== options.networkHex) return reject({ code: 'peer_network_wrong' });
  if (value('suyuan-recipient') !== options.recipient) return reject({ code: 'peer_recipient_wrong' });
  let refusal: PeerSignatureRejection['code'] = 'peer_signature_malformed';
  let sender: string | undefined;
  try {
    const verified = await verifySignature(describeRequest(options, options.headers), {
      label: LABEL,
      policy: {
        algorithms: ['ed25519'],
        requiredComponents: COVERED,
        requiredParameters: REQUIRED_PARAMETERS,
        now: options.nowSeconds,
        // Times are judged by checkLifetime, which tells "expired" from "malformed"; the library has one code for both.
        clockSkew: Number.MAX_SAFE_INTEGER,
      },
      resolveVerifier: ({ parameters }) => {
        const problem = checkLifetime(parameters, options.nowSeconds);
        if (problem !== undefined) throw new Error((refusal = problem));
        const key = options.findKey(parameters.keyid ?? '');
        if (key === undefined) throw new Error((refusal = 'peer_key_unknown'));
        sender = key.organization;
        refusal = 'peer_signature_invalid';
        return {
          algorithm: 'ed25519',
          verify: (data, signature) => options.crypto.verifyEd25519(key.publicKey, data, signature),
        };
      },
    });
    const { nonce, expires } = verified.parameters;
    if (sender === undefined || nonce === undefined || expires === undefined)
      return reject({ code: 'peer_signature_malformed' });
    return ok({ organization: sender, nonce, expiresAt: expires, contentDigest });
  } catch {
    return reject({ code: refusal });
  }
}

/** What is wrong with the parameters of a signature at this time, before any key is looked up. */
function checkLifetime(
  parameters: SignatureParameters,
  nowSeconds: number,
): PeerSignatureRejection['code'] | undefined {
  const { created, expires, nonce, tag } = parameters;
  if (tag !== TAG || nonce === undefined || !/^[A-Za-z0-9_-]{22}$/.test(nonce))
    return 'peer_signature_malformed';
  if (created === undefined || expires === undefined) return 'peer_signature_malformed';
  if (expires < created || expires - created > SIGNATURE_LIFETIME_SECONDS) return 'peer_signature_malformed';
  const early = created > nowSeconds + CLOCK_SKEW_SECONDS;
  return early || expires < nowSeconds - CLOCK_SKEW_SECONDS ? 'peer_signature_expired' : undefined;
}

/** The authority is not covered, so that a proxy may rename it: the recipient's header stands in its place. */
function describeRequest(
  request: { readonly method: string; readonly target: string; readonly recipient: string },
  fields: readonly FieldOccurrence[],
): RequestDescriptor {
  const targetUri = `http://${request.recipient}${request.target}`;
  return { kind: 'request', method: request.method, targetUri, fields };
}

/** A field that is there exactly once. */
function singleField(headers: readonly FieldOccurrence[], name: string): string | undefined {
  const found = headers.filter((field) => field.name.toLowerCase() === name);
  return found.length === 1 ? found[0]?.value : undefined;
}
