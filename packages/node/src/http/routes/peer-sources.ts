// What the managing organisation asks of a member's sources: which were opened to it, and to start one
// (spec/source.md, "Started by the managing organisation").
import { memberStartsMax } from '@suyuan/api';
import type { View } from '@suyuan/ledger';
import { networkOf } from '@suyuan/ledger';

import type { PeerGuard } from '../../replication/peer-guard.ts';
import type { VerifiedPeer } from '../../replication/peer-signature.ts';
import { listOpened, SOURCES_PATH } from '../../source/peer-sources.ts';
import { findSource } from '../../source/source-store.ts';
import type { Sources } from '../../source/sources.ts';
import { listStarts, logStart } from '../../source/start-log.ts';
import type { AppPlugin } from '../app.ts';
import { ProblemError } from '../problem.ts';

/** What these routes need. */
export interface PeerSourceDependencies {
  readonly guard: PeerGuard;
  readonly sources: Sources;
  readonly view: () => View;
}

/** The routes below `/peer/v1/sources`. */
export function peerSourcePlugin({ guard, sources, view }: PeerSourceDependencies): AppPlugin {
  const { deps } = sources;
  const config = { rateLimit: false as const };
  const refuseOthers = ({ organization }: VerifiedPeer): void => {
    if (networkOf(view()).managing !== organization) throw new ProblemError('peer_not_permitted');
  };
  const start = async (id: number, organization: string): Promise<number> => {
    const source = await findSource(deps.database, id);
    if (source?.openToManager !== true) throw new ProblemError('source_not_opened');
    const worker = await sources.worker();
    const begun = await worker.run(id, 'manager', `organization:${organization}`);
    if (!begun.ok) throw new ProblemError(begun.error.code);
    return begun.value;
  };
  return async (app) => {
    app.get(SOURCES_PATH, { config }, async (request, reply) => {
      refuseOthers(await guard.admit(request));
      const items = await listOpened(deps.database, deps.clock.now());
      return await reply.type('application/json').send(JSON.stringify({ items }));
    });
    app.get(`${SOURCES_PATH}/starts`, { config }, async (request, reply) => {
      const peer = await guard.admit(request);
      refuseOthers(peer);
      const account = `organization:${peer.organization}`;
      const { items } = await listStarts(deps.database, { account, limit: memberStartsMax });
      return await reply.type('application/json').send(JSON.stringify({ items }));
    });
    app.post<{ Params: { id: string } }>(`${SOURCES_PATH}/:id/runs`, { config }, async (request, reply) => {
      const peer = await guard.admit(request);
      await guard.readBody(request, peer, 0);
      const { id } = request.params;
      if (!/^[1-9]\d{0,14}$/.test(id)) throw new ProblemError('not_found');
      const entry = {
        account: `organization:${peer.organization}`,
        member: deps.organization,
        source: Number(id),
      };
      const log = async (outcome: string, run?: number): Promise<void> =>
        await logStart(deps.database, {
          ...entry,
          outcome,
          at: new Date(deps.clock.now()),
          ...(run === undefined ? {} : { run }),
        });
      try {
        refuseOthers(peer);
        const run = await start(Number(id), peer.organization);
        await log('accepted', run);
        return await reply.code(202).type('application/json').send(JSON.stringify({ run }));
      } catch (error) {
        if (error instanceof ProblemError) await log(error.problem.code);
        throw error;
      }
    });
  };
}
