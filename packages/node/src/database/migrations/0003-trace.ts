// The look-up that a trace repeats, as a function: PostgreSQL plans it once per connection and opens only the
// partitions that a row lies in, however many months there are. Planned anew each time it would cost more than it finds.
import { sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';

const findRecords = `
  create function find_records(codes text[], most int4)
  returns table (batch_id int8, leaf int4, stored_on date, kind text, reporter text, entry int8, status text,
    public_text json, shared_text json)
  language plpgsql stable set plan_cache_mode = force_generic_plan as $$
  begin
    return query
      select r.batch_id, r.leaf, r.stored_on, b.kind, b.reporter, b.entry, b.status, r.public_text, r.shared_text
      from (select distinct s.batch_id, s.leaf, s.stored_on from subject s where s.code = any (codes)) place
      join batch b on b.id = place.batch_id and b.status in ('reported', 'staged', 'sending')
      join record r
        on r.batch_id = place.batch_id and r.leaf = place.leaf and r.stored_on = place.stored_on
      order by b.entry nulls last, r.batch_id, r.leaf
      limit most;
  end $$`;

/** Adds the function. */
export const trace: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    await sql.raw(findRecords).execute(db);
  },
};
