import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openKeys, openSecret } from './key-files.ts';

async function folder(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'suyuan-keys-'));
  return { path, [Symbol.asyncDispose]: async () => await rm(path, { recursive: true }) };
}

test('keys are made once, private, and the same when opened again', async () => {
  await using data = await folder();
  const made = await openKeys(join(data.path, 'keys'), ['statement', 'log'], true);
  const again = await openKeys(join(data.path, 'keys'), ['statement', 'log'], false);
  expect(again.statement?.publicKey).toEqual(made.statement?.publicKey);
  expect(again.log?.publicKey).not.toEqual(made.statement?.publicKey);
  for (const name of await readdir(join(data.path, 'keys'))) {
    expect((await stat(join(data.path, 'keys', name))).mode & 0o777).toBe(0o600);
  }
});

test('a missing, damaged or readable key file is a fault that says what to do', async () => {
  await using data = await folder();
  await expect(openKeys(data.path, ['statement'], false)).rejects.toMatchObject({ code: 'key_file_invalid' });
  await openKeys(data.path, ['statement'], true);
  await chmod(join(data.path, 'statement.pem'), 0o644);
  await expect(openKeys(data.path, ['statement'], false)).rejects.toThrow(/chmod 600/);
  await writeFile(join(data.path, 'log.pem'), 'not a key', { mode: 0o600 });
  await expect(openKeys(data.path, ['log'], false)).rejects.toMatchObject({ code: 'key_file_invalid' });
});

test('a secret is made once', async () => {
  await using data = await folder();
  const secret = await openSecret(join(data.path, 'secret'));
  expect(secret).toMatch(/^[\w-]{43}$/);
  expect(await openSecret(join(data.path, 'secret'))).toBe(secret);
});
