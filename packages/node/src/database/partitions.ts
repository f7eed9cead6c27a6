// Month partitions of `record`, made before they are needed. Attached, not created in place, so that making one
// does not stop readers and writers of the others.
import { sql } from 'kysely';
import type { Database } from './database.ts';

const partitionLock = 0x5375_7975;
const known = new WeakMap<Database, Set<string>>();

interface Month {
  readonly name: string;
  readonly from: string;
  readonly until: string;
}

/** The month of a civil date `YYYY-MM-DD`. */
function monthOf(date: string): Month {
  const match = /^(\d{4})-(\d{2})-\d{2}$/.exec(date);
  if (match === null) throw new RangeError(`not a civil date: ${date}`);
  const year = Number(match[1]);
  const month = Number(match[2]);
  const next = month === 12 ? `${year + 1}-01-01` : `${match[1]}-${String(month + 1).padStart(2, '0')}-01`;
  return { name: `record_${match[1]}_${match[2]}`, from: `${match[1]}-${match[2]}-01`, until: next };
}

async function createPartition(database: Database, month: Month): Promise<void> {
  await database.transact(async ({ sql: db }) => {
    await sql`select pg_advisory_xact_lock(${partitionLock})`.execute(db);
    const found = await sql<{ name: string | null }>`select to_regclass(${month.name})::text as name`.execute(
      db,
    );
    if (found.rows[0]?.name !== null) return;
    await sql`create table ${sql.table(month.name)} (like record including defaults including indexes)`.execute(
      db,
    );
    await sql`alter table record attach partition ${sql.table(month.name)}
      for values from (${sql.lit(month.from)}) to (${sql.lit(month.until)})`.execute(db);
  });
}

/**
 * Makes sure that records of the given civil dates can be stored. Call it before (not inside) the transaction that
 * writes them; costs nothing when the month is known.
 */
export async function preparePartitions(database: Database, dates: readonly string[]): Promise<void> {
  const ready = known.get(database) ?? new Set<string>();
  known.set(database, ready);
  for (const month of dates.map(monthOf)) {
    if (ready.has(month.name)) continue;
    await createPartition(database, month);
    ready.add(month.name);
  }
}
