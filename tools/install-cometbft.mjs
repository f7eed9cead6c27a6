// Puts the CometBFT program that the `cometbft` ordering runs where the node looks for it, unless it is there:
//   node tools/install-cometbft.mjs               builds it with Go, in about three minutes
//   node tools/install-cometbft.mjs --from FILE   takes a program that was built elsewhere
//   node tools/install-cometbft.mjs --to FOLDER   copies it for a machine without Go (an offline bundle)
// SUYUAN_COMETBFT_DIR names another folder than .cache/cometbft. Plain JavaScript: it runs before anything is built.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const version = '0.38.26';
const source = `github.com/cometbft/cometbft/cmd/cometbft@v${version}`;
const name = process.platform === 'win32' ? 'cometbft.exe' : 'cometbft';
const folder =
  process.env['SUYUAN_COMETBFT_DIR'] ?? fileURLToPath(new URL('../.cache/cometbft', import.meta.url));
const program = join(folder, name);

/** What a user can do something about: printed without a stack. */
class Refusal extends Error {}

function versionOf(path) {
  try {
    return execFileSync(path, ['version'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

/** Complete or absent, also when two runs meet or one is killed. */
function place(make) {
  mkdirSync(folder, { recursive: true });
  const fresh = mkdtempSync(join(folder, 'new-'));
  try {
    make(fresh);
    const found = versionOf(join(fresh, name));
    if (found !== version)
      throw new Refusal(`This is not CometBFT ${version} for this machine (it says: ${found || 'nothing'}).`);
    renameSync(join(fresh, name), program);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function build(target) {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
  } catch {
    throw new Refusal(
      `CometBFT ${version} is missing and there is no Go to build it with. Install Go 1.23 or newer ` +
        '(https://go.dev/dl), or copy the program from a machine that has it and run:\n' +
        '  node tools/install-cometbft.mjs --from FILE',
    );
  }
  console.error(`Building CometBFT ${version}; this takes about three minutes the first time.`);
  try {
    execFileSync('go', ['install', source], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, GOBIN: target, CGO_ENABLED: '0' },
    });
  } catch {
    throw new Refusal(
      'CometBFT could not be built. Go fetches its source, so a Go module proxy must be reachable (GOPROXY).',
    );
  }
}

function run() {
  const { values } = parseArgs({ options: { from: { type: 'string' }, to: { type: 'string' } } });
  const { from, to } = values;
  if (from !== undefined) {
    place((fresh) => {
      copyFileSync(from, join(fresh, name));
      chmodSync(join(fresh, name), 0o755);
    });
  } else if (!existsSync(program) || versionOf(program) !== version) place(build);
  if (to === undefined) return program;
  mkdirSync(to, { recursive: true });
  copyFileSync(program, join(to, name));
  return join(to, name);
}

try {
  console.log(run());
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
