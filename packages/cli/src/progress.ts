// Progress on a terminal that a person watches, drawn on standard error; elsewhere sentences only, and with `--json`
// nothing that is drawn.
import type { Terminal } from './terminal.ts';

/** A bar that moves. */
export interface Bar {
  readonly move: (done: number, total: number) => void;
  readonly stop: () => void;
}

/** A bar with a label in front. Loads its library only where it is drawn. */
export async function startBar(label: string, terminal: Terminal, isJson: boolean): Promise<Bar> {
  if (isJson || !terminal.isWatched) return { move: () => undefined, stop: () => undefined };
  const { SingleBar, Presets } = await import('cli-progress');
  const bar = new SingleBar(
    { format: `${label} {bar} {percentage}% {value}/{total}`, hideCursor: true, clearOnComplete: true },
    Presets.shades_classic,
  );
  bar.start(1, 0);
  return {
    move: (done, total) => {
      bar.setTotal(Math.max(1, total));
      bar.update(Math.min(done, total));
    },
    stop: () => bar.stop(),
  };
}

/** Steps told one after the other. */
export interface Steps {
  readonly tell: (sentence: string) => void;
  readonly stop: () => void;
}

/** Sentences as they come; where a person watches, the last one with a sign that it goes on. */
export async function startSteps(terminal: Terminal): Promise<Steps> {
  if (!terminal.isWatched)
    return { tell: (sentence) => terminal.say(`${sentence}\n`), stop: () => undefined };
  const { default: ora } = await import('ora');
  const spinner = ora({ discardStdin: false });
  return {
    tell: (sentence) => {
      if (spinner.isSpinning) spinner.succeed();
      spinner.start(sentence);
    },
    stop: () => {
      if (spinner.isSpinning) spinner.stop();
    },
  };
}
