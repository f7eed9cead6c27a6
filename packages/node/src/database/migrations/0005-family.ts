// The look-up of a trace with what the found records lead to, in one answer: the codes that they name are looked up in
// the same way, as far as a common family reaches. A round trip for each step would cost more than the step.
import { sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';

// Each record is fetched for itself, since a join over the months opens every partition, however few rows it gives.
// A text is cut at its quotes: all that could be a code by its length is looked up, which a pattern would take longer to say.
const findFamily = `
  create function find_family(asked text, codes_most int4, records_most int4)
  returns table (codes text[], batch_id int8, leaf int4, stored_on date, kind text, reporter text, entry int8,
    status text, public_text json, shared_text json)
  language plpgsql stable set plan_cache_mode = force_generic_plan as $$
  declare
    wanted text[] := array[asked];
    looked_up text[] := array[asked];
    places text[] := '{}';
    place text;
    texts text;
  begin
    loop
      texts := '';
      for batch_id, leaf, stored_on in
        select distinct s.batch_id, s.leaf, s.stored_on from subject s where s.code = any (wanted)
        order by s.batch_id, s.leaf limit records_most
      loop
        place := batch_id || '/' || leaf;
        continue when place = any (places);
        places := places || place;
        select b.kind, b.reporter, b.entry, b.status into kind, reporter, entry, status
          from batch b where b.id = batch_id and b.status in ('reported', 'staged', 'sending');
        continue when not found;
        select r.public_text, r.shared_text into public_text, shared_text from record r
          where r.batch_id = find_family.batch_id and r.leaf = find_family.leaf
            and r.stored_on = find_family.stored_on;
        continue when not found;
        texts := texts || public_text::text || shared_text::text;
        return next;
      end loop;
      wanted := array(
        select named from unnest(string_to_array(texts, '"')) named
        where length(named) between 17 and 26 and named = upper(named)
        except select unnest(looked_up));
      exit when cardinality(wanted) = 0 or cardinality(looked_up) + cardinality(wanted) > codes_most
        or cardinality(places) > codes_most;
      looked_up := looked_up || wanted;
    end loop;
    batch_id := null;
    codes := looked_up;
    return next;
  end $$;`;

/** Adds the function. */
export const family: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    await sql.raw(findFamily).execute(db);
  },
};
