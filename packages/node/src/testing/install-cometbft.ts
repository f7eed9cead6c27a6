// The CometBFT program for tests: the one that SUYUAN_COMETBFT names, else the pinned version, which the project's own
// script builds when it is missing.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const script = fileURLToPath(new URL('../../../../tools/install-cometbft.mjs', import.meta.url));

/** Its path; undefined where there is no Go to build it with. In CI that is a fault. */
export async function installCometbft(): Promise<string | undefined> {
  const named = process.env['SUYUAN_COMETBFT'];
  if (named !== undefined) return named;
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [script]);
    return stdout.trim();
  } catch (error) {
    const isExpected = process.env['CI'] === undefined;
    if (isExpected) return undefined;
    throw error;
  }
}
