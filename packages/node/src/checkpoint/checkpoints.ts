// The checkpoints of one node: signs each block's tree head, exchanges signatures with the other validators, and
// fixes the first note with a quorum. Only signatures that verify over our own text count; a validator that signs
// another text of the same size shows a split view, which is kept as evidence and raises an alarm
// (spec/checkpoint.md, C5 to C9).
import type { LedgerState } from '@suyuan/ledger';
import { logSizeOf, networkOf, viewOf } from '@suyuan/ledger';
import type { Crypto, Note, Rejection, Result } from '@suyuan/log';
import { assert, encodeNote, encodeUtf8, ok, parseCheckpoint, parseNote, reject } from '@suyuan/log';
import type { Logger } from 'pino';

import type { Clock } from '../clock.ts';
import type { Reach } from '../crash-point.ts';
import type { Database, Transaction } from '../database/database.ts';
import type { AppliedBlock } from '../ledger-store/applied-block.ts';
import type { Ledger } from '../ledger-store/ledger.ts';
import { createRetry } from '../ordering/retry.ts';
import type { Candidate } from './candidate.ts';
import { addSignatures, encodeCandidate, encodePair, findSigners, hasQuorum } from './candidate.ts';
import {
  readFirstNoted,
  readNewest,
  readNote,
  writeCandidate,
  writeQuorum,
  writeSplitView,
} from './checkpoint-store.ts';
import { CheckpointWindow } from './checkpoint-window.ts';
import type { WindowEntry } from './checkpoint-window.ts';
import { proveEntries } from './entry-proofs.ts';
import type { CheckpointExchange } from './exchange.ts';
import { encodeNotes, parseNotes } from './exchange.ts';
import type { CheckpointSigners, ElectorateOf } from './signatories.ts';
import { checkpointBodyOf, createElectorateOf, signCheckpoint } from './signatories.ts';

/** A checkpoint with a quorum. */
export interface QuorumCheckpoint {
  readonly size: number;
  readonly height: number;
  /** The signed note as it is handed out. */
  readonly note: string;
  /** The state it commits to; undefined where it was reached before the last start and a newer one is awaited. */
  readonly state: LedgerState | undefined;
}

/** A validator that has signed something else than we have. */
export interface SplitView {
  readonly organization: string;
  readonly size: number;
}

/** What checkpoints need. */
export interface CheckpointsOptions {
  readonly database: Database;
  readonly crypto: Crypto;
  readonly ledger: Ledger;
  readonly organization: string;
  /** Undefined where the node holds no such keys; asked at each block. */
  readonly signers: () => CheckpointSigners | undefined;
  readonly exchange: CheckpointExchange;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly reach: Reach;
  readonly onSplitView: (view: SplitView) => void;
  /** Gets what no retry can mend. */
  readonly onBroken: (error: unknown) => void;
}

/** A checkpoint that still takes signatures. */
export interface RecentCheckpoint {
  readonly size: number;
  /** When this node made it, or took it up at its start. */
  readonly enteredAtMs: number;
  readonly validators: readonly string[];
  readonly quorum: number;
  readonly signedBy: ReadonlySet<string>;
}

/** The checkpoints of one node. */
export interface Checkpoints {
  /** The newest checkpoint with a quorum; undefined before the first. */
  readonly newest: () => QuorumCheckpoint | undefined;
  /**
   * The first note with a quorum that covers this log size, as soon as there is one. Rejects when the signal is
   * aborted and at `stop`.
   */
  readonly quorumNote: (size: number, signal?: AbortSignal) => Promise<string>;
  /** Who has signed the newest checkpoint, with a quorum or not. */
  readonly signedBy: () => readonly string[];
  /** Recent checkpoints since the start of this process, from the newest on: who should have signed and who has. */
  readonly recent: () => readonly RecentCheckpoint[];
  /** Handler of POST cosignatures: notes of another organisation. */
  readonly receive: (organization: string, body: Uint8Array) => Promise<Result<void, Rejection>>;
  /** Handler of GET cosignatures: what this node has for a size, as one body. */
  readonly serve: (size: number) => Promise<Uint8Array>;
  readonly stop: () => Promise<void>;
}

const PULL_PAUSE_MIN_MS = 1_000;
const PULL_PAUSE_MAX_MS = 30_000;

/** Joins the ledger; call before ordering starts. */
export async function openCheckpoints(options: CheckpointsOptions): Promise<Checkpoints> {
  const checkpoints = new LogCheckpoints(options);
  await checkpoints.load();
  return checkpoints;
}

interface Waiter {
  readonly size: number;
  readonly resolve: (note: string) => void;
}

class LogCheckpoints implements Checkpoints {
  readonly #options: CheckpointsOptions;
  readonly #electorateOf: ElectorateOf;
  readonly #window = new CheckpointWindow();
  readonly #waiters = new Set<Waiter>();
  readonly #stopping = new AbortController();
  /** Made in the transaction of the block that is being applied. */
  #made: Candidate | undefined;
  #latest: Candidate | undefined;
  #newest: QuorumCheckpoint | undefined;
  #fixing: Promise<void> | undefined;
  #pullTimer: NodeJS.Timeout | undefined;
  #pullPauseMs = PULL_PAUSE_MIN_MS;

  constructor(options: CheckpointsOptions) {
    this.#options = options;
    this.#electorateOf = createElectorateOf(options.crypto);
    options.ledger.join((tx, block) => this.#sign(tx, block));
    options.ledger.onApplied((block) => this.#applied(block));
  }

  /** Takes up what is stored. The newest checkpoint is a candidate again where it has no quorum yet. */
  async load(): Promise<void> {
    const { database, crypto, ledger } = this.#options;
    const state = ledger.state();
    const noted = await readNewest(database, true);
    if (noted?.note != null) {
      const isCurrent = noted.size === logSizeOf(state);
      this.#newest = { ...noted, note: noted.note, state: isCurrent ? state : undefined };
    }
    const last = await readNewest(database, false);
    if (last === undefined) return;
    assert(
      last.size === logSizeOf(state) && last.body === checkpointBodyOf(crypto, state),
      'each size is signed',
    );
    const { size, height, body } = last;
    const candidate: Candidate = { size, height, body, ...this.#electorateOf(state), pairs: new Map() };
    const stored = await readNote(database, size);
    if (stored !== undefined) addSignatures(crypto, candidate, stored);
    this.#enter({ candidate, state, enteredAtMs: this.#options.clock.now() });
  }

  newest(): QuorumCheckpoint | undefined {
    return this.#newest;
  }

  signedBy(): readonly string[] {
    return [...(this.#latest?.pairs.keys() ?? [])];
  }

  recent(): readonly RecentCheckpoint[] {
    return this.#window.newestFirst().map(({ candidate, enteredAtMs }) => ({
      size: candidate.size,
      enteredAtMs,
      validators: candidate.signatories.map(({ organization }) => organization),
      quorum: candidate.quorum,
      signedBy: new Set(candidate.pairs.keys()),
    }));
  }

  async quorumNote(size: number, signal?: AbortSignal): Promise<string> {
    if ((this.#newest?.size ?? 0) >= size) {
      const noted = await readFirstNoted(this.#options.database, size);
      assert(noted?.note != null, 'the newest checkpoint with a quorum is stored');
      return noted.note;
    }
    const ended =
      signal === undefined ? this.#stopping.signal : AbortSignal.any([signal, this.#stopping.signal]);
    ended.throwIfAborted();
    return await new Promise((resolve, rejectWaiter) => {
      const give = (): void => {
        this.#waiters.delete(waiter);
        rejectWaiter(new Error('nobody waits for the checkpoint any more'));
      };
      const waiter: Waiter = {
        size,
        resolve: (note) => {
          ended.removeEventListener('abort', give);
          resolve(note);
        },
      };
      ended.addEventListener('abort', give, { once: true });
      this.#waiters.add(waiter);
    });
  }

  async receive(organization: string, body: Uint8Array): Promise<Result<void, Rejection>> {
    const notes = parseNotes(body);
    if (notes === undefined) return reject({ code: 'cosignatures_malformed' });
    return await this.#take(organization, notes);
  }

  async serve(size: number): Promise<Uint8Array> {
    const candidate = this.#window.get(size)?.candidate;
    if (candidate !== undefined)
      return encodeNotes(candidate.pairs.size === 0 ? [] : [encodeUtf8(encodeCandidate(candidate))]);
    const note = await readNote(this.#options.database, size);
    return encodeNotes(note === undefined || note.signatures.length === 0 ? [] : [encodeNote(note)]);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#pullTimer);
    await this.#fixing;
  }

  /** The block's transaction: a signature is stored exactly when its block is, and leaves the node only later. */
  async #sign(tx: Transaction, { before, after, height }: AppliedBlock): Promise<void> {
    this.#made = undefined;
    if (logSizeOf(after) === logSizeOf(before)) return;
    const { crypto, clock, reach } = this.#options;
    const signers = this.#options.signers();
    const body = checkpointBodyOf(crypto, after);
    const electorate = this.#electorateOf(after);
    const candidate: Candidate = { size: logSizeOf(after), height, body, ...electorate, pairs: new Map() };
    const now = clock.now();
    const signed =
      signers && signCheckpoint(crypto, body, electorate.signatories, signers, Math.floor(now / 1000));
    if (signed !== undefined) candidate.pairs.set(signed.organization, signed.pair);
    await writeCandidate(tx.sql, candidate, now);
    await reach('checkpoint.signed');
    this.#made = candidate;
  }

  #applied({ after }: AppliedBlock): void {
    const candidate = this.#made;
    this.#made = undefined;
    if (candidate !== undefined)
      this.#enter({ candidate, state: after, enteredAtMs: this.#options.clock.now() });
  }

  #enter(entry: WindowEntry): void {
    const { candidate } = entry;
    this.#latest = candidate;
    const early = this.#window.add(entry);
    const own = candidate.pairs.get(this.#options.organization);
    if (own !== undefined) this.#options.exchange.publish(candidate.size, encodePair(candidate.body, own));
    for (const [organization, note] of early) this.#consider(entry, organization, note);
    this.#progress();
  }

  async #take(organization: string, notes: readonly Uint8Array[]): Promise<Result<void, Rejection>> {
    const { origin } = networkOf(viewOf(this.#options.crypto, this.#options.ledger.state()));
    for (const bytes of notes) {
      const note = parseNote(bytes);
      if (!note.ok) return note;
      const checkpoint = parseCheckpoint(note.value.text);
      if (!checkpoint.ok) return checkpoint;
      if (checkpoint.value.origin !== origin) return reject({ code: 'checkpoint_origin_mismatch' });
      const { size } = checkpoint.value;
      const entry = this.#window.get(size);
      if (entry !== undefined) this.#consider(entry, organization, note.value);
      else if (size > logSizeOf(this.#options.ledger.state()))
        this.#window.keepEarly(organization, size, note.value);
      else await this.#considerOld(size, note.value);
    }
    this.#progress();
    return ok(undefined);
  }

  #consider({ candidate }: WindowEntry, organization: string, note: Note): void {
    const { crypto, logger } = this.#options;
    if (note.text === candidate.body) {
      const { invalid } = addSignatures(crypto, candidate, note);
      if (invalid.length > 0)
        logger.warn(
          { organization, invalid, size: candidate.size },
          'a checkpoint came with false signatures',
        );
    } else this.#reportSplit(candidate.size, candidate, note);
  }

  /** A size that is long past: only a contradiction is of interest. */
  async #considerOld(size: number, note: Note): Promise<void> {
    const { database, ledger, logger } = this.#options;
    const own = await readNote(database, size);
    if (own === undefined) logger.warn({ size }, 'a checkpoint came for a size at which no block ended');
    else if (own.text !== note.text) this.#reportSplit(size, this.#electorateOf(ledger.state()), note);
  }

  #reportSplit(size: number, { signatories }: Pick<Candidate, 'signatories'>, note: Note): void {
    const { database, crypto, logger, onSplitView } = this.#options;
    for (const { organization } of findSigners(crypto, signatories, note)) {
      logger.error({ organization, size }, 'split view: a validator signed another checkpoint of this size');
      onSplitView({ organization, size });
      writeSplitView(database, size, organization, note).catch((err: unknown) =>
        logger.error({ err, organization, size, note: note.text }, 'a split view could not be stored'),
      );
    }
  }

  /** Fixes what has a quorum; else makes sure that missing signatures are asked for. */
  #progress(): void {
    if (this.#fixing !== undefined || this.#stopping.signal.aborted) return;
    const ready = this.#window
      .newestFirst()
      .find(({ candidate }) => candidate.size > (this.#newest?.size ?? 0) && hasQuorum(candidate));
    if (ready !== undefined) {
      this.#fixing = this.#fix(ready)
        .catch(this.#options.onBroken)
        .finally(() => {
          this.#fixing = undefined;
          this.#progress();
        });
    } else if (this.#latest !== undefined && !hasQuorum(this.#latest)) this.#schedulePull();
  }

  async #fix({ candidate, state }: WindowEntry): Promise<void> {
    const { database, crypto, logger, reach } = this.#options;
    const { size, height } = candidate;
    const note = encodeCandidate(candidate);
    const proofs = await proveEntries(crypto, state, this.#newest?.size ?? 0, size);
    const retry = createRetry((err) => logger.warn({ err }, 'a checkpoint waits for the database'));
    await retry(() => writeQuorum(database, candidate, note, proofs), { signal: this.#stopping.signal });
    if (this.#stopping.signal.aborted) return;
    await reach('checkpoint.cosigned');
    this.#newest = { size, height, note, state };
    this.#pullPauseMs = PULL_PAUSE_MIN_MS;
    for (const waiter of this.#waiters) {
      if (waiter.size > size) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(note);
    }
  }

  #schedulePull(): void {
    if (this.#pullTimer !== undefined) return;
    this.#pullTimer = setTimeout(() => {
      void this.#pull()
        .catch((err: unknown) => this.#options.logger.warn({ err }, 'checkpoints could not be asked for'))
        .finally(() => {
          this.#pullTimer = undefined;
          this.#progress();
        });
    }, this.#pullPauseMs);
    this.#pullPauseMs = Math.min(this.#pullPauseMs * 2, PULL_PAUSE_MAX_MS);
  }

  /** Asks each validator whose signature is missing. Any of them may have those of others as well. */
  async #pull(): Promise<void> {
    const latest = this.#latest;
    if (latest === undefined || hasQuorum(latest)) return;
    await Promise.all(
      latest.signatories.map(async ({ organization }) => {
        if (organization === this.#options.organization || latest.pairs.has(organization)) return;
        const notes = await this.#options.exchange.pull(organization, latest.size);
        await this.#take(organization, notes);
      }),
    );
  }
}
