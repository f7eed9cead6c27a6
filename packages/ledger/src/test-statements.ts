// Arbitrary statement bodies of every kind, for property tests.
import { encodeHex } from '@suyuan/log';
import * as fc from 'fast-check';

import { KEY_PURPOSES } from './key.ts';
import type { FieldsByKind, StatementKind } from './statement-fields.ts';
import type { StatementBody } from './statement.ts';
import { DEFAULT_POLICY } from './policy.ts';

type Fields = { readonly [K in StatementKind]: fc.Arbitrary<FieldsByKind[K]> };

const id = fc.stringMatching(/^[a-z0-9][a-z0-9-]{1,30}$/);
const ids = (minLength: number): fc.Arbitrary<string[]> => sortedBy(id, (item) => item, minLength);
const kind = fc.constantFrom('battery_module', 'battery_pack', 'swap', 'air_hour');
const kinds = sortedBy(kind, (item) => item, 0);
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
const signature = fc.uint8Array({ minLength: 64, maxLength: 64 });
const channel = fc.integer({ min: 1, max: 0xffff_ffff });
const count = fc.maxSafeNat();
const leaf = fc.nat(4095);
const name = fc.record({ entry: count, leaf });
const registration = fc.record({
  purpose: fc.constantFrom(...KEY_PURPOSES),
  publicKey: hash,
  proof: signature,
});
const registrations = sortedBy(registration, ({ purpose }) => KEY_PURPOSES.indexOf(purpose), 0);

const fields: Fields = {
  batch: fc.record({
    channel,
    recordKind: kind,
    count: fc.integer({ min: 1, max: 4096 }),
    root: hash,
    size: fc.integer({ min: 1, max: 8 * 1024 * 1024 }),
    createdAt: count,
    acknowledgements: sortedBy(
      fc.record({ organization: id, keyId: hash, signature }),
      (item) => item.organization,
      0,
    ),
  }),
  void: fc.record({
    channel,
    entry: count,
    ranges: fc
      .array(fc.tuple(leaf, fc.option(name, { nil: null })), { minLength: 1, maxLength: 5 })
      .map((items) =>
        [...new Map(items).entries()]
          .sort(([a], [b]) => a - b)
          .map(([first, replacement]) => ({ first, last: first, replacement })),
      ),
    reason: fc.constantFrom(
      'mistake',
      'duplicate',
      'replaced',
      'personal_data',
      'unlawful',
      'court_order',
      'other',
    ),
    digest: fc.option(hash, { nil: null }),
    mode: fc.constantFrom('keep', 'erase'),
  }),
  void_done: fc.record({
    channel,
    entry: count,
    stage: fc.constantFrom('live', 'backups'),
    backupsExpireOn: fc.option(fc.nat(1_000_000), { nil: null }),
  }),
  resolution: fc.record({
    channel,
    records: sortedBy(name, nameOrder, 2),
    upheld: sortedBy(name, nameOrder, 0),
    digest: fc.option(hash, { nil: null }),
  }),
  organization: fc.record({
    organization: id,
    status: fc.constantFrom('active', 'suspended', 'retired'),
    role: fc.constantFrom('validator', 'observer', 'hosted'),
    host: fc.option(id, { nil: null }),
    keys: registrations,
    activation: count,
  }),
  key: fc.record({
    organization: id,
    add: registrations,
    end: sortedBy(hash, encodeHex, 0),
    activation: count,
  }),
  modules: fc.record({ organization: id, recordKinds: kinds, activation: count }),
  channel: fc.record({
    channel: fc.option(channel, { nil: null }),
    invited: sortedBy(
      fc.record({ organization: id, keepsPayloads: fc.boolean() }),
      (item) => item.organization,
      0,
    ),
    removed: ids(0),
    recordKinds: fc.option(kinds, { nil: null }),
    acknowledgements: fc.option(fc.nat(128), { nil: null }),
    status: fc.constantFrom('open', 'closed'),
    activation: count,
  }),
  policy: fc.record({
    policy: fc.record({
      voidApprovals: fc.nat(16),
      reporterVoidApprovals: fc.nat(16),
      codes: fc.constantFrom('lenient', 'strict'),
      schemaVersions: sortedBy(
        fc.record({ recordKind: kind, version: fc.integer({ min: 1, max: 0xffff }) }),
        (item) => item.recordKind,
        0,
      ),
      backupDaysMax: fc.nat(3650),
      epochSeconds: fc.constant(DEFAULT_POLICY.epochSeconds),
      pendingBlocksMax: fc.integer({ min: 1, max: 1000 }),
      isLogPublic: fc.boolean(),
    }),
    activation: count,
  }),
  grant: fc.record({ dataset: kind, organization: id, isGiven: fc.boolean() }),
  vote: fc.record({ entry: count, approves: fc.boolean() }),
  audit: fc.record({
    channel: fc.option(channel, { nil: null }),
    treeSize: fc.integer({ min: 1 }),
    stateRoot: hash,
    nonce: hash,
    roots: sortedBy(fc.record({ organization: id, root: hash }), (item) => item.organization, 1),
    findings: hash,
    outcome: fc.constantFrom('consistent', 'different', 'incomplete'),
  }),
  anchor: fc.record({
    purpose: fc.constantFrom('audit_trail', 'query_log', 'shard', 'hint', 'token_key'),
    name: fc.stringMatching(/^[a-z0-9][a-z0-9._/-]{0,63}$/),
    size: count,
    digest: hash,
  }),
};

/** Any body that the format allows. Each kind is as likely as any other. */
export const anyBody: fc.Arbitrary<StatementBody> = fc.oneof(
  fields.batch.map((value) => ({ kind: 'batch' as const, fields: value })),
  fields.void.map((value) => ({ kind: 'void' as const, fields: value })),
  fields.void_done.map((value) => ({ kind: 'void_done' as const, fields: value })),
  fields.resolution.map((value) => ({ kind: 'resolution' as const, fields: value })),
  fields.organization.map((value) => ({ kind: 'organization' as const, fields: value })),
  fields.key.map((value) => ({ kind: 'key' as const, fields: value })),
  fields.modules.map((value) => ({ kind: 'modules' as const, fields: value })),
  fields.channel.map((value) => ({ kind: 'channel' as const, fields: value })),
  fields.policy.map((value) => ({ kind: 'policy' as const, fields: value })),
  fields.grant.map((value) => ({ kind: 'grant' as const, fields: value })),
  fields.vote.map((value) => ({ kind: 'vote' as const, fields: value })),
  fields.audit.map((value) => ({ kind: 'audit' as const, fields: value })),
  fields.anchor.map((value) => ({ kind: 'anchor' as const, fields: value })),
);

function nameOrder({ entry, leaf: at }: { readonly entry: number; readonly leaf: number }): string {
  return `${String(entry).padStart(16, '0')} ${String(at).padStart(4, '0')}`;
}

function sortedBy<T>(
  item: fc.Arbitrary<T>,
  by: (item: T) => string | number,
  minLength: number,
): fc.Arbitrary<T[]> {
  return fc
    .uniqueArray(item, { selector: by, minLength, maxLength: 6 })
    .map((items) => items.sort((a, b) => (by(a) < by(b) ? -1 : 1)));
}
