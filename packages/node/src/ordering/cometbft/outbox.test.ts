import type { Rejection, Result } from '@suyuan/log';
import { encodeUtf8, ok, parseUtf8, reject } from '@suyuan/log';
import * as fc from 'fast-check';
import pino from 'pino';
import { expect, test } from 'vitest';

import type { Outbox } from './outbox.ts';
import { createOutbox } from './outbox.ts';
import type { Handover } from './rpc-client.ts';
import { readHandover } from './rpc-client.ts';

interface TestOutbox {
  readonly outbox: Outbox;
  /** What was handed over, in order. */
  readonly handed: string[];
  readonly submit: (text: string) => ReturnType<Outbox['submit']>;
}

function open(
  answer: (text: string) => Handover,
  check: (text: string) => Result<void, Rejection> = () => ok(undefined),
): TestOutbox {
  const handed: string[] = [];
  const textOf = (statement: Uint8Array): string => parseUtf8(statement) ?? '';
  const outbox = createOutbox({
    check: async (statement) => check(textOf(statement)),
    handOver: async (statement) => {
      handed.push(textOf(statement));
      return answer(textOf(statement));
    },
    logger: pino({ level: 'silent' }),
  });
  return { outbox, handed, submit: (text) => outbox.submit(encodeUtf8(text)) };
}

const taken: Handover = { status: 'taken' };
const later: Handover = { status: 'later', reason: 'on purpose' };

test('[O9] each statement is handed over until it is taken, however often that fails, and taken once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(2), { minLength: 1, maxLength: 6 }), async (failures) => {
      const left = new Map(failures.map((count, i) => [`s${i}`, count]));
      const got: string[] = [];
      const { outbox, submit } = open((text) => {
        const count = left.get(text) ?? 0;
        left.set(text, count - 1);
        if (count > 0) return later;
        got.push(text);
        return taken;
      });
      for (const text of left.keys()) {
        expect(await submit(text)).toEqual(ok(undefined));
        expect(await submit(text)).toEqual(ok(undefined));
      }
      await expect.poll(() => got.length, { interval: 5 }).toBe(failures.length);
      await outbox.stop();
      expect(new Set(got).size).toBe(failures.length);
    }),
    { numRuns: 10 },
  );
});

test('[O9] after a restart of the engine what is in no block yet is handed over again, and nothing else', async () => {
  const { outbox, handed, submit } = open((text) =>
    text === 'refused' ? { status: 'refused', code: 'sequence_spent' } : taken,
  );
  for (const text of ['ordered', 'refused', 'lost']) await submit(text);
  await expect.poll(() => handed).toEqual(['ordered', 'refused', 'lost']);
  outbox.forget([encodeUtf8('ordered'), encodeUtf8('of another node')]);
  outbox.again();
  await expect.poll(() => handed.slice(3)).toEqual(['lost']);
  await outbox.stop();
});

test('[O9] refuses what the application refuses, what is submitted after the end, and more than its bound', async () => {
  const spent = new Set(['bad']);
  const { outbox, submit } = open(
    () => later,
    (text) => (spent.has(text) ? reject({ code: 'sequence_spent' }) : ok(undefined)),
  );
  expect(await submit('bad')).toEqual(reject({ code: 'sequence_spent' }));
  for (let i = 0; i < 8_192; i++) await submit(`s${i}`);
  expect(await submit('more')).toMatchObject(reject({ code: 'queue_full', statements: 8_192 }));
  spent.add('s7');
  expect(await submit('more')).toEqual(ok(undefined));
  await outbox.stop();
  expect(await submit('late')).toEqual(reject({ code: 'ordering_stopped' }));
});

test('[O9] reads what the engine answers, whatever it answers', () => {
  expect(readHandover({ result: { code: 0 } })).toEqual(taken);
  expect(readHandover({ result: { code: 1, log: 'sequence_spent' } })).toEqual({
    status: 'refused',
    code: 'sequence_spent',
  });
  expect(readHandover({ error: { data: 'tx already exists in cache' } })).toEqual(taken);
  expect(readHandover({ error: { data: 'mempool is full' } })).toMatchObject({ status: 'later' });
  fc.assert(
    fc.property(fc.jsonValue(), (answer) => {
      expect(readHandover(answer)).toMatchObject({ status: 'later' });
    }),
  );
});
