// Which engine orders the networks of a test run. `SUYUAN_ORDERING` names one for all. Where it says nothing,
// most networks take `solo`, which is quick, and what the product is for is tested with CometBFT.
import type { OrderingKind } from '../network-ordering.ts';
import { readOrderingKind } from '../network-ordering.ts';
import { installCometbft } from './install-cometbft.ts';

const isNamed = (process.env['SUYUAN_ORDERING'] ?? '') !== '';

/** For tests of the whole product: CometBFT unless another one is named, or it can't be had outside of CI. */
export async function engineOfWhole(): Promise<OrderingKind> {
  if (isNamed) return readOrderingKind(process.env);
  return (await installCometbft()) === undefined ? 'solo' : 'cometbft';
}
