import { describe, expect, it } from 'vitest';

import { foreseeStatement, pendingActOf, pendingActsOf } from './foresight.ts';
import type { StatementBody } from './statement.ts';
import { crypto, makeGenesis, startNetwork } from './test-network.ts';
import { appHashOf } from './ledger-state.ts';
import { modulesOf, viewOf } from './view.ts';

const modules = (recordKinds: readonly string[]): StatementBody => ({
  kind: 'modules',
  fields: { organization: 'maker', recordKinds, activation: 0 },
});
const suspend: StatementBody = {
  kind: 'organization',
  fields: {
    organization: 'maker',
    status: 'suspended',
    role: 'validator',
    host: null,
    keys: [],
    activation: 0,
  },
};

describe('foresight', () => {
  it('tells what the next block would do, and changes nothing', () => {
    const network = startNetwork(makeGenesis({ validators: ['mgmt', 'maker'] }));
    const before = network.state();
    const by = { issuer: 'mgmt', signedWith: 'statement' } as const;
    const foreseen = foreseeStatement(crypto, before, by, modules([]));
    expect(foreseen.outcome.status).toBe('accepted');
    expect(modulesOf(viewOf(crypto, foreseen.after, 2), 'maker')).toEqual([]);
    expect(modulesOf(viewOf(crypto, before), 'maker')).toHaveLength(2);
    expect(appHashOf(crypto, network.state())).toEqual(appHashOf(crypto, before));
    const refused = foreseeStatement(crypto, before, { ...by, issuer: 'maker' }, modules([]));
    expect(refused.outcome).toEqual({
      status: 'refused',
      rejection: { code: 'not_entitled', about: 'maker' },
    });
    expect(refused.changes).toEqual([]);
    expect(network.act('mgmt', modules([])).outcome).toEqual(foreseen.outcome);
  });

  it('names who has to agree to what waits, as votes come in', () => {
    const validators = ['mgmt', 'maker', 'cars', 'city'];
    const network = startNetwork(makeGenesis({ validators }));
    const { entry } = network.act('mgmt', suspend);
    expect(pendingActsOf(crypto, network.state())).toMatchObject([
      { entry, issuer: 'mgmt', needed: 3, approvals: ['mgmt'], missing: ['cars', 'city', 'maker'] },
    ]);
    network.act('cars', { kind: 'vote', fields: { entry, approves: false } });
    expect(pendingActOf(crypto, network.state(), entry)).toMatchObject({
      rejections: ['cars'],
      missing: ['city', 'maker'],
    });
    network.act('city', { kind: 'vote', fields: { entry, approves: true } });
    network.act('maker', { kind: 'vote', fields: { entry, approves: true } });
    expect(pendingActsOf(crypto, network.state())).toEqual([]);
  });

  it('an invitation to a channel waits for who is invited', () => {
    const network = startNetwork(makeGenesis({ validators: ['mgmt', 'maker'] }));
    const { entry } = network.act('mgmt', {
      kind: 'channel',
      fields: {
        channel: null,
        invited: [{ organization: 'maker', keepsPayloads: true }],
        removed: [],
        recordKinds: [],
        acknowledgements: 0,
        status: 'open',
        activation: 0,
      },
    });
    expect(pendingActOf(crypto, network.state(), entry)).toMatchObject({ missing: ['maker'] });
  });
});
