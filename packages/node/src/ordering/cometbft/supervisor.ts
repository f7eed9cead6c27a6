// Owns the CometBFT process of a node: ends one that a killed node has left behind, starts it, starts it again when
// it ends, and stops it with the node (spec/ordering.md, O8).
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

import { isRunning } from '../../database/instance-lock.ts';
import { commandOf, waitForEnd } from '../../database/postgres-process.ts';
import type { OrderingFault } from '../ordering-fault.ts';
import { isDiskFull } from '../../fault.ts';
import { findVerdict, tellsNoRoom } from './engine-output.ts';

const PAUSE_MIN_MS = 100;
const PAUSE_MAX_MS = 5_000;
/** A process that ran for so long did not fail to start. */
const STEADY_MS = 10_000;
const STOP_MS_MAX = 10_000;
const LINES_KEPT = 20;
const NO_ROOM = 'its disk is full: make room';

/** What a supervisor needs. */
export interface SupervisorOptions {
  readonly program: string;
  readonly home: string;
  /** Aborted: it is not started again. */
  readonly signal: AbortSignal;
  /** Awaited before each start: writes what the process reads then. */
  readonly prepare: () => Promise<void>;
  /** A process was started; its mempool is empty. */
  readonly onStarted: () => void;
  /** One line of its output. */
  readonly onLine: (line: string) => void;
  /** It ended by itself, and is started again after `pauseMs`. */
  readonly onEnded: (how: string, lastLines: readonly string[], pauseMs: number) => void;
  /** Gets what no restart can mend. The process is stopped then, and stays so. */
  readonly onBroken: (error: unknown) => void;
}

/** The owner of one process. */
export interface Supervisor {
  /** Of the process that runs now. */
  readonly pid: () => number | undefined;
  /** Ends the process in order and starts it again at once. */
  readonly restart: () => void;
  readonly stop: () => Promise<void>;
}

/** Starts CometBFT in a home folder that is written, with its application listening. */
export async function superviseCometbft(options: SupervisorOptions): Promise<Supervisor> {
  await endOrphan(options.home);
  const stopping = new AbortController();
  const ended = AbortSignal.any([options.signal, stopping.signal]);
  let child: ChildProcess | undefined;
  let isRestarted = false;
  const runOnce = async (): Promise<End | undefined> => {
    try {
      await options.prepare();
      if (ended.aborted) return undefined;
      const launched = launch(options);
      child = launched;
      const following = follow(launched, options);
      await writeFile(pidFile(options.home), `${launched.pid}\n`, { mode: 0o600 }).catch((error: unknown) => {
        launched.kill('SIGKILL'); // without the file nobody would find it after a crash
        throw error;
      });
      options.onStarted();
      return await following;
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      return { how: NO_ROOM, lines: [], verdict: undefined };
    }
  };
  const run = async (): Promise<void> => {
    let pauseMs = PAUSE_MIN_MS;
    while (!ended.aborted) {
      const startedAtMs = performance.now();
      const end = await runOnce();
      if (end === undefined || ended.aborted) return;
      if (end.verdict !== undefined) throw end.verdict;
      if (isRestarted) {
        isRestarted = false;
        continue;
      }
      if (performance.now() - startedAtMs > STEADY_MS) pauseMs = PAUSE_MIN_MS;
      options.onEnded(end.how, end.lines, pauseMs);
      await delay(pauseMs, undefined, { signal: ended }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS);
    }
  };
  const running = run().catch((error: unknown) => {
    if (!ended.aborted) options.onBroken(error);
  });
  return {
    pid: () => (child?.exitCode === null && child.signalCode === null ? child.pid : undefined),
    restart: () => {
      if (child === undefined || isRestarted) return;
      isRestarted = true;
      void end(child);
    },
    stop: async () => {
      stopping.abort();
      if (child !== undefined) await end(child);
      await running;
      await rm(pidFile(options.home), { force: true });
    },
  };
}

function launch({ program, home }: SupervisorOptions): ChildProcess {
  return spawn(program, ['start', '--home', home], {
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
    // A session of its own: Ctrl-C at the terminal reaches the node, which then stops it in order.
    detached: true,
  });
}

interface End {
  readonly how: string;
  readonly lines: readonly string[];
  readonly verdict: OrderingFault | undefined;
}

/** Reads along until the process has ended; rejects where it could not be started. Ends it where its output says that it can't go on. */
async function follow(child: ChildProcess, { onLine }: SupervisorOptions): Promise<End> {
  const lines: string[] = [];
  let verdict: OrderingFault | undefined;
  let hasNoRoom = false;
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      onLine(line);
      lines.push(line.slice(0, 2_000));
      if (lines.length > LINES_KEPT) lines.shift();
      verdict ??= findVerdict(line);
      hasNoRoom ||= tellsNoRoom(line);
      // After a failure of the consensus the process lives on and does nothing.
      if (verdict !== undefined || hasNoRoom) child.kill('SIGTERM');
    });
  }
  await once(child, 'close');
  const how = hasNoRoom ? NO_ROOM : (child.signalCode ?? `code ${child.exitCode}`);
  return { how, lines, verdict };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'close');
  child.kill('SIGTERM');
  const patience = new AbortController();
  const late = delay(STOP_MS_MAX, undefined, { signal: patience.signal }).then(
    () => child.kill('SIGKILL'),
    () => undefined,
  );
  await ended;
  patience.abort();
  await late;
}

function pidFile(home: string): string {
  return join(home, 'cometbft.pid');
}

/** Process id of the CometBFT that runs on a home folder; told by its command line, since ids are used again. */
export async function enginePid(home: string): Promise<number | undefined> {
  const pid = Number((await readFile(pidFile(home), 'utf8').catch(() => '')).trim());
  if (!Number.isSafeInteger(pid) || pid <= 0 || !isRunning(pid)) return undefined;
  const command = await commandOf(pid);
  return command.includes('cometbft') && command.includes(home) ? pid : undefined;
}

/** A killed node leaves its CometBFT, which ends by itself once it notices; two on one home would spoil it. */
export async function endOrphan(home: string): Promise<void> {
  const pid = await enginePid(home);
  if (pid === undefined) return;
  process.kill(pid, 'SIGTERM');
  if (await waitForEnd(pid, STOP_MS_MAX)) return;
  process.kill(pid, 'SIGKILL');
  await waitForEnd(pid, STOP_MS_MAX);
}
