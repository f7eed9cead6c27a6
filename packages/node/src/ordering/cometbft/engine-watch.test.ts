import { nativeSigner } from '@suyuan/native-crypto';
import { expect, test } from 'vitest';

import { testSeed } from '../../testing/test-consortium.ts';
import { knownIds } from './engine-identity.ts';
import { judgeHealth } from './engine-watch.ts';
import { nodeIdOf, validatorAddressOf } from './node-identity.ts';
import { answerQuery } from './peer-filter.ts';
import { readConnected, readRound } from './rpc-client.ts';

const ids = ['a', 'b', 'c', 'd'];
const keyOf = (id: string, purpose: string): Uint8Array =>
  nativeSigner(testSeed(`${id}/${purpose}`)).publicKey;
const peers = ids.map((id) => ({
  organization: id,
  publicKey: keyOf(id, 'transport'),
  host: 'h',
  port: 1,
}));
const validators = ids.map((id) => ({ organization: id, publicKey: keyOf(id, 'validator') }));
const connectedTo = (...organizations: readonly string[]): ReadonlySet<string> =>
  new Set(organizations.map((id) => nodeIdOf(keyOf(id, 'transport'))));
const votesOf = (...organizations: readonly string[]): ReadonlySet<string> =>
  new Set(organizations.map((id) => validatorAddressOf(keyOf(id, 'validator')).slice(0, 12)));

test('[O12] who is not connected, or does not vote in a round that stands, is silent; the missing ones are counted', () => {
  const identity = { peers, validators };
  const judge = (connected: ReadonlySet<string>, voters?: ReadonlySet<string>): unknown => {
    const { silent, waitingFor } = judgeHealth({ organization: 'a', identity, connected, voters });
    return [silent.join(''), waitingFor];
  };
  expect(judge(connectedTo('b', 'c', 'd'))).toEqual(['', 0]);
  expect(judge(connectedTo('b', 'c'))).toEqual(['d', 0]);
  expect(judge(connectedTo('c'))).toEqual(['bd', 1]);
  expect(judge(connectedTo())).toEqual(['bcd', 2]);
  expect(judge(connectedTo('b', 'c', 'd'), votesOf('a', 'c'))).toEqual(['bd', 1]);
  expect(judge(connectedTo('b', 'd'), votesOf('a', 'b', 'c'))).toEqual(['cd', 1]);
  // An observer needs them as much.
  expect(
    judgeHealth({ organization: 'x', identity, connected: connectedTo('a', 'b'), voters: undefined }),
  ).toEqual({
    validators: 4,
    quorum: 3,
    silent: ['c', 'd'],
    waitingFor: 1,
  });
  // One whose key was replaced is there under either key.
  const renamed = [...peers, { organization: 'b', publicKey: keyOf('b', 'next'), host: 'h', port: 1 }];
  const connected = new Set([...connectedTo('c', 'd'), nodeIdOf(keyOf('b', 'next'))]);
  const found = judgeHealth({
    organization: 'a',
    identity: { peers: renamed, validators },
    connected,
    voters: undefined,
  });
  expect(found.silent).toEqual([]);
});

test('[O12] answers of the engine are read, and what is none is told apart', () => {
  expect(readConnected({ result: { peers: [{ node_info: { id: 'aa' } }, { node_info: {} }, 3] } })).toEqual(
    new Set(['aa']),
  );
  for (const answer of [undefined, null, {}, { result: { peers: 'none' } }, { error: {} }]) {
    expect(readConnected(answer)).toBeUndefined();
    expect(readRound(answer)).toBeUndefined();
  }
  const votes = [
    'nil-Vote',
    'Vote{1:6AF1F4111082 7/01/SIGNED_MSG_TYPE_PREVOTE(Prevote) 8B01023386C3 00 @ 2020}',
    4,
  ];
  const round = {
    'height/round/step': '7/1/4',
    height_vote_set: [
      { round: 0, prevotes: ['Vote{0:000000000000 7/00/x}'] },
      { round: 1, prevotes: votes, precommits: ['nil-Vote'] },
    ],
  };
  expect(readRound({ result: { round_state: round } })).toEqual({
    place: '7/1/4',
    step: 4,
    voters: new Set(['6AF1F4111082']),
  });
});

test('[O14] CometBFT is told who may connect, by id alone, and nothing else is answered', async () => {
  const identity = {
    peers,
    others: [keyOf('without-address', 'transport')],
    validators,
    transportKey: { seed: testSeed('x') },
    validatorKey: { seed: testSeed('x') },
  };
  const mayConnect = async (id: string): Promise<boolean> => knownIds(identity).has(id);
  const codeOf = async (path: string): Promise<number> => (await answerQuery(path, mayConnect)).code;
  const idOf = (name: string): string => nodeIdOf(keyOf(name, 'transport'));
  expect(await codeOf(`/p2p/filter/id/${idOf('a')}`)).toBe(0);
  expect(await codeOf(`/p2p/filter/id/${idOf('without-address')}`)).toBe(0);
  expect(await codeOf('/p2p/filter/addr/10.0.0.1:4711')).toBe(0);
  for (const path of [`/p2p/filter/id/${idOf('stranger')}`, '/p2p/filter/id/', `/x/${idOf('a')}`, ''])
    expect([path, await codeOf(path)]).toEqual([path, 1]);
});
