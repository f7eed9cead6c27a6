import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { documentKinds } from './document-kinds.ts';

it('[B13] docs/record-kinds.md is up to date; if not, run tools/document-kinds.ts', () => {
  const text = readFileSync(new URL('../docs/record-kinds.md', import.meta.url), 'utf8');
  const words = (page: string): string => page.replaceAll(/[ -]+/g, ' ').replaceAll(/\s*\n\s*/g, '\n');
  expect(words(text)).toBe(words(documentKinds()));
});
