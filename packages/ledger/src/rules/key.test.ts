import { describe, expect, it } from 'vitest';

import type { KeyPurpose, KeyRegistration } from '../key.ts';
import { keyIdOf, registerKey } from '../key.ts';
import type { KeyFields } from '../statement-fields.ts';
import type { SignOptions, TestNetwork } from '../test-network.ts';
import { codeOf, crypto, digestOf, makeGenesis, signerOf, startNetwork } from '../test-network.ts';
import { activeKeyOf, keyOf, viewOf } from '../view.ts';

const genesis = makeGenesis({ validators: ['mgmt', 'maker'], observers: ['watcher'] });

function newKey(
  network: TestNetwork,
  organization: string,
  purpose: KeyPurpose,
  generation = 1,
): KeyRegistration {
  return registerKey(
    { context: network.id, organization, purpose },
    signerOf(organization, purpose, generation),
  );
}

function kid(organization: string, purpose: KeyPurpose, generation = 0): Uint8Array {
  return keyIdOf(crypto, signerOf(organization, purpose, generation).publicKey);
}

function change(
  network: TestNetwork,
  fields: Partial<KeyFields>,
  issuer = 'maker',
  options?: SignOptions,
): string {
  const body = { organization: 'maker', add: [], end: [], activation: 0, ...fields };
  return codeOf(network.act(issuer, { kind: 'key', fields: body }, options));
}

function intervalOf(network: TestNetwork, keyId: Uint8Array): readonly (number | null | undefined)[] {
  const key = keyOf(viewOf(crypto, network.state()), keyId);
  return [key?.from, key?.until];
}

describe('key', () => {
  it('[G61] an organisation changes its own keys; nobody else below four validators but the managing one', () => {
    const network = startNetwork(genesis);
    expect(change(network, {})).toBe('unchanged');
    expect(change(network, { add: [newKey(network, 'maker', 'transport')] }, 'watcher')).toBe('not_entitled');
    expect(change(network, { add: [newKey(network, 'maker', 'transport')] })).toBe('accepted');
    expect(change(network, { add: [newKey(network, 'maker', 'statement')] }, 'mgmt')).toBe('accepted');
    expect(change(network, { organization: 'nobody', add: [newKey(network, 'nobody', 'log')] }, 'mgmt')).toBe(
      'organization_unknown',
    );
  });

  it('[G61] from four validators on they vote on the keys of another', () => {
    const network = startNetwork(makeGenesis({ validators: ['a1', 'a2', 'a3', 'a4'] }));
    const body = { organization: 'a4', add: [newKey(network, 'a4', 'statement')], end: [], activation: 0 };
    const { entry, outcome } = network.act('a2', { kind: 'key', fields: body });
    expect(outcome.status).toBe('pending');
    network.act('a1', { kind: 'vote', fields: { entry, approves: true } });
    network.act('a3', { kind: 'vote', fields: { entry, approves: true } });
    expect(activeKeyOf(viewOf(crypto, network.state()), 'a4', 'statement')?.keyId).toEqual(
      kid('a4', 'statement', 1),
    );
  });

  it('[G62] [S23] a key is registered once, with its own signature', () => {
    const network = startNetwork(genesis);
    const key = newKey(network, 'maker', 'log');
    expect(change(network, { add: [{ ...key, proof: new Uint8Array(64) }] })).toBe('possession_invalid');
    expect(change(network, { add: [newKey(network, 'watcher', 'log')] })).toBe('possession_invalid');
    expect(change(network, { add: [{ ...key, publicKey: new Uint8Array(32) }] })).toBe('possession_invalid');
    expect(change(network, { add: [newKey(network, 'maker', 'log', 0)] })).toBe('key_exists');
    const asCosigning = registerKey(
      { context: network.id, organization: 'maker', purpose: 'cosigning' },
      signerOf('maker', 'log', 1),
    );
    expect(change(network, { add: [key, asCosigning] })).toBe('key_exists');
    expect(change(network, { add: [key] })).toBe('accepted');
    expect(change(network, { add: [key] })).toBe('key_exists');
    expect(change(network, { add: [asCosigning] })).toBe('key_exists');
  });

  it('[G63] [S24] a new key ends the one before it, and both intervals stay', () => {
    const network = startNetwork(genesis);
    expect(change(network, { add: [newKey(network, 'maker', 'statement')], activation: 20 })).toBe(
      'accepted',
    );
    expect(intervalOf(network, kid('maker', 'statement'))).toEqual([0, 20]);
    expect(intervalOf(network, kid('maker', 'statement', 1))).toEqual([20, null]);
    const active = (height: number): Uint8Array | undefined =>
      activeKeyOf(viewOf(crypto, network.state(), height), 'maker', 'statement')?.keyId;
    expect([active(19), active(20)]).toEqual([kid('maker', 'statement'), kid('maker', 'statement', 1)]);
    network.wait(18);
    expect(change(network, { add: [newKey(network, 'maker', 'log')] })).toBe('accepted');
    const anchor = {
      kind: 'anchor',
      fields: { purpose: 'shard', name: 'x', size: 1, digest: digestOf('x') },
    } as const;
    const late = network.apply(network.sign('maker', anchor));
    expect(late.dropped[0]?.rejection.code).toBe('statement_key_invalid');
    const signer = signerOf('maker', 'statement', 1);
    expect(codeOf(network.act('maker', anchor, { signer }))).toBe('accepted');
  });

  it('[G63] a key that the role needs does not end without another', () => {
    const network = startNetwork(genesis);
    expect(change(network, { end: [kid('maker', 'statement')] })).toBe('key_required');
    expect(change(network, { end: [kid('maker', 'validator')] })).toBe('key_required');
    expect(change(network, { end: [kid('watcher', 'transport')] })).toBe('key_unknown');
    expect(change(network, { end: [digestOf('nobody')] })).toBe('key_unknown');
    const promise = kid('maker', 'query_promise');
    expect(change(network, { end: [promise] })).toBe('accepted');
    expect(change(network, { end: [promise] })).toBe('key_ended');
    expect(intervalOf(network, promise)).toEqual([0, network.state().height]);
    expect(activeKeyOf(viewOf(crypto, network.state()), 'maker', 'query_promise')).toBeUndefined();
  });

  it('[G63] a key to come can be overtaken: one key of a purpose is valid at any height', () => {
    const network = startNetwork(genesis);
    change(network, { add: [newKey(network, 'maker', 'log', 1)], activation: 50 });
    change(network, { add: [newKey(network, 'maker', 'log', 2)], activation: 30 });
    expect(intervalOf(network, kid('maker', 'log', 0))).toEqual([0, 30]);
    expect(intervalOf(network, kid('maker', 'log', 1))).toEqual([50, 50]);
    expect(intervalOf(network, kid('maker', 'log', 2))).toEqual([30, null]);
  });

  it('[G64] at most 4 keys of one purpose are to come', () => {
    const network = startNetwork(genesis);
    const codes = [1, 2, 3, 4, 5].map((generation) =>
      change(network, { add: [newKey(network, 'maker', 'log', generation)], activation: 100 * generation }),
    );
    expect(codes.slice(3)).toEqual(['accepted', 'too_many_changes']);
    network.wait(600);
    expect(change(network, { add: [newKey(network, 'maker', 'log', 6)] })).toBe('accepted');
  });

  it('[G65] [S9] the recovery key takes back a stolen statement key, and does nothing else', () => {
    const network = startNetwork(genesis);
    const recovery: SignOptions = { signer: signerOf('maker', 'recovery') };
    const anchor = {
      kind: 'anchor',
      fields: { purpose: 'shard', name: 'x', size: 1, digest: digestOf('x') },
    } as const;
    expect(codeOf(network.act('maker', anchor, recovery))).toBe('recovery_key_only_for_keys');
    expect(change(network, { add: [newKey(network, 'maker', 'recovery')] })).toBe('recovery_key_needed');
    expect(change(network, { end: [kid('maker', 'recovery')] })).toBe('recovery_key_needed');
    expect(change(network, { add: [newKey(network, 'maker', 'statement', 7)] })).toBe('accepted');
    expect(change(network, { add: [newKey(network, 'maker', 'statement', 8)] }, 'maker', recovery)).toBe(
      'accepted',
    );
    expect(change(network, { add: [newKey(network, 'maker', 'recovery')] }, 'maker', recovery)).toBe(
      'accepted',
    );
    expect(activeKeyOf(viewOf(crypto, network.state()), 'maker', 'recovery')?.keyId).toEqual(
      kid('maker', 'recovery', 1),
    );
  });
});
