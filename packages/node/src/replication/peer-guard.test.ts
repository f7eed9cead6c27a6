// Connections of organisations that may not take part any more.
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import type { Socket } from 'node:net';

import { keyIdOf } from '@suyuan/ledger';
import { assert, encodeHex } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';
import { expect, test } from 'vitest';

import { startGovernanceNetwork } from '../governance/testing/governance-network.ts';
import type { GovernanceNetwork } from '../governance/testing/governance-network.ts';
import { systemRandom } from '../clock.ts';
import { contentDigestOf, signPeerRequest } from './peer-signature.ts';

const target = '/peer/v1/addresses';

/** A request of `from` to the managing organisation, as its node makes it. */
async function ask(
  network: GovernanceNetwork,
  from: string,
  agent: Agent,
): Promise<{ readonly status: number | undefined; readonly socket: Socket }> {
  const { transport } = await network.keysOf(from, 'validator');
  assert(transport !== undefined, 'a validator has its keys');
  const headers = signPeerRequest({
    target: { method: 'GET', target, networkHex: encodeHex(network.network), recipient: 'managers' },
    contentDigest: contentDigestOf(new Uint8Array(0)),
    keyIdHex: encodeHex(keyIdOf(nativeCrypto, transport.publicKey)),
    signer: transport,
    nowSeconds: Math.floor(Date.now() / 1000),
    nonce: systemRandom(16),
  });
  const sent = request(new URL(target, network.node('managers').url), {
    agent,
    headers: Object.fromEntries(headers),
  });
  const [[socket], [response]] = await Promise.all([once(sent, 'socket'), once(sent.end(), 'response')]);
  await once(response.resume(), 'end');
  return { status: response.statusCode, socket };
}

test('[P22] the connections of an organisation are cut when it is suspended, those of others stay', async () => {
  const members = ['managers', 'maker', 'cars'].map((organization) => ({ organization }));
  await using network = await startGovernanceNetwork(members);
  const [makers, cars] = [new Agent({ keepAlive: true }), new Agent({ keepAlive: true })];
  const [cut, kept] = [await ask(network, 'maker', makers), await ask(network, 'cars', cars)];
  expect([cut.status, kept.status]).toEqual([200, 200]);
  expect((await ask(network, 'maker', makers)).socket).toBe(cut.socket);
  const closed = once(cut.socket, 'close');
  await network.act('managers', { kind: 'organization', organization: 'maker', status: 'suspended' });
  await closed;
  expect(kept.socket.destroyed).toBe(false);
  expect((await ask(network, 'maker', makers)).status).toBe(401);
  expect((await ask(network, 'cars', cars)).socket).toBe(kept.socket);
  makers.destroy();
  cars.destroy();
});
