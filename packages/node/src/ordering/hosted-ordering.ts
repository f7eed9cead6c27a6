// The ordering of a hosted organisation: what it submits goes to its host's ordering, and it is delivered the blocks that
// its host has made durable, read from the host's database (spec/hosted.md, HO2 and HO3).
import type { Logger } from 'pino';
import { assert, reject } from '@suyuan/log';
import { sql } from 'kysely';

import type { Database } from '../database/database.ts';
import type { ChainedBlock, Delivery } from './delivery.ts';
import { startDelivery } from './delivery.ts';
import type { Application, Ordering } from './ordering.ts';
import { createRetry } from './retry.ts';

/** Heights read at once. */
const BLOCKS_MAX = 64;
/** Statements read at once, unless one block has more. */
const STATEMENTS_MAX = 1_024;

/** What it needs of the host's node, whose blocks are those of the network. */
export interface HostOrder {
  readonly ordering: Pick<Ordering, 'submit' | 'isRunning' | 'health'>;
  readonly database: Pick<Database, 'read'>;
  /** The height that the host has applied. */
  readonly height: () => number;
}

/** An ordering that its host wakes. */
export interface HostedOrdering extends Ordering {
  /** The host has applied a block. */
  readonly wake: () => void;
}

/** The ordering of one hosted organisation; nothing runs before `start`. */
export function createHostedOrdering(options: {
  readonly host: HostOrder;
  readonly logger: Logger;
  /** Gets what no retry can mend. Delivery has ended then. */
  readonly onBroken: (error: unknown) => void;
}): HostedOrdering {
  const { host, logger, onBroken } = options;
  let delivery: Delivery | undefined;
  const health = (): ReturnType<NonNullable<Ordering['health']>> => host.ordering.health?.();
  return {
    submit: async (statement) =>
      delivery === undefined ? reject({ code: 'ordering_stopped' }) : await host.ordering.submit(statement),
    isRunning: () => delivery !== undefined && host.ordering.isRunning(),
    health,
    start: async (application: Application) => {
      const source = {
        head: host.height,
        read: async (fromHeight: number) => await readBlocks(host.database, fromHeight),
        retry: createRetry((err) => logger.warn({ err }, 'ordering waits for the database')),
        onDelivered: (): void => undefined,
      };
      delivery = await startDelivery(source, application, onBroken);
      const { height } = delivery.applied();
      if (height > host.height())
        logger.warn({ height, host: host.height() }, 'the host has fewer blocks; they are waited for');
    },
    stop: async () => {
      const stopping = delivery;
      delivery = undefined;
      await stopping?.stop();
    },
    wake: () => delivery?.wake(),
  };
}

interface BlockRow {
  readonly height: number;
  readonly size: number;
  readonly previousSize: number;
  readonly previousAppHash: Uint8Array;
}

/**
 * Some blocks of a node from this height on, at least one where there is one. They hold what is in the log: a statement
 * that was in a block and may not be ordered changes nothing, and is not there.
 */
async function readBlocks(
  database: HostOrder['database'],
  fromHeight: number,
): Promise<readonly ChainedBlock[]> {
  return await database.read(async (db) => {
    const { rows } = await sql<BlockRow>`
      select b.height, b.log_size as size, p.log_size as "previousSize", p.app_hash as "previousAppHash"
      from block b join block p on p.height = b.height - 1
      where b.height >= ${fromHeight}::int8 order by b.height limit ${BLOCKS_MAX}`.execute(db);
    const [first] = rows;
    if (first === undefined) return [];
    const start = first.previousSize;
    const taken = rows.filter(({ size }, index) => index === 0 || size - start <= STATEMENTS_MAX);
    const end = taken.at(-1)?.size ?? start;
    const entries = await db
      .selectFrom('log_entry')
      .select('statement')
      .where('entry', '>=', start)
      .where('entry', '<', end)
      .orderBy('entry')
      .execute();
    assert(entries.length === end - start, 'the log has no holes');
    return taken.map(({ height, size, previousSize, previousAppHash }) => ({
      height,
      previousAppHash,
      statements: entries
        .slice(previousSize - start, size - start)
        .map(({ statement }) => new Uint8Array(statement)),
    }));
  });
}
