// From what an administrator wants to the statements that say it (spec/governance.md, N1 to N4). What is not named
// stays as the ledger has it; every body is read back by the ledger's own codec, so its form is right.
import type { GovernanceWish } from '@suyuan/api';
import { recordKindsOfBusiness } from '@suyuan/battery';
import type { ChannelFields, KeyRegistration, StatementBody, View, VoidFields } from '@suyuan/ledger';
import {
  batchOf,
  channelOf,
  encodeBody,
  KEY_PURPOSES,
  organizationOf,
  parseBody,
  policyOf,
} from '@suyuan/ledger';
import type { Rejection, Result } from '@suyuan/log';
import { ok, parseHex, reject } from '@suyuan/log';

import { parseRecordName, parseRecordNames, rangesOf } from './name-records.ts';
import type { NamedVoid } from './name-records.ts';

/** Statements that fulfil one wish. */
export interface BuiltActs {
  readonly bodies: readonly StatementBody[];
  /** Whether each needs the one before to be in force. */
  readonly isChain: boolean;
  /** The request to join that is decided by it. */
  readonly request?: number;
}

/** Why a wish cannot be said. */
export type WishRejection = Rejection<
  'governance_wish_invalid' | 'record_not_found' | 'join_request_not_found' | 'organization_unknown'
> & { readonly detail?: string };

/** A request to join, as an admission needs it. */
export interface Joining {
  readonly id: number;
  readonly organization: string;
  readonly role: 'validator' | 'observer' | 'hosted';
  readonly host: string | null;
  readonly businessType: string;
  readonly keys: readonly KeyRegistration[];
}

/** What building needs beside the wish. */
export interface WishSurroundings {
  readonly view: View;
  readonly organization: string;
  /** The salted digest of the note, where there is one. */
  readonly digest: Uint8Array | null;
  /** New keys of this node for a rotation. */
  readonly newKeys: readonly KeyRegistration[];
  /** The request that an admission names. */
  readonly joining: Joining | undefined;
}

/** Most ranges in one void statement. */
const RANGES_MAX = 256;

type Wish<K extends GovernanceWish['kind']> = Extract<GovernanceWish, { readonly kind: K }>;

/** The statements of a wish, each of a form that the ledger reads. */
export function buildActs(wish: GovernanceWish, around: WishSurroundings): Result<BuiltActs, WishRejection> {
  const built = build(wish, around);
  if (!built.ok) return built;
  const unreadable = built.value.bodies.some((body) => parseBody(encodeBody(body)) === undefined);
  return unreadable || built.value.bodies.length === 0 ? invalid('a value is out of its bounds') : built;
}

function build(wish: GovernanceWish, around: WishSurroundings): Result<BuiltActs, WishRejection> {
  switch (wish.kind) {
    case 'modules':
      return buildModules(wish);
    case 'organization':
      return buildOrganization(wish, around);
    case 'admission':
      return buildAdmission(wish, around);
    case 'key':
      return buildKey(wish, around);
    case 'key_rotation': {
      const { organization, newKeys } = around;
      const fields = { organization, add: sortedKeys(newKeys), end: [], activation: wish.activation ?? 0 };
      return one({ kind: 'key', fields });
    }
    case 'channel':
      return buildChannel(wish, around);
    case 'policy':
      return buildPolicy(wish, around);
    case 'resolution':
      return buildResolution(wish, around);
    case 'void':
      return buildVoids(wish, around);
    case 'vote':
    default:
      return one({ kind: 'vote', fields: { entry: wish.entry, approves: wish.approves } });
  }
}

function buildModules({ organization, recordKinds, businessType, activation = 0 }: Wish<'modules'>) {
  const preset = businessType === undefined ? undefined : recordKindsOfBusiness(businessType);
  const kinds = recordKinds ?? preset;
  if (kinds === undefined) return invalid('recordKinds or a known businessType is needed');
  return one({ kind: 'modules', fields: { organization, recordKinds: sorted(kinds), activation } });
}

function buildOrganization(
  wish: Wish<'organization'>,
  { view }: WishSurroundings,
): Result<BuiltActs, WishRejection> {
  const { organization, activation = 0 } = wish;
  const now = organizationOf(view, organization);
  const role = wish.role ?? now?.role;
  if (role === undefined) return reject({ code: 'organization_unknown' });
  const host = role === 'hosted' ? (wish.host ?? now?.host ?? null) : null;
  const status = wish.status ?? now?.status ?? 'active';
  const keys = registrationsOf(wish.keys ?? []);
  return one({ kind: 'organization', fields: { organization, status, role, host, keys, activation } });
}

/** Membership first; modules and channels once it is there. */
function buildAdmission(
  wish: Wish<'admission'>,
  { joining }: WishSurroundings,
): Result<BuiltActs, WishRejection> {
  if (joining === undefined) return reject({ code: 'join_request_not_found' });
  const { organization, role, host, keys, businessType } = joining;
  const recordKinds = wish.recordKinds ?? recordKindsOfBusiness(businessType) ?? [];
  const admitted: StatementBody = {
    kind: 'organization',
    fields: { organization, status: 'active', role, host, keys: sortedKeys(keys), activation: 0 },
  };
  const modules: StatementBody = {
    kind: 'modules',
    fields: { organization, recordKinds: sorted(recordKinds), activation: 0 },
  };
  const invitations = (wish.channels ?? []).map((channel): StatementBody => ({
    kind: 'channel',
    fields: {
      channel,
      invited: [{ organization, keepsPayloads: true }],
      removed: [],
      recordKinds: null,
      acknowledgements: null,
      status: 'open',
      activation: 0,
    },
  }));
  return ok({ bodies: [admitted, modules, ...invitations], isChain: true, request: joining.id });
}

function buildKey(wish: Wish<'key'>, around: WishSurroundings): Result<BuiltActs, WishRejection> {
  const end = sorted(wish.end ?? []).map(bytesOf);
  const organization = wish.organization ?? around.organization;
  const add = registrationsOf(wish.add ?? []);
  return one({ kind: 'key', fields: { organization, add, end, activation: wish.activation ?? 0 } });
}

function buildChannel(wish: Wish<'channel'>, { view }: WishSurroundings): Result<BuiltActs, WishRejection> {
  const isNew = wish.channel === undefined;
  const now = wish.channel === undefined ? undefined : channelOf(view, wish.channel);
  const fields: ChannelFields = {
    channel: wish.channel ?? null,
    invited: sorted(wish.invite ?? []).map((organization) => ({
      organization,
      keepsPayloads: wish.keepsPayloads ?? true,
    })),
    removed: sorted(wish.remove ?? []),
    recordKinds: wish.recordKinds === undefined ? (isNew ? [] : null) : sorted(wish.recordKinds),
    acknowledgements: wish.acknowledgements ?? (isNew ? 0 : null),
    status: wish.status ?? now?.status ?? 'open',
    activation: wish.activation ?? 0,
  };
  return one({ kind: 'channel', fields });
}

function buildPolicy(wish: Wish<'policy'>, { view }: WishSurroundings): Result<BuiltActs, WishRejection> {
  const { kind: _kind, activation = 0, ...changes } = wish;
  const now = policyOf(view);
  return one({ kind: 'policy', fields: { policy: { ...now, ...changes }, activation } });
}

function buildResolution(
  wish: Wish<'resolution'>,
  { view, digest }: WishSurroundings,
): Result<BuiltActs, WishRejection> {
  const records = parseRecordNames(wish.records);
  const upheld = parseRecordNames(wish.upheld);
  const [first] = records ?? [];
  if (records === undefined || upheld === undefined || first === undefined)
    return invalid('a record is named ENTRY/LEAF');
  const channel = batchOf(view, first.entry)?.channel;
  if (channel === undefined) return reject({ code: 'record_not_found', detail: wish.records[0] ?? '' });
  return one({ kind: 'resolution', fields: { channel, records, upheld, digest } });
}

/** One statement for each entry, more where an entry has many ranges. */
function buildVoids(wish: Wish<'void'>, around: WishSurroundings): Result<BuiltActs, WishRejection> {
  const records = namedVoids(wish);
  if (records === undefined)
    return invalid('each record is named once, and each with its replacement or none');
  const bodies: StatementBody[] = [];
  for (const entry of new Set(records.map((record) => record.entry))) {
    const own = records.filter((record) => record.entry === entry);
    const channel = batchOf(around.view, entry)?.channel;
    if (channel === undefined) return reject({ code: 'record_not_found', detail: String(entry) });
    const ranges = rangesOf(own);
    const { reason, mode } = wish;
    for (let start = 0; start < ranges.length; start += RANGES_MAX) {
      const some = ranges.slice(start, start + RANGES_MAX);
      const fields: VoidFields = { channel, entry, ranges: some, reason, digest: around.digest, mode };
      bodies.push({ kind: 'void', fields });
    }
  }
  return ok({ bodies, isChain: false });
}

function namedVoids({ records, replacements }: Wish<'void'>): readonly NamedVoid[] | undefined {
  if (replacements !== undefined && replacements.length !== records.length) return undefined;
  if (new Set(records).size !== records.length) return undefined;
  const named = records.flatMap((text, index): NamedVoid[] => {
    const name = parseRecordName(text);
    const other = replacements?.[index];
    const replacement = other === undefined ? null : parseRecordName(other);
    return name === undefined || replacement === undefined ? [] : [{ ...name, replacement }];
  });
  if (named.length !== records.length) return undefined;
  return named.toSorted((a, b) => a.entry - b.entry || a.leaf - b.leaf);
}

function one(body: StatementBody): Result<BuiltActs, WishRejection> {
  return ok({ bodies: [body], isChain: false });
}

function invalid(detail: string): Result<BuiltActs, WishRejection> {
  return reject({ code: 'governance_wish_invalid', detail });
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}

function sortedKeys(keys: readonly KeyRegistration[]): readonly KeyRegistration[] {
  return keys.toSorted((a, b) => KEY_PURPOSES.indexOf(a.purpose) - KEY_PURPOSES.indexOf(b.purpose));
}

type HexRegistration = NonNullable<Wish<'key'>['add']>[number];

/** Keys that came as hexadecimal text. */
export function registrationsOf(keys: readonly HexRegistration[]): readonly KeyRegistration[] {
  return sortedKeys(
    keys.map(({ purpose, publicKey, proof }) => ({
      purpose,
      publicKey: bytesOf(publicKey),
      proof: bytesOf(proof),
    })),
  );
}

/** The contract checked that it is hexadecimal. */
function bytesOf(hex: string): Uint8Array {
  return parseHex(hex) ?? new Uint8Array();
}
