// The steps of import and report at which the fault tests let something die. A step that is added to the node
// without a place here does not compile.
import type { Step } from '../../../../node/src/crash-point.ts';

// Governance has its own test of a death at each of its steps (packages/node/src/governance/act-worker.test.ts), and so
// have sources (packages/node/src/source/source-worker.test.ts).
const described: Readonly<Record<Exclude<Step, `${'governance' | 'source'}.${string}`>, string>> = {
  'import.received': 'the upload lies in a temporary file',
  'import.copying': 'rows are being copied',
  'import.before_commit': 'everything is written, nothing is committed',
  'import.committed': 'the import is committed, the client has no answer',
  'report.claimed': 'the report is committed, nothing is sent',
  'report.merged': 'small batches were made into one',
  'report.read': 'the records were read back',
  'report.allotted': 'the batch has its number',
  'report.sent': 'one member has acknowledged',
  'report.acknowledged': 'enough members have acknowledged, nothing is signed',
  'report.signed': 'the signed statement is durable, nobody else has it',
  'report.submitted': 'the statement waits to be ordered',
  'payload.received': 'a member has checked the payload and stored nothing',
  'payload.copied': 'a member has copied the payload and not committed it',
  'payload.stored': 'a member has stored the payload and not acknowledged it',
  'order.before_block': 'a block is made and not stored',
  'order.block_stored': 'a block is stored and no node has it',
  'apply.before_commit': 'a node has applied a block and not committed it',
  'apply.committed': 'a node has committed a block, the others have not',
  'checkpoint.signed': 'a node has signed a checkpoint in a transaction that is open',
  'checkpoint.cosigned': 'a node holds a checkpoint with a quorum',
};

/** Every step with what has happened by then. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys are those of the record
export const steps: readonly (readonly [Step, string])[] = Object.entries(described) as [Step, string][];
