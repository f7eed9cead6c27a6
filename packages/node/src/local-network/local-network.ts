// Networks of several organisations on one machine, each with its own processes and folders: what `suyuan network`
// does (docs/operations.md).
import { accessFileOf, readAccess } from './access.ts';
import { addOrganization } from './add-organization.ts';
import { createLocalNetwork } from './create-network.ts';
import { loadNetwork } from './load-network.ts';
import { readStatus } from './network-status.ts';
import { readPlan } from './plan.ts';
import { orderCuts, readCuts, startProxies } from './proxies.ts';
import { startLocalNetwork, stopLocalNetwork } from './start-network.ts';

/** Everything that can be done with them. */
export interface LocalNetworks {
  readonly create: typeof createLocalNetwork;
  readonly add: typeof addOrganization;
  readonly readPlan: typeof readPlan;
  readonly start: typeof startLocalNetwork;
  readonly stop: typeof stopLocalNetwork;
  readonly readStatus: typeof readStatus;
  readonly readAccess: typeof readAccess;
  readonly accessFileOf: typeof accessFileOf;
  readonly load: typeof loadNetwork;
  readonly startProxies: typeof startProxies;
  readonly orderCuts: typeof orderCuts;
  readonly readCuts: typeof readCuts;
}

/** All of it. */
export const localNetworks: LocalNetworks = {
  create: createLocalNetwork,
  add: addOrganization,
  readPlan,
  start: startLocalNetwork,
  stop: stopLocalNetwork,
  readStatus,
  readAccess,
  accessFileOf,
  load: loadNetwork,
  startProxies,
  orderCuts,
  readCuts,
};
