// The log over HTTP: its head for the console, and its files below `/log` as in C2SP tlog-tiles (spec/log.md, L19 to
// L22). Members and their auditors may read the files, other nodes with a signed request, everyone where the policy
// of the network says so.
import { getLog } from '@suyuan/api';
import { logRootOf, logSizeOf, networkOf, policyOf, stateRootOf, viewOf } from '@suyuan/ledger';
import type { LedgerState } from '@suyuan/ledger';
import { encodeBase64, parseTilePath } from '@suyuan/log';
import type { Crypto } from '@suyuan/log';
import type { FastifyRequest } from 'fastify';

import type { Checkpoints } from '../../checkpoint/checkpoints.ts';
import { createElectorateOf } from '../../checkpoint/signatories.ts';
import type { LogReader } from '../../ledger-store/log-reader.ts';
import type { PeerGuard } from '../../replication/peer-guard.ts';
import type { AppPlugin } from '../app.ts';
import { handle } from '../handle.ts';
import type { Binding } from '../handle.ts';
import type { Authenticate } from '../mount.ts';
import { ProblemError } from '../problem.ts';

/** What these routes need. */
export interface LogDependencies {
  readonly crypto: Crypto;
  readonly state: () => LedgerState;
  readonly log: LogReader;
  readonly checkpoints: Checkpoints;
  readonly guard: PeerGuard;
}

const PREFIX = '/log/';
/** What a file of the log says never changes: a wider tile has a path of its own. */
const TILE_LIFETIME_SECONDS = 31_536_000;

/** The head of the log. */
export function logBindings({
  crypto,
  state,
  checkpoints,
}: Pick<LogDependencies, 'crypto' | 'state' | 'checkpoints'>): readonly Binding[] {
  const electorateOf = createElectorateOf(crypto);
  return [
    handle(getLog, async () => {
      const now = state();
      const view = viewOf(crypto, now);
      const newest = checkpoints.newest();
      const { signatories, quorum } = electorateOf(now);
      const signedBy = checkpoints.signedBy();
      return {
        origin: networkOf(view).origin,
        size: logSizeOf(now),
        height: now.height,
        root: encodeBase64(logRootOf(crypto, now)),
        stateRoot: encodeBase64(stateRootOf(crypto, now)),
        checkpoint:
          newest === undefined ? null : { size: newest.size, height: newest.height, note: newest.note },
        quorum,
        validators: signatories.map(({ organization }) => ({
          organization,
          hasSigned: signedBy.includes(organization),
        })),
        isPublic: policyOf(view).isLogPublic,
      };
    }),
  ];
}

/** The files below `/log`. */
export function logPlugin(dependencies: LogDependencies): AppPlugin {
  const { log, state, checkpoints } = dependencies;
  return async (app, authenticate) => {
    app.get<{ Params: { '*': string } }>(`${PREFIX}*`, async (request, reply) => {
      const isPublic = await admit(dependencies, authenticate, request);
      const scope = isPublic ? 'public' : 'private';
      const path = request.params['*'];
      if (path === 'checkpoint') {
        const newest = checkpoints.newest();
        if (newest === undefined) throw new ProblemError('not_found');
        reply.header('cache-control', `${scope}, no-cache`).type('text/plain; charset=utf-8');
        return await reply.send(newest.note);
      }
      const tile = parseTilePath(path);
      const bytes = tile.ok ? await log.tile(tile.value, logSizeOf(state())) : undefined;
      if (bytes === undefined) throw new ProblemError('not_found');
      reply.header('cache-control', `${scope}, max-age=${TILE_LIFETIME_SECONDS}, immutable`);
      return await reply.type('application/octet-stream').send(Buffer.from(bytes));
    });
  };
}

/** Whether everyone may read; throws where this caller may not. */
async function admit(
  { crypto, state, guard }: LogDependencies,
  authenticate: Authenticate,
  request: FastifyRequest,
): Promise<boolean> {
  if (policyOf(viewOf(crypto, state())).isLogPublic) return true;
  if (request.headers['signature-input'] !== undefined) {
    await guard.admit(request);
    return false;
  }
  const caller = await authenticate(request);
  if (caller === undefined) throw new ProblemError('sign_in_required');
  if (typeof caller === 'string') throw new ProblemError(caller);
  return false;
}
