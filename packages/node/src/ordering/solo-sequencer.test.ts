import * as fc from 'fast-check';
import pino from 'pino';
import { describe, expect, test } from 'vitest';

import { nativeCrypto } from '@suyuan/native-crypto';
import { concatBytes, encodeUtf8, equalBytes, ok, parseUtf8, reject } from '@suyuan/log';

import { reachNothing } from '../crash-point.ts';
import { DatabaseFault } from '../database/database-fault.ts';
import type { Database } from '../database/database.ts';
import { testDatabase } from '../testing/test-database.ts';
import type { Application, Block, Ordering } from './ordering.ts';
import { openSoloSequencer } from './solo-sequencer.ts';
import type { SoloSequencer } from './solo-sequencer.ts';

/** An application whose state is the hash chain of what it applied. Statements that begin with `bad` are refused. */
interface Chain extends Application {
  readonly blocks: Block[];
  /** Called before (`false`) and after (`true`) a block is applied; may throw. */
  fail: (applied: boolean) => void;
  readonly height: (height: number) => Promise<void>;
}

function createChain(seed = 'genesis'): Chain {
  const blocks: Block[] = [];
  const waiting: { height: number; resolve: () => void }[] = [];
  let appHash = nativeCrypto.sha256(encodeUtf8(seed));
  const isBad = (statement: Uint8Array): boolean => parseUtf8(statement)?.startsWith('bad') === true;
  const chain: Chain = {
    blocks,
    fail: () => undefined,
    height: (height) =>
      blocks.length >= height
        ? Promise.resolve()
        : new Promise((resolve) => waiting.push({ height, resolve })),
    status: async () => ({ height: blocks.length, appHash }),
    check: async (statement) => (isBad(statement) ? reject({ code: 'bad' }) : ok(undefined)),
    select: async (candidates) => {
      const applied = blocks.flatMap(({ statements }) => statements);
      return candidates.filter((candidate) => !applied.some((statement) => equalBytes(statement, candidate)));
    },
    accept: async (statements) => !statements.some(isBad),
    compute: async (block) => ({
      appHash: nativeCrypto.sha256(concatBytes(appHash, ...block.statements)),
      validatorChanges: [],
    }),
    deliver: async (block) => {
      expect(block.height).toBe(blocks.length + 1);
      chain.fail(false);
      appHash = nativeCrypto.sha256(concatBytes(appHash, ...block.statements));
      blocks.push(block);
      for (const { height, resolve } of waiting) if (height <= blocks.length) resolve();
      chain.fail(true);
      return { appHash };
    },
  };
  return chain;
}

function textsOf(chain: Chain): string[] {
  return chain.blocks.flatMap(({ statements }) => statements.map((statement) => parseUtf8(statement) ?? ''));
}

interface Network extends AsyncDisposable {
  readonly sequencer: SoloSequencer;
  readonly broken: Promise<unknown>;
  readonly join: (chain: Chain) => Promise<Ordering>;
}

async function openNetwork(database: Database): Promise<Network> {
  let report: (error: unknown) => void = () => undefined;
  const broken = new Promise<unknown>((resolve) => (report = resolve));
  const sequencer = await openSoloSequencer({
    database,
    logger: pino({ level: 'silent' }),
    clock: { now: () => 1_700_000_000_000 },
    reach: reachNothing,
    onBroken: report,
  });
  return {
    sequencer,
    broken,
    join: async (chain) => {
      const ordering = sequencer.connect();
      await ordering.start(chain);
      return ordering;
    },
    [Symbol.asyncDispose]: () => sequencer.close(),
  };
}

const lost = (): never => {
  throw new DatabaseFault('database_unavailable', 'on purpose', undefined, true);
};

describe('solo sequencer', () => {
  test('[C1] delivers the same blocks to every node, each statement once', async () => {
    await using database = await testDatabase();
    await using network = await openNetwork(database);
    const chains = [createChain(), createChain(), createChain()];
    const orderings = await Promise.all(chains.map(network.join));
    const texts = Array.from({ length: 60 }, (_, i) => `statement ${i}`);
    for (const [i, text] of texts.entries()) {
      expect(await orderings[i % 3]?.submit(encodeUtf8(text))).toEqual(ok(undefined));
      expect(await orderings[i % 3]?.submit(encodeUtf8(text))).toEqual(ok(undefined));
    }
    await orderings[0]?.submit(encodeUtf8('last'));
    for (const chain of chains) {
      for (let height = 1; !textsOf(chain).includes('last'); height++) await chain.height(height);
      expect(textsOf(chain)).toEqual([...texts, 'last']);
    }
    expect(chains[1]?.blocks).toEqual(chains[0]?.blocks);
  });

  test('refuses what the application refuses, and everything before start and after stop', async () => {
    await using database = await testDatabase();
    await using network = await openNetwork(database);
    const stopped = network.sequencer.connect();
    expect(await stopped.submit(encodeUtf8('a'))).toEqual(reject({ code: 'ordering_stopped' }));
    const ordering = await network.join(createChain());
    expect(await ordering.submit(encodeUtf8('bad'))).toEqual(reject({ code: 'bad' }));
    await ordering.stop();
    expect(await ordering.submit(encodeUtf8('a'))).toEqual(reject({ code: 'ordering_stopped' }));
  });

  test('a node that joins late or comes back gets every block it has not applied', async () => {
    await using database = await testDatabase();
    await using network = await openNetwork(database);
    const first = createChain();
    const late = createChain();
    const ordering = await network.join(first);
    for (let i = 1; i <= 40; i++) {
      await ordering.submit(encodeUtf8(`statement ${i}`));
      await first.height(i);
    }
    const connection = await network.join(late);
    await late.height(40);
    await connection.stop();
    await ordering.submit(encodeUtf8('while away'));
    await first.height(41);
    expect(late.blocks.length).toBe(40);
    await network.join(late);
    await late.height(41);
    expect(late.blocks.map(({ height }) => height)).toEqual(first.blocks.map(({ height }) => height));
    expect(textsOf(late)).toEqual(textsOf(first));
  });

  test('after a restart the blocks go on where they ended', async () => {
    await using database = await testDatabase();
    const chain = createChain();
    {
      await using network = await openNetwork(database);
      const ordering = await network.join(chain);
      await ordering.submit(encodeUtf8('before'));
      await chain.height(1);
    }
    await using network = await openNetwork(database);
    const ordering = await network.join(chain);
    await ordering.submit(encodeUtf8('after'));
    await chain.height(2);
    const fresh = createChain();
    await network.join(fresh);
    await fresh.height(2);
    expect(textsOf(fresh)).toEqual(['before', 'after']);
  });

  test('[C1] each height is applied once, whether a delivery failed before or after it was stored', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('before', 'after', 'never'), { maxLength: 4 }),
        async (faults) => {
          await using database = await testDatabase();
          await using network = await openNetwork(database);
          const chain = createChain();
          const plan = [...faults];
          chain.fail = (applied) => {
            if (plan[0] === 'never' && applied) plan.shift();
            else if (plan[0] === (applied ? 'after' : 'before')) {
              plan.shift();
              lost();
            }
          };
          const ordering = await network.join(chain);
          for (let i = 1; i <= 3; i++) {
            await ordering.submit(encodeUtf8(`statement ${i}`));
            await chain.height(i);
          }
          expect(textsOf(chain)).toEqual(['statement 1', 'statement 2', 'statement 3']);
        },
      ),
      { numRuns: 8 },
    );
  });

  test('a block that was stored although its commit failed is not made twice', async () => {
    await using database = await testDatabase();
    let faults = 2;
    const flaky: Database = {
      ...database,
      transact: async (work) => {
        const value = await database.transact(work);
        if (faults-- > 0) lost();
        return value;
      },
    };
    await using network = await openNetwork(flaky);
    const chain = createChain();
    const ordering = await network.join(chain);
    await ordering.submit(encodeUtf8('one'));
    await chain.height(1);
    await ordering.submit(encodeUtf8('two'));
    await chain.height(2);
    expect(textsOf(chain)).toEqual(['one', 'two']);
  });

  test('[C3] a node whose state differs is stopped before it applies another block', async () => {
    await using database = await testDatabase();
    await using network = await openNetwork(database);
    const honest = createChain();
    const ordering = await network.join(honest);
    await ordering.submit(encodeUtf8('one'));
    await honest.height(1);
    const other = createChain('another genesis');
    await network.join(other);
    expect(await network.broken).toMatchObject({ code: 'app_hash_differs' });
    expect(other.blocks).toEqual([]);
  });

  test('a node that is ahead of the stored blocks is not started', async () => {
    await using database = await testDatabase();
    await using network = await openNetwork(database);
    const chain = createChain();
    chain.blocks.push({ height: 1, statements: [] });
    await expect(network.join(chain)).rejects.toMatchObject({ code: 'ordering_behind' });
  });

  test('two sequencers on the same blocks: one of them stops', async () => {
    await using database = await testDatabase();
    await using one = await openNetwork(database);
    await using two = await openNetwork(database);
    const chain = createChain();
    await (await one.join(chain)).submit(encodeUtf8('one'));
    await chain.height(1);
    await (await two.join(createChain())).submit(encodeUtf8('two'));
    expect(await two.broken).toMatchObject({ code: 'sequencer_conflict' });
  });
});
