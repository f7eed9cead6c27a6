// The attachments of one node put together: files taken and given, those of others fetched, those that no record names
// removed (spec/attachment.md).
import type { Readable } from 'node:stream';
import type { Entry, LedgerState } from '@suyuan/ledger';
import { batchOf, channelOf, viewOf } from '@suyuan/ledger';
import { nativeCrypto } from '@suyuan/native-crypto';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { DatabaseFault } from '../database/database-fault.ts';
import type { Database } from '../database/database.ts';
import type { AppPlugin } from '../http/app.ts';
import { ProblemError } from '../http/problem.ts';
import { createLimiter } from '../replication/limiter.ts';
import type { PeerClient } from '../replication/peer-client.ts';
import type { PeerGuard } from '../replication/peer-guard.ts';
import { isMemberOf } from '../replication/peer-rights.ts';
import { entriesNaming, findAttachment, forgetUnnamed, noteHeld, unknownOf } from './attachment-store.ts';
import { openFileStore } from './file-store.ts';
import type { FileRejection, FileStore, StoredFile } from './file-store.ts';
import { AttachmentPuller, ATTACHMENTS_PATH } from './pull-attachments.ts';
import type { AttachmentProblem } from './pull-attachments.ts';

/** How long a file is kept without a record that names it: uploads come before their records. */
const graceMs = 86_400_000;
const SWEEP_MS = 3_600_000;
/** Files that are read for other nodes at the same time. */
const SERVING_MAX = 2;

/** What attachments need. */
export interface AttachmentsOptions {
  readonly database: Database;
  /** The folder that holds the files. */
  readonly attachmentDir: string;
  readonly state: () => LedgerState;
  readonly organization: string;
  readonly client: PeerClient;
  readonly guard: PeerGuard;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onApplied: (listener: (block: { readonly entries: readonly Entry[] }) => void) => void;
  readonly onBroken: (error: unknown) => void;
}

/** The attachments of one node. */
export interface Attachments {
  /** Stores a file durably; refuses what is no photo and no PDF. */
  readonly take: (chunks: AsyncIterable<Uint8Array>) => Promise<StoredFile | FileRejection>;
  readonly read: (digest: string) => Readable;
  /** Asks the members for a missing file now; resolves when each was asked. */
  readonly repair: (digest: string) => Promise<void>;
  readonly problemsOf: (digest: string) => readonly AttachmentProblem[];
  /** Removes files that no record names and that are older than the grace period. */
  readonly sweep: () => Promise<void>;
  readonly plugin: AppPlugin;
  readonly start: () => void;
  readonly stop: () => Promise<void>;
}

/** Opens the folder; nothing runs before `start`. */
export async function openAttachments(options: AttachmentsOptions): Promise<Attachments> {
  const { database, clock, logger } = options;
  const files = await openFileStore(options.attachmentDir);
  const puller = new AttachmentPuller({ ...options, files });
  options.onApplied(({ entries }) => {
    if (entries.some(({ statement }) => statement.body.kind === 'batch')) puller.wake();
  });
  let timer: NodeJS.Timeout | undefined;
  const sweep = async (): Promise<void> =>
    await removeUnnamed(database, files, new Date(clock.now() - graceMs));
  return {
    take: async (chunks) => {
      const stored = await files.put(chunks);
      if (typeof stored !== 'string') await noteHeld(database, stored);
      return stored;
    },
    read: (digest) => files.read(digest),
    repair: async (digest) => await puller.repair(digest),
    problemsOf: (digest) => puller.problemsOf(digest),
    sweep,
    plugin: attachmentPlugin(options, files),
    start: () => {
      puller.start();
      const tick = (): void =>
        void sweep().catch((error: unknown) => {
          if (!(error instanceof DatabaseFault))
            logger.warn({ err: error }, 'attachments could not be swept');
        });
      timer = setInterval(tick, SWEEP_MS).unref();
    },
    stop: async () => {
      clearInterval(timer);
      await puller.stop();
    },
  };
}

/** Rows first: a file without a row is found by the second part, at the next time. */
async function removeUnnamed(database: Database, files: FileStore, before: Date): Promise<void> {
  for (;;) {
    const gone = await forgetUnnamed(database, before);
    if (gone.length === 0) break;
    for (const digest of gone) await files.remove(digest);
  }
  for await (const digests of files.listBefore(before)) {
    for (const digest of await unknownOf(database, digests)) await files.remove(digest);
  }
}

/** The route below `/peer/v1/attachments`: a file goes to the members of a channel in which a record names it. */
function attachmentPlugin({ database, guard, state }: AttachmentsOptions, files: FileStore): AppPlugin {
  const atOnce = createLimiter(SERVING_MAX);
  return async (app) => {
    app.get<{ Params: { digest: string } }>(
      `${ATTACHMENTS_PATH}/:digest`,
      { config: { rateLimit: false as const } },
      async (request, reply) => {
        const peer = await guard.admit(request);
        const { digest } = request.params;
        if (!/^[0-9a-f]{64}$/.test(digest)) throw new ProblemError('not_found');
        const view = viewOf(nativeCrypto, state());
        const isPermitted = (await entriesNaming(database, digest)).some((entry) => {
          const batch = batchOf(view, entry);
          return batch !== undefined && isMemberOf(view, channelOf(view, batch.channel), peer.organization);
        });
        if (!isPermitted) throw new ProblemError('peer_not_permitted');
        const found = await findAttachment(database, digest);
        if (found?.status !== 'held') throw new ProblemError('attachment_not_held');
        const bytes = await atOnce(async () => await files.readWhole(digest));
        return await reply.type('application/octet-stream').send(Buffer.from(bytes ?? []));
      },
    );
  };
}
