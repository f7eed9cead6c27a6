// Starts of sources by the managing organisation in the access log of a node: both nodes write each of them down, accepted
// or refused, and show what they wrote (spec/source.md, D22).
import type { SourceStart } from '@suyuan/api';

import type { Database } from '../database/database.ts';

const act = 'source_start';

/** One start. */
export interface StartEntry {
  /** Who asked, as the access log names accounts. */
  readonly account: string;
  /** The same for people, where the node knows a name. */
  readonly name?: string;
  /** Whose source. */
  readonly member: string;
  readonly source: number;
  readonly outcome: string;
  readonly run?: number;
  readonly at: Date;
}

/** Writes who asked for a start and what came of it. */
export async function logStart(database: Database, entry: StartEntry): Promise<void> {
  const { account, name, member, source, outcome, run, at } = entry;
  const told = { ...(run === undefined ? {} : { run }), ...(name === undefined ? {} : { name }) };
  await database.transact(async ({ sql }) => {
    await sql
      .insertInto('access_log')
      .values({
        account,
        act,
        subject: `${member}/source/${source}`,
        detail: JSON.stringify({ outcome, ...told }),
        at,
      })
      .execute();
  });
}

/** Some starts; `next` is the cursor of those before them. */
export interface StartPage {
  readonly items: SourceStart[];
  readonly next?: string;
}

/** Starts in this node's log, the newest first: all, those of one account, or those of sources of one member. */
export async function listStarts(
  database: Database,
  query: {
    readonly account?: string;
    readonly member?: string;
    readonly before?: number;
    readonly limit: number;
  },
): Promise<StartPage> {
  const { account, member, before = Number.MAX_SAFE_INTEGER, limit } = query;
  const rows = await database.read(async (db) => {
    let select = db.selectFrom('access_log').selectAll().where('act', '=', act).where('id', '<', before);
    if (account !== undefined) select = select.where('account', '=', account);
    if (member !== undefined) select = select.where('subject', 'like', `${member}/source/%`);
    return await select
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute();
  });
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  const items = rows.slice(0, limit).map(({ at, account: by, subject, detail }) => {
    const [whose = '', , source] = subject.split('/');
    const told: { outcome?: string; run?: number; name?: string } = JSON.parse(detail ?? '{}'); // logStart wrote it
    return {
      at: at.toISOString(),
      member: whose,
      source: Number(source),
      by: told.name ?? by,
      outcome: told.outcome ?? '',
      ...(told.run === undefined ? {} : { run: told.run }),
    };
  });
  return last === undefined ? { items } : { items, next: String(last.id) };
}
