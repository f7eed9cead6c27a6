import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { batchOf, deletionDutiesOf, voidOf } from '../batch-view.ts';
import { DEFAULT_POLICY } from '../policy.ts';
import type { VoidedRange } from '../state-values.ts';
import type { VoidFields } from '../statement-fields.ts';
import type { TestNetwork } from '../test-network.ts';
import { codeOf, crypto, digestOf, makeGenesis, startNetwork } from '../test-network.ts';
import { viewOf } from '../view.ts';
import { withVoid } from './void.ts';

const genesis = makeGenesis({ validators: ['mgmt', 'maker', 'cars'], observers: ['shop'] });

/** A network with a batch of 10 by `maker` in entry 0. */
function withBatch(policy = {}): TestNetwork {
  const network = startNetwork({ ...genesis, policy: { ...DEFAULT_POLICY, ...policy } });
  network.act('maker', network.batch('maker', ['mgmt', 'cars']));
  return network;
}

function voiding(fields: Partial<VoidFields> = {}): { kind: 'void'; fields: VoidFields } {
  const ranges = [{ first: 2, last: 4, replacement: null }];
  return {
    kind: 'void',
    fields: {
      channel: 1,
      entry: 0,
      ranges,
      reason: 'mistake',
      digest: digestOf('why'),
      mode: 'keep',
      ...fields,
    },
  };
}

function statusOf(network: TestNetwork, leaf: number): string {
  const batch = batchOf(viewOf(crypto, network.state()), 0);
  return (batch && voidOf(batch, leaf)?.mode) ?? 'in force';
}

function done(
  stage: 'live' | 'backups',
  entry: number,
  day: number | null = stage === 'live' ? 20_800 : null,
): Parameters<TestNetwork['act']>[1] {
  return { kind: 'void_done', fields: { channel: 1, entry, stage, backupsExpireOn: day } };
}

describe('void', () => {
  it('[G40] the reporter voids its own records at once', () => {
    const network = withBatch();
    expect(codeOf(network.act('maker', voiding()))).toBe('accepted');
    expect([1, 2, 4, 5].map((leaf) => statusOf(network, leaf))).toEqual([
      'in force',
      'keep',
      'keep',
      'in force',
    ]);
  });

  it('[G40] refuses unknown batches and leaves, another channel, and anyone else', () => {
    const network = withBatch();
    expect(codeOf(network.act('maker', voiding({ entry: 7 })))).toBe('batch_unknown');
    expect(codeOf(network.act('maker', voiding({ channel: 2 })))).toBe('channel_mismatch');
    const beyond = [{ first: 9, last: 10, replacement: null }];
    expect(codeOf(network.act('maker', voiding({ ranges: beyond })))).toBe('leaf_unknown');
    expect(codeOf(network.act('cars', voiding()))).toBe('not_entitled');
  });

  it('[G41] [G10] the managing organisation needs one more member', () => {
    const network = withBatch();
    const { entry, outcome } = network.act('mgmt', voiding());
    expect(outcome.status).toBe('pending');
    expect(statusOf(network, 3)).toBe('in force');
    const vote = { kind: 'vote', fields: { entry, approves: true } } as const;
    expect(codeOf(network.act('mgmt', vote))).toBe('not_entitled');
    const decided = network.act('cars', vote);
    expect(decided.outcome).toEqual({ status: 'accepted', decision: { entry, status: 'applied' } });
    expect(statusOf(network, 3)).toBe('keep');
    expect(batchOf(viewOf(crypto, network.state()), 0)?.voids[0]?.entry).toBe(entry);
  });

  it('[G41] the policy relaxes and tightens it', () => {
    const relaxed = withBatch({ voidApprovals: 0 });
    expect(codeOf(relaxed.act('mgmt', voiding()))).toBe('accepted');
    const tight = withBatch({ reporterVoidApprovals: 16 });
    const { entry } = tight.act('maker', voiding());
    for (const voter of ['mgmt', 'cars', 'shop']) {
      expect(statusOf(tight, 3)).toBe('in force');
      tight.act(voter, { kind: 'vote', fields: { entry, approves: true } });
    }
    expect(statusOf(tight, 3)).toBe('keep');
  });

  it('[G41] is refused where nobody could approve', () => {
    const alone = startNetwork({
      ...makeGenesis({ validators: ['mgmt'] }),
      policy: { ...DEFAULT_POLICY, reporterVoidApprovals: 1 },
    });
    alone.act('mgmt', alone.batch('mgmt', []));
    expect(codeOf(alone.act('mgmt', voiding()))).toBe('approvers_missing');
  });

  it('[G42] a record is voided once, and from keep to erase', () => {
    const network = withBatch();
    network.act('maker', voiding());
    expect(codeOf(network.act('maker', voiding()))).toBe('already_void');
    expect(
      codeOf(network.act('maker', voiding({ ranges: [{ first: 4, last: 9, replacement: null }] }))),
    ).toBe('already_void');
    const all = [{ first: 0, last: 9, replacement: null }];
    expect(codeOf(network.act('maker', voiding({ ranges: all, mode: 'erase' })))).toBe('accepted');
    expect(codeOf(network.act('maker', voiding({ ranges: all, mode: 'erase' })))).toBe('already_void');
    expect([0, 3, 9].map((leaf) => statusOf(network, leaf))).toEqual(['erase', 'erase', 'erase']);
  });

  it('[G42] void ranges stay disjoint, ascending and complete, and keep what replaces them', () => {
    const range = fc
      .tuple(fc.nat(99), fc.nat(30))
      .map(([first, more]) => ({ first, last: Math.min(99, first + more) }));
    fc.assert(
      fc.property(fc.array(range, { maxLength: 12 }), (list) => {
        let ranges: readonly VoidedRange[] = [];
        const byLeaf = new Map<number, { entry: number; replaced: number | undefined }>();
        for (const [entry, { first, last }] of list.entries()) {
          const replacement = entry % 2 === 0 ? { entry: 1000 + entry, leaf: first } : null;
          ranges = withVoid(ranges, { first, last, entry, mode: 'keep', replacement });
          for (let leaf = first; leaf <= last; leaf++) {
            const replaced = replacement === null ? byLeaf.get(leaf)?.replaced : replacement.entry;
            byLeaf.set(leaf, { entry, replaced });
          }
        }
        for (const [index, { first, last }] of ranges.entries()) {
          expect(first).toBeLessThanOrEqual(last);
          expect(first).toBeGreaterThan(ranges[index - 1]?.last ?? -1);
        }
        for (let leaf = 0; leaf < 100; leaf++) {
          const found = ranges.find((item) => item.first <= leaf && leaf <= item.last);
          expect(found?.entry).toBe(byLeaf.get(leaf)?.entry);
          expect(found?.replacement?.entry).toBe(byLeaf.get(leaf)?.replaced);
          const { replacement, first = 0 } = found ?? {};
          expect((replacement?.leaf ?? first) + leaf - first).toBe(leaf);
        }
      }),
    );
  });

  it('[G43] what is replaced names later records of the same reporter, channel and kind', () => {
    const network = withBatch();
    network.act('maker', network.batch('maker', ['mgmt', 'cars'], { count: 3 }));
    network.act('cars', network.batch('cars', ['mgmt', 'maker']));
    const replacing = (entry: number, leaf: number): string =>
      codeOf(
        network.act(
          'maker',
          voiding({ reason: 'replaced', ranges: [{ first: 2, last: 4, replacement: { entry, leaf } }] }),
        ),
      );
    expect(codeOf(network.act('maker', voiding({ reason: 'replaced' })))).toBe('replacement_mismatch');
    const reason = {
      reason: 'mistake',
      ranges: [{ first: 2, last: 4, replacement: { entry: 1, leaf: 0 } }],
    } as const;
    expect(codeOf(network.act('maker', voiding(reason)))).toBe('replacement_mismatch');
    expect(replacing(0, 6)).toBe('replacement_mismatch');
    expect(replacing(2, 0)).toBe('replacement_mismatch');
    expect(replacing(1, 1)).toBe('replacement_unknown');
    expect(replacing(9, 0)).toBe('replacement_unknown');
    expect(replacing(1, 0)).toBe('accepted');
  });
});

describe('void_done', () => {
  it('[G44] comes from who may hold the records, after a void that erases', () => {
    const network = withBatch();
    const kept = network.act('maker', voiding()).entry;
    const range = [{ first: 8, last: 8, replacement: null }];
    const erased = network.act('maker', voiding({ ranges: range, mode: 'erase' })).entry;
    expect(codeOf(network.act('cars', done('live', kept)))).toBe('void_keeps');
    expect(codeOf(network.act('cars', done('live', 0)))).toBe('void_unknown');
    const leave = {
      channel: 1,
      invited: [],
      removed: ['shop'],
      recordKinds: null,
      acknowledgements: null,
    } as const;
    expect(
      codeOf(network.act('shop', { kind: 'channel', fields: { ...leave, status: 'open', activation: 0 } })),
    ).toBe('accepted');
    network.wait(10);
    expect(codeOf(network.act('shop', done('live', erased)))).toBe('accepted');
    const duties = deletionDutiesOf(viewOf(crypto, network.state()), erased);
    expect(duties.map(({ organization, done: state }) => [organization, state?.stage])).toEqual([
      ['cars', undefined],
      ['maker', undefined],
      ['mgmt', undefined],
      ['shop', 'live'],
    ]);
    expect(deletionDutiesOf(viewOf(crypto, network.state()), kept)).toEqual([]);
    const later = network.act('maker', network.batch('maker', ['mgmt'])).entry;
    const laterVoid = network.act('maker', voiding({ entry: later, mode: 'erase' })).entry;
    expect(codeOf(network.act('shop', done('live', laterVoid)))).toBe('not_a_member');
  });

  it('[G45] first live copies with a day, then backups', () => {
    const network = withBatch();
    const { entry } = network.act('maker', voiding({ mode: 'erase' }));
    expect(codeOf(network.act('cars', done('backups', entry)))).toBe('deletion_stage_wrong');
    expect(codeOf(network.act('cars', done('live', entry, null)))).toBe('deletion_stage_wrong');
    expect(codeOf(network.act('cars', done('live', entry)))).toBe('accepted');
    expect(codeOf(network.act('cars', done('live', entry)))).toBe('deletion_stage_wrong');
    expect(codeOf(network.act('cars', done('backups', entry, 5)))).toBe('deletion_stage_wrong');
    expect(codeOf(network.act('cars', done('backups', entry)))).toBe('accepted');
    expect(codeOf(network.act('cars', done('backups', entry)))).toBe('deletion_stage_wrong');
    const [cars] = deletionDutiesOf(viewOf(crypto, network.state()), entry);
    expect(cars?.done).toMatchObject({ stage: 'backups', backupsExpireOn: 20_800 });
  });
});

describe('resolution', () => {
  const records = [
    { entry: 0, leaf: 1 },
    { entry: 1, leaf: 2 },
  ];
  const resolution = {
    kind: 'resolution',
    fields: { channel: 1, records, upheld: records.slice(1), digest: null },
  } as const;

  it('[G47] names records that exist, and of these those that stand', () => {
    const network = withBatch();
    network.act('cars', network.batch('cars', ['mgmt', 'maker']));
    const change = (fields: object): string =>
      codeOf(network.act('maker', { ...resolution, fields: { ...resolution.fields, ...fields } }));
    expect(
      change({
        records: [
          { entry: 0, leaf: 1 },
          { entry: 5, leaf: 1 },
        ],
      }),
    ).toBe('batch_unknown');
    expect(
      change({
        records: [
          { entry: 0, leaf: 1 },
          { entry: 1, leaf: 10 },
        ],
      }),
    ).toBe('leaf_unknown');
    expect(change({ channel: 3 })).toBe('channel_mismatch');
    expect(change({ upheld: [{ entry: 0, leaf: 2 }] })).toBe('upheld_not_in_conflict');
  });

  it('[G48] every reporter agrees; the managing organisation stands in for one that may not act', () => {
    const network = withBatch();
    network.act('cars', network.batch('cars', ['mgmt', 'maker']));
    expect(codeOf(network.act('shop', resolution))).toBe('not_entitled');
    const { entry, outcome } = network.act('maker', resolution);
    expect(outcome.status).toBe('pending');
    expect(codeOf(network.act('mgmt', { kind: 'vote', fields: { entry, approves: true } }))).toBe(
      'not_entitled',
    );
    const suspended = {
      organization: 'cars',
      status: 'suspended',
      role: 'validator',
      host: null,
      keys: [],
    } as const;
    network.act('mgmt', { kind: 'organization', fields: { ...suspended, activation: 0 } });
    const decided = network.act('mgmt', { kind: 'vote', fields: { entry, approves: true } });
    expect(decided.outcome).toEqual({ status: 'accepted', decision: { entry, status: 'applied' } });
  });
});
