import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createStatementQueue } from './statement-queue.ts';

const limits = { statementsMax: 5, bytesMax: 100 };

describe('statement queue', () => {
  test('takes in order, never more than its bounds, and knows what it gave until it forgets', () => {
    const queue = createStatementQueue(limits);
    const a = new Uint8Array([1]);
    const b = new Uint8Array([2]);
    expect([queue.push(a), queue.push(b), queue.push(new Uint8Array([1]))]).toEqual([true, true, true]);
    expect(queue.size()).toEqual({ statements: 2, bytes: 2 });
    expect(queue.take({ statementsMax: 1, bytesMax: 100 })).toEqual([a]);
    expect(queue.has(a)).toBe(true);
    queue.forget([a]);
    expect(queue.has(a)).toBe(false);
    expect(queue.take({ statementsMax: 9, bytesMax: 0 })).toEqual([]);
    expect(queue.take(limits)).toEqual([b]);
  });

  test('stays within its bounds whatever is pushed', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 20 }), (statements) => {
        const queue = createStatementQueue(limits);
        for (const statement of statements) queue.push(statement);
        const { statements: count, bytes } = queue.size();
        expect(count).toBeLessThanOrEqual(limits.statementsMax);
        expect(bytes).toBeLessThanOrEqual(limits.bytesMax);
        const taken = queue.take(limits);
        expect(taken.length).toBe(count);
        expect(new Set(taken.map(String)).size).toBe(taken.length);
        expect(queue.size()).toEqual({ statements: 0, bytes: 0 });
      }),
    );
  });
});
