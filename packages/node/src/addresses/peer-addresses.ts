// Names and node addresses of organisations. They are not on the ledger (nothing there is free text), so each node
// keeps them itself: what its peers file and the managing organisation have told in the table `peer`, and what the
// organisations themselves have announced, which counts before that, in `peer_announcement`.
import type { Database } from '../database/database.ts';
import type { HostPort } from '../network-ordering.ts';
import { encodeHostPort, parseHostPort } from '../node-folder/host-port.ts';
import type { Announcement } from './announcement.ts';

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
  /** What organisations have announced of themselves: the latest of each. */
  announcements(): readonly Announcement[];
  /** Keeps an announcement that was checked, durable on return; false where a later one, or the same, is there. */
  announce(announcement: Announcement): Promise<boolean>;
}

/** Opens the address book. */
export async function openPeerAddresses(database: Database): Promise<PeerAddresses> {
  const rows = await database.read(async (db) => await db.selectFrom('peer').selectAll().execute());
  const announced = await readAnnounced(database);
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
    addressOf: (organization) => announced.get(organization)?.url ?? book.get(organization)?.url,
    nameOf: (organization) => book.get(organization)?.name ?? organization,
    consensusOf: (organization) =>
      announced.get(organization)?.consensus ?? book.get(organization)?.consensus,
    announcements: () => [...announced.values()],
    async announce(announcement) {
      const { organization, at, url, consensus, bytes } = announcement;
      const before = announced.get(organization);
      // The same place signed by a newer key replaces the older signature, so that it can be handed on.
      if (before !== undefined && (before.at > at || Buffer.compare(before.bytes, bytes) === 0)) return false;
      const row = { at, url, consensus: encodeHostPort(consensus), bytes };
      await database.transact(async ({ sql }) => {
        await sql
          .insertInto('peer_announcement')
          .values({ organization, ...row })
          .onConflict((conflict) => conflict.column('organization').doUpdateSet(row))
          .execute();
      });
      announced.set(organization, announcement);
      return true;
    },
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

async function readAnnounced(database: Database): Promise<Map<string, Announcement>> {
  const rows = await database.read(
    async (db) => await db.selectFrom('peer_announcement').selectAll().execute(),
  );
  return new Map(
    rows.flatMap(({ organization, at, url, consensus, bytes }): [string, Announcement][] => {
      const place = parseHostPort(consensus);
      return place === undefined ? [] : [[organization, { organization, at, url, consensus: place, bytes }]];
    }),
  );
}
