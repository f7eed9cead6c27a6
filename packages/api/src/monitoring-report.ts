// What a node tells other nodes about itself, by a signed request (spec/monitoring.md, MO1 to MO3): to every member what
// concerns the common ledger, to the managing organisation how its machine is as well.
import { Type } from 'typebox';
import type { Static } from 'typebox';

const organizationsMax = 1_024;

const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
/** Milliseconds since 1970. */
const time = Type.Integer({ minimum: 0, maximum: 8.64e15 });

/** Things that wait, and since when the oldest does. */
const waiting = Type.Object({ count, sinceMs: Type.Optional(time) });

const machineReport = Type.Object({
  database: Type.Object({ silentSinceMs: Type.Optional(time), bytes: Type.Optional(count) }),
  disk: Type.Optional(Type.Object({ freeBytes: count, totalBytes: count })),
  /** Own batches that wait for other members. */
  acknowledgements: waiting,
  /** Own statements that are signed and wait for a block. */
  unordered: waiting,
  clockSkewMs: Type.Optional(Type.Integer({ minimum: -8.64e15, maximum: 8.64e15 })),
  /** Of the certificate that the node itself serves, or that others see at its address. */
  certificateUntilMs: Type.Optional(time),
  /** Open alerts. */
  alerts: count,
});

/** The answer of a node to another one. */
export const nodeReport = Type.Object({
  atMs: time,
  version: Type.String({ maxLength: 64 }),
  height: count,
  lastBlockAtMs: Type.Optional(time),
  logSize: count,
  checkpointSize: count,
  orderingStoppedSinceMs: Type.Optional(time),
  /** Batches in the log whose data it does not hold. */
  missingPayloads: waiting,
  /** Organisations that do not answer it. */
  unreachable: Type.Array(Type.String({ maxLength: 64 }), { maxItems: organizationsMax }),
  /** Of the certificate of the node that is told this, as it is seen from outside. */
  yourCertificateUntilMs: Type.Optional(time),
  machine: Type.Optional(machineReport),
});

/** Things that wait. */
export type Waiting = Static<typeof waiting>;
/** How the machine of a node is. */
export type MachineReport = Static<typeof machineReport>;
/** What a node tells. */
export type NodeReport = Static<typeof nodeReport>;
