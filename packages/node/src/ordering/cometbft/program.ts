// Finds the CometBFT program that tools/install-cometbft.mjs has put beside the project.
import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { StartupFault } from '../../fault.ts';

/** The version that this node is made for. */
export const COMETBFT_VERSION = '0.38.26';

/** From the folder of this file, in src and dist alike, to the root of the project. */
const ROOT = '../../../../../';

/**
 * Path of the program: `SUYUAN_COMETBFT` itself, or `cometbft` in the folder `SUYUAN_COMETBFT_DIR`, or in
 * `.cache/cometbft` of the project. Throws `cometbft_missing`, saying how to get it.
 */
export async function findCometbft(environment: NodeJS.ProcessEnv): Promise<string> {
  const folder =
    environment['SUYUAN_COMETBFT_DIR'] ?? fileURLToPath(new URL(`${ROOT}.cache/cometbft`, import.meta.url));
  const path = environment['SUYUAN_COMETBFT'] ?? join(folder, 'cometbft');
  try {
    await access(path, constants.X_OK);
    return path;
  } catch (error) {
    throw new StartupFault(
      'cometbft_missing',
      `CometBFT ${COMETBFT_VERSION} is not at ${path}. Install it with: node tools/install-cometbft.mjs`,
      error,
    );
  }
}
