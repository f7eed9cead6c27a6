// The node's health, its organisation and the others of the network, as the ledger has them; names and addresses
// are not on the ledger and come from the node's own table.
import {
  channelOf,
  channelsOf,
  logSizeOf,
  modulesOf,
  networkOf,
  organizationOf,
  organizationsOf,
  viewOf,
} from '@suyuan/ledger';
import type { LedgerState, View } from '@suyuan/ledger';
import { encodeHex } from '@suyuan/log';
import type { Crypto } from '@suyuan/log';
import { getHealth, getOrganization } from '@suyuan/api';
import type { AnswerOf, HostedOrganization } from '@suyuan/api';
import { sql } from 'kysely';
import type { Database } from '../../database/database.ts';
import type { PeerAddresses } from '../../addresses/peer-addresses.ts';
import type { OrderingHealth } from '../../ordering/ordering.ts';
import { handle } from '../handle.ts';
import type { Binding } from '../handle.ts';

/** What these routes need. */
export interface OrganizationDependencies {
  readonly organization: string;
  readonly networkId: Uint8Array;
  readonly version: string;
  readonly database: Database;
  readonly peers: PeerAddresses;
  readonly crypto: Crypto;
  readonly state: () => LedgerState;
  readonly listHosted?: () => readonly HostedOrganization[];
  /** Undefined: nobody else is needed, or it is not known. */
  readonly orderingHealth: () => OrderingHealth | undefined;
}

type Shown = AnswerOf<typeof getOrganization>;

function showOrganization(view: View, id: string, peers: PeerAddresses): Shown['organizations'][number] {
  const { role = 'observer', host } = organizationOf(view, id) ?? {};
  return {
    id,
    name: peers.nameOf(id),
    role,
    ...(host == null ? {} : { host }),
    manages: networkOf(view).managing === id,
    url: peers.addressOf(id) ?? null,
  };
}

function channelsFor(view: View, organization: string): Shown['channels'] {
  return channelsOf(view, organization).flatMap((number) => {
    const channel = channelOf(view, number);
    if (channel === undefined) return [];
    const members = channel.members.map((member) => member.organization);
    return [{ channel: number, members, kinds: [...channel.recordKinds] }];
  });
}

/** The routes of the node and its organisation. */
export function organizationBindings(dependencies: OrganizationDependencies): readonly Binding[] {
  const { organization, database, crypto, peers } = dependencies;
  const hosted = (): readonly HostedOrganization[] => dependencies.listHosted?.() ?? [];
  const network = encodeHex(dependencies.networkId);
  return [
    handle(getHealth, async () => {
      await database.read(async (db) => await sql`select 1`.execute(db));
      const { height } = dependencies.state();
      const { waitingFor = 0 } = dependencies.orderingHealth() ?? {};
      const { version } = dependencies;
      const hosts = hosted().flatMap((one) => (one.state === 'open' ? [one.organization] : []));
      return { status: 'ready' as const, version, organization, network, height, waitingFor, hosts };
    }),
    handle(getOrganization, async () => {
      const state = dependencies.state();
      const health = dependencies.orderingHealth();
      const view = viewOf(crypto, state);
      const { url: _own, ...self } = showOrganization(view, organization, peers);
      return {
        ...self,
        network,
        origin: networkOf(view).origin,
        height: state.height,
        logSize: logSizeOf(state),
        modules: [...modulesOf(view, organization)],
        channels: channelsFor(view, organization),
        organizations: organizationsOf(view)
          .filter((id) => id !== organization)
          .map((id) => showOrganization(view, id, peers)),
        hosts: [...hosted()],
        ordering: { waitingFor: health?.waitingFor ?? 0, silent: [...(health?.silent ?? [])] },
      };
    }),
  ];
}
