/** Invented records, the same on every machine: for the demonstration, samples, tests and benches. */
export * from './label-photo.ts';
export * from './life-master.ts';
export * from './lives.ts';
export * from './records.ts';
