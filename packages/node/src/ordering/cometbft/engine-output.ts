// Tells from a line of CometBFT's output that it can't go on, and what to do where no restart will help.
import { OrderingFault } from '../ordering-fault.ts';

/** True for the line by which the consensus fails because nothing can be written: it goes on where it was with room. */
export function tellsNoRoom(line: string): boolean {
  return line.includes('CONSENSUS FAILURE') && /no space left on device|disk quota exceeded/u.test(line);
}

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
  if (line.includes('CONSENSUS FAILURE') && !tellsNoRoom(line))
    return new OrderingFault('consensus_failed', `CometBFT can't go on: ${line.slice(0, 1_000)}`);
  return undefined;
}
