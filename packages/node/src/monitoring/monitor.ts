// Looks around in rounds: at this node itself and at the others, judges what it finds, and keeps the alerts that are
// raised and cleared (spec/monitoring.md). Between rounds it does nothing.
import type { NodeReport } from '@suyuan/api';
import type { LedgerState, View } from '@suyuan/ledger';
import {
  isActive,
  logSizeOf,
  networkOf,
  organizationOf,
  organizationsOf,
  validatorsOf,
} from '@suyuan/ledger';
import type { Logger } from 'pino';

import type { Checkpoints } from '../checkpoint/checkpoints.ts';
import type { Clock } from '../clock.ts';
import { DatabaseFault } from '../database/database-fault.ts';
import type { Database } from '../database/database.ts';
import type { Ordering } from '../ordering/ordering.ts';
import type { PeerClient } from '../replication/peer-client.ts';
import { AlertBook } from './alert-book.ts';
import type { AlertChange, AlertThresholds, OpenAlert } from './alert-book.ts';
import { readOpenAlerts, saveChanges } from './alert-store.ts';
import type { NameOf } from './alert-store.ts';
import { HeightWatch } from './height-watch.ts';
import type { Behind } from './height-watch.ts';
import { createOwnFacts, sumWaiting } from './own-facts.ts';
import type { OwnFacts, OwnFactsCollector, ReadDisk } from './own-facts.ts';
import { createPeerWatch } from './peer-watch.ts';
import type { PeerWatch } from './peer-watch.ts';
import { countCosignatures, pictureCheckpoint } from './picture.ts';
import type { NodePicture, Picture } from './picture.ts';
import { certificateSeenBy, ownSkewMs, readingsOf } from './readings.ts';

/** Milliseconds between rounds; in a network of very many nodes as many more as keep it at two requests a second. */
const ROUND_MS = 20_000;
const PEER_MS = 500;
/** Milliseconds from the start to the first round: the others may be starting too. */
const FIRST_MS = 2_000;
/** Points of the history, one a minute. */
const HISTORY_MS = 60_000;
const historyMax = 60;
/** Changes that wait for the database. */
const UNSAVED_MAX = 512;

/** What a monitor needs. */
export interface MonitorOptions {
  readonly organization: string;
  readonly database: Database;
  readonly state: () => LedgerState;
  readonly view: () => View;
  readonly onApplied: (listener: () => void) => void;
  readonly checkpoints: Pick<Checkpoints, 'newest' | 'recent'>;
  readonly ordering: Pick<Ordering, 'isRunning' | 'health'>;
  readonly client: Pick<PeerClient, 'send'>;
  readonly addressOf: (organization: string) => string | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly nameOf: NameOf;
  readonly readDisk: ReadDisk;
  /** PEM, where the node itself serves HTTPS. */
  readonly certificate: Uint8Array | undefined;
  readonly thresholds: AlertThresholds;
  readonly version: string;
  /** Called when alerts were stored with their events. */
  readonly onAlerts: () => void;
}

/** Heights at one moment. */
export interface HistoryPoint {
  readonly atMs: number;
  readonly heights: Readonly<Record<string, number>>;
}

/** The monitor of one node. */
export interface Monitor {
  /** After the last round; undefined before the first. */
  readonly picture: () => Picture | undefined;
  /** What it tells to another node; without one, what it knows of itself. */
  readonly report: (organization?: string) => NodeReport;
  readonly openAlerts: () => readonly OpenAlert[];
  readonly history: () => readonly HistoryPoint[];
  /** One round now, after one that is under way. */
  readonly look: () => Promise<void>;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** A monitor that does nothing before `start` or `look`. */
export function createMonitor(options: MonitorOptions): Monitor {
  return new NodeMonitor(options);
}

class NodeMonitor implements Monitor {
  readonly #options: MonitorOptions;
  readonly #facts: OwnFactsCollector;
  readonly #watch: PeerWatch;
  readonly #heights: HeightWatch;
  #book: AlertBook;
  #own: OwnFacts | undefined;
  #picture: Picture | undefined;
  #unsaved: AlertChange[] = [];
  #history: HistoryPoint[] = [];
  #lastBlockAtMs: number | undefined;
  #quorumLostSinceMs: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(options: MonitorOptions) {
    this.#options = options;
    this.#facts = createOwnFacts({ ...options, isOrdering: options.ordering.isRunning });
    this.#watch = createPeerWatch(options);
    this.#heights = new HeightWatch(options.organization);
    this.#book = new AlertBook(options.thresholds, []);
    options.onApplied(() => (this.#lastBlockAtMs = options.clock.now()));
  }

  readonly picture = (): Picture | undefined => this.#picture;
  readonly openAlerts = (): readonly OpenAlert[] => this.#book.open();
  readonly history = (): readonly HistoryPoint[] => this.#history;

  readonly start = async (): Promise<void> => {
    const { database, thresholds } = this.#options;
    this.#book = new AlertBook(thresholds, await readOpenAlerts(database));
    this.#lastBlockAtMs ??= await readLastBlock(database);
    this.#schedule(FIRST_MS);
  };

  readonly stop = async (): Promise<void> => {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#looking;
  };

  readonly look = async (): Promise<void> => {
    const next = this.#looking.then(async () => await this.#round());
    this.#looking = next.catch(() => undefined);
    await next;
  };

  readonly report = (organization?: string): NodeReport => {
    const { clock, state, checkpoints, version } = this.#options;
    const own = this.#own;
    const current = state();
    const stored = own?.stored;
    const others = this.#others().map((organization) => ({
      organization,
      contact: this.#watch.of(organization),
    }));
    const seenMs = organization === undefined ? undefined : this.#watch.of(organization)?.certificateUntilMs;
    const silent = others.filter(({ contact }) => contact?.silentSinceMs !== undefined);
    return {
      atMs: clock.now(),
      version,
      height: current.height,
      logSize: logSizeOf(current),
      checkpointSize: checkpoints.newest()?.size ?? 0,
      missingPayloads: sumWaiting(stored?.missing ?? []),
      unreachable: silent.map(({ organization }) => organization),
      ...(this.#lastBlockAtMs === undefined ? {} : { lastBlockAtMs: this.#lastBlockAtMs }),
      ...(own?.orderingStoppedSinceMs === undefined
        ? {}
        : { orderingStoppedSinceMs: own.orderingStoppedSinceMs }),
      ...(seenMs === undefined ? {} : { yourCertificateUntilMs: seenMs }),
      ...(own === undefined ? {} : { machine: this.#machineOf(own, others) }),
    };
  };

  #machineOf(
    own: OwnFacts,
    others: readonly Pick<NodePicture, 'contact'>[],
  ): NonNullable<NodeReport['machine']> {
    const { stored, disk, databaseSilentSinceMs } = own;
    const clockSkewMs = ownSkewMs(others);
    const certificateUntilMs = own.certificateUntilMs ?? certificateSeenBy(others);
    const bytes = stored?.databaseBytes;
    return {
      database: {
        ...(databaseSilentSinceMs === undefined ? {} : { silentSinceMs: databaseSilentSinceMs }),
        ...(bytes === undefined ? {} : { bytes }),
      },
      acknowledgements: stored?.acknowledgements ?? { count: 0 },
      unordered: stored?.unordered ?? { count: 0 },
      alerts: this.#book.open().length,
      ...(disk === undefined ? {} : { disk }),
      ...(clockSkewMs === undefined ? {} : { clockSkewMs }),
      ...(certificateUntilMs === undefined ? {} : { certificateUntilMs }),
    };
  }

  #schedule(pauseMs: number): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      void this.look()
        .catch((err: unknown) => this.#options.logger.error({ err }, 'looking around failed'))
        .finally(() => this.#schedule(Math.max(ROUND_MS, PEER_MS * this.#others().length)));
    }, pauseMs).unref();
  }

  /** Active organisations with a node of their own, but this one. */
  #others(): readonly string[] {
    const view = this.#options.view();
    return organizationsOf(view).filter(
      (id) =>
        id !== this.#options.organization &&
        isActive(view, id) &&
        organizationOf(view, id)?.role !== 'hosted',
    );
  }

  async #round(): Promise<void> {
    const { clock, nameOf, logger } = this.#options;
    const others = this.#others();
    const [own] = await Promise.all([this.#facts.collect(), this.#watch.ask(others)]);
    if (this.#isStopped) return;
    this.#own = own;
    const picture = this.#draw(own, others, clock.now());
    this.#picture = picture;
    const changes = this.#book.judge(readingsOf(picture, nameOf), picture.atMs);
    for (const { state, alert } of changes)
      logger.warn({ state, code: alert.code, about: alert.organization, ...alert.facts }, 'alert');
    this.#unsaved = [...this.#unsaved, ...changes].slice(-UNSAVED_MAX);
    this.#remember(picture);
    await this.#save();
  }

  #draw(own: OwnFacts, others: readonly string[], atMs: number): Picture {
    const { organization, state, view: viewNow, checkpoints, ordering } = this.#options;
    const view = viewNow();
    const health = ordering.health?.();
    const isLost = (health?.waitingFor ?? 0) > 0;
    this.#quorumLostSinceMs = isLost ? (this.#quorumLostSinceMs ?? atMs) : undefined;
    const recent = checkpoints.recent();
    const cosignatures = countCosignatures(recent, atMs);
    const behind = this.#judgeHeights(others, atMs);
    const drawn = (id: string): NodePicture => {
      const isSelf = id === organization;
      const contact = isSelf ? undefined : this.#watch.of(id);
      return {
        organization: id,
        role: organizationOf(view, id)?.role ?? 'observer',
        isSelf,
        contact,
        report: isSelf ? this.report() : contact?.report,
        behind: behind.get(id),
        cosignatures: cosignatures.get(id),
      };
    };
    return {
      atMs,
      organization,
      isManager: networkOf(view).managing === organization,
      nodes: [organization, ...others].map(drawn),
      stored: own.stored,
      ordering: health,
      quorumLostSinceMs: this.#quorumLostSinceMs,
      checkpoint: pictureCheckpoint(recent, checkpoints.newest()?.size ?? 0, logSizeOf(state())),
    };
  }

  #judgeHeights(others: readonly string[], nowMs: number): ReadonlyMap<string, Behind> {
    const { state, view } = this.#options;
    const validators = validatorsOf(view());
    const heights = new Map(
      others.flatMap((id) => {
        const contact = this.#watch.of(id);
        const answers = contact?.report !== undefined && contact.silentSinceMs === undefined;
        return answers ? [[id, contact.report.height] as const] : [];
      }),
    );
    const liarsMax = Math.floor((validators.length - 1) / 3);
    return this.#heights.judge({ own: state().height, others: heights, validators, liarsMax }, nowMs);
  }

  #remember({ atMs, nodes }: Picture): void {
    if (atMs - (this.#history.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY) < HISTORY_MS) return;
    const told = nodes.flatMap(({ organization, contact, report }) =>
      report === undefined || contact?.silentSinceMs !== undefined
        ? []
        : [[organization, report.height] as const],
    );
    this.#history = [...this.#history, { atMs, heights: Object.fromEntries(told) }].slice(-historyMax);
  }

  /** What the database does not take now waits for the next round. */
  async #save(): Promise<void> {
    const { database, nameOf, onAlerts } = this.#options;
    if (this.#unsaved.length === 0) return;
    try {
      await saveChanges(database, this.#unsaved, nameOf);
      this.#unsaved = [];
      onAlerts();
    } catch (error) {
      if (!(error instanceof DatabaseFault)) throw error;
    }
  }
}

async function readLastBlock(database: Database): Promise<number | undefined> {
  const row = await database.read(
    async (db) =>
      await db
        .selectFrom('block')
        .select('applied_at')
        .where('height', '>', 0)
        .orderBy('height', 'desc')
        .limit(1)
        .executeTakeFirst(),
  );
  return row?.applied_at.getTime();
}
