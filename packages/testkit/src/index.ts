/** Generators and fixtures for tests and benches. */
export * from './battery-records.ts';
