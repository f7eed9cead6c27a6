// A command that could not be carried out, or that a node refused: a code, and a sentence that says what to do.

/** Exit codes: 0 done, 1 the answer is no, 2 the question could not be asked. */
export type ExitCode = 0 | 1 | 2;

/** Stops a command. `exitCode` is 1 where this is the answer, 2 where there is none. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly code: string;
  readonly exitCode: 1 | 2;
  /** Further members of the JSON answer. */
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    sentence: string,
    options: {
      readonly exitCode?: 1 | 2;
      readonly facts?: Readonly<Record<string, unknown>>;
      readonly cause?: unknown;
    } = {},
  ) {
    super(sentence, { cause: options.cause });
    this.code = code;
    this.exitCode = options.exitCode ?? 2;
    this.facts = options.facts ?? {};
  }
}
