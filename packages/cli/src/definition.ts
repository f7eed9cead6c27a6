// What a command of `suyuan` is: one entry of a table from which the parser, the help and docs/cli.md all come.
import type { Answer } from './answer.ts';
import type { Terminal } from './terminal.ts';

/** Values of options by the camel-case name of their long flag: text, lists of text, or true. */
export type OptionValues = Readonly<Record<string, string | readonly string[] | true | undefined>>;

/** What a command is given. */
export interface Invocation {
  /** Positional arguments in their order; missing ones are undefined. */
  readonly arguments: readonly (string | readonly string[] | undefined)[];
  readonly options: OptionValues;
  /** Whether the answer goes out as JSON; nothing else may then be on standard output. */
  readonly isJson: boolean;
  readonly terminal: Terminal;
}

/** Carries a command out. Undefined where it has printed its answer itself, since it went on after that. */
export type Action = (invocation: Invocation) => Promise<Answer | undefined>;

/** One option. */
export interface OptionDefinition {
  /** As commander reads it: `--fresh <SIZE|none>`. */
  readonly flags: string;
  readonly summary: string;
}

/** One command. */
export interface CommandDefinition {
  readonly name: string;
  readonly summary: string;
  /** As commander reads it: `<KIND> <FILE>`. */
  readonly arguments: string;
  readonly options: readonly OptionDefinition[];
  /** Whether `--url` and `--token` belong to it. */
  readonly asksNode: boolean;
  /** The JSON answer, as documentation. */
  readonly answers: string;
  /** When the exit code is 1. */
  readonly negative: string;
  readonly example: string;
  /** Loads the code of this command only, so that `verify` starts without the code of a node. */
  readonly load: () => Promise<Action>;
}
