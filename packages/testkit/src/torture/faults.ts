// The faults of the torture: each breaks something, proves that it is broken, and mends it. None needs the rights of
// an administrator.
import { readFile } from 'node:fs/promises';

import type { Lie } from './liar-orders.ts';
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

/** Milliseconds for each piece in each direction: a request and its answer take twice this. */
const SLOW_LINK_MS = 100;
/** Milliseconds that each flush of a database's log takes longer; PostgreSQL allows no more. */
const SLOW_DISK_MS = 100;

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
  const ways = network.links.filter(({ what }) => what === 'http');
  await Promise.all(
    ways.map(async ({ from, to, port }) => {
      const isCut = cuts.some(([a, b]) => (a === from && b === to) || (a === to && b === from));
      const answered = await msOfAnswer(port, isCut ? 300 : 10_000);
      if ((answered !== undefined) === isCut)
        throw new Error(`the way from ${from} to ${to} is ${isCut ? 'not cut' : 'cut'}`);
    }),
  );
}

/** Milliseconds until the node behind this port of a proxy has answered; undefined where it does not in time. */
async function msOfAnswer(port: number, msMax: number): Promise<number | undefined> {
  const begin = performance.now();
  const signal = AbortSignal.timeout(msMax);
  return await fetch(`http://127.0.0.1:${port}/api/v1/health`, { signal }).then(
    () => performance.now() - begin,
    () => undefined,
  );
}

/** Every way to and from the organisation is far and narrow: 64 KiB in so many milliseconds. */
const slowLink: FaultKind = {
  name: 'slow_link',
  strike: async (network, organization) => {
    const others = network.ids.filter((id) => id !== organization);
    await network.cut(
      others.flatMap((other) => [
        [organization, other, SLOW_LINK_MS] as const,
        [other, organization, SLOW_LINK_MS] as const,
      ]),
    );
    const way = network.links.find(({ from, what }) => from === organization && what === 'http');
    const took = await msOfAnswer(way?.port ?? 0, 30_000);
    if (took === undefined || took < 2 * SLOW_LINK_MS) throw new Error('the way there and back is not slow');
    return { mend: async () => await network.cut([]) };
  },
};

/** PostgreSQL waits before each flush of its log, as it would for a disk that is slow at that. */
const slowDisk: FaultKind = {
  name: 'slow_disk',
  strike: async (network, organization) => {
    const set = async (delayUs: number, siblings: number): Promise<void> => {
      await network.query(organization, `alter system set commit_delay = ${delayUs}`);
      await network.query(organization, `alter system set commit_siblings = ${siblings}`);
      await network.query(organization, 'select pg_reload_conf()');
    };
    await set(SLOW_DISK_MS * 1_000, 0);
    await until(`the disk of ${organization} is slow`, async () => {
      const begin = performance.now();
      await network.query(
        organization,
        "select pg_logical_emit_message(true, 'torture', 'written to the log')",
      );
      return performance.now() - begin > SLOW_DISK_MS ? true : undefined;
    });
    return { mend: async () => await set(0, 5) };
  },
};

/** The disk says that nothing is free: the node takes nothing new. (A disk that really is full: `../faults`.) */
const fullDisk: FaultKind = {
  name: 'full_disk',
  strike: async (network, organization) => {
    await network.lie(organization, { freeBytes: 0 });
    await until(`the disk of ${organization} is full`, async () => {
      const answer = await network.call(organization, { method: 'POST', path: '/reports', json: {} });
      return (await answer.text()).includes('disk_full') ? true : undefined;
    });
    return { mend: async () => await network.lie(organization) };
  },
};

/** The node's own clock is two hours ahead, so that neither side takes the other's signed requests. */
const movedClock: FaultKind = {
  name: 'moved_clock',
  strike: async (network, organization) => {
    const code = 'suyuan_http_problems_total{code="peer_signature_expired"';
    const others = network.ids.filter((id) => id !== organization);
    const refusals = async (): Promise<number> => {
      const counts = await Promise.all(others.map((id) => network.metric(id, code)));
      return counts.reduce((sum, count) => sum + count, 0);
    };
    const before = await refusals();
    await network.lie(organization, { clockMs: 2 * 3_600_000 });
    return {
      mend: async () => {
        // What it reports meanwhile is refused by all others; that is how they tell.
        await until(`the clock of ${organization} is noticed`, async () =>
          (await refusals()) > before ? true : undefined,
        );
        await network.lie(organization);
      },
    };
  },
};

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

/** The node lies about what others send it. */
function liar(lie: Lie): FaultKind {
  return {
    name: lie,
    strike: async (network, organization) => {
      await network.lie(organization, { lies: [lie] });
      return {
        mend: async () => {
          await network.hasLied(organization, lie); // others have reported meanwhile
          await network.lie(organization);
        },
      };
    },
  };
}

/** Lies that come without a choice of who reports; the tests of all lies are in `testing/lie-tests.ts`. */
export const lieKinds: readonly FaultKind[] = [liar('forges_acknowledgements'), liar('stores_nothing')];

/** Every other kind. */
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
  slowLink,
  slowDisk,
  fullDisk,
  movedClock,
  cutOff('hears_nobody', (own, other) => [[other, own]]),
  cutOff('is_not_heard', (own, other) => [[own, other]]),
];
