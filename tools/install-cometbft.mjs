// Puts the CometBFT program that the `cometbft` ordering runs where the node looks for it, unless it is there:
//   node tools/install-cometbft.mjs               builds it with Go, in about three minutes
//   node tools/install-cometbft.mjs --from FILE   takes a program that was built elsewhere
//   node tools/install-cometbft.mjs --to FOLDER   copies it for a machine without Go (an offline bundle)
//   node tools/install-cometbft.mjs --version N   another version to try, into a folder beside, .cache/cometbft-N
// SUYUAN_COMETBFT_DIR names another folder than .cache/cometbft. Plain JavaScript: it runs before anything is built.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** The version that the node is made for. */
const pinned = '0.38.26';
/** What a version calls itself, where that is another one. */
const saysOf = { '0.40.0': '0.39.0' };

const { values } = parseArgs({
  options: { from: { type: 'string' }, to: { type: 'string' }, version: { type: 'string', default: pinned } },
});
const version = values.version.replace(/^v/, '');
const source = `github.com/cometbft/cometbft/cmd/cometbft@v${version}`;
const name = process.platform === 'win32' ? 'cometbft.exe' : 'cometbft';
const pinnedFolder =
  process.env['SUYUAN_COMETBFT_DIR'] ?? fileURLToPath(new URL('../.cache/cometbft', import.meta.url));
const folder = version === pinned ? pinnedFolder : `${pinnedFolder}-${version}`;
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

const isIt = (path) => versionOf(path) === (saysOf[version] ?? version);

const isInstalled = () => existsSync(program) && isIt(program);

/** Complete or absent, also when two runs meet or one is killed. */
function place(make) {
  mkdirSync(folder, { recursive: true });
  const fresh = mkdtempSync(join(folder, 'new-'));
  try {
    make(fresh);
    const made = join(fresh, name);
    if (!isIt(made))
      throw new Refusal(
        `This is not CometBFT ${version} for this machine (it says: ${versionOf(made) || 'nothing'}).`,
      );
    renameSync(join(fresh, name), program);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Runs `work` while no other run of this script does: a build takes minutes of every core. */
function alone(work) {
  mkdirSync(folder, { recursive: true });
  const lock = join(folder, 'installing.pid');
  while (!take(lock)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  try {
    work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function take(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  try {
    process.kill(Number(readFileSync(lock, 'utf8')) || process.pid, 0);
  } catch {
    rmSync(lock, { force: true }); // its run was killed
  }
  return false;
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
  const { from, to } = values;
  if (from !== undefined) {
    place((fresh) => {
      copyFileSync(from, join(fresh, name));
      chmodSync(join(fresh, name), 0o755);
    });
  } else if (!isInstalled()) alone(() => isInstalled() || place(build));
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
