// A command that keeps running: until Ctrl-C or a request to end, or until what it runs can't go on.
import { CommandFailure } from './failure.ts';
import type { Terminal } from './terminal.ts';

/** Tells of what no retry can mend. */
export interface Breakage {
  readonly onBroken: (error: unknown) => void;
  readonly broken: Promise<never>;
}

/** A promise that rejects when something breaks. */
export function watchBreakage(): Breakage {
  let breakIt: (reason: CommandFailure) => void = () => undefined;
  const broken = new Promise<never>((_, reject) => {
    breakIt = reject;
  });
  broken.catch(() => undefined); // heard by whoever serves; until then it must not end the process
  const onBroken = (error: unknown): void => {
    const reason = error instanceof Error ? error.message : String(error);
    breakIt(
      new CommandFailure('cannot_go_on', `This process cannot go on: ${reason}. Its log says more.`, {
        cause: error,
      }),
    );
  };
  return { onBroken, broken };
}

/** Waits for SIGINT or SIGTERM, then stops what runs. A second signal ends the process at once. */
export async function serveUntilSignal(
  stop: () => Promise<void>,
  { broken }: Breakage,
  terminal: Terminal,
): Promise<void> {
  let onSignal: () => void = () => undefined;
  const signalled = new Promise<void>((resolve) => {
    onSignal = resolve;
  });
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  try {
    await Promise.race([signalled, broken]);
    terminal.say('Stopping; a second Ctrl-C ends it at once.\n');
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
    await stop();
  }
}
