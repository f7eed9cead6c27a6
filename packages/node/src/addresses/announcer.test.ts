// Addresses that change: what an organisation signs about itself reaches the others, and nothing else does.
import { activeKeyOf, viewOf } from '@suyuan/ledger';
import { assert, encodeCbor } from '@suyuan/log';
import { generateSeed, nativeCrypto, nativeSigner } from '@suyuan/native-crypto';
import { expect, test } from 'vitest';

import { startGovernanceNetwork, until } from '../governance/testing/governance-network.ts';
import { readAnnouncement, signAnnouncement } from './announcement.ts';
import type { Place } from './announcement.ts';

const members = ['managers', 'maker', 'cars'].map((organization) => ({ organization }));
const placeAt = (port: number, at: number): Place => ({
  url: `http://127.0.0.1:${port}`,
  consensus: { host: '127.0.0.1', port: port + 1 },
  at,
});

test('[N28] a node that has moved tells all others at its start, and those that were away once they are back; the later word counts', async () => {
  const places = new Map<string, Place>();
  await using network = await startGovernanceNetwork(members, { movedTo: (id) => places.get(id) });
  const seen = async (at: string, of: string, place: Place): Promise<void> =>
    await until(async () => network.node(at).peers.addressOf(of) === place.url);
  await network.stop('cars');
  await network.stop('maker');
  places.set('maker', placeAt(7001, 5));
  await network.start('maker');
  await seen('managers', 'maker', placeAt(7001, 5));
  expect(network.node('managers').peers.consensusOf('maker')).toEqual({ host: '127.0.0.1', port: 7002 });
  // Its peers file and the managing organisation may still say something else.
  await network
    .node('managers')
    .peers.set([{ organization: 'maker', name: 'Maker', url: 'http://127.0.0.1:1' }]);
  expect(network.node('managers').peers.addressOf('maker')).toBe('http://127.0.0.1:7001');
  // The maker can't be reached by what the others know now, so this one hears of it from the managing organisation.
  await network.start('cars');
  await seen('cars', 'maker', placeAt(7001, 5));

  // An older word, as by a folder from a backup, changes nothing.
  await network.stop('maker');
  places.set('maker', placeAt(7003, 4));
  await network.start('maker');
  places.set('cars', placeAt(7005, 1));
  await network.stop('cars');
  await network.start('cars');
  await seen('managers', 'cars', placeAt(7005, 1));
  expect(network.node('managers').peers.addressOf('maker')).toBe('http://127.0.0.1:7001');
  expect(network.broken).toEqual([]);
});

test('[N27] an announcement of another key, organisation or network, and one that was changed, is none', async () => {
  await using network = await startGovernanceNetwork(members.slice(0, 2));
  const view = viewOf(nativeCrypto, network.node('managers').slices.ledger.state());
  const { transport, log } = await network.keysOf('maker', 'validator');
  assert(transport !== undefined && log !== undefined, 'a validator has its keys');
  expect(activeKeyOf(view, 'maker', 'transport')?.publicKey).toEqual(transport.publicKey);
  const place = placeAt(7001, 5);
  const read = (bytes: Uint8Array, id = network.network): unknown =>
    readAnnouncement(nativeCrypto, id, view, bytes);
  const right = signAnnouncement(nativeCrypto, network.network, 'maker', place, transport);
  expect(read(right.bytes)).toEqual(right);
  expect(read(right.bytes, new Uint8Array(32))).toBeUndefined();
  for (const [organization, signer] of [
    ['managers', transport],
    ['maker', log],
    ['maker', nativeSigner(generateSeed())],
  ] as const)
    expect(
      read(signAnnouncement(nativeCrypto, network.network, organization, place, signer).bytes),
    ).toBeUndefined();
  for (const url of ['ftp://127.0.0.1', 'http://', `http://${'a'.repeat(300)}`]) {
    const wrong = signAnnouncement(nativeCrypto, network.network, 'maker', { ...place, url }, transport);
    expect(read(wrong.bytes)).toBeUndefined();
  }
  for (let index = 0; index < right.bytes.length; index += 1) {
    const changed = right.bytes.slice();
    changed[index] = (changed[index] ?? 0) ^ 1;
    expect([index, read(changed)]).toEqual([index, undefined]);
  }
  expect(read(encodeCbor([]))).toBeUndefined();
});
