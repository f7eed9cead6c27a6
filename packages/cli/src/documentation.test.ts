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
