import { describe, expect, it } from 'vitest';

import type { ChannelFields } from '../statement-fields.ts';
import type { TestNetwork } from '../test-network.ts';
import { codeOf, crypto, makeGenesis, startNetwork } from '../test-network.ts';
import { channelCountOf, channelOf, channelsOf, pendingOf, viewOf } from '../view.ts';

const genesis = makeGenesis({ validators: ['mgmt', 'maker', 'cars'], observers: ['shop'] });
const opening: ChannelFields = {
  channel: null,
  invited: [],
  removed: [],
  recordKinds: [],
  acknowledgements: 0,
  status: 'open',
  activation: 0,
};

function open(
  network: TestNetwork,
  fields: Partial<ChannelFields> = {},
  issuer = 'mgmt',
): { entry: number; code: string } {
  const acted = network.act(issuer, { kind: 'channel', fields: { ...opening, ...fields } });
  return { entry: acted.entry, code: codeOf(acted) };
}

function change(network: TestNetwork, fields: Partial<ChannelFields>, issuer = 'mgmt'): string {
  return open(network, { channel: 2, recordKinds: null, acknowledgements: null, ...fields }, issuer).code;
}

function membersOf(network: TestNetwork, channel = 2, height?: number): readonly string[] {
  const view = viewOf(crypto, network.state(), height);
  return channelOf(view, channel)?.members.map(({ organization }) => organization) ?? [];
}

function vote(network: TestNetwork, voter: string, entry: number, approves = true): string {
  return codeOf(network.act(voter, { kind: 'vote', fields: { entry, approves } }));
}

const invite = (...ids: string[]): ChannelFields['invited'] =>
  ids.map((organization) => ({ organization, keepsPayloads: true }));

describe('channel', () => {
  it('[G67] the managing organisation opens channels, numbered as they come, and is in them', () => {
    const network = startNetwork(genesis);
    expect(open(network, {}, 'maker').code).toBe('not_entitled');
    expect(open(network, { recordKinds: null }).code).toBe('channel_unknown');
    expect(open(network, { removed: ['maker'] }).code).toBe('member_unknown');
    expect(open(network).code).toBe('accepted');
    expect(open(network, { removed: ['mgmt'] }).code).toBe('accepted');
    expect(channelCountOf(viewOf(crypto, network.state()))).toBe(3);
    expect([membersOf(network, 2), membersOf(network, 3)]).toEqual([['mgmt'], []]);
    expect(change(network, { recordKinds: ['swap'], acknowledgements: 3 }, 'maker')).toBe('not_entitled');
    expect(change(network, { recordKinds: ['swap'], acknowledgements: 3 })).toBe('accepted');
    expect(channelOf(viewOf(crypto, network.state()), 2)).toMatchObject({
      recordKinds: ['swap'],
      acknowledgements: 3,
    });
    expect(change(network, { channel: 9 })).toBe('channel_unknown');
  });

  it('[G68] who is invited joins by its own vote, each for itself', () => {
    const network = startNetwork(genesis);
    const { entry, code } = open(network, { invited: invite('cars', 'maker', 'shop') });
    expect(code).toBe('accepted');
    expect(membersOf(network)).toEqual(['mgmt']);
    expect(vote(network, 'mgmt', entry)).toBe('not_entitled');
    expect(vote(network, 'maker', entry)).toBe('accepted');
    expect(membersOf(network)).toEqual(['mgmt', 'maker']);
    expect(vote(network, 'maker', entry)).toBe('vote_exists');
    expect(vote(network, 'cars', entry, false)).toBe('accepted');
    expect(pendingOf(viewOf(crypto, network.state()), entry)).toBeDefined();
    expect(vote(network, 'shop', entry)).toBe('accepted');
    expect(pendingOf(viewOf(crypto, network.state()), entry)).toBeUndefined();
    expect(membersOf(network)).toEqual(['mgmt', 'maker', 'shop']);
    expect(channelsOf(viewOf(crypto, network.state()), 'shop')).toEqual([1, 2]);
    expect(change(network, { invited: invite('nobody') })).toBe('organization_unknown');
    expect(change(network, { invited: invite('maker') })).toBe('member_exists');
  });

  it('[G69] a member leaves at will, by a statement that does nothing else', () => {
    const network = startNetwork(genesis);
    const leave = { channel: 1, removed: ['maker'] };
    expect(change(network, { ...leave, recordKinds: [] }, 'maker')).toBe('not_entitled');
    expect(change(network, { ...leave, status: 'closed' }, 'maker')).toBe('not_entitled');
    expect(change(network, { ...leave, removed: ['cars'] }, 'maker')).toBe('not_entitled');
    expect(change(network, leave, 'maker')).toBe('accepted');
    expect(membersOf(network, 1)).toEqual(['cars', 'mgmt', 'shop']);
    expect(change(network, leave, 'maker')).toBe('member_unknown');
    expect(change(network, { channel: 1, removed: ['cars', 'shop'] })).toBe('accepted');
    expect(membersOf(network, 1)).toEqual(['mgmt']);
  });

  it('[G70] stays are kept; a new way of keeping payloads begins a new stay', () => {
    const network = startNetwork(genesis);
    const invited = [{ organization: 'cars', keepsPayloads: false }];
    const { entry } = open(network, { channel: 1, invited, recordKinds: null, acknowledgements: null });
    expect(vote(network, 'cars', entry)).toBe('accepted');
    const { height } = network.state();
    const stay = (at: number): boolean | undefined =>
      channelOf(viewOf(crypto, network.state(), at), 1)?.members.find(
        ({ organization }) => organization === 'cars',
      )?.keepsPayloads;
    expect([stay(height), stay(height + 1)]).toEqual([true, false]);
    expect(membersOf(network, 1, height)).toContain('cars');
  });

  it('[G71] a closed channel takes no changes and no members', () => {
    const network = startNetwork(genesis);
    const { entry } = open(network, { invited: invite('maker') });
    expect(change(network, { status: 'closed' })).toBe('accepted');
    expect(vote(network, 'maker', entry)).toBe('channel_closed');
    expect(change(network, { status: 'open' })).toBe('channel_closed');
  });
});
