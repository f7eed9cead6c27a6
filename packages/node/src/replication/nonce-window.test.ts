// A nonce is taken once, for as long as it matters, within a bound for each organisation.
import { expect, it } from 'vitest';

import { createNonceWindow } from './nonce-window.ts';

it('[P5] takes a nonce once per organisation', () => {
  const window = createNonceWindow();
  expect(window.spend('a', 'n', 100, 0)).toBe('fresh');
  expect(window.spend('a', 'n', 100, 50)).toBe('replayed');
  expect(window.spend('b', 'n', 100, 50)).toBe('fresh');
});

it('[P5] is bounded, forgets only what has passed, and one organisation cannot push out another', () => {
  const window = createNonceWindow(2);
  expect(window.spend('a', 'n1', 100, 0)).toBe('fresh');
  expect(window.spend('a', 'n2', 200, 0)).toBe('fresh');
  expect(window.spend('a', 'n3', 300, 100)).toBe('full');
  expect(window.spend('b', 'n3', 300, 100)).toBe('fresh');
  expect(window.spend('a', 'n3', 300, 101)).toBe('fresh');
  expect(window.spend('a', 'n2', 300, 101)).toBe('replayed');
});
