// Names and node addresses of organisations. They are not on the ledger (nothing there is free text), so each node
// keeps them itself, in the table `peer`.
import type { Database } from './database/database.ts';

/** What is known of an organisation beside the ledger. */
export interface PeerAddress {
  readonly organization: string;
  readonly name: string;
  /** Base address of its node; undefined where it has none or none is known. */
  readonly url: string | undefined;
}

/** The address book of one node. */
export interface PeerAddresses {
  addressOf(organization: string): string | undefined;
  nameOf(organization: string): string;
  /** Adds or replaces entries. */
  set(peers: readonly PeerAddress[]): Promise<void>;
}

/** Opens the address book. */
export async function openPeerAddresses(database: Database): Promise<PeerAddresses> {
  const rows = await database.read(async (db) => await db.selectFrom('peer').selectAll().execute());
  const book = new Map<string, PeerAddress>(
    rows.map((row) => [row.organization, { ...row, url: row.url ?? undefined }]),
  );
  return {
    addressOf: (organization) => book.get(organization)?.url,
    nameOf: (organization) => book.get(organization)?.name ?? organization,
    async set(peers) {
      await database.transact(async ({ sql }) => {
        for (const { organization, name, url = null } of peers) {
          await sql
            .insertInto('peer')
            .values({ organization, name, url })
            .onConflict((conflict) => conflict.column('organization').doUpdateSet({ name, url }))
            .execute();
        }
      });
      for (const peer of peers) book.set(peer.organization, peer);
    },
  };
}
