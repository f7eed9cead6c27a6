// The server of one organisation, and a whole network of them in one process.
export { readSettings } from './config.ts';
export type { Settings } from './config.ts';
export { crashPointsOf } from './crash-point.ts';
export type { Reach, Step } from './crash-point.ts';
export { startDemonstration } from './demo.ts';
export type { Demonstration, DemonstrationOptions } from './demo.ts';
export type { DemoDocument, DemoOrganization } from './demo-document.ts';
export { DatabaseFault } from './database/database-fault.ts';
export { Fault, StartupFault } from './fault.ts';
export type { StartupCode } from './fault.ts';
export type { LogLevel } from './logger.ts';
export { startNetwork } from './network.ts';
export type { Network, NetworkMember, NetworkOptions } from './network.ts';
export { readOrderingKind } from './network-ordering.ts';
export type { OrderingKind } from './network-ordering.ts';
export type { Node } from './node.ts';
export type { FirstAdministrator } from './accounts/first-administrator.ts';
export { version } from './version.ts';
