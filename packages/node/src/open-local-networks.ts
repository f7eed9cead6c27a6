// Loads the code of local networks when it is asked for: a node needs none of it, and its memory is counted.
import type { LocalNetworks } from './local-network/local-network.ts';

/** Everything that can be done with networks on one machine. */
export async function openLocalNetworks(): Promise<LocalNetworks> {
  return (await import('./local-network/local-network.ts')).localNetworks;
}
