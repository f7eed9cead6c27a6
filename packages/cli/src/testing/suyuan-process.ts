// For tests: `suyuan` as a process of its own. Runs what `npm run build` made, which loads in a third of the time.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const suyuanFile = fileURLToPath(new URL('../../bin/suyuan.js', import.meta.url));

/** How a run ended. */
export interface ProcessOutcome {
  readonly exitCode: number | null;
  readonly output: string;
  readonly errors: string;
}

/** What a run is given besides its arguments. */
export interface ProcessOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** A module loaded before everything else. */
  readonly preload?: string;
}

/** Runs to the end. The environment has nothing of ours but what is given. */
export async function suyuanProcess(
  argv: readonly string[],
  { environment = {}, preload }: ProcessOptions = {},
): Promise<ProcessOutcome> {
  const { SUYUAN_URL: _, SUYUAN_TOKEN: __, ...inherited } = process.env;
  const before = preload === undefined ? [] : ['--import', preload];
  const child = spawn(process.execPath, [...before, suyuanFile, ...argv], {
    env: { ...inherited, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { exitCode, output, errors };
}
