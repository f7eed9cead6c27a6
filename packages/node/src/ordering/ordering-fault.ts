// Faults of ordering that no retry mends: the node stops and says why.
import { Fault } from '../fault.ts';

/** What is wrong with the order. */
export type OrderingFaultCode =
  | 'ordering_behind'
  | 'block_missing'
  | 'app_hash_differs'
  | 'sequencer_conflict'
  | 'ordering_stopped'
  | 'consensus_failed'
  | 'consensus_genesis_differs'
  | 'consensus_malformed';

/** A fault of the order itself. */
export class OrderingFault extends Fault<OrderingFaultCode> {
  constructor(code: OrderingFaultCode, message: string) {
    super(code, message);
    this.name = 'OrderingFault';
  }
}
