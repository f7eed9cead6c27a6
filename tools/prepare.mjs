// Makes a fresh clone ready for `npm start` and `npm test`: installs what the lockfile names when it is missing
// or older than the lockfile, then builds. Plain JavaScript because nothing is installed yet.
import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const major = Number(process.versions.node.split('.')[0]);
const minor = Number(process.versions.node.split('.')[1]);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Suyuan needs Node.js 20.19 or newer; this is ${process.version}.`);
  process.exit(2);
}

const run = (...args) =>
  execFileSync(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, { cwd: root, stdio: 'inherit' });

const installed = `${root}node_modules/.package-lock.json`;
const fresh =
  existsSync(installed) && statSync(installed).mtimeMs >= statSync(`${root}package-lock.json`).mtimeMs;
if (!fresh) run('ci', '--no-audit', '--no-fund');
run('run', '--silent', 'build');
