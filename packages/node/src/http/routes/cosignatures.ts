// The signatures on checkpoints that nodes give each other: signed requests, one CBOR array of notes both ways
// (spec/replication.md).
import type { Checkpoints } from '../../checkpoint/checkpoints.ts';
import { COSIGNATURES_PATH, NOTES_BYTES_MAX } from '../../checkpoint/exchange.ts';
import type { PeerGuard } from '../../replication/peer-guard.ts';
import type { AppPlugin } from '../app.ts';
import { ProblemError } from '../problem.ts';

/** The routes below `/peer/v1/cosignatures`. */
export function cosignaturePlugin({
  guard,
  checkpoints,
}: {
  readonly guard: PeerGuard;
  readonly checkpoints: Checkpoints;
}): AppPlugin {
  const config = { rateLimit: false as const };
  return async (app) => {
    app.post(COSIGNATURES_PATH, { config }, async (request, reply) => {
      const peer = await guard.admit(request);
      const body = await guard.readBody(request, peer, NOTES_BYTES_MAX);
      const received = await checkpoints.receive(peer.organization, body);
      if (!received.ok) throw new ProblemError('cosignatures_malformed', { cause: received.error.code });
      return await reply.code(204).send();
    });
    app.get<{ Querystring: { size?: string } }>(COSIGNATURES_PATH, { config }, async (request, reply) => {
      await guard.admit(request);
      const { size } = request.query;
      if (size === undefined || !/^[1-9]\d{0,14}$/.test(size)) throw new ProblemError('not_found');
      return await reply.type('application/cbor').send(Buffer.from(await checkpoints.serve(Number(size))));
    });
  };
}
