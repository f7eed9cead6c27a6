import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { EMPTY_WINDOW, SEQUENCE_JUMP_MAX, statusOfSequence, useSequence } from './sequence-window.ts';

describe('sequence window', () => {
  it('[S13] starts at 1 and takes numbers in any order, each once', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 3000 }), { maxLength: 400 }), (numbers) => {
        let window = EMPTY_WINDOW;
        const used = new Set<number>();
        for (const number of numbers) {
          const highest = Math.max(0, ...used);
          const isFree = number >= 1 && !used.has(number) && number > highest - 1024;
          expect(statusOfSequence(window, number)).toBe(isFree ? 'free' : 'spent');
          if (!isFree) continue;
          used.add(number);
          window = useSequence(window, number);
          expect(window.highest).toBe(Math.max(...used));
        }
      }),
    );
  });

  it('[S14] a number 1,024 below the highest is spent, one less is not', () => {
    const window = useSequence(EMPTY_WINDOW, 2000);
    expect(statusOfSequence(window, 976)).toBe('spent');
    expect(statusOfSequence(window, 977)).toBe('free');
    expect(statusOfSequence(useSequence(window, 977), 977)).toBe('spent');
  });

  it('[S15] a number more than 1,048,576 above the highest is too far', () => {
    expect(statusOfSequence(EMPTY_WINDOW, SEQUENCE_JUMP_MAX)).toBe('free');
    expect(statusOfSequence(EMPTY_WINDOW, SEQUENCE_JUMP_MAX + 1)).toBe('too_far');
    expect(statusOfSequence(EMPTY_WINDOW, Number.MAX_SAFE_INTEGER)).toBe('too_far');
  });
});
