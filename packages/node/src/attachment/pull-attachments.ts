// Fetches files that records of other organisations name and that are not here: from any member of the channel, checked
// against the digest before they are stored, with back-off, for as long as it takes (spec/attachment.md, AT5).
import { setTimeout as pause } from 'node:timers/promises';
import type { LedgerState } from '@suyuan/ledger';
import { activeMembersOf, batchOf, channelOf, diskOf, viewOf } from '@suyuan/ledger';
import { nativeCrypto } from '@suyuan/native-crypto';
import type { Logger } from 'pino';
import { DatabaseFault } from '../database/database-fault.ts';
import type { Database } from '../database/database.ts';
import { isDiskFull } from '../fault.ts';
import type { PeerClient, PeerFailure } from '../replication/peer-client.ts';
import { entriesNaming, noteHeld, readMissing } from './attachment-store.ts';
import type { MissingAttachment } from './attachment-store.ts';
import { attachmentBytesMax } from './file-store.ts';
import type { FileRejection, FileStore } from './file-store.ts';

/** Where nodes ask each other for files. */
export const ATTACHMENTS_PATH = '/peer/v1/attachments';

const ROUND_MAX = 32;
const FETCH_TIMEOUT_MS = 60_000;
const ATTEMPTS_BEFORE_WARNING = 3;
const PAUSE_MIN_MS = 250;
const PAUSE_MAX_MS = 300_000;

/** Why a member's answer did not help. */
export interface AttachmentProblem {
  readonly organization: string;
  readonly code: string;
}

interface Waiting {
  readonly attempts: number;
  readonly problems: readonly AttachmentProblem[];
  readonly nextAttemptAt: number;
}

/** What fetching needs. */
export interface AttachmentPullOptions {
  readonly database: Database;
  readonly files: FileStore;
  readonly state: () => LedgerState;
  readonly organization: string;
  readonly client: PeerClient;
  readonly logger: Logger;
  readonly onBroken: (error: unknown) => void;
}

/** The worker of one organisation. */
export class AttachmentPuller {
  readonly #options: AttachmentPullOptions;
  readonly #stopping = new AbortController();
  readonly #waiting = new Map<string, Waiting>();
  #wake = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(options: AttachmentPullOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run().catch((error: unknown) => this.#options.onBroken(error));
  }

  /** Says that something may be missing now. */
  wake(): void {
    this.#wake.abort();
  }

  /** What the latest attempt to fetch a file met. */
  problemsOf(digest: string): readonly AttachmentProblem[] {
    return this.#waiting.get(digest)?.problems ?? [];
  }

  /** Tries a file now, whenever it would be due; where that fails, its pauses begin short again. */
  async repair(digest: string): Promise<void> {
    const [entry] = await entriesNaming(this.#options.database, digest);
    this.#waiting.delete(digest);
    if (entry !== undefined) await this.#pull({ digest, entry });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#wake = new AbortController();
      let sleepMs = PAUSE_MAX_MS;
      try {
        sleepMs = await this.#round();
      } catch (error) {
        if (!isDiskFull(error) && !(error instanceof DatabaseFault)) throw error;
        sleepMs = PAUSE_MIN_MS * 8;
      }
      const ended = AbortSignal.any([this.#stopping.signal, this.#wake.signal]);
      await pause(sleepMs, undefined, { signal: ended, ref: false }).catch(() => undefined);
    }
  }

  /** Tries everything that is due, one after the other; gives the milliseconds until more is. */
  async #round(): Promise<number> {
    const now = Date.now();
    const resting = [...this.#waiting].filter(([, { nextAttemptAt }]) => nextAttemptAt > now);
    const names = resting.map(([digest]) => digest);
    const due = await readMissing(this.#options.database, names, ROUND_MAX);
    for (const missing of due) {
      if (this.#stopping.signal.aborted) return 0;
      await this.#pull(missing);
    }
    if (due.length === ROUND_MAX) return 0;
    const next = Math.min(...[...this.#waiting.values()].map(({ nextAttemptAt }) => nextAttemptAt));
    return Math.min(Math.max(next - Date.now(), 0), PAUSE_MAX_MS);
  }

  async #pull(missing: MissingAttachment): Promise<void> {
    const { digest, entry } = missing;
    const attempts = (this.#waiting.get(digest)?.attempts ?? 0) + 1;
    const problems: AttachmentProblem[] = [];
    for (const organization of this.#holdersOf(entry, attempts)) {
      const code = await this.#pullFrom(organization, digest);
      if (code === undefined) {
        this.#waiting.delete(digest);
        this.#options.logger.info({ digest, organization }, 'a missing attachment was fetched');
        return;
      }
      problems.push({ organization, code });
    }
    const ms = Math.min(PAUSE_MIN_MS * 2 ** Math.min(attempts - 1, 20), PAUSE_MAX_MS);
    this.#waiting.set(digest, { attempts, problems, nextAttemptAt: Date.now() + ms });
    // A holder that has not applied the block yet permits nobody: worth a warning only when it goes on.
    const level = attempts < ATTEMPTS_BEFORE_WARNING ? 'debug' : 'warn';
    this.#options.logger[level]({ digest, attempts, problems }, 'an attachment is still missing');
  }

  /** The reporter first, then the other members; from attempt to attempt another one begins. */
  #holdersOf(entry: number, attempt: number): readonly string[] {
    const view = viewOf(nativeCrypto, this.#options.state());
    const batch = batchOf(view, entry);
    const channel = batch === undefined ? undefined : channelOf(view, batch.channel);
    if (batch === undefined || channel === undefined) return [];
    const members = activeMembersOf(view, channel).filter(({ keepsPayloads }) => keepsPayloads);
    const disks = [batch.reporter, ...members.map(({ organization }) => organization)].map((organization) =>
      diskOf(view, organization),
    );
    const own = diskOf(view, this.#options.organization);
    const holders = [...new Set(disks)].filter((disk) => disk !== own);
    const first = holders.length === 0 ? 0 : (attempt - 1) % holders.length;
    return [...holders.slice(first), ...holders.slice(0, first)];
  }

  async #pullFrom(organization: string, digest: string): Promise<string | undefined> {
    const { client, files, database } = this.#options;
    const answer = await client.send({
      organization,
      method: 'GET',
      target: `${ATTACHMENTS_PATH}/${digest}`,
      answerBytesMax: attachmentBytesMax,
      timeoutMs: FETCH_TIMEOUT_MS,
    });
    if (!answer.ok) return codeOf(answer.error);
    const stored = await files.put(oneChunk(answer.value), digest);
    if (typeof stored === 'string') return stored satisfies FileRejection;
    await noteHeld(database, stored);
    return undefined;
  }
}

function codeOf(failure: PeerFailure): string {
  return failure.code === 'peer_refused' ? (failure.problem ?? `http_${failure.status}`) : failure.code;
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
