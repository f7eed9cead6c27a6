// The binary `suyuan`.
import { run } from './run.ts';
import { processTerminal } from './terminal.ts';

// A reader that went away, such as `head`, has all it wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  process.exitCode = await run(process.argv.slice(2), processTerminal());
} catch (error) {
  // A bug. It is shown whole, and must not look like the answer no.
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 2;
}
