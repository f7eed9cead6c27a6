// How a network begins: each organisation registers its keys for the genesis, and one genesis names them all
// (spec/ledger.md, G16 to G19). Its bytes are public; every node of the network starts from the same ones.
import type {
  GenesisChannel,
  GenesisOrganization,
  GenesisRejection,
  KeyPurpose,
  OrganizationRole,
  Policy,
} from '@suyuan/ledger';
import {
  DEFAULT_POLICY,
  encodeGenesis,
  genesisState,
  KEY_PURPOSES,
  networkIdOf,
  registerKey,
} from '@suyuan/ledger';
import type { Crypto, Result, Signer } from '@suyuan/log';
import { ok } from '@suyuan/log';

/** Bytes of the random context that keys are registered in. */
export const GENESIS_RANDOM_BYTES = 16;

/** The private keys of one organisation, one for each purpose it has. */
export type Signers = { readonly [P in KeyPurpose]?: Signer };

/** An organisation that takes part from the beginning. */
export interface Founder {
  readonly organization: string;
  readonly role: OrganizationRole;
  /** With the role `hosted`: on whose node. */
  readonly host?: string;
  readonly recordKinds: readonly string[];
  readonly signers: Signers;
}

/** A network to be. */
export interface NetworkPlan {
  /** 16 random bytes, the context of all registrations. */
  readonly random: Uint8Array;
  /** The name of the log: a URL without scheme. */
  readonly origin: string;
  readonly managing: string;
  readonly organizations: readonly GenesisOrganization[];
  readonly channels: readonly GenesisChannel[];
  readonly policy?: Policy;
}

/** A new network. */
export interface CreatedNetwork {
  readonly genesis: Uint8Array;
  readonly network: Uint8Array;
}

/** What an organisation gives to whoever writes the genesis: public keys with proofs of possession. */
export function registerFounder(random: Uint8Array, founder: Founder): GenesisOrganization {
  const { organization, role, host = null, recordKinds, signers } = founder;
  const keys = KEY_PURPOSES.flatMap((purpose) => {
    const signer = signers[purpose];
    return signer === undefined ? [] : [registerKey({ context: random, organization, purpose }, signer)];
  });
  return { organization, role, host, keys, recordKinds: [...recordKinds].sort() };
}

/** One channel with all these organisations as members that keep payloads, for every record kind. */
export function channelOfAll(organizations: readonly string[]): GenesisChannel {
  const members = [...organizations].sort().map((organization) => ({ organization, keepsPayloads: true }));
  return { members, recordKinds: [], acknowledgements: 0 };
}

/** Writes the genesis; refused where a node would refuse to start from it. */
export function createNetwork(crypto: Crypto, plan: NetworkPlan): Result<CreatedNetwork, GenesisRejection> {
  const organizations = [...plan.organizations].sort((a, b) => (a.organization < b.organization ? -1 : 1));
  const genesis = encodeGenesis({ ...plan, organizations, policy: plan.policy ?? DEFAULT_POLICY });
  const state = genesisState(crypto, genesis);
  return state.ok ? ok({ genesis, network: networkIdOf(crypto, genesis) }) : state;
}
