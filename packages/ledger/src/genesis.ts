// The first agreement of a network: who takes part, with which keys, under which policy (spec/ledger.md, G16 to G19).
// The network id is the hash of its bytes, so every statement of the network names it.
import type { Crypto, Rejection, Result } from '@suyuan/log';
import { EMPTY_FRONTIER, encodeCbor, encodeHex, ok, parseCbor, reject } from '@suyuan/log';

import type { Codec } from './codec.ts';
import { ascending, bool, bytes, list, nullable, record, tuple, uint } from './codec.ts';
import type { BlockDraft } from './draft.ts';
import { draftOn } from './draft.ts';
import { organizationId, originName } from './identifiers.ts';
import type { KeyRegistration } from './key.ts';
import { keyIdOf, verifyPossession } from './key.ts';
import type { LedgerState } from './ledger-state.ts';
import type { Policy } from './policy.ts';
import { policy } from './policy.ts';
import { REQUIRED_KEYS } from './rules/organization.ts';
import { changeTree, EMPTY_TREE } from './state-tree.ts';
import { tables } from './state-values.ts';
import type { Invitation, OrganizationRole } from './statement-fields.ts';
import { ACKNOWLEDGEMENTS_MAX, keyRegistrations, organizationRole, recordKinds } from './statement-fields.ts';

/** An organisation of the first hour. */
export interface GenesisOrganization {
  readonly organization: string;
  readonly role: OrganizationRole;
  readonly host: string | null;
  /** Their possession context is `random`. */
  readonly keys: readonly KeyRegistration[];
  /** The record kinds that it may report. */
  readonly recordKinds: readonly string[];
}

/** A channel of the first hour. They are numbered from 1. */
export interface GenesisChannel {
  readonly members: readonly Invitation[];
  readonly recordKinds: readonly string[];
  readonly acknowledgements: number;
}

/** A genesis. */
export interface Genesis {
  /** Makes the network id unique. 16 bytes. */
  readonly random: Uint8Array;
  /** The checkpoint origin. */
  readonly origin: string;
  /** The managing organisation. */
  readonly managing: string;
  readonly organizations: readonly GenesisOrganization[];
  readonly policy: Policy;
  readonly channels: readonly GenesisChannel[];
}

/** Why bytes are no genesis. */
export type GenesisRejection = Rejection<
  'genesis_malformed' | 'genesis_version_unknown' | 'genesis_inconsistent' | 'genesis_possession_invalid'
> & { readonly about?: string };

/** The version of this format. */
const GENESIS_VERSION = 1;
/** Most bytes of a genesis. */
const GENESIS_BYTES_MAX: number = 1024 * 1024;

type GenesisData = { readonly version: number } & Genesis;

const genesisData: Codec<GenesisData> = record<GenesisData>({
  version: uint(GENESIS_VERSION, GENESIS_VERSION),
  random: bytes(16),
  origin: originName,
  managing: organizationId,
  organizations: ascending(
    tuple<GenesisOrganization>({
      organization: organizationId,
      role: organizationRole,
      host: nullable(organizationId),
      keys: keyRegistrations,
      recordKinds,
    }),
    (item) => item.organization,
    { minimum: 1, maximum: 1024 },
  ),
  policy,
  channels: list(
    tuple<GenesisChannel>({
      members: ascending(
        tuple<Invitation>({ organization: organizationId, keepsPayloads: bool }),
        (item) => item.organization,
        { minimum: 1, maximum: 1024 },
      ),
      recordKinds,
      acknowledgements: uint(0, ACKNOWLEDGEMENTS_MAX),
    }),
    { maximum: 1024 },
  ),
});

/** The bytes of a genesis: the network's birth certificate. */
export function encodeGenesis(genesis: Genesis): Uint8Array {
  return encodeCbor(genesisData.toCbor({ version: GENESIS_VERSION, ...genesis }));
}

/** The genesis in these bytes. Form only; `genesisState` also checks what it says. */
export function parseGenesis(encoded: Uint8Array): Result<Genesis, GenesisRejection> {
  const data = parseCbor(encoded, GENESIS_BYTES_MAX);
  if (!data.ok || !(data.value instanceof Map)) return reject({ code: 'genesis_malformed' });
  if (data.value.get(1) !== GENESIS_VERSION) return reject({ code: 'genesis_version_unknown' });
  const genesis = genesisData.fromCbor(data.value);
  return genesis === undefined ? reject({ code: 'genesis_malformed' }) : ok(genesis);
}

/** The network id: SHA-256 of the genesis bytes. */
export function networkIdOf(crypto: Crypto, genesisBytes: Uint8Array): Uint8Array {
  return crypto.sha256(genesisBytes);
}

/** The state that a network starts with: height 0, an empty log. */
export function genesisState(
  crypto: Crypto,
  genesisBytes: Uint8Array,
): Result<LedgerState, GenesisRejection> {
  const parsed = parseGenesis(genesisBytes);
  if (!parsed.ok) return parsed;
  const genesis = parsed.value;
  const refusal = checkGenesis(crypto, genesis);
  if (refusal !== undefined) return reject(refusal);
  const draft = draftOn(crypto, EMPTY_TREE);
  const { origin, managing } = genesis;
  draft.write(tables.network, '', { network: networkIdOf(crypto, genesisBytes), origin, managing });
  draft.write(tables.policy, '', [{ from: 0, value: genesis.policy }]);
  writeOrganizations(crypto, draft, genesis);
  writeChannels(draft, genesis);
  return ok({
    height: 0,
    log: EMPTY_FRONTIER,
    tree: changeTree(crypto.sha256, EMPTY_TREE, draft.changes()),
  });
}

function writeOrganizations(crypto: Crypto, draft: BlockDraft, { organizations }: Genesis): void {
  const validators = organizations.filter(({ role }) => role === 'validator');
  draft.write(
    tables.organizations,
    '',
    organizations.map(({ organization }) => organization),
  );
  draft.write(
    tables.validators,
    '',
    validators.map(({ organization }) => organization),
  );
  for (const { organization, role, host, keys, recordKinds: kinds } of organizations) {
    draft.write(tables.organization, organization, [{ from: 0, value: { status: 'active', role, host } }]);
    if (kinds.length > 0) draft.write(tables.modules, organization, [{ from: 0, value: kinds }]);
    const interval = { from: 0, until: null };
    const listed = keys.map(({ purpose, publicKey }) => {
      const keyId = keyIdOf(crypto, publicKey);
      draft.write(tables.key, encodeHex(keyId), { organization, purpose, publicKey, ...interval });
      return { purpose, keyId, ...interval };
    });
    draft.write(tables.keys, organization, listed);
  }
}

function writeChannels(draft: BlockDraft, { channels }: Genesis): void {
  if (channels.length > 0) draft.write(tables.channels, '', channels.length);
  for (const [index, { members, recordKinds: kinds, acknowledgements }] of channels.entries()) {
    draft.write(tables.channel, index + 1, {
      settings: [{ from: 0, value: { recordKinds: kinds, acknowledgements, status: 'open' } }],
      members: members.map((member) => ({ ...member, from: 0, until: null })),
    });
  }
}

function checkGenesis(crypto: Crypto, genesis: Genesis): GenesisRejection | undefined {
  const byId = new Map(genesis.organizations.map((item) => [item.organization, item]));
  const managing = byId.get(genesis.managing);
  if (managing === undefined || managing.role === 'hosted') return inconsistent(genesis.managing);
  if (!genesis.organizations.some(({ role }) => role === 'validator')) return inconsistent('validator');
  const seen = new Set<string>();
  for (const item of genesis.organizations) {
    const host = item.host === null ? undefined : byId.get(item.host);
    const isHostRight =
      item.role === 'hosted' ? host !== undefined && host.role !== 'hosted' : item.host === null;
    if (!isHostRight) return inconsistent(item.organization);
    const refusal = checkKeys(crypto, genesis.random, item, seen);
    if (refusal !== undefined) return refusal;
  }
  const stranger = genesis.channels
    .flatMap(({ members }) => members)
    .find(({ organization }) => !byId.has(organization));
  return stranger === undefined ? undefined : inconsistent(stranger.organization);
}

function checkKeys(
  crypto: Crypto,
  context: Uint8Array,
  { organization, role, keys }: GenesisOrganization,
  seen: Set<string>,
): GenesisRejection | undefined {
  const isComplete = REQUIRED_KEYS[role].every((purpose) => keys.some((key) => key.purpose === purpose));
  if (!isComplete) return inconsistent(organization);
  for (const key of keys) {
    const id = encodeHex(key.publicKey);
    if (seen.has(id)) return inconsistent(organization);
    seen.add(id);
    if (!verifyPossession(crypto, { context, organization, purpose: key.purpose }, key)) {
      return { code: 'genesis_possession_invalid', about: organization };
    }
  }
  return undefined;
}

function inconsistent(about: string): GenesisRejection {
  return { code: 'genesis_inconsistent', about };
}
