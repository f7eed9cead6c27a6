// The edge of the process: what a command may write to, and what it reads from its surroundings. Tests bring their own.

/** Where a command runs. */
export interface Terminal {
  /** Standard output: answers only. */
  readonly print: (text: string) => void;
  /** Standard error: progress, warnings, reasons. */
  readonly say: (text: string) => void;
  /** Whether a person watches standard error, in lines of a known width, so that progress may be drawn. */
  readonly isWatched: boolean;
  /** Width in characters. */
  readonly columns: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return {
    print: (text) => void process.stdout.write(text),
    say: (text) => void process.stderr.write(text),
    isWatched: process.stderr.isTTY && process.stderr.columns > 0,
    columns: process.stdout.columns ?? 100,
    environment: process.env,
  };
}
