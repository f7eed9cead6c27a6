import { describe, expect, it } from 'vitest';

import { batchOf } from '../batch-view.ts';
import { keyIdOf } from '../key.ts';
import { appHashOf, proveState, stateRootOf } from '../ledger-state.ts';
import { verifyStateProof } from '../state-proof.ts';
import { parseValue, tables } from '../state-values.ts';
import type { BatchFields } from '../statement-fields.ts';
import type { TestNetwork } from '../test-network.ts';
import {
  acknowledge,
  codeOf,
  crypto,
  digestOf,
  makeGenesis,
  signerOf,
  startNetwork,
} from '../test-network.ts';
import { acknowledgementsNeeded, channelOf, viewOf } from '../view.ts';

const five = makeGenesis({ validators: ['a1', 'a2', 'a3', 'a4', 'a5'] });

function report(network: TestNetwork, members: readonly string[], fields: Partial<BatchFields> = {}): string {
  return codeOf(network.act('a1', network.batch('a1', members, fields)));
}

function needed(network: TestNetwork, reporter: string, channel = 1): number {
  const view = viewOf(crypto, network.state());
  const found = channelOf(view, channel);
  return found === undefined ? -1 : acknowledgementsNeeded(view, found, reporter);
}

describe('batch', () => {
  it('[G30] goes to an open channel of its reporter, of a kind that channel and modules hold', () => {
    const network = startNetwork(five);
    expect(report(network, ['a2', 'a3'], { channel: 2 })).toBe('channel_unknown');
    expect(report(network, ['a2', 'a3'], { recordKind: 'swap' })).toBe('record_kind_not_in_channel');
    const open = { channel: null, invited: [], removed: [], acknowledgements: 0, activation: 0 } as const;
    network.act('a1', { kind: 'channel', fields: { ...open, recordKinds: ['swap'], status: 'open' } });
    expect(report(network, [], { channel: 2, recordKind: 'swap' })).toBe('record_kind_not_in_modules');
    network.act('a1', {
      kind: 'modules',
      fields: { organization: 'a1', recordKinds: ['battery_pack', 'swap'], activation: 0 },
    });
    expect(report(network, [], { channel: 2, recordKind: 'swap' })).toBe('accepted');
    expect(codeOf(network.act('a2', network.batch('a2', ['a1'], { channel: 2, recordKind: 'swap' })))).toBe(
      'not_a_member',
    );
    const close = { channel: 2, recordKinds: null, acknowledgements: null, status: 'closed' } as const;
    network.act('a1', { kind: 'channel', fields: { ...open, ...close } });
    expect(report(network, [], { channel: 2, recordKind: 'swap' })).toBe('channel_closed');
    expect(report(network, ['a2', 'a3'])).toBe('accepted');
  });

  it('[G31] needs floor(n/2) acknowledgements, at least 1 and at most 31, none where there is no other disk', () => {
    const sizes: readonly (readonly [number, number])[] = [
      [1, 0],
      [2, 1],
      [3, 1],
      [4, 2],
      [5, 2],
      [6, 3],
      [61, 30],
      [62, 31],
      [70, 31],
    ];
    for (const [size, k] of sizes) {
      const validators = Array.from({ length: size }, (_, index) => `v${String(index).padStart(2, '0')}`);
      const genesis = makeGenesis({
        validators,
        purposes: ['statement', 'log', 'cosigning', 'transport', 'validator'],
      });
      expect(needed(startNetwork(genesis), 'v00')).toBe(k);
    }
    const network = startNetwork(five);
    expect(report(network, ['a2'])).toBe('acknowledgements_too_few');
    expect(report(network, ['a2', 'a5'])).toBe('accepted');
  });

  it('[G31] a channel may ask for more', () => {
    const [channel] = five.channels;
    const network = startNetwork({ ...five, channels: [{ ...(channel ?? failure()), acknowledgements: 4 }] });
    expect(report(network, ['a2', 'a3', 'a4'])).toBe('acknowledgements_too_few');
    expect(report(network, ['a2', 'a3', 'a4', 'a5'])).toBe('accepted');
  });

  it('[G32] counts disks: hosted organisations as their host, never the own disk of the reporter', () => {
    const hosted = { h1: 'a1', h2: 'a2', h3: 'a2' };
    const network = startNetwork(makeGenesis({ validators: ['a1', 'a2', 'a3', 'a4'], hosted }));
    expect(needed(network, 'a1')).toBe(2);
    expect(report(network, ['h1', 'a2'])).toBe('acknowledgements_too_few');
    expect(report(network, ['a2', 'h2', 'h3'])).toBe('acknowledgements_too_few');
    expect(report(network, ['a3', 'h2', 'h3'])).toBe('accepted');
    expect(codeOf(network.act('h1', network.batch('h1', ['a1', 'a2'])))).toBe('acknowledgements_too_few');
    expect(codeOf(network.act('h1', network.batch('h1', ['a3', 'h2'])))).toBe('accepted');
  });

  it('[G31] [G33] members that keep no payloads do not count and can not acknowledge', () => {
    const members = five.organizations.map(({ organization }) => ({
      organization,
      keepsPayloads: organization < 'a4',
    }));
    const network = startNetwork({ ...five, channels: [{ members, recordKinds: [], acknowledgements: 0 }] });
    expect(needed(network, 'a1')).toBe(1);
    expect(needed(network, 'a5')).toBe(2);
    expect(report(network, ['a4'])).toBe('acknowledgement_not_a_member');
    expect(report(network, ['a3'])).toBe('accepted');
  });

  it('[G33] refuses an acknowledgement that is forged, of another batch, key or organisation, or the own one', () => {
    const network = startNetwork(five);
    expect(report(network, ['a1', 'a2', 'a3'])).toBe('acknowledgement_own');
    const members = ['a2', 'a3'];
    const withFirst = (change: (item: BatchFields['acknowledgements'][number]) => object): string => {
      const body = network.batch('a1', members);
      if (body.kind !== 'batch') return failure();
      const [first, ...rest] = body.fields.acknowledgements;
      const changed = { ...(first ?? failure()), ...change(first ?? failure()) };
      return codeOf(
        network.act('a1', { ...body, fields: { ...body.fields, acknowledgements: [changed, ...rest] } }),
      );
    };
    expect(withFirst(() => ({}))).toBe('accepted');
    expect(withFirst(() => ({ signature: new Uint8Array(64) }))).toBe('acknowledgement_invalid');
    expect(withFirst(() => ({ keyId: keyIdOf(crypto, signerOf('a3', 'statement').publicKey) }))).toBe(
      'acknowledgement_key_invalid',
    );
    expect(withFirst(() => ({ keyId: keyIdOf(crypto, signerOf('a2', 'transport').publicKey) }))).toBe(
      'acknowledgement_key_invalid',
    );
    expect(withFirst(() => ({ keyId: digestOf('nobody') }))).toBe('acknowledgement_key_invalid');
    const other = {
      network: network.id,
      channel: 1,
      reporter: 'a1',
      sequence: 1,
      recordKind: 'battery_pack',
    };
    const elsewhere = acknowledge('a2', { ...other, count: 10, size: 5000, root: digestOf('other') });
    expect(withFirst(() => elsewhere)).toBe('acknowledgement_invalid');
  });

  it('[G33] refuses an acknowledgement of a suspended member', () => {
    const network = startNetwork(makeGenesis({ validators: ['a1', 'a2', 'a3'], observers: ['o1'] }));
    const suspend = {
      organization: 'o1',
      status: 'suspended',
      role: 'observer',
      host: null,
      keys: [],
      activation: 0,
    } as const;
    network.act('a1', { kind: 'organization', fields: suspend });
    network.wait(5);
    expect(report(network, ['a2', 'o1'])).toBe('acknowledgement_not_a_member');
  });

  it('[G34] [G23] a membership proof under the state root shows that the batch was accepted', () => {
    const network = startNetwork(five);
    const { entry } = network.act('a1', network.batch('a1', ['a2', 'a3']));
    const state = network.state();
    const key = `batch/${entry}`;
    const proven = verifyStateProof(crypto, stateRootOf(crypto, state), key, proveState(crypto, state, key));
    expect(proven.ok && proven.value.isPresent).toBe(true);
    if (!proven.ok || !proven.value.isPresent) return;
    const batch = parseValue(tables.batch, proven.value.value);
    expect(batch.ok && batch.value).toEqual(batchOf(viewOf(crypto, state), entry));
    expect(batch.ok && batch.value).toMatchObject({ reporter: 'a1', sequence: 1, height: 1, voids: [] });
    expect(appHashOf(crypto, state).length).toBe(32);
  });
});

function failure(): never {
  throw new Error('not what the test set up');
}
