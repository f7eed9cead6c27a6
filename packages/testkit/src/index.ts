/** Generators and fixtures for tests and benches. */
export * from './battery-examples.ts';
export * from './battery-lives.ts';
export * from './battery-records.ts';
export * from './receipt-network.ts';
