// Progress on a terminal that a person watches; silent anywhere else. Drawn on standard error.
import type { Terminal } from './terminal.ts';

/** A bar that moves. */
export interface Progress {
  readonly move: (done: number, total: number) => void;
  readonly stop: () => void;
}

/** A bar with a label in front. Loads its library only where it is drawn. */
export async function startProgress(label: string, terminal: Terminal, isJson: boolean): Promise<Progress> {
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
