import { readFile } from 'node:fs/promises';

import { expect, test } from 'vitest';

import { commandTable } from './command-table.ts';
import { documentCommands } from './documentation.ts';

test('docs/cli.md says what the commands are', async () => {
  const file = new URL('../../../docs/cli.md', import.meta.url).pathname;
  await expect(documentCommands(commandTable)).toMatchFileSnapshot(file);
});

test('every command loads', async () => {
  for (const { load } of commandTable) expect(await load()).toBeTypeOf('function');
});

test('the README types only commands and options that there are', async () => {
  const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8');
  const typed = readme.split('\n').filter((line) => line.startsWith('suyuan '));
  expect(typed.length).toBeGreaterThan(3);
  for (const line of typed) {
    const [, name, ...words] = line.split('#', 1)[0]?.trim().split(/\s+/) ?? [];
    const command = commandTable.find((one) => one.name === name);
    const known = command?.options.map(({ flags }) => flags.split(' ', 1)[0]) ?? [];
    expect(words.filter((word) => word.startsWith('--')).filter((word) => !known.includes(word))).toEqual([]);
    expect(command?.name).toBe(name);
  }
});

test('docs/operations.md types only commands and options that there are', async () => {
  const page = await readFile(new URL('../../../docs/operations.md', import.meta.url), 'utf8');
  const typed = page.split('\n').flatMap((line) => /^(?:npx )?suyuan (.*)$/.exec(line)?.[1] ?? []);
  expect(typed.length).toBeGreaterThan(8);
  for (const line of typed) {
    const command = commandTable.findLast(({ name }) => line === name || line.startsWith(`${name} `));
    const known = new Set(command?.options.map(({ flags }) => flags.split(' ', 1)[0]));
    const given = line.split(/\s+/).filter((word) => word.startsWith('--'));
    expect([line, given.filter((word) => !known.has(word))]).toEqual([line, []]);
  }
});
