// Names and node addresses of organisations. They are not on the ledger (nothing there is free text), so each node
// keeps them itself, in the table `peer`.
import type { Database } from './database/database.ts';
import type { HostPort } from './network-ordering.ts';
import { encodeHostPort, parseHostPort } from './node-folder/host-port.ts';

/** What is known of an organisation beside the ledger. */
export interface PeerAddress {
  readonly organization: string;
  readonly name: string;
  /** Base address of its node; undefined where it has none or none is known. */
  readonly url: string | undefined;
  /** Where its CometBFT takes connections; undefined leaves what is known. */
  readonly consensus?: HostPort | undefined;
}

/** The address book of one node. */
export interface PeerAddresses {
  addressOf(organization: string): string | undefined;
  nameOf(organization: string): string;
  consensusOf(organization: string): HostPort | undefined;
  /** Adds or replaces entries. */
  set(peers: readonly PeerAddress[]): Promise<void>;
}

/** Opens the address book. */
export async function openPeerAddresses(database: Database): Promise<PeerAddresses> {
  const rows = await database.read(async (db) => await db.selectFrom('peer').selectAll().execute());
  const book = new Map<string, PeerAddress>(
    rows.map(({ organization, name, url, consensus }) => [
      organization,
      {
        organization,
        name,
        url: url ?? undefined,
        consensus: consensus === null ? undefined : parseHostPort(consensus),
      },
    ]),
  );
  return {
    addressOf: (organization) => book.get(organization)?.url,
    nameOf: (organization) => book.get(organization)?.name ?? organization,
    consensusOf: (organization) => book.get(organization)?.consensus,
    async set(peers) {
      const entries = peers.map(({ organization, name, url, consensus }) => ({
        organization,
        name,
        url,
        consensus: consensus ?? book.get(organization)?.consensus,
      }));
      await database.transact(async ({ sql }) => {
        for (const { organization, name, url = null, consensus: place } of entries) {
          const consensus = place === undefined ? null : encodeHostPort(place);
          await sql
            .insertInto('peer')
            .values({ organization, name, url, consensus })
            .onConflict((conflict) => conflict.column('organization').doUpdateSet({ name, url, consensus }))
            .execute();
        }
      });
      for (const entry of entries) book.set(entry.organization, entry);
    },
  };
}
