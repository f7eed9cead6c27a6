// Nonces that have been used: a signed request is taken once (spec/replication.md). In memory and bounded per
// organisation, so that one member can neither fill it nor push out another's.

/** Nonces remembered for one organisation; more requests than that within a signature's life are refused. */
const NONCES_PER_ORGANIZATION_MAX = 16_384;

export interface NonceWindow {
  /** Takes a nonce that may be forgotten after `forgetAt` (seconds). `full` and `replayed` change nothing. */
  spend(
    organization: string,
    nonce: string,
    forgetAt: number,
    nowSeconds: number,
  ): 'fresh' | 'replayed' | 'full';
}

/** An empty window. */
export function createNonceWindow(max: number = NONCES_PER_ORGANIZATION_MAX): NonceWindow {
  const windows = new Map<string, Map<string, number>>();
  return {
    spend(organization, nonce, forgetAt, nowSeconds) {
      let window = windows.get(organization);
      if (window === undefined) windows.set(organization, (window = new Map()));
      if (window.has(nonce)) return 'replayed';
      if (window.size >= max) {
        for (const [old, until] of window) if (until < nowSeconds) window.delete(old);
        if (window.size >= max) return 'full';
      }
      window.set(nonce, forgetAt);
      return 'fresh';
    },
  };
}
