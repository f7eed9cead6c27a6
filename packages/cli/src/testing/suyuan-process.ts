// For tests: `suyuan` as a process of its own, from its sources.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

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

/** The command and arguments of Node.js that run `suyuan` from its sources. */
function nodeArguments(argv: readonly string[], preload?: string): readonly string[] {
  const before = preload === undefined ? [] : ['--import', preload];
  return ['--conditions=source', '--import', 'tsx', ...before, main, ...argv];
}

/** Runs to the end. The environment has nothing of ours but what is given. */
export async function suyuanProcess(
  argv: readonly string[],
  { environment = {}, preload }: ProcessOptions = {},
): Promise<ProcessOutcome> {
  const { SUYUAN_URL: _, SUYUAN_TOKEN: __, ...inherited } = process.env;
  const child = spawn(process.execPath, nodeArguments(argv, preload), {
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
