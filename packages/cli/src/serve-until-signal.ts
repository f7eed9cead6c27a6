// A command that keeps running: until Ctrl-C or a request to end, or until what it runs can't go on.
import { CommandFailure } from './failure.ts';
import type { Terminal } from './terminal.ts';

/** Tells of what no retry can mend, and of the wish to end. */
export interface Breakage {
  readonly onBroken: (error: unknown) => void;
  readonly broken: Promise<never>;
  /** Resolves at the first SIGINT or SIGTERM since the watch began: one that comes while things start is not lost. */
  readonly signalled: Promise<void>;
}

/** Begins to watch; call it before anything is started that has to be stopped. */
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
  const signalled = new Promise<void>((resolve) => {
    const onSignal = (): void => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
      resolve();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
  return { onBroken, broken, signalled };
}

/** Waits for SIGINT or SIGTERM, then stops what runs. A second signal ends the process at once. */
export async function serveUntilSignal(
  stop: () => Promise<void>,
  { broken, signalled }: Breakage,
  terminal: Terminal,
): Promise<void> {
  try {
    await Promise.race([signalled, broken]);
    terminal.say('Stopping; a second Ctrl-C ends it at once.\n');
  } finally {
    await stop();
  }
}
