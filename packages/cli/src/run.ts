// One run of `suyuan`: parse, carry out, print the answer, and the exit code.
import { CommanderError } from 'commander';

import type { Answer } from './answer.ts';
import { commandTable } from './command-table.ts';
import type { ExitCode } from './failure.ts';
import { CommandFailure } from './failure.ts';
import { buildProgram } from './program.ts';
import type { Terminal } from './terminal.ts';

/** Runs the command line `argv` (without the program's own name). Never throws for what a user can do wrong. */
export async function run(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const isJson = argv.includes('--json');
  let exitCode: ExitCode = 0;
  const program = buildProgram(commandTable, terminal, async (definition, given) => {
    const action = await definition.load();
    const answer = await action({ ...given, terminal });
    if (answer === undefined) return;
    print(answer, given.isJson, terminal);
    exitCode = answer.isPositive ? 0 : 1;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    const failure = failureOf(error);
    if (failure === undefined) return 0;
    if (isJson)
      terminal.print(
        `${JSON.stringify({ code: failure.code, message: failure.message, ...failure.facts })}\n`,
      );
    else if (!(error instanceof CommanderError))
      terminal.say(visible(`${failure.message} [${failure.code}]\n`));
    return failure.exitCode;
  }
}

function print(answer: Answer, isJson: boolean, terminal: Terminal): void {
  terminal.print(isJson ? `${JSON.stringify(answer.json)}\n` : visible(answer.text));
}

/** Text that others wrote must not steer a terminal: control and format characters show as their numbers. */
function visible(text: string): string {
  return text.replace(
    /[^\P{Cc}\n]|\p{Cf}/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** What stopped the command; undefined where help or the like was asked for. A bug stays an exception. */
function failureOf(error: unknown): CommandFailure | undefined {
  if (error instanceof CommandFailure) return error;
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return undefined;
    return new CommandFailure('usage_wrong', error.message.replace(/^error: /, ''), { cause: error });
  }
  // Faults of a node that this process runs: a lower_snake code and a sentence for people.
  if (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^[a-z_]+$/.test(error.code)
  ) {
    return new CommandFailure(error.code, error.message, { cause: error });
  }
  throw error;
}
