import { describe, expect, it } from 'vitest';

import type { KeyPurpose, KeyRegistration } from '../key.ts';
import { KEY_PURPOSES, registerKey } from '../key.ts';
import type { OrganizationFields } from '../statement-fields.ts';
import type { TestNetwork } from '../test-network.ts';
import { codeOf, crypto, digestOf, makeGenesis, signerOf, startNetwork } from '../test-network.ts';
import { activeKeyOf, modulesOf, organizationOf, organizationsOf, validatorsOf, viewOf } from '../view.ts';

const genesis = makeGenesis({
  validators: ['mgmt', 'maker'],
  observers: ['watcher'],
  hosted: { shop: 'maker' },
});

function keysFor(
  network: TestNetwork,
  organization: string,
  purposes: readonly KeyPurpose[],
): readonly KeyRegistration[] {
  return KEY_PURPOSES.filter((purpose) => purposes.includes(purpose)).map((purpose) =>
    registerKey({ context: network.id, organization, purpose }, signerOf(organization, purpose)),
  );
}

function set(
  network: TestNetwork,
  organization: string,
  fields: Partial<OrganizationFields>,
  issuer = 'mgmt',
): string {
  const body = {
    organization,
    status: 'active',
    role: 'observer',
    host: null,
    keys: [],
    activation: 0,
  } as const;
  return codeOf(network.act(issuer, { kind: 'organization', fields: { ...body, ...fields } }));
}

describe('organization', () => {
  it('[G54] [G55] the managing organisation admits, with the keys of the role', () => {
    const network = startNetwork(genesis);
    const keys = keysFor(network, 'newcomer', ['statement', 'transport']);
    expect(set(network, 'newcomer', { keys }, 'maker')).toBe('not_entitled');
    expect(set(network, 'newcomer', { keys: keys.slice(0, 1) })).toBe('key_required');
    expect(set(network, 'newcomer', { keys, role: 'validator' })).toBe('key_required');
    expect(set(network, 'newcomer', { keys, status: 'suspended' })).toBe('organization_unknown');
    expect(set(network, 'newcomer', { keys })).toBe('accepted');
    const view = viewOf(crypto, network.state());
    expect(organizationsOf(view)).toContain('newcomer');
    expect(organizationOf(view, 'newcomer')).toEqual({ status: 'active', role: 'observer', host: null });
    expect(activeKeyOf(view, 'newcomer', 'statement')?.from).toBe(network.state().height + 1);
    const grant = {
      kind: 'grant',
      fields: { dataset: 'air', organization: 'maker', isGiven: true },
    } as const;
    expect(codeOf(network.act('newcomer', grant))).toBe('accepted');
  });

  it('[G55] later statements bring no keys, and a new role needs its keys', () => {
    const network = startNetwork(
      makeGenesis({ validators: ['mgmt'], observers: ['watcher'], purposes: KEY_PURPOSES }),
    );
    const keys = keysFor(network, 'newcomer', ['statement', 'transport']);
    set(network, 'newcomer', { keys });
    expect(set(network, 'newcomer', { keys, role: 'validator' })).toBe('keys_only_on_admission');
    expect(set(network, 'newcomer', { role: 'validator' })).toBe('key_required');
    expect(set(network, 'watcher', { role: 'validator' })).toBe('accepted');
    expect(validatorsOf(viewOf(crypto, network.state()))).toEqual(['mgmt', 'watcher']);
    expect(set(network, 'watcher', { role: 'validator' })).toBe('unchanged');
  });

  it('[G54] a validator comes and goes by vote, from four on', () => {
    const network = startNetwork(
      makeGenesis({ validators: ['a1', 'a2', 'a3', 'a4'], observers: ['watcher'] }),
    );
    const body = {
      organization: 'watcher',
      status: 'active',
      role: 'validator',
      host: null,
      keys: [],
      activation: 0,
    } as const;
    const { entry, outcome } = network.act('a3', { kind: 'organization', fields: body });
    expect(outcome.status).toBe('pending');
    for (const voter of ['a1', 'a2']) network.act(voter, { kind: 'vote', fields: { entry, approves: true } });
    expect(validatorsOf(viewOf(crypto, network.state()))).toContain('watcher');
    const suspend = { ...body, status: 'suspended' } as const;
    expect(codeOf(network.act('a1', { kind: 'organization', fields: suspend }))).toBe('pending');
    expect(
      codeOf(network.act('watcher', { kind: 'organization', fields: { ...body, organization: 'x1' } })),
    ).toBe('key_required');
  });

  it('[G56] hosted organisations, and only they, have a host that can host', () => {
    const network = startNetwork(genesis);
    const keys = keysFor(network, 'corner', ['statement']);
    const hosted = { role: 'hosted', keys } as const;
    expect(set(network, 'corner', hosted)).toBe('role_needs_host');
    expect(set(network, 'corner', { ...hosted, host: 'shop' })).toBe('host_unsuitable');
    expect(set(network, 'corner', { ...hosted, host: 'nobody' })).toBe('host_unsuitable');
    expect(set(network, 'corner', { ...hosted, host: 'corner' })).toBe('host_unsuitable');
    expect(set(network, 'corner', { ...hosted, host: 'watcher' })).toBe('accepted');
    expect(set(network, 'watcher', { host: 'mgmt' })).toBe('role_needs_host');
    expect(set(network, 'watcher', { status: 'retired' })).toBe('host_in_use');
    expect(set(network, 'watcher', { role: 'hosted', host: 'mgmt' })).toBe('host_in_use');
    expect(set(network, 'corner', { role: 'hosted', host: 'mgmt' })).toBe('accepted');
    expect(set(network, 'watcher', { status: 'retired' })).toBe('accepted');
  });

  it('[G57] the managing organisation stays', () => {
    const network = startNetwork(genesis);
    expect(set(network, 'mgmt', { role: 'validator', status: 'suspended' })).toBe('managing_organization');
    expect(set(network, 'mgmt', { role: 'validator', status: 'retired' })).toBe('managing_organization');
    expect(set(network, 'mgmt', { role: 'hosted', host: 'maker' })).toBe('managing_organization');
  });

  it('[G58] the last validator stays one', () => {
    const network = startNetwork(genesis);
    expect(set(network, 'maker', { role: 'observer' })).toBe('accepted');
    expect(set(network, 'mgmt', { role: 'observer' })).toBe('last_validator');
  });

  it('[G59] [S24] retirement is final and ends all keys but the statement key', () => {
    const network = startNetwork(genesis);
    expect(set(network, 'watcher', { status: 'retired' })).toBe('accepted');
    const { height } = network.state();
    const view = viewOf(crypto, network.state());
    const left = KEY_PURPOSES.filter((purpose) => activeKeyOf(view, 'watcher', purpose) !== undefined);
    expect(left).toEqual(['statement']);
    expect(set(network, 'watcher', { status: 'active' })).toBe('organization_retired');
    const before = viewOf(crypto, network.state(), height);
    expect(organizationOf(before, 'watcher')?.status).toBe('active');
  });

  it('[G8] a suspended organisation may only change its keys and say that it deleted, a retired one only the latter', () => {
    const network = startNetwork(genesis);
    set(network, 'watcher', { status: 'suspended' });
    const anchor = {
      kind: 'anchor',
      fields: { purpose: 'shard', name: 'x', size: 1, digest: digestOf('x') },
    } as const;
    const deleted = {
      kind: 'void_done',
      fields: { channel: 1, entry: 0, stage: 'live', backupsExpireOn: 1 },
    } as const;
    const rotation = (generation: number): Parameters<TestNetwork['act']>[1] => {
      const possession = { context: network.id, organization: 'watcher', purpose: 'transport' } as const;
      const add = [registerKey(possession, signerOf('watcher', 'transport', generation))];
      return { kind: 'key', fields: { organization: 'watcher', add, end: [], activation: 0 } };
    };
    expect(codeOf(network.act('watcher', anchor))).toBe('organization_suspended');
    expect(codeOf(network.act('watcher', deleted))).toBe('void_unknown');
    expect(codeOf(network.act('watcher', rotation(1)))).toBe('accepted');
    set(network, 'watcher', { status: 'retired' });
    expect(codeOf(network.act('watcher', anchor))).toBe('organization_retired');
    expect(codeOf(network.act('watcher', deleted))).toBe('void_unknown');
    expect(codeOf(network.act('watcher', rotation(2)))).toBe('organization_retired');
  });
});

describe('modules', () => {
  it('[G50] the managing organisation sets them, from a height on', () => {
    const network = startNetwork(genesis);
    const modules = (organization: string, activation: number, issuer = 'mgmt'): string =>
      codeOf(
        network.act(issuer, { kind: 'modules', fields: { organization, recordKinds: ['swap'], activation } }),
      );
    expect(modules('maker', 0, 'maker')).toBe('not_entitled');
    expect(modules('nobody', 0)).toBe('organization_unknown');
    expect(modules('maker', 50)).toBe('accepted');
    const at = (height: number): readonly string[] =>
      modulesOf(viewOf(crypto, network.state(), height), 'maker');
    expect([at(49), at(50)]).toEqual([['battery_module', 'battery_pack'], ['swap']]);
    set(network, 'shop', { role: 'hosted', host: 'maker', status: 'retired' });
    expect(modules('shop', 0)).toBe('organization_retired');
  });
});
