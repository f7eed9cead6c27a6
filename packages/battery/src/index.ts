/** Record kinds, codes and rules of battery traceability (spec/battery.md). */
export * from './cell.ts';
export * from './code/battery-code.ts';
export * from './code/tables.ts';
export * from './code/uscc.ts';
export * from './code/vin.ts';
export * from './finding.ts';
export * from './header.ts';
export * from './kind.ts';
export * from './kinds/record-kinds.ts';
export type { ParsedRecord } from './parse-record.ts';
export { parseRecord } from './parse-record.ts';
export * from './parse-row.ts';
export * from './stored-record.ts';
export * from './template.ts';
