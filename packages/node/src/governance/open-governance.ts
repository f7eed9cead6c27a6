// The governance slice of a node: its parts, routes and doors, for slices.ts.
import type { AppPlugin } from '../http/app.ts';
import type { Binding } from '../http/handle.ts';
import { governanceBindings } from '../http/routes/governance.ts';
import { joiningBindings } from '../http/routes/joining.ts';
import type { Ledger } from '../ledger-store/ledger.ts';
import type { PeerClient } from '../replication/peer-client.ts';
import type { PeerGuard } from '../replication/peer-guard.ts';
import { createGovernance } from './governance.ts';
import type { GovernanceContext } from './governance-context.ts';
import { addressPlugin, createAddressKeeper } from './joining/exchange-addresses.ts';
import { joiningOf } from './joining/join-requests.ts';
import { createGovernanceHook } from './write-governance.ts';

/** What the slice needs. */
export interface OpenGovernance extends GovernanceContext {
  readonly genesis: Uint8Array;
  readonly ledger: Ledger;
  readonly client: PeerClient;
  readonly guard: PeerGuard;
  readonly tellsAddress?: boolean;
  readonly onBroken: (error: unknown) => void;
}

/** The running slice. */
export interface GovernanceSlice {
  readonly bindings: readonly Binding[];
  readonly plugins: readonly AppPlugin[];
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Opens it; nothing is sent before `start`. Before ordering starts, since it joins every block. */
export function openGovernance(options: OpenGovernance): GovernanceSlice {
  const { ledger, crypto, organization, guard } = options;
  ledger.join(createGovernanceHook(crypto, organization));
  const onApplied: Ledger['onApplied'] = (listener) => ledger.onApplied(listener);
  const governance = createGovernance({
    ...options,
    onApplied,
    joiningOf: async (request) => await joiningOf(options, request),
  });
  const settleKeys = (): void =>
    void options.keys
      .settle()
      .catch((err: unknown) => options.logger.error({ err }, 'a key file could not be moved'));
  onApplied(settleKeys);
  const addresses = createAddressKeeper({ ...options, onApplied });
  return {
    bindings: [...governanceBindings({ ...options, governance }), ...joiningBindings(options)],
    plugins: [addressPlugin(options, guard)],
    start: async () => {
      settleKeys();
      await governance.start();
      addresses.start();
    },
    stop: async () => {
      await addresses.stop();
      await governance.stop();
    },
  };
}
