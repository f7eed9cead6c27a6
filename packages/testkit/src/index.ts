/** Generators and fixtures for tests and benches. */
export * from '@suyuan/invented';
export * from './battery-examples.ts';
export * from './receipt-network.ts';
