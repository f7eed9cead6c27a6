/**
 * Verifiers that are not of this project, for tests: Python packages in a virtual environment and tessera's fsck,
 * installed once under `.cache/interop`. Where Python or Go is missing the tests are skipped with the reason in
 * their title, but never in CI.
 */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const here = fileURLToPath(new URL('.', import.meta.url));
const cache = fileURLToPath(new URL('../../.cache/interop/', import.meta.url));
const requirements = join(here, 'requirements.txt');

/** The fsck whose verdict counts. It exits 0 even when it fails, so its output is read. */
const FSCK = 'github.com/transparency-dev/tessera/cmd/fsck@v1.0.4';

/** How long an installation may take on a slow machine without any cache. */
export const INSTALL_TIMEOUT_MS = 600_000;

/** Why tests with these commands can't run here; undefined where they can, and in CI, where they must. */
export function missingTools(...commands: readonly string[]): string | undefined {
  if ((process.env['CI'] ?? '') !== '') return undefined;
  const missing = commands.filter((command) => !isInstalled(command));
  return missing.length === 0 ? undefined : `skipped, not installed: ${missing.join(', ')}`;
}

/** What a foreign reader is told of a trust policy: keys are vkeys. */
export interface ForeignPolicy {
  readonly origin: string;
  readonly quorum: number;
  readonly validators: readonly { readonly logKey: string; readonly cosigningKey: string }[];
}

/** Reads it from the bytes of a policy that a node has made. */
export function readPolicy(bytes: Uint8Array): ForeignPolicy {
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** One thing to verify, as `verify.py` describes it. */
export type ForeignCase = Readonly<Record<string, unknown>> & { readonly tool: string };

/** What a foreign verifier says. */
export interface ForeignVerdict {
  readonly valid: boolean;
  readonly reason: string;
  readonly [fact: string]: unknown;
}

/** Installs the Python packages if they are not there yet, and gives the path of their interpreter. */
export async function installPython(): Promise<string> {
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = join(cache, `python-${digest}`);
  const python = join(folder, 'bin', 'python');
  await installOnce(folder, async (staging) => {
    await run('python3', ['-m', 'venv', staging]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements];
    await run(join(staging, 'bin', 'python'), pip, { timeout: INSTALL_TIMEOUT_MS });
  });
  return python;
}

/** The verdicts of `verify.py` on all cases, in order. */
export async function verifyForeign(
  python: string,
  cases: readonly ForeignCase[],
): Promise<readonly ForeignVerdict[]> {
  const child = spawn(python, [join(here, 'verify.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(cases));
  let output = '';
  for await (const chunk of child.stdout) output += String(chunk);
  const verdicts: ForeignVerdict[] = JSON.parse(output);
  return verdicts;
}

/** Builds fsck if it is not there yet, and gives its path. */
export async function installFsck(): Promise<string> {
  const folder = join(cache, FSCK.replaceAll(/[^0-9A-Za-z.]+/g, '-'));
  await installOnce(folder, async (staging) => {
    const env = { ...process.env, GOBIN: staging, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false' };
    await run('go', ['install', FSCK], { env, timeout: INSTALL_TIMEOUT_MS, cwd: here });
  });
  return join(folder, 'fsck');
}

/** A log to check. */
export interface LogToCheck {
  readonly url: string;
  readonly origin: string;
  readonly vkey: string;
  /** For a log that is not public. */
  readonly bearerToken?: string;
}

/** What fsck says about the log at `url`: undefined when it finds nothing wrong, or else its complaint. */
export async function checkLog(
  fsck: string,
  { url, origin, vkey, bearerToken }: LogToCheck,
): Promise<string | undefined> {
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'key-'));
  try {
    const key = join(folder, 'log.vkey');
    await writeFile(key, vkey);
    const flags = ['-ui=false', '-logtostderr', '-v=1', '-N=2', `-origin=${origin}`, `-public_key=${key}`];
    if (bearerToken !== undefined) flags.push(`-bearer_token=${bearerToken}`);
    const { stderr } = await run(fsck, [...flags, `-storage_url=${url}`], { timeout: 60_000 });
    const complaint = /^[EF]\d{4} .*$/m.exec(stderr)?.[0];
    if (complaint !== undefined) return complaint;
    return stderr.includes('Completed ranges') ? undefined : `fsck said nothing of success:\n${stderr}`;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Builds in a folder beside and renames it, so that a folder that is there is whole; others may do so too. */
async function installOnce(folder: string, build: (staging: string) => Promise<void>): Promise<void> {
  if (existsSync(folder)) return;
  await mkdir(cache, { recursive: true });
  const staging = await mkdtemp(join(cache, 'staging-'));
  try {
    await build(staging);
    await rename(staging, folder);
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

function isInstalled(command: string): boolean {
  try {
    execFileSync(command, [command === 'go' ? 'version' : '--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
