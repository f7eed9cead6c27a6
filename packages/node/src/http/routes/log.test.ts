import { fastify } from 'fastify';
import { expect, test } from 'vitest';

import { DEFAULT_POLICY } from '@suyuan/ledger';
import { nativeCrypto } from '@suyuan/native-crypto';

import { createPeerGuard } from '../../replication/peer-guard.ts';
import { openTestLedgers } from '../../testing/test-ledgers.ts';
import { logPlugin } from './log.ts';

test('where the policy says so, everyone may read the log and caches may keep it', async () => {
  await using network = await openTestLedgers({
    organizations: [['acme', 'validator']],
    policy: { ...DEFAULT_POLICY, isLogPublic: true },
  });
  const { ledger, checkpoints, organization } = network.node(0);
  const state = () => ledger.state();
  const guard = createPeerGuard({ network: network.network, organization, state, clock: network.clock });
  const app = fastify();
  await logPlugin({ crypto: nativeCrypto, state, log: ledger.log, checkpoints, guard })(
    app,
    async () => undefined,
  );
  await network.report(0, 1);
  const note = await checkpoints.quorumNote(1);
  const checkpoint = await app.inject('/log/checkpoint');
  expect(checkpoint.body).toBe(note);
  expect(checkpoint.headers['cache-control']).toBe('public, no-cache');
  const tile = await app.inject('/log/tile/0/000.p/1');
  expect(tile.rawPayload.length).toBe(32);
  expect(tile.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  await app.close();
});
