// What nodes ask of each other about payloads: handing one over, and fetching one that is missing. Outside the API for
// people: signed by transport keys, CBOR both ways (spec/replication.md).
import type { Logger } from 'pino';

import type { Metrics } from '../../metrics.ts';
import { encodeAcknowledgement, parsePayloadMessage } from '../../replication/payload-message.ts';
import { PAYLOAD_MESSAGE_BYTES_MAX, PAYLOADS_PATH } from '../../replication/payload-message.ts';
import type { PeerGuard } from '../../replication/peer-guard.ts';
import type { ReceivePayload } from '../../replication/receive-payload.ts';
import type { ServePayload } from '../../replication/serve-payload.ts';
import type { AppPlugin } from '../app.ts';
import { ProblemError } from '../problem.ts';

/** Payloads that are received at once: each is up to 8 MiB in memory. */
const RECEIVING_MAX = 6;

/** What these routes need. */
export interface PeerDependencies {
  readonly guard: PeerGuard;
  readonly receive: ReceivePayload;
  readonly serve: ServePayload;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** The routes below `/peer/v1/payloads`. */
export function peerPlugin({ guard, receive, serve, metrics, logger }: PeerDependencies): AppPlugin {
  let receiving = 0;
  const cbor = 'application/cbor';
  const config = { rateLimit: false as const };
  return async (app) => {
    app.post(PAYLOADS_PATH, { config }, async (request, reply) => {
      const peer = await guard.admit(request);
      if (receiving >= RECEIVING_MAX) throw new ProblemError('peer_busy');
      receiving += 1;
      try {
        const body = await guard.readBody(request, peer, PAYLOAD_MESSAGE_BYTES_MAX);
        const message = parsePayloadMessage(body);
        const received = message.ok ? await receive(peer.organization, message.value) : message;
        if (received.ok)
          return await reply.type(cbor).send(Buffer.from(encodeAcknowledgement(received.value)));
        const { code, ...facts } = received.error;
        metrics.payloadsRefused.inc({ sender: peer.organization, code });
        logger.warn({ sender: peer.organization, code, ...facts }, 'a payload was refused');
        throw new ProblemError(code, facts);
      } finally {
        receiving -= 1;
      }
    });
    app.get<{ Params: { entry: string } }>(`${PAYLOADS_PATH}/:entry`, { config }, async (request, reply) => {
      const peer = await guard.admit(request);
      const { entry } = request.params;
      if (!/^\d{1,15}$/.test(entry)) throw new ProblemError('not_found');
      const served = await serve(peer.organization, Number(entry));
      if (!served.ok) throw new ProblemError(served.error.code);
      return await reply.type(cbor).send(Buffer.from(served.value.buffer, 0, served.value.length));
    });
  };
}
