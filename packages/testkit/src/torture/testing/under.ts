// What the tests of a network of real processes are given.
import type { RealNetwork } from '../real-network.ts';
import type { Workload } from '../workload.ts';

/** The network and what was reported at it, once the tests run. */
export type Under = () => { readonly network: RealNetwork; readonly workload: Workload };
