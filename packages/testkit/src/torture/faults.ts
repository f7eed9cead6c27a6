// The faults of the torture: each breaks something, proves that it is broken, and mends it. None needs the rights of
// an administrator.
import { readFile } from 'node:fs/promises';

import type { ProcessKind, RealNetwork } from './real-network.ts';
import { until } from './real-network.ts';

/** A fault that was made. */
export interface Broken {
  /** Mends it, where it does not mend by itself, and waits until the network knows. */
  readonly mend: () => Promise<void>;
}

/** A kind of fault; `organization` is the one that it strikes. */
export interface FaultKind {
  readonly name: string;
  /** Makes it and proves it: throws where nothing happened. */
  readonly strike: (network: RealNetwork, organization: string) => Promise<Broken>;
}

function kill(process_: ProcessKind): FaultKind {
  return {
    name: `kill_${process_}`,
    strike: async (network, organization) => {
      const pid = await network.pid(organization, process_);
      process.kill(pid, 'SIGKILL');
      await until(`${process_} of ${organization} is dead`, async () =>
        (await isAlive(pid)) ? undefined : true,
      );
      return {
        mend: async () => {
          // The node restarts its CometBFT and its PostgreSQL; nobody restarts a node but whoever runs it.
          if (process_ === 'node') await network.startAgain(organization);
          await until(`${process_} of ${organization} runs again`, async () =>
            (await network.pid(organization, process_)) === pid ? undefined : true,
          );
        },
      };
    },
  };
}

function freeze(process_: ProcessKind): FaultKind {
  return {
    name: `freeze_${process_}`,
    strike: async (network, organization) => {
      const pid = await network.pid(organization, process_);
      process.kill(pid, 'SIGSTOP');
      await until(`${process_} of ${organization} stands still`, async () =>
        (await stateOf(pid)) === 'T' ? true : undefined,
      );
      return { mend: async () => void process.kill(pid, 'SIGCONT') };
    },
  };
}

function cutOff(
  name: string,
  cutsOf: (own: string, other: string) => readonly (readonly [string, string])[],
): FaultKind {
  return {
    name,
    strike: async (network, organization) => {
      const others = network.ids.filter((id) => id !== organization);
      const cuts = others.flatMap((other) => cutsOf(organization, other));
      await network.cut(cuts);
      await proveCut(network, cuts);
      return { mend: async () => await network.cut([]) };
    },
  };
}

/** A request on a way that is cut, in either direction, gets no answer; on one that is not, it does. */
async function proveCut(network: RealNetwork, cuts: readonly (readonly [string, string])[]): Promise<void> {
  for (const { from, to, what, port } of network.links) {
    if (what !== 'http') continue;
    const isCut = cuts.some(([a, b]) => (a === from && b === to) || (a === to && b === from));
    const signal = AbortSignal.timeout(isCut ? 300 : 10_000);
    const isAnswered = await fetch(`http://127.0.0.1:${port}/api/v1/health`, { signal }).then(
      () => true,
      () => false,
    );
    if (isAnswered === isCut)
      throw new Error(`the way from ${from} to ${to} is ${isCut ? 'not cut' : 'cut'}`);
  }
}

/** False for a process that is gone, also while nobody has asked how it ended. */
async function isAlive(pid: number): Promise<boolean> {
  const state = await stateOf(pid);
  return state !== undefined && state !== 'Z';
}

/** The state letter of Linux: R, S, D, T (stopped), Z (ended); undefined: there is no such process. */
async function stateOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return /\) ([A-Za-z]) /.exec(stat.slice(stat.lastIndexOf(')')))?.[1];
}

/** Every kind. */
export const faultKinds: readonly FaultKind[] = [
  kill('node'),
  kill('cometbft'),
  kill('postgres'),
  freeze('node'),
  freeze('cometbft'),
  freeze('postgres'),
  cutOff('cut_off', (own, other) => [
    [own, other],
    [other, own],
  ]),
  cutOff('hears_nobody', (own, other) => [[other, own]]),
  cutOff('is_not_heard', (own, other) => [[own, other]]),
];
