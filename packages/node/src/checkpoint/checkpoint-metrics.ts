// How far the checkpoints are, for Prometheus: a growing lag means that validators are missing.
import { logSizeOf } from '@suyuan/ledger';
import type { Registry } from 'prom-client';
import { Gauge } from 'prom-client';

import type { Ledger } from '../ledger-store/ledger.ts';
import type { Checkpoints } from './checkpoints.ts';

/** Adds the figures to a registry; they are read when they are asked for. */
export function addCheckpointMetrics(registry: Registry, ledger: Ledger, checkpoints: Checkpoints): void {
  const quorumSize = (): number => checkpoints.newest()?.size ?? 0;
  const add = (name: string, help: string, read: () => number): void => {
    const gauge = new Gauge({
      name,
      help,
      registers: [],
      collect() {
        this.set(read());
      },
    });
    registry.registerMetric(gauge);
  };
  add('suyuan_checkpoint_size', 'Log size of the newest checkpoint with a quorum', quorumSize);
  add(
    'suyuan_checkpoint_lag',
    'Entries that no checkpoint with a quorum covers yet',
    () => logSizeOf(ledger.state()) - quorumSize(),
  );
  add(
    'suyuan_checkpoint_signers',
    'Validators that have signed the newest checkpoint',
    () => checkpoints.signedBy().length,
  );
}
