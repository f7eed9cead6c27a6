// The command line `suyuan` (docs/cli.md).
export type { ExitCode } from './failure.ts';
export { run } from './run.ts';
export { processTerminal } from './terminal.ts';
export type { Terminal } from './terminal.ts';
