// Signed requests to the nodes of other organisations (spec/replication.md). A member that is down, slow, refusing or
// talking nonsense is an ordinary outcome here, so every failure is a value that names the member.
import { setMaxListeners } from 'node:events';

import type { Result, Signer } from '@suyuan/log';
import { assert, ok, reject } from '@suyuan/log';

import { createLimiter } from './limiter.ts';
import type { Limiter } from './limiter.ts';
import { contentDigestOf, signPeerRequest } from './peer-signature.ts';

/** Requests under way to one organisation; more wait. */
const REQUESTS_PER_ORGANIZATION_MAX = 4;
/** Bytes of a problem that are read for its code. */
const PROBLEM_BYTES_MAX = 16_384;

/** A body with its digest, so that sending it to many members hashes it once. */
export interface PeerBody {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentDigest: string;
}

export interface PeerRequest {
  readonly organization: string;
  readonly method: 'GET' | 'POST';
  /** Path and query. */
  readonly target: string;
  readonly body?: PeerBody;
  readonly answerBytesMax: number;
  readonly timeoutMs: number;
  /** Ends the request while it waits for its turn; one that is under way goes on. */
  readonly unwanted?: AbortSignal;
}

export type PeerFailure = { readonly organization: string } & (
  | {
      readonly code:
        | 'peer_address_unknown'
        | 'peer_unreachable'
        | 'peer_timed_out'
        | 'peer_answer_too_large'
        | 'peer_stopped';
    }
  /** `problem` is the code of the member's own refusal, where it gave a well-formed one. */
  | { readonly code: 'peer_refused'; readonly status: number; readonly problem: string | undefined }
);

export interface PeerClient {
  /** The bytes of the answer, where it is a success (2xx). Never throws. */
  send(request: PeerRequest): Promise<Result<Uint8Array, PeerFailure>>;
  /** Ends what is under way; later calls answer `peer_stopped`. */
  stop(): void;
}

/** The body with its digest. */
export function peerBody(bytes: Uint8Array): PeerBody {
  const { buffer, byteOffset, length } = bytes;
  assert(buffer instanceof ArrayBuffer, 'a body does not lie in shared memory');
  return { bytes: new Uint8Array(buffer, byteOffset, length), contentDigest: contentDigestOf(bytes) };
}

const EMPTY_BODY: PeerBody = peerBody(new Uint8Array(0));

/** A client with this organisation's transport key. `addressOf` gives the base address of a member's node. */
export function createPeerClient(options: {
  readonly networkHex: string;
  readonly keyIdHex: string;
  readonly signer: Signer;
  readonly addressOf: (organization: string) => string | undefined;
  readonly nowMs: () => number;
  readonly random: (size: number) => Uint8Array;
}): PeerClient {
  const limiters = new Map<string, Limiter>();
  const stopping = new AbortController();
  // One listener for each request under way.
  setMaxListeners(0, stopping.signal);
  const limiterOf = (organization: string): Limiter => {
    let limiter = limiters.get(organization);
    if (limiter === undefined)
      limiters.set(organization, (limiter = createLimiter(REQUESTS_PER_ORGANIZATION_MAX)));
    return limiter;
  };
  const send = async (request: PeerRequest): Promise<Result<Uint8Array, PeerFailure>> => {
    const { organization } = request;
    const address = options.addressOf(organization);
    if (address === undefined) return reject({ code: 'peer_address_unknown', organization });
    if (stopping.signal.aborted) return reject({ code: 'peer_stopped', organization });
    const url = new URL(request.target, address);
    const body = request.body ?? EMPTY_BODY;
    const headers = signPeerRequest({
      target: {
        method: request.method,
        target: url.pathname + url.search,
        networkHex: options.networkHex,
        recipient: organization,
      },
      contentDigest: body.contentDigest,
      keyIdHex: options.keyIdHex,
      signer: options.signer,
      nowSeconds: Math.floor(options.nowMs() / 1000),
      nonce: options.random(16),
    });
    if (request.body !== undefined) headers.set('content-type', 'application/cbor');
    const timeout = AbortSignal.timeout(request.timeoutMs);
    try {
      const response = await fetch(url, {
        method: request.method,
        headers,
        redirect: 'error',
        signal: AbortSignal.any([timeout, stopping.signal]),
        ...(request.body === undefined ? {} : { body: body.bytes }),
      });
      const answer = await readBounded(response, response.ok ? request.answerBytesMax : PROBLEM_BYTES_MAX);
      if (!response.ok) {
        const problem = answer === undefined ? undefined : problemCodeOf(answer);
        return reject({ code: 'peer_refused', organization, status: response.status, problem });
      }
      return answer === undefined ? reject({ code: 'peer_answer_too_large', organization }) : ok(answer);
    } catch {
      if (stopping.signal.aborted) return reject({ code: 'peer_stopped', organization });
      return reject({ code: timeout.aborted ? 'peer_timed_out' : 'peer_unreachable', organization });
    }
  };
  return {
    send: async (request) => {
      const sent = await limiterOf(request.organization)(() => send(request), request.unwanted);
      return sent ?? reject({ code: 'peer_stopped', organization: request.organization });
    },
    stop: () => stopping.abort(),
  };
}

/** The body of an answer, or undefined once it is longer than `bytesMax`; the rest is not read. */
async function readBounded(response: Response, bytesMax: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > bytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/** The `code` of an RFC 9457 problem, where the bytes are one. */
function problemCodeOf(bytes: Uint8Array): string | undefined {
  try {
    const problem: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (typeof problem !== 'object' || problem === null || !('code' in problem)) return undefined;
    return typeof problem.code === 'string' && /^[a-z0-9_]{1,64}$/.test(problem.code)
      ? problem.code
      : undefined;
  } catch {
    return undefined;
  }
}
