// The blocks of the solo sequencer in PostgreSQL. A block stands with the hash of the state it was made on, so a
// node whose state differs is noticed before it applies anything more.
import { assert, encodeCbor, isCborArray, isCborBytes, parseCbor } from '@suyuan/log';

import type { Database } from '../database/database.ts';
import type { ChainedBlock } from './delivery.ts';

/** Blocks read at once. */
const READ_BLOCKS_MAX = 16;
/** A generous bound on one stored block. */
const BLOCK_BYTES_MAX = 128 * 1024 * 1024;

/** The durable list of blocks. Every method may throw a database fault. */
export interface SoloStore {
  /** The greatest height, 0 where there is no block. */
  readonly head: () => Promise<number>;
  /** Stores the next block. A second block of one height breaks a constraint, so two sequencers can't both go on. */
  readonly append: (block: ChainedBlock, madeAtMs: number) => Promise<void>;
  /** Some blocks in order from this height on; none where there is none. */
  readonly read: (fromHeight: number) => Promise<readonly ChainedBlock[]>;
}

/** The list in a migrated database. */
export function createSoloStore(database: Database): SoloStore {
  return {
    head: async () => {
      const row = await database.read((db) =>
        db
          .selectFrom('solo_block')
          .select((select) => select.fn.max('height').as('head'))
          .executeTakeFirst(),
      );
      return row?.head ?? 0;
    },
    append: async (block, madeAtMs) => {
      const { height, statements, previousAppHash } = block;
      const encoded = encodeCbor([previousAppHash, statements]);
      await database.transact(({ sql: tx }) =>
        tx
          .insertInto('solo_block')
          .values({ height, statements: encoded, made_at: new Date(madeAtMs) })
          .execute(),
      );
    },
    read: async (fromHeight) => {
      const rows = await database.read((db) =>
        db
          .selectFrom('solo_block')
          .select(['height', 'statements'])
          .where('height', '>=', fromHeight)
          .orderBy('height')
          .limit(READ_BLOCKS_MAX)
          .execute(),
      );
      return rows.map((row) => parseRow(row.height, row.statements));
    },
  };
}

function parseRow(height: number, encoded: Uint8Array): ChainedBlock {
  const parsed = parseCbor(encoded, BLOCK_BYTES_MAX);
  const [previousAppHash, statements] = parsed.ok && isCborArray(parsed.value) ? parsed.value : [];
  assert(isCborBytes(previousAppHash) && isCborArray(statements), 'a stored block reads as it was written');
  return { height, previousAppHash, statements: statements.filter(isCborBytes) };
}
