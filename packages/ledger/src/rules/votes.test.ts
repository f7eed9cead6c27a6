import { describe, expect, it } from 'vitest';

import { DEFAULT_POLICY } from '../policy.ts';
import type { OrganizationFields } from '../statement-fields.ts';
import type { StatementBody } from '../statement.ts';
import type { TestNetwork } from '../test-network.ts';
import { codeOf, crypto, makeGenesis, startNetwork } from '../test-network.ts';
import { pendingOf, policyOf, quorumOf, viewOf } from '../view.ts';

const seven = makeGenesis({ validators: ['v1', 'v2', 'v3', 'v4', 'v5', 'v6', 'v7'], observers: ['watcher'] });
const strict: StatementBody = {
  kind: 'policy',
  fields: { policy: { ...seven.policy, codes: 'strict' }, activation: 0 },
};

function vote(
  network: TestNetwork,
  voter: string,
  entry: number,
  approves = true,
): ReturnType<TestNetwork['act']> {
  return network.act(voter, { kind: 'vote', fields: { entry, approves } });
}

function codesOf(network: TestNetwork): string {
  return policyOf(viewOf(crypto, network.state())).codes;
}

function change(organization: string, fields: Partial<OrganizationFields>): StatementBody {
  const same = { role: 'validator', status: 'active', host: null, keys: [], activation: 0 } as const;
  return { kind: 'organization', fields: { organization, ...same, ...fields } };
}

describe('votes', () => {
  it('[G11] [G51] more than two thirds of the validators decide the policy', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 10].map(quorumOf)).toEqual([1, 2, 3, 3, 4, 5, 5, 7]);
    const network = startNetwork(seven);
    const { entry, outcome } = network.act('v2', strict);
    expect(outcome.status).toBe('pending');
    for (const voter of ['v1', 'v3', 'v4'])
      expect(vote(network, voter, entry).outcome).toEqual({ status: 'accepted' });
    expect(codesOf(network)).toBe('lenient');
    expect(vote(network, 'v7', entry).outcome).toEqual({
      status: 'accepted',
      decision: { entry, status: 'applied' },
    });
    expect(codesOf(network)).toBe('strict');
    expect(pendingOf(viewOf(crypto, network.state()), entry)).toBeUndefined();
  });

  it('[G11] below four validators the managing organisation decides alone', () => {
    const network = startNetwork(makeGenesis({ validators: ['v1', 'v2', 'v3'] }));
    expect(codeOf(network.act('v2', strict))).toBe('not_entitled');
    expect(codeOf(network.act('v1', strict))).toBe('accepted');
    expect(codesOf(network)).toBe('strict');
  });

  it('[G12] only who may decide votes, once, on what waits', () => {
    const network = startNetwork(seven);
    const { entry } = network.act('v1', strict);
    expect(codeOf(vote(network, 'v1', entry))).toBe('vote_exists');
    expect(codeOf(vote(network, 'watcher', entry))).toBe('not_entitled');
    expect(codeOf(network.act('watcher', strict))).toBe('not_entitled');
    vote(network, 'v2', entry, false);
    expect(codeOf(vote(network, 'v2', entry))).toBe('vote_exists');
    expect(codeOf(vote(network, 'v3', 99))).toBe('act_unknown');
  });

  it('[G12] votes of who no longer votes do not count', () => {
    const network = startNetwork(seven);
    const { entry } = network.act('v1', strict);
    for (const voter of ['v2', 'v3', 'v4']) vote(network, voter, entry);
    const removal = network.act('v1', change('v4', { status: 'suspended' })).entry;
    for (const voter of ['v2', 'v3', 'v5', 'v6']) vote(network, voter, removal);
    // Of six, five are needed; v1, v2 and v3 stand, v4 fell away.
    expect(vote(network, 'v5', entry).outcome).toEqual({ status: 'accepted' });
    expect(vote(network, 'v6', entry).outcome).toMatchObject({ decision: { status: 'applied' } });
  });

  it('[G13] an act that waited too long can not be decided any more', () => {
    const network = startNetwork(seven);
    const { entry } = network.act('v1', strict);
    network.wait(11);
    expect(codeOf(vote(network, 'v2', entry))).toBe('act_expired');
    const again = network.act('v1', strict).entry;
    expect(codeOf(vote(network, 'v2', entry))).toBe('act_unknown');
    expect(codeOf(vote(network, 'v2', again))).toBe('accepted');
  });

  it('[G14] rejections that make approval impossible end the act', () => {
    const network = startNetwork(seven);
    const { entry } = network.act('v1', strict);
    for (const voter of ['v2', 'v3']) vote(network, voter, entry, false);
    expect(vote(network, 'v4', entry, false).outcome).toEqual({
      status: 'accepted',
      decision: { entry, status: 'rejected' },
    });
    expect(codeOf(vote(network, 'v5', entry))).toBe('act_unknown');
  });

  it('[G14] the rules are asked again when the votes are there', () => {
    const network = startNetwork(seven);
    const first = network.act('v1', change('v7', { status: 'suspended' })).entry;
    const second = network.act('v1', change('v7', { status: 'suspended' })).entry;
    for (const entry of [first, second]) for (const voter of ['v2', 'v3', 'v4']) vote(network, voter, entry);
    expect(vote(network, 'v5', first).outcome).toMatchObject({ decision: { status: 'applied' } });
    expect(vote(network, 'v5', second).outcome).toMatchObject({
      decision: { entry: second, status: 'refused', rejection: { code: 'unchanged' } },
    });
  });

  it('[G14] an act ends without effect where its issuer may no longer act', () => {
    const network = startNetwork(seven);
    const { entry } = network.act('v7', strict);
    const removal = network.act('v1', change('v7', { status: 'suspended' })).entry;
    for (const voter of ['v2', 'v3', 'v4', 'v5']) vote(network, voter, removal);
    for (const voter of ['v1', 'v2', 'v3', 'v4']) vote(network, voter, entry);
    expect(vote(network, 'v5', entry).outcome).toMatchObject({
      decision: { status: 'refused', rejection: { code: 'not_entitled' } },
    });
    expect(codesOf(network)).toBe('lenient');
  });

  it('[G15] at most 32 acts of one issuer wait; expired ones make room', () => {
    const network = startNetwork(seven);
    const statements = Array.from({ length: 33 }, () => network.sign('v1', strict));
    const codes = network.apply(...statements).entries.map((entry) => codeOf(entry));
    expect(codes.filter((code) => code === 'pending').length).toBe(32);
    expect(codes[32]).toBe('too_many_pending');
    network.wait(12);
    expect(codeOf(network.act('v1', strict))).toBe('pending');
  });

  it('[G6] a change holds from its height, never before the next block, and replaces later ones', () => {
    const network = startNetwork(makeGenesis({ validators: ['v1'] }));
    const at = (activation: number, voidApprovals: number): StatementBody => ({
      kind: 'policy',
      fields: { policy: { ...DEFAULT_POLICY, voidApprovals }, activation },
    });
    network.act('v1', at(10, 5));
    network.act('v1', at(20, 6));
    const seen = (height: number): number => policyOf(viewOf(crypto, network.state(), height)).voidApprovals;
    expect([2, 9, 10, 19, 20].map(seen)).toEqual([1, 1, 5, 5, 6]);
    network.act('v1', at(15, 7));
    expect([14, 15, 20, 99].map(seen)).toEqual([5, 7, 7, 7]);
    const { state } = network.apply(network.sign('v1', at(0, 8)));
    expect([state.height, state.height + 1, 15].map(seen)).toEqual([1, 8, 8]);
  });

  it('[G6] at most 16 changes of one thing are to come', () => {
    const network = startNetwork(makeGenesis({ validators: ['v1'] }));
    const at = (activation: number): StatementBody => ({
      kind: 'policy',
      fields: { policy: DEFAULT_POLICY, activation },
    });
    const codes = Array.from({ length: 18 }, (_, index) => codeOf(network.act('v1', at(100 + index))));
    expect(codes.slice(15)).toEqual(['accepted', 'too_many_changes', 'too_many_changes']);
    network.wait(200);
    expect(codeOf(network.act('v1', at(300)))).toBe('accepted');
  });
});
