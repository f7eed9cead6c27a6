import { describe, expect, it } from 'vitest';

import { tables } from '../state-values.ts';
import type { AnchorFields, AuditFields } from '../statement-fields.ts';
import type { TestNetwork } from '../test-network.ts';
import { codeOf, crypto, digestOf, makeGenesis, startNetwork } from '../test-network.ts';
import { viewOf } from '../view.ts';

const genesis = makeGenesis({ validators: ['mgmt', 'maker', 'cars'], observers: ['shop'] });

describe('grant', () => {
  it('[G74] the issuer owns the dataset; access is given once and withdrawn where it was given', () => {
    const network = startNetwork(genesis);
    const grant = (organization: string, isGiven: boolean, issuer = 'maker'): string =>
      codeOf(network.act(issuer, { kind: 'grant', fields: { dataset: 'air', organization, isGiven } }));
    expect(grant('nobody', true)).toBe('organization_unknown');
    expect(grant('maker', true)).toBe('unchanged');
    expect(grant('cars', false)).toBe('grant_unknown');
    expect(grant('cars', true)).toBe('accepted');
    expect(grant('cars', true)).toBe('grant_exists');
    expect(grant('cars', false, 'shop')).toBe('grant_unknown');
    expect(viewOf(crypto, network.state()).read(tables.grant, 'maker/air/cars')).toBe(3);
    expect(grant('cars', false)).toBe('accepted');
    expect(viewOf(crypto, network.state()).read(tables.grant, 'maker/air/cars')).toBeUndefined();
    const suspended = {
      organization: 'shop',
      status: 'suspended',
      role: 'observer',
      host: null,
      keys: [],
    } as const;
    network.act('mgmt', { kind: 'organization', fields: { ...suspended, activation: 0 } });
    expect(grant('shop', true)).toBe('organization_suspended');
  });
});

describe('audit', () => {
  it('[G75] is of a size that the log has reached, by and about members', () => {
    const network = startNetwork(genesis);
    const leave = {
      channel: 1,
      invited: [],
      removed: ['shop'],
      recordKinds: null,
      acknowledgements: null,
    } as const;
    network.act('shop', { kind: 'channel', fields: { ...leave, status: 'open', activation: 0 } });
    const audit = (fields: Partial<AuditFields>, issuer = 'maker'): string => {
      const roots = [{ organization: 'cars', root: digestOf('root') }];
      const base = {
        channel: 1,
        treeSize: 1,
        stateRoot: digestOf('s'),
        nonce: digestOf('n'),
        roots,
      } as const;
      const body = { ...base, findings: digestOf('f'), outcome: 'consistent', ...fields } as const;
      return codeOf(network.act(issuer, { kind: 'audit', fields: body }));
    };
    expect(audit({})).toBe('accepted');
    expect(audit({ treeSize: 2 })).toBe('accepted');
    expect(audit({ treeSize: 99 })).toBe('tree_size_unknown');
    expect(audit({ channel: 7 })).toBe('channel_unknown');
    expect(audit({}, 'shop')).toBe('not_a_member');
    expect(audit({ channel: null }, 'shop')).toBe('accepted');
    expect(audit({ roots: [{ organization: 'shop', root: digestOf('root') }] })).toBe('member_unknown');
    expect(audit({ channel: null, roots: [{ organization: 'nobody', root: digestOf('root') }] })).toBe(
      'member_unknown',
    );
    expect(viewOf(crypto, network.state()).read(tables.audit, 1)).toEqual({ entry: 2, treeSize: 2 });
  });
});

describe('anchor', () => {
  it('[G76] what only grows neither shrinks nor changes; what is replaced may', () => {
    const network = startNetwork(genesis);
    const anchor = (
      size: number,
      digest: string,
      fields: Partial<AnchorFields> = {},
      issuer = 'maker',
    ): string => {
      const body = { purpose: 'query_log', name: 'air', size, digest: digestOf(digest), ...fields } as const;
      return codeOf(network.act(issuer, { kind: 'anchor', fields: body }));
    };
    expect(anchor(5, 'a')).toBe('accepted');
    expect(anchor(5, 'a')).toBe('accepted');
    expect(anchor(5, 'b')).toBe('anchor_conflict');
    expect(anchor(4, 'c')).toBe('anchor_conflict');
    expect(anchor(4, 'c', {}, 'cars')).toBe('accepted');
    expect(anchor(4, 'c', { name: 'power' })).toBe('accepted');
    expect(anchor(6, 'd')).toBe('accepted');
    expect(anchor(9, 'e', { purpose: 'shard' })).toBe('accepted');
    expect(anchor(3, 'f', { purpose: 'shard' })).toBe('accepted');
    expect(read(network, 'maker/query_log/air')?.size).toBe(6);
    expect(read(network, 'maker/shard/air')?.size).toBe(3);
  });
});

function read(network: TestNetwork, id: string): { readonly size: number } | undefined {
  return viewOf(crypto, network.state()).read(tables.anchor, id);
}
