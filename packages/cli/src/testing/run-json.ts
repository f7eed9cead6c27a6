// Runs a command of `suyuan` in the test's own process.
import { run } from '../run.ts';

/** What a command has printed. */
export interface CommandOutcome {
  readonly exitCode: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- the JSON of any command, compared as a whole
  readonly json: any;
}

/** Carries a command out as the program does, with `--json`. */
export async function runJson(...argv: readonly string[]): Promise<CommandOutcome> {
  let output = '';
  const exitCode = await run([...argv, '--json'], {
    print: (text) => void (output += text),
    say: () => undefined,
    isWatched: false,
    columns: 100,
    environment: {},
  });
  return { exitCode, json: JSON.parse(output) };
}
