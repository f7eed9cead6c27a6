import { encodeCbor, equalBytes } from '@suyuan/log';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Genesis } from './genesis.ts';
import { encodeGenesis, genesisState, networkIdOf, parseGenesis } from './genesis.ts';
import { registerKey } from './key.ts';
import { logSizeOf } from './ledger-state.ts';
import { crypto, makeGenesis, signerOf } from './test-network.ts';
import {
  activeKeyOf,
  channelOf,
  modulesOf,
  networkOf,
  organizationOf,
  policyOf,
  validatorsOf,
  viewOf,
} from './view.ts';

const genesis = makeGenesis({
  validators: ['mgmt', 'maker'],
  observers: ['auditor'],
  hosted: { shop: 'maker' },
});

function codeOf(changed: Genesis): string {
  const state = genesisState(crypto, encodeGenesis(changed));
  return state.ok ? 'ok' : state.error.code;
}

/** The genesis with one organisation changed. */
function withOrganization(id: string, change: Partial<Genesis['organizations'][number]>): Genesis {
  const organizations = genesis.organizations.map((item) =>
    item.organization === id ? { ...item, ...change } : item,
  );
  return { ...genesis, organizations };
}

describe('genesis', () => {
  it('[G16] decode inverts encode, and the network id is the hash of the bytes', () => {
    const bytes = encodeGenesis(genesis);
    const parsed = parseGenesis(bytes);
    expect(parsed.ok && encodeGenesis(parsed.value)).toEqual(bytes);
    expect(Array.from(networkIdOf(crypto, bytes))).toEqual(Array.from(crypto.sha256(bytes)));
  });

  it('[G16] refuses other bytes without throwing, another version and any flipped bit that leaves it well-formed', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => !genesisState(crypto, bytes).ok));
    const bytes = encodeGenesis(genesis);
    expect(genesisState(crypto, bytes.subarray(1)).ok).toBe(false);
    const version = parseGenesis(encodeCbor(new Map([[1, 2]])));
    expect(!version.ok && version.error.code).toBe('genesis_version_unknown');
    fc.assert(
      fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
        const flipped = bytes.slice();
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const state = genesisState(crypto, flipped);
        // What still parses is another network.
        return !state.ok || !equalBytes(networkIdOf(crypto, flipped), networkIdOf(crypto, bytes));
      }),
      { numRuns: 200 },
    );
  });

  it('[G17] refuses what does not fit together', () => {
    expect(codeOf(genesis)).toBe('ok');
    expect(codeOf({ ...genesis, managing: 'nobody' })).toBe('genesis_inconsistent');
    expect(codeOf({ ...genesis, managing: 'shop' })).toBe('genesis_inconsistent');
    expect(codeOf(withOrganization('shop', { host: null }))).toBe('genesis_inconsistent');
    expect(codeOf(withOrganization('shop', { host: 'shop' }))).toBe('genesis_inconsistent');
    expect(codeOf(withOrganization('auditor', { host: 'maker' }))).toBe('genesis_inconsistent');
    expect(codeOf(withOrganization('maker', { keys: [] }))).toBe('genesis_inconsistent');
    const [maker] = genesis.organizations.filter(({ organization }) => organization === 'maker');
    expect(codeOf(withOrganization('mgmt', { keys: maker?.keys ?? [] }))).toBe('genesis_inconsistent');
    const members = [{ organization: 'nobody', keepsPayloads: true }];
    expect(codeOf({ ...genesis, channels: [{ members, recordKinds: [], acknowledgements: 0 }] })).toBe(
      'genesis_inconsistent',
    );
    const observers = genesis.organizations.map((item) =>
      item.role === 'validator' ? { ...item, role: 'observer' as const } : item,
    );
    expect(codeOf({ ...genesis, organizations: observers })).toBe('genesis_inconsistent');
  });

  it('[G18] refuses a key without proof of possession', () => {
    const possession = { context: new Uint8Array(16), organization: 'maker', purpose: 'statement' } as const;
    const [maker] = genesis.organizations.filter(({ organization }) => organization === 'maker');
    const keys = (maker?.keys ?? []).map((key) =>
      key.purpose === 'statement' ? registerKey(possession, signerOf('maker', 'statement')) : key,
    );
    expect(codeOf(withOrganization('maker', { keys }))).toBe('genesis_possession_invalid');
  });

  it('[G19] the first state says what the genesis says', () => {
    const state = genesisState(crypto, encodeGenesis(genesis));
    expect(state.ok).toBe(true);
    if (!state.ok) return;
    const view = viewOf(crypto, state.value, 0);
    expect([state.value.height, logSizeOf(state.value)]).toEqual([0, 0]);
    expect(networkOf(view)).toMatchObject({ origin: 'suyuan.example/test', managing: 'mgmt' });
    expect(validatorsOf(view)).toEqual(['maker', 'mgmt']);
    expect(organizationOf(view, 'shop')).toEqual({ status: 'active', role: 'hosted', host: 'maker' });
    expect(modulesOf(view, 'shop')).toEqual(['battery_module', 'battery_pack']);
    expect(policyOf(view)).toEqual(genesis.policy);
    expect(channelOf(view, 1)?.members.map(({ organization }) => organization)).toEqual([
      'auditor',
      'maker',
      'mgmt',
      'shop',
    ]);
    expect(activeKeyOf(view, 'maker', 'log')).toMatchObject({
      publicKey: signerOf('maker', 'log').publicKey,
      from: 0,
      until: null,
    });
  });
});
