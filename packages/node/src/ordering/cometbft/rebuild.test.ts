import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { appHashOf, genesisState } from '@suyuan/ledger';
import { assert } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';
import { expect, test } from 'vitest';

import { makeTestGenesis } from '../../testing/test-ledgers.ts';
import type { Application } from '../ordering.ts';
import { createRebuilding, endRebuild, lastSigned, orderRebuild, readRebuildOrder } from './rebuild.ts';

const { genesis } = makeTestGenesis([['maker', 'validator']]);
const state = genesisState(nativeCrypto, genesis);
assert(state.ok, 'the test genesis is right');
const first = appHashOf(nativeCrypto, state.value);
/** Blocks without statements leave the app hash as it is. */
const blocks = [1, 2, 3].map((height) => ({ height, statements: [] }));

/** A ledger at a height; what it is asked for is written down. */
function ledgerAt(height: number, appHash: Uint8Array): { application: Application; asked: string[] } {
  const asked: string[] = [];
  const application: Application = {
    status: async () => ({ height, appHash }),
    check: async () => await Promise.reject(new Error('not asked')),
    select: async () => [],
    accept: async () => true,
    compute: async (block) => {
      asked.push(`compute ${block.height}`);
      return { appHash, validatorChanges: [] };
    },
    deliver: async (block) => {
      asked.push(`deliver ${block.height}`);
      return { appHash };
    },
  };
  return { application, asked };
}

test('[O13] blocks that the database has are only compared; the ledger goes on after them', async () => {
  const { application, asked } = ledgerAt(2, first);
  let isDone = false;
  const onDone = async (): Promise<void> => void (isDone = true);
  const applied = { height: 2, appHash: first };
  const rebuilding = createRebuilding({ application, applied, crypto: nativeCrypto, genesis, onDone });
  const seen: number[] = [];
  for (const block of blocks) {
    seen.push((await rebuilding.status()).height);
    // FinalizeBlock may come twice.
    for (let i = 0; i < 2; i++) expect((await rebuilding.compute(block)).appHash).toEqual(first);
    await rebuilding.deliver(block);
    expect(isDone).toBe(block.height >= 2);
  }
  expect(seen).toEqual([0, 1, 2]);
  expect(asked).toEqual(['compute 3', 'compute 3', 'deliver 3']);
});

test('[O13] a database with another state than the network is found out', async () => {
  const applied = { height: 2, appHash: new Uint8Array(32) };
  const { application } = ledgerAt(2, applied.appHash);
  const onDone = async (): Promise<void> => assert(false, 'it is not done');
  const rebuilding = createRebuilding({ application, applied, crypto: nativeCrypto, genesis, onDone });
  const [one, two] = blocks;
  assert(one !== undefined && two !== undefined, 'there are blocks');
  await rebuilding.deliver(one);
  await expect(rebuilding.deliver(two)).rejects.toMatchObject({ code: 'app_hash_differs' });
});

test('[O13] an order puts the folder aside, stands until it is carried out, and names a height above all signatures', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'suyuan-rebuild-'));
  const home = join(folder, 'cometbft');
  expect(await readRebuildOrder(home)).toBeUndefined();
  expect(await orderRebuild(home, { heardHeight: 7 })).toBeUndefined();
  await writeFile(join(home, 'what-was-left'), 'x');
  expect(await orderRebuild(home, { heardHeight: 9 })).toBe(`${home}-before-9`);
  expect(await readFile(join(`${home}-before-9`, 'what-was-left'), 'utf8')).toBe('x');
  const order = await readRebuildOrder(home);
  expect(order).toEqual({ heardHeight: 9 });
  await endRebuild(home);
  expect(await readRebuildOrder(home)).toBeUndefined();
  // The own database is further than what was heard, and the other way round.
  expect([lastSigned({ heardHeight: 9 }, 20), lastSigned({ heardHeight: 9 }, 3)]).toEqual([21, 11]);
  await rm(folder, { recursive: true });
});
