import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { closedFolder, reachablePrograms } from './postgres-user.ts';

const nobody = { uid: 65_534, gid: 65_534 };

test('program files in a folder that the user may not enter are copied, whole and once', async () => {
  const root = await mkdtemp(join(tmpdir(), 'suyuan-programs-'));
  await chmod(root, 0o755);
  const native = join(root, 'closed', 'native');
  const spare = join(root, 'spare');
  await mkdir(join(native, 'bin'), { recursive: true });
  await writeFile(join(native, 'bin', 'postgres'), 'program');
  expect(await reachablePrograms(native, spare, nobody)).toBe(native);
  await chmod(join(root, 'closed'), 0o700);
  expect(await closedFolder(native, nobody)).toBe(join(root, 'closed'));
  expect(await reachablePrograms(native, spare, undefined)).toBe(native);
  await mkdir(join(`${spare}.new`, 'bin'), { recursive: true }); // what a killed copy left
  expect(await reachablePrograms(native, spare, nobody)).toBe(spare);
  expect(await readFile(join(spare, 'bin', 'postgres'), 'utf8')).toBe('program');
  expect(await reachablePrograms(native, spare, nobody)).toBe(spare);
  await rm(root, { recursive: true });
});
