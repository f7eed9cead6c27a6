// What every slice of a node is built from: one object, so that assembling stays readable.
import type { Crypto } from '@suyuan/log';
import type { HostedOrganization } from '@suyuan/api';
import type { Logger } from 'pino';
import type { Place } from './addresses/announcement.ts';
import type { PeerAddresses } from './addresses/peer-addresses.ts';
import type { Clock, RandomBytes } from './clock.ts';
import type { Reach } from './crash-point.ts';
import type { Database } from './database/database.ts';
import type { Signers } from './genesis.ts';
import type { TlsKeyPair } from './http/tls.ts';
import type { Metrics } from './metrics.ts';
import type { AlertThresholds } from './monitoring/alert-book.ts';
import type { ReadDisk } from './monitoring/own-facts.ts';

/** The surroundings of one organisation's slices. */
export interface Surroundings {
  readonly organization: string;
  /** Genesis bytes; the network id is their hash. */
  readonly genesis: Uint8Array;
  readonly networkId: Uint8Array;
  readonly signers: Signers;
  /** Folder of the key files. */
  readonly keysDir: string;
  readonly database: Database;
  /** The same database, for a thread that opens it for itself. */
  readonly databaseUrl: string;
  /** Remembers signatures that it has checked. */
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly reach: Reach;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly peers: PeerAddresses;
  /** Other nodes of the network run elsewhere, and this one has moved there, if it ever has; undefined: all run here. */
  readonly elsewhere?: { readonly movedTo: Place | undefined } | undefined;
  /** Folder of this node. */
  readonly dataDir: string;
  /** Folders beside `watched/` in it that sources may watch. */
  readonly sourceFolders?: readonly string[];
  /** Folder for uploads that are being read; emptied at start. */
  readonly temporaryDir: string;
  /** Folder of the attachments' files. */
  readonly attachmentDir: string;
  /** Webhooks may go to this machine and private networks; false unless said. */
  readonly webhookPrivate?: boolean;
  /** The certificate that the node itself serves. */
  readonly tls?: TlsKeyPair | undefined;
  /** Thresholds of alerts other than the usual ones. */
  readonly alertThresholds?: AlertThresholds;
  /** The organisations whose nodes this one hosts, as they stand; none unless given. */
  readonly listHosted?: () => readonly HostedOrganization[];
  /** Tells the other nodes its address when it starts; false unless said. */
  readonly tellsAddress?: boolean;
  /** The space of the disk; that of `dataDir` unless given. */
  readonly readDisk?: ReadDisk;
  /** Told what no retry can mend; the process should end then. */
  readonly onBroken: (error: unknown) => void;
}
