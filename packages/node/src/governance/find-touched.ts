// Which records a void or a resolution is about, by what this node holds: shown before it is sent.
import type { AnswerOf, previewGovernance } from '@suyuan/api';
import type { StatementBody, View } from '@suyuan/ledger';
import { batchOf, channelOf } from '@suyuan/ledger';
import { sql } from 'kysely';

import type { Database } from '../database/database.ts';
import { showRecordName } from './name-records.ts';

/** What is touched, as the API shows it. */
export type Touched = NonNullable<AnswerOf<typeof previewGovernance>['touched']>;

/** Records that are named; the rest is counted. */
const SHOWN_MAX = 200;

/** The records of voids and resolutions among the bodies; undefined where there is neither. */
export async function findTouched(
  database: Database,
  view: View,
  bodies: readonly StatementBody[],
): Promise<Touched | undefined> {
  const names = bodies.flatMap(namesIn);
  if (names.length === 0) return undefined;
  const some = names.slice(0, SHOWN_MAX);
  const codes = await readCodes(database, some);
  const channels = new Set(names.flatMap(({ entry }) => batchOf(view, entry)?.channel ?? []));
  const holders = new Set([...channels].flatMap((channel) => channelOf(view, channel)?.members ?? []));
  return {
    records: names.length,
    items: some.map((name) => {
      const batch = batchOf(view, name.entry);
      const record = showRecordName(name);
      const { recordKind: kind = '', reporter = '' } = batch ?? {};
      return { record, kind, reporter, codes: [...(codes.get(record) ?? [])] };
    }),
    holders: [...new Set([...holders].map(({ organization }) => organization))].sort(),
  };
}

function namesIn(body: StatementBody): readonly { readonly entry: number; readonly leaf: number }[] {
  if (body.kind === 'resolution') return body.fields.records;
  if (body.kind !== 'void') return [];
  const { entry, ranges } = body.fields;
  return ranges.flatMap(({ first, last }) =>
    Array.from({ length: last - first + 1 }, (_, index) => ({ entry, leaf: first + index })),
  );
}

/** Codes that the records are about, by ENTRY/LEAF. */
async function readCodes(
  database: Database,
  names: readonly { readonly entry: number; readonly leaf: number }[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await database.read((db) =>
    sql<{ entry: number; leaf: number; codes: string[] }>`
      select n.entry, n.leaf, array_agg(distinct s.code) as codes
      from unnest(${names.map(({ entry }) => entry)}::int8[], ${names.map(({ leaf }) => leaf)}::int4[]) as n (entry, leaf)
      join batch b on b.entry = n.entry
      join subject s on s.batch_id = b.id and s.leaf = n.leaf and s.role = 'subject'
      group by n.entry, n.leaf`.execute(db),
  );
  return new Map(rows.map(({ entry, leaf, codes }) => [`${entry}/${leaf}`, codes]));
}
