// For tests: staged sales of vehicles with given dates, written as they stand in the tables.
import { preparePartitions } from '../../database/partitions.ts';
import type { TestNode } from '../../testing/test-network.ts';

const STORED_ON = '2026-11-20';

/** Stages one batch with a sale for each date. */
export async function storedSales(
  { database, organization }: TestNode,
  dates: readonly string[],
): Promise<void> {
  await preparePartitions(database, [STORED_ON]);
  await database.transact(async ({ sql }) => {
    const { id } = await sql
      .insertInto('batch')
      .values({
        status: 'staged',
        kind: 'vehicle_sale',
        reporter: organization,
        count: dates.length,
        stored_on: STORED_ON,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await sql
      .insertInto('record')
      .values(
        dates.map((saleDate, leaf) => ({
          batch_id: id,
          leaf,
          stored_on: STORED_ON,
          public_text: '{}',
          shared_text: JSON.stringify({ saleDate }),
          salts: new Uint8Array(96),
        })),
      )
      .execute();
  });
}
