// The door for requests of other nodes (spec/replication.md): the signature is checked before a byte of the body is
// read, the nonce is taken once, and the body must be the one that was signed.
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';

import type { LedgerState } from '@suyuan/ledger';
import { isActive, viewOf } from '@suyuan/ledger';
import { encodeHex } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';
import type { FastifyRequest } from 'fastify';

import type { Clock } from '../clock.ts';
import { ProblemError } from '../http/problem.ts';
import { createNonceWindow } from './nonce-window.ts';
import { findTransportKey } from './peer-rights.ts';
import { CLOCK_SKEW_SECONDS, contentDigestOf, verifyPeerRequest } from './peer-signature.ts';
import type { VerifiedPeer } from './peer-signature.ts';

/** What the guard needs. */
export interface PeerGuardOptions {
  readonly network: Uint8Array;
  readonly organization: string;
  readonly state: () => LedgerState;
  readonly clock: Clock;
}

/** Checks requests; both functions throw a `ProblemError` for what they refuse. */
export interface PeerGuard {
  /** Who sent the request. A request passes once. */
  readonly admit: (request: FastifyRequest) => Promise<VerifiedPeer>;
  /** Cuts the connections by which organisations came in that may not take part any more, with what is under way. */
  readonly cutBarred: () => void;
  /** The signed body of an admitted request, of at most `bytesMax` bytes. */
  readonly readBody: (request: FastifyRequest, peer: VerifiedPeer, bytesMax: number) => Promise<Buffer>;
}

/** The guard of one organisation's node. All its peer routes share one, since they share the nonces. */
export function createPeerGuard(options: PeerGuardOptions): PeerGuard {
  const nonces = createNonceWindow();
  const networkHex = encodeHex(options.network);
  /** By whom each open connection was used last. */
  const connections = new Map<Socket, string>();
  return {
    cutBarred: () => {
      if (connections.size === 0) return;
      const view = viewOf(nativeCrypto, options.state());
      for (const [socket, organization] of connections) if (!isActive(view, organization)) socket.destroy();
    },
    admit: async (request) => {
      const nowSeconds = Math.floor(options.clock.now() / 1000);
      const verified = await verifyPeerRequest({
        crypto: nativeCrypto,
        method: request.method,
        target: request.url,
        headers: fieldsOf(request.raw.rawHeaders),
        networkHex,
        recipient: options.organization,
        nowSeconds,
        findKey: (keyIdHex) => findTransportKey(viewOf(nativeCrypto, options.state()), keyIdHex),
      });
      if (!verified.ok) throw new ProblemError(verified.error.code);
      const { organization, nonce, expiresAt } = verified.value;
      const spent = nonces.spend(organization, nonce, expiresAt + CLOCK_SKEW_SECONDS, nowSeconds);
      if (spent === 'replayed') throw new ProblemError('peer_request_replayed');
      if (spent === 'full') throw new ProblemError('peer_busy');
      const { socket } = request.raw;
      if (!connections.has(socket)) socket.once('close', () => connections.delete(socket));
      if (!socket.destroyed) connections.set(socket, organization);
      return verified.value;
    },
    readBody: async (request, peer, bytesMax) => {
      const declared = Number(request.headers['content-length'] ?? 0);
      if (!(declared <= bytesMax)) throw new ProblemError('payload_too_large', { bytesMax });
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of request.body instanceof Readable ? request.body : []) {
        if (!Buffer.isBuffer(chunk)) continue;
        size += chunk.length;
        if (size > bytesMax) throw new ProblemError('payload_too_large', { bytesMax });
        chunks.push(chunk);
      }
      const body = Buffer.concat(chunks, size);
      if (contentDigestOf(body) !== peer.contentDigest) throw new ProblemError('peer_digest_wrong');
      return body;
    },
  };
}

/** Header fields as they came, so that one that is there twice is seen twice. */
function fieldsOf(rawHeaders: readonly string[]): { readonly name: string; readonly value: string }[] {
  const fields: { readonly name: string; readonly value: string }[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    fields.push({ name: rawHeaders[index] ?? '', value: rawHeaders[index + 1] ?? '' });
  return fields;
}
