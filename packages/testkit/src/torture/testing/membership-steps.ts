// Acts of governance at real nodes: issued, approved by others, followed until they are in
// force everywhere.
import { assert } from '@suyuan/log';

import type { RealNetwork } from '../real-network.ts';
import { until } from '../real-network.ts';

interface Act {
  readonly status: string;
  readonly entry?: number;
}

/** Issues a wish at a node and waits until nothing of it moves without others; gives its acts. */
export async function issue(network: RealNetwork, id: string, wish: object): Promise<readonly Act[]> {
  const as = 'administrator';
  const { plan } = await network.ask<{ plan: number }>(id, {
    as,
    method: 'POST',
    path: '/governance/acts',
    json: wish,
  });
  return await until(`plan ${plan} of ${id} is settled`, async () => {
    const { acts } = await network.ask<{ acts: readonly Act[] }>(id, {
      as,
      path: `/governance/plans/${plan}`,
    });
    const has = (status: string): boolean => acts.some((act) => act.status === status);
    return has('sending') || (has('planned') && !has('pending')) ? undefined : acts;
  });
}

/** Has what waits under this entry approved by these, one after the other. */
export async function approve(network: RealNetwork, entry: number, voters: readonly string[]): Promise<void> {
  for (const voter of voters) {
    const request = { as: 'administrator', path: '/governance/proposals' } as const;
    await until(`${voter} sees proposal ${entry}`, async () => {
      const { items } = await network.ask<{ items: readonly { entry: number }[] }>(voter, request);
      return items.some((item) => item.entry === entry) ? true : undefined;
    });
    const [vote] = await issue(network, voter, { kind: 'vote', entry, approves: true });
    assert(vote?.status === 'applied', `the vote of ${voter} counts`);
  }
}

/** Issues what the validators decide, and has it approved. */
export async function decide(
  network: RealNetwork,
  id: string,
  wish: object,
  voters: readonly string[],
): Promise<void> {
  const [act] = await issue(network, id, wish);
  assert(act?.status === 'pending' && act.entry !== undefined, 'the validators are asked');
  await approve(network, act.entry, voters);
}

/** Waits until a node shows what is expected of an organisation. */
export async function seen(
  network: RealNetwork,
  at: string,
  organization: string,
  is: (shown: { readonly role: string; readonly status: string }) => boolean,
): Promise<void> {
  await until(`${at} sees ${organization} so`, async () => {
    const { organizations } = await network.ask<{
      organizations: readonly { id: string; role: string; status: string }[];
    }>(at, { as: 'administrator', path: '/governance' });
    const found = organizations.find(({ id }) => id === organization);
    return found !== undefined && is(found) ? true : undefined;
  });
}

/** Lets the CometBFT of these stand still during the work. */
export async function whileStill<T>(
  network: RealNetwork,
  ids: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  const pids = await Promise.all(ids.map((id) => network.pid(id, 'cometbft')));
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  try {
    return await work();
  } finally {
    for (const pid of pids) process.kill(pid, 'SIGCONT');
  }
}
