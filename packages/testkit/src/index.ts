/** Generators and fixtures for tests and benches. */
export * from '@suyuan/invented';
export * from './battery-examples.ts';
export * from './receipt-network.ts';
export * from './erp/erp.ts';
export type { ErpFault } from './erp/erp-faults.ts';
