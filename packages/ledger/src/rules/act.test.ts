// Random chains of statements that nearly make sense: most rules are reached, many acts wait, are voted on, expire.
import { compareBytes } from '@suyuan/log';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { applyBlock } from '../apply-block.ts';
import { encodeGenesis, genesisState } from '../genesis.ts';
import type { KeyPurpose } from '../key.ts';
import { KEY_PURPOSES, keyIdOf, registerKey } from '../key.ts';
import { appHashOf } from '../ledger-state.ts';
import { DEFAULT_POLICY } from '../policy.ts';
import { encodeSnapshot, parseSnapshot, rowsOf } from '../snapshot.ts';
import type { StatementBody } from '../statement.ts';
import { parseValue, tables } from '../state-values.ts';
import type { Table } from '../state-values.ts';
import type { TestNetwork } from '../test-network.ts';
import { crypto, digestOf, makeGenesis, must, signerOf, startNetwork } from '../test-network.ts';
import { isKeyValid, organizationsOf, validatorsOf, viewOf } from '../view.ts';

const founders = ['v1', 'v2', 'v3', 'v4', 'w1', 'h1'];
const genesis = makeGenesis({ validators: founders.slice(0, 4), observers: ['w1'], hosted: { h1: 'w1' } });
const orgs = [...founders, 'n1', 'n2'];

const org = fc.constantFrom(...orgs);
const entry = fc.oneof(fc.nat(3), fc.nat(40));
const activation = fc.oneof(fc.constant(0), fc.nat(30));
const set = (max = 3): fc.Arbitrary<string[]> =>
  fc.uniqueArray(org, { maxLength: max }).map((items) => items.sort());
const purposes = fc.uniqueArray(fc.constantFrom(...KEY_PURPOSES), { minLength: 1, maxLength: 3 });
const generation = fc.nat(3);

type Step = (network: TestNetwork, issuer: string) => StatementBody;

function keys(
  network: TestNetwork,
  organization: string,
  wanted: readonly KeyPurpose[],
  round: number,
): ReturnType<typeof registerKey>[] {
  const context = network.id;
  return KEY_PURPOSES.filter((purpose) => wanted.includes(purpose)).map((purpose) =>
    registerKey({ context, organization, purpose }, signerOf(organization, purpose, round)),
  );
}

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ entry, approves: fc.boolean() }).map((fields): Step => () => ({
      kind: 'vote',
      fields,
    })),
  },
  {
    weight: 2,
    arbitrary: fc.subarray(founders, { minLength: 1 }).map((members): Step => (network, reporter) => {
      const others = members.filter((member) => member !== reporter);
      return network.batch(reporter, others);
    }),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({
        entry,
        first: fc.nat(9),
        more: fc.nat(3),
        erase: fc.boolean(),
        replaced: fc.option(entry, { nil: null }),
      })
      .map(({ entry: at, first, more, erase, replaced }): Step => () => {
        const replacement = replaced === null ? null : { entry: replaced, leaf: 0 };
        const ranges = [{ first, last: first + more, replacement }];
        const reason = replaced === null ? 'mistake' : 'replaced';
        return {
          kind: 'void',
          fields: { channel: 1, entry: at, ranges, reason, digest: null, mode: erase ? 'erase' : 'keep' },
        };
      }),
  },
  fc.record({ entry, live: fc.boolean() }).map(({ entry: at, live }): Step => () => ({
    kind: 'void_done',
    fields: { channel: 1, entry: at, stage: live ? 'live' : 'backups', backupsExpireOn: live ? 1 : null },
  })),
  fc.tuple(entry, entry).map(([a, b]): Step => () => {
    const records = [
      { entry: Math.min(a, b), leaf: 0 },
      { entry: Math.max(a, b), leaf: 1 },
    ];
    return { kind: 'resolution', fields: { channel: 1, records, upheld: [], digest: null } };
  }),
  fc
    .record({
      organization: org,
      status: fc.constantFrom('active', 'active', 'suspended', 'retired'),
      role: fc.constantFrom('validator', 'observer', 'hosted'),
      host: fc.option(org, { nil: null }),
      purposes: fc.constantFrom<readonly KeyPurpose[]>([], KEY_PURPOSES),
      activation,
    })
    .map((fields): Step => (network) => {
      const { organization, status, role, host } = fields;
      const registered = keys(network, organization, fields.purposes, 0);
      return {
        kind: 'organization',
        fields: { organization, status, role, host, keys: registered, activation: fields.activation },
      };
    }),
  fc
    .record({
      organization: org,
      purposes,
      end: fc.oneof(fc.constant<readonly KeyPurpose[]>([]), purposes),
      generation,
      activation,
    })
    .map((fields): Step => (network) => {
      const { organization } = fields;
      const ended: readonly KeyPurpose[] = fields.end;
      const end = ended
        .map((purpose) => keyIdOf(crypto, signerOf(organization, purpose, fields.generation).publicKey))
        .sort(compareBytes);
      const add = keys(network, organization, fields.purposes, fields.generation);
      return { kind: 'key', fields: { organization, add, end, activation: fields.activation } };
    }),
  fc.record({ organization: org, activation }).map((fields): Step => () => ({
    kind: 'modules',
    fields: { ...fields, recordKinds: ['battery_pack'] },
  })),
  fc
    .record({
      channel: fc.option(fc.integer({ min: 1, max: 3 }), { nil: null }),
      invited: set(),
      removed: set(1),
      keeps: fc.boolean(),
      closed: fc.boolean(),
      activation,
    })
    .map((fields): Step => () => ({
      kind: 'channel',
      fields: {
        channel: fields.channel,
        invited: fields.invited.map((organization) => ({ organization, keepsPayloads: fields.keeps })),
        removed: fields.removed,
        recordKinds: fields.keeps ? [] : null,
        acknowledgements: fields.keeps ? 1 : null,
        status: fields.closed && fields.channel === 2 ? 'closed' : 'open',
        activation: fields.activation,
      },
    })),
  fc
    .record({ voidApprovals: fc.nat(3), pendingBlocksMax: fc.integer({ min: 1, max: 20 }), activation })
    .map((fields): Step => () => {
      const { voidApprovals, pendingBlocksMax } = fields;
      const policy = { ...DEFAULT_POLICY, voidApprovals, pendingBlocksMax };
      return { kind: 'policy', fields: { policy, activation: fields.activation } };
    }),
  fc.record({ organization: org, isGiven: fc.boolean() }).map((fields): Step => () => ({
    kind: 'grant',
    fields: { ...fields, dataset: 'air' },
  })),
  fc.record({ size: fc.nat(5) }).map(({ size }): Step => () => ({
    kind: 'anchor',
    fields: { purpose: 'query_log', name: 'air', size, digest: digestOf(`${size}`) },
  })),
);

const issuer = fc.oneof(fc.constant('v1'), org);
const chain = fc.array(fc.array(fc.tuple(issuer, step), { maxLength: 5 }), { minLength: 5, maxLength: 30 });

function tableOf(key: string): Table<unknown> {
  const found = Object.values(tables).find(({ name }) => key === name || key.startsWith(`${name}/`));
  if (found === undefined) throw new Error(`no table for ${key}`);
  return found;
}

describe('random chains', () => {
  it('[G4] [G7] every value stays readable, invariants hold, and a replay from stored blocks arrives at the same state', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(chain, (blocks) => {
        const network = startNetwork(genesis);
        const history: { height: number; statements: readonly Uint8Array[] }[] = [];
        const first = network.sign('v2', network.batch('v2', ['v1', 'v3', 'v4']));
        history.push({ height: network.apply(first).state.height, statements: [first] });
        for (const block of blocks) {
          const statements = block.map(([from, body]) => network.sign(from, body(network, from)));
          const applied = network.apply(...statements);
          history.push({ height: applied.state.height, statements });
          for (const { key, value } of applied.changes) {
            if (value !== undefined) must(parseValue(tableOf(key), value));
          }
          for (const { outcome, statement } of applied.entries) {
            reached.add(
              `${statement.body.kind} ${outcome.status === 'refused' ? outcome.rejection.code : outcome.status}`,
            );
          }
          checkInvariants(network);
        }
        replay(network, history);
      }),
      { numRuns: 30, seed: 1 },
    );
    // The chains do reach what they are for.
    for (const outcome of [
      'batch accepted',
      'void pending',
      'vote accepted',
      'key accepted',
      'channel accepted',
    ]) {
      expect(reached).toContain(outcome);
    }
  });
});

function checkInvariants(network: TestNetwork): void {
  const view = viewOf(crypto, network.state());
  expect(validatorsOf(view).length).toBeGreaterThan(0);
  for (const id of organizationsOf(view)) {
    for (const purpose of KEY_PURPOSES) {
      const valid = (view.read(tables.keys, id) ?? []).filter(
        (key) => key.purpose === purpose && isKeyValid(key, view.height),
      );
      expect(valid.length, `${id} ${purpose}`).toBeLessThanOrEqual(1);
    }
  }
}

function replay(
  network: TestNetwork,
  history: readonly { height: number; statements: readonly Uint8Array[] }[],
): void {
  let state = must(genesisState(crypto, encodeGenesis(genesis)));
  for (const block of history) {
    state = applyBlock(crypto, state, block).state;
    state = must(parseSnapshot(crypto, encodeSnapshot(state), appHashOf(crypto, state)));
  }
  expect(rowsOf(state)).toEqual(rowsOf(network.state()));
  expect(appHashOf(crypto, state)).toEqual(appHashOf(crypto, network.state()));
}
