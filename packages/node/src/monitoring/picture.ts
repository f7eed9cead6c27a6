// What a node knows of its network after one round: itself, every other node, the newest checkpoints
// (spec/monitoring.md). Alerts, metrics and the API are read off this one value.
import type { NodeReport } from '@suyuan/api';
import type { OrganizationRole } from '@suyuan/ledger';

import type { RecentCheckpoint } from '../checkpoint/checkpoints.ts';
import type { OrderingHealth } from '../ordering/ordering.ts';
import type { Behind } from './height-watch.ts';
import type { StoredFacts } from './own-facts.ts';
import type { Contact } from './peer-watch.ts';

/** How a validator has signed the recent checkpoints. */
export interface Cosignatures {
  readonly checkpoints: number;
  readonly signed: number;
  /** Of the newest ones. */
  readonly missedInRow: number;
}

/** One node. */
export interface NodePicture {
  readonly organization: string;
  readonly role: OrganizationRole;
  readonly isSelf: boolean;
  /** Undefined for this node itself, and for one that was not asked yet. */
  readonly contact: Contact | undefined;
  /** What it told last; of this node what it tells. */
  readonly report: NodeReport | undefined;
  readonly behind: Behind | undefined;
  readonly cosignatures: Cosignatures | undefined;
}

/** The network after one round. */
export interface Picture {
  readonly atMs: number;
  readonly organization: string;
  /** Whether this organisation manages the network: other nodes tell it more then. */
  readonly isManager: boolean;
  /** Its own first. */
  readonly nodes: readonly NodePicture[];
  readonly stored: StoredFacts | undefined;
  /** Undefined where nobody else is needed to order. */
  readonly ordering: OrderingHealth | undefined;
  /** Since when the engine waits for other validators. */
  readonly quorumLostSinceMs: number | undefined;
  readonly checkpoint: CheckpointPicture;
}

/** The newest checkpoint on its way to a quorum. */
export interface CheckpointPicture {
  /** Log size that has a quorum. */
  readonly size: number;
  readonly logSize: number;
  readonly signedBy: readonly string[];
  readonly needed: number;
  /** Since when the oldest one without a quorum waits. */
  readonly lateSinceMs: number | undefined;
}

/** A checkpoint is judged once it is as old as this: signatures need their way. */
const SETTLED_MS = 30_000;

/** How each validator has signed, by the checkpoints that are old enough. */
export function countCosignatures(
  recent: readonly RecentCheckpoint[],
  nowMs: number,
): ReadonlyMap<string, Cosignatures> {
  const settled = recent.filter(({ enteredAtMs }) => nowMs - enteredAtMs >= SETTLED_MS);
  const [newest] = settled;
  return new Map(
    (newest?.validators ?? []).map((organization) => {
      const asked = settled.filter(({ validators }) => validators.includes(organization));
      const firstSigned = asked.findIndex(({ signedBy }) => signedBy.has(organization));
      return [
        organization,
        {
          checkpoints: asked.length,
          signed: asked.filter(({ signedBy }) => signedBy.has(organization)).length,
          missedInRow: firstSigned === -1 ? asked.length : firstSigned,
        },
      ];
    }),
  );
}

/** The state of the checkpoints. */
export function pictureCheckpoint(
  recent: readonly RecentCheckpoint[],
  size: number,
  logSize: number,
): CheckpointPicture {
  const [newest] = recent;
  const oldestLate = recent.findLast((checkpoint) => checkpoint.size > size);
  return {
    size,
    logSize,
    signedBy: [...(newest?.signedBy ?? [])],
    needed: newest?.quorum ?? 0,
    lateSinceMs: oldestLate?.enteredAtMs,
  };
}

/** The value in the middle; of two, the one nearer to zero. Undefined of nothing. */
export function medianOf(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  const high = sorted[Math.floor(sorted.length / 2)];
  if (low === undefined || high === undefined) return undefined;
  return Math.abs(low) <= Math.abs(high) ? low : high;
}

/** How far the clocks of the others are ahead of this node's: the median of those that answer. */
export function skewOfOthers(contacts: readonly Contact[]): number | undefined {
  return medianOf(
    contacts.flatMap(({ silentSinceMs, clockSkewMs }) =>
      silentSinceMs === undefined ? (clockSkewMs ?? []) : [],
    ),
  );
}
