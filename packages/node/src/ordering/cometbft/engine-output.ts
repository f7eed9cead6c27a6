// Tells from a line of CometBFT's output that no restart will help, and what to do then.
import { OrderingFault } from '../ordering-fault.ts';

/** A fault that this line is the sign of; undefined for any other line. */
export function findVerdict(line: string): OrderingFault | undefined {
  if (/app block height \(\d+\) is higher than core/u.test(line))
    return new OrderingFault(
      'ordering_behind',
      "the node's database is ahead of the folder of its CometBFT. Restore that folder as new as the database, or newer.",
    );
  if (/app block height \(\d+\) is too far below block store base/u.test(line))
    return new OrderingFault(
      'block_missing',
      "the blocks that the node's database needs are not in the folder of its CometBFT",
    );
  if (line.includes('AppHash does not match') || line.includes('wrong Block.Header.AppHash'))
    return new OrderingFault(
      'app_hash_differs',
      "the state of this node is not the network's. Restore its database from a backup; it then catches up.",
    );
  if (line.includes('CONSENSUS FAILURE'))
    return new OrderingFault('consensus_failed', `CometBFT can't go on: ${line.slice(0, 1_000)}`);
  return undefined;
}
