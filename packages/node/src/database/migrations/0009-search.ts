// Search over everything (spec/search.md): between which event dates the records of a reported batch lie, indexes of
// batches (of which there are few), and the look-ups as functions, since PostgreSQL then plans them once a connection
// and opens only the partition that a batch lies in. No index is added to records: importing costs what it did.
import { sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';

const statements = [
  // `summarized` is set once the dates of a reported batch are known; null dates then mean that its records have none.
  `alter table batch add column event_from date, add column event_to date,
     add column summarized boolean not null default false`,
  `create index batch_unsummarized on batch (entry) where status = 'reported' and not summarized`,
  `create index batch_kind_entry on batch (kind, entry) where entry is not null`,
  `create index batch_reporter_entry on batch (reporter, entry) where entry is not null`,
  `create index batch_channel_entry on batch (channel, entry) where entry is not null`,
  // The civil date in Asia/Shanghai of a date or a time with offset.
  `create function civil_date(moment text) returns date language sql stable parallel safe as $$
     select case when length(moment) <= 10 then moment::date
       else (moment::timestamptz at time zone interval '08:00')::date end $$`,
  `create function event_date(public_text json, shared_text json, fields text[]) returns date
   language sql stable parallel safe as $$
     select civil_date(coalesce(public_text ->> fields[1], shared_text ->> fields[1], public_text ->> fields[2],
       shared_text ->> fields[2], public_text ->> fields[3], shared_text ->> fields[3])) $$`,
  // needle: part of the exact text, for codes; words: part of any value or of one field, in any case.
  `create function search_matches(public_text json, shared_text json, fields text[], event_from date, event_to date,
     needle text, words text, field text) returns boolean language sql stable parallel safe as $$
     select (needle is null or position(needle in public_text::text) > 0 or position(needle in shared_text::text) > 0)
       and (words is null or case when field is null
         then position(words in lower(public_text::text)) > 0 or position(words in lower(shared_text::text)) > 0
         else position(words in lower(coalesce(public_text ->> field, shared_text ->> field, ''))) > 0 end)
       and (event_from is null and event_to is null
         or event_date(public_text, shared_text, fields)
           between coalesce(event_from, '-infinity') and coalesce(event_to, 'infinity')) $$`,
  // Goes through batches in the order given, and in each from its last record, until enough is found or time is up.
  // The last row has no text: it says in which batch (from 1) the search stopped, 0 when it is through all of them.
  `create function search_batches(ids int8[], days date[], fields text[], first_below int4, event_from date,
     event_to date, needle text, words text, field text, wanted int4, ms_most int4)
   returns table (place int4, leaf int4, source_row int4, public_text json, shared_text json)
   language plpgsql stable set plan_cache_mode = force_generic_plan as $$
   declare
     begun timestamptz := clock_timestamp();
     found_all int4 := 0;
     found_now int4;
     below int4 := first_below;
     date_fields text[];
   begin
     for i in 1 .. cardinality(ids) loop
       date_fields := string_to_array(fields[i], ',');
       return query
         select i, r.leaf, r.source_row, r.public_text, r.shared_text from record r
         where r.batch_id = ids[i] and r.stored_on = days[i] and r.leaf < below
           and search_matches(r.public_text, r.shared_text, date_fields, event_from, event_to, needle, words, field)
         order by r.leaf desc limit wanted - found_all;
       get diagnostics found_now = row_count;
       found_all := found_all + found_now;
       below := 2147483647;
       if found_all >= wanted
         or i < cardinality(ids) and clock_timestamp() > begun + ms_most * interval '1 millisecond' then
         place := i;
         return next;
         return;
       end if;
     end loop;
     place := 0;
     return next;
   end $$`,
  // The same of single records in the order given. The last row says up to which of them (from 1) it went.
  `create function search_places(ids int8[], leaves int4[], days date[], fields text[], event_from date, event_to date,
     needle text, words text, field text, wanted int4)
   returns table (place int4, leaf int4, source_row int4, public_text json, shared_text json)
   language plpgsql stable set plan_cache_mode = force_generic_plan as $$
   declare
     found_all int4 := 0;
   begin
     for i in 1 .. cardinality(ids) loop
       select i, r.leaf, r.source_row, r.public_text, r.shared_text
         into place, leaf, source_row, public_text, shared_text
         from record r where r.batch_id = ids[i] and r.leaf = leaves[i] and r.stored_on = days[i];
       continue when not found;
       if search_matches(public_text, shared_text, string_to_array(fields[i], ','), event_from, event_to, needle, words,
         field) then
         return next;
         found_all := found_all + 1;
         exit when found_all >= wanted;
       end if;
     end loop;
     leaf := null; public_text := null; shared_text := null;
     return next;
   end $$`,
];

/** Adds the columns, indexes and functions. */
export const search: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
