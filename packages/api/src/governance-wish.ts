// What an administrator may want of governance: the body of a preview and of an act (spec/governance.md).
import { Type } from 'typebox';
import type { Static, TEnum } from 'typebox';

const closed = { additionalProperties: false };
/** An id as the ledger knows it. */
export const organizationIdText = Type.String({
  pattern: '^[a-z0-9][a-z0-9-]{1,30}$',
  description: 'id of an organisation',
});
const kinds = Type.Array(Type.String({ pattern: '^[a-z][a-z0-9_]{0,31}$' }), { maxItems: 64 });
const activation = Type.Optional(
  Type.Integer({
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'height from which on it holds; the next block unless said',
  }),
);
const recordName = Type.String({
  pattern: '^(0|[1-9][0-9]{0,14})/(0|[1-9][0-9]{0,3})$',
  description: 'ENTRY/LEAF',
});
/** 32 bytes. */
export const hex32 = Type.String({ pattern: '^[0-9a-f]{64}$' });
const hex64 = Type.String({ pattern: '^[0-9a-f]{128}$' });
/** The number of an entry. */
export const entryNumber = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** One of a few words. */
export const words = <const W extends string[]>(...all: W): TEnum<W> => Type.Enum<W>(all);

/** How an organisation takes part. */
export const participation = words('validator', 'observer', 'hosted');
/** Whether an organisation may act. */
export const organizationStatus = words('active', 'suspended', 'retired');
/** What a key is for. */
export const keyPurpose = words(
  'statement',
  'log',
  'cosigning',
  'transport',
  'validator',
  'token_issuer',
  'query_promise',
  'recovery',
);
const note = Type.Optional(
  Type.String({
    maxLength: 2_000,
    description: 'why, for the records of this node; only its salted digest goes on the ledger',
  }),
);

/** A public key with the proof that its holder wants it registered. */
export const keyRegistration = Type.Object({ purpose: keyPurpose, publicKey: hex32, proof: hex64 }, closed);

/** Most records that one request voids. */
export const voidRecordsMax = 4_096;

/** What an administrator may want. */
export const governanceWish = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('modules'),
      organization: organizationIdText,
      recordKinds: Type.Optional(kinds),
      businessType: Type.Optional(
        Type.String({ maxLength: 32, description: 'its preset, instead of recordKinds' }),
      ),
      activation,
    },
    {
      ...closed,
      description: 'which record kinds an organisation may report: all that are named, no others',
    },
  ),
  Type.Object(
    {
      kind: Type.Literal('organization'),
      organization: organizationIdText,
      status: Type.Optional(organizationStatus),
      role: Type.Optional(participation),
      host: Type.Optional(Type.Union([organizationIdText, Type.Null()])),
      keys: Type.Optional(Type.Array(keyRegistration, { maxItems: 8 })),
      activation,
    },
    { ...closed, description: 'admits an organisation (with its keys), or changes what is named of it' },
  ),
  Type.Object(
    {
      kind: Type.Literal('admission'),
      request: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
      recordKinds: Type.Optional(kinds),
      channels: Type.Optional(Type.Array(Type.Integer({ minimum: 1, maximum: 65_536 }), { maxItems: 64 })),
    },
    {
      ...closed,
      description:
        'admits who asked to join: organisation, modules of its business type and invitations to channels, one after the other',
    },
  ),
  Type.Object(
    {
      kind: Type.Literal('key'),
      organization: Type.Optional(organizationIdText),
      add: Type.Optional(Type.Array(keyRegistration, { maxItems: 8 })),
      end: Type.Optional(Type.Array(hex32, { maxItems: 8, description: 'kids to end without a new key' })),
      activation,
    },
    closed,
  ),
  Type.Object(
    {
      kind: Type.Literal('key_rotation'),
      purposes: Type.Array(keyPurpose, { minItems: 1, maxItems: 8 }),
      activation,
    },
    { ...closed, description: 'this node makes new keys for these purposes and registers them' },
  ),
  Type.Object(
    {
      kind: Type.Literal('channel'),
      channel: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 65_536, description: 'a new one unless said' }),
      ),
      invite: Type.Optional(Type.Array(organizationIdText, { maxItems: 512 })),
      keepsPayloads: Type.Optional(
        Type.Boolean({ description: 'whether who is invited stores; true unless said' }),
      ),
      remove: Type.Optional(Type.Array(organizationIdText, { maxItems: 512 })),
      recordKinds: Type.Optional(kinds),
      acknowledgements: Type.Optional(Type.Integer({ minimum: 0, maximum: 128 })),
      status: Type.Optional(words('open', 'closed')),
      activation,
    },
    closed,
  ),
  Type.Object(
    {
      kind: Type.Literal('policy'),
      voidApprovals: Type.Optional(Type.Integer({ minimum: 0, maximum: 16 })),
      reporterVoidApprovals: Type.Optional(Type.Integer({ minimum: 0, maximum: 16 })),
      codes: Type.Optional(words('lenient', 'strict')),
      backupDaysMax: Type.Optional(Type.Integer({ minimum: 0, maximum: 3650 })),
      pendingBlocksMax: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000_000 })),
      isLogPublic: Type.Optional(Type.Boolean()),
      activation,
    },
    { ...closed, description: 'what is not named stays as it is' },
  ),
  Type.Object(
    {
      kind: Type.Literal('resolution'),
      records: Type.Array(recordName, { minItems: 2, maxItems: 64 }),
      upheld: Type.Array(recordName, { maxItems: 64, description: 'those of them that stand' }),
      note,
    },
    { ...closed, description: 'settles a conflict; every reporter of the records has to agree' },
  ),
  Type.Object(
    {
      kind: Type.Literal('void'),
      records: Type.Array(recordName, { minItems: 1, maxItems: voidRecordsMax }),
      mode: words('keep', 'erase'),
      reason: words('mistake', 'duplicate', 'replaced', 'personal_data', 'unlawful', 'court_order', 'other'),
      replacements: Type.Optional(
        Type.Array(recordName, {
          maxItems: voidRecordsMax,
          description: 'one for each record, with `replaced`',
        }),
      ),
      note,
    },
    closed,
  ),
  Type.Object({ kind: Type.Literal('vote'), entry: entryNumber, approves: Type.Boolean(), note }, closed),
]);

/** A wish as a value. */
export type GovernanceWish = Static<typeof governanceWish>;
