// Reads the rows of one record kind from a view of a PostgreSQL database: read-only, with a time limit for each query,
// in the order of one column from the cursor on (spec/source.md, "SQL"). Another database system is another file.
import { Socket } from 'node:net';

import type { SqlSettings } from '@suyuan/api';
import { isMembers } from '@suyuan/battery';
import { Client } from 'pg';

import { systemCodeOf } from '../fault.ts';
import { parseAllowed, resolveHost } from './source-address.ts';
import { SourceFault } from './source-fault.ts';
import { chunkRowsMax } from './source-limits.ts';
import { cursorOf, secretIn } from './source-reader.ts';
import type { ReadContext, RowReading } from './source-reader.ts';

type SqlStream = SqlSettings['streams'][number];

const timeoutSeconds = 60;
/** Bytes of one connection, which reads one page. */
const pageBytesMax = 64 * 1024 * 1024;
const watchMs = 20;

/** Reads from the kept cursor to the end. Rows that share the cursor's value are never parted. */
export async function* readSql(context: ReadContext, settings: SqlSettings, stream: SqlStream): RowReading {
  let { cursor } = context;
  for (let page = 0; ; page += 1) {
    if (page >= context.limits.pagesMax) throw new SourceFault('pages_too_many');
    const after = cursor;
    const read = await context.retry(async () => await readPage(context, settings, stream, after));
    const last = cursorOf(read.cursors.at(-1));
    const isEnd = read.rows.length <= chunkRowsMax;
    // What shares the last value may go on behind the page: it comes with the next one.
    const whole = isEnd ? read.rows.length : read.cursors.findIndex((value) => value === last);
    if (whole === 0 && !isEnd)
      throw new SourceFault('cursor_malformed', { detail: 'one_value_for_too_many_rows' });
    cursor = whole === 0 ? cursor : cursorOf(read.cursors[whole - 1]);
    const rows = read.rows.slice(0, whole);
    yield { rows, columns: read.columns, isNewPage: true, ...(cursor === undefined ? {} : { cursor }) };
    if (isEnd) return;
  }
}

interface SqlPage {
  readonly columns: readonly string[];
  readonly rows: readonly unknown[];
  /** By row, the text of its cursor; null where it has none. */
  readonly cursors: readonly (string | null)[];
}

async function readPage(
  context: ReadContext,
  settings: SqlSettings,
  stream: SqlStream,
  after: string | undefined,
): Promise<SqlPage> {
  const socket = new Socket();
  const client = await connect(context, settings, socket);
  // The answer of one query is held in memory: beyond its bound the connection ends.
  let isTooLarge = false;
  const watch = setInterval(() => {
    isTooLarge = socket.bytesRead > pageBytesMax;
    if (isTooLarge) socket.destroy();
  }, watchMs);
  const abort = (): void => void client.end().catch(() => undefined);
  context.signal.addEventListener('abort', abort, { once: true });
  try {
    await client.query('begin transaction read only');
    const view = stream.view
      .split('.')
      .map((name) => client.escapeIdentifier(name))
      .join('.');
    const column = client.escapeIdentifier(stream.cursor);
    const head = await client.query(`select * from ${view} limit 0`);
    const columns = head.fields.map(({ name }) => name);
    const where = after === undefined ? '' : `where v.${column} > $1`;
    // One row more than a chunk tells whether there is more.
    const text = `select to_json(v)::text as row, v.${column}::text as cursor from ${view} v ${where}
      order by v.${column} limit ${chunkRowsMax + 1}`;
    const found = await client.query<{ row: string; cursor: string | null }>(
      text,
      after === undefined ? [] : [after],
    );
    if (found.rows.some(({ cursor }) => cursor === null))
      throw new SourceFault('cursor_malformed', { detail: 'null' });
    await client.query('rollback');
    const rows = found.rows.map(({ row }): unknown => JSON.parse(row)); // PostgreSQL's own JSON
    return {
      columns,
      rows: rows.map((row) => (isMembers(row) ? row : {})),
      cursors: found.rows.map(({ cursor }) => cursor),
    };
  } catch (error) {
    if (isTooLarge) throw new SourceFault('answer_too_large', { detail: `${pageBytesMax} bytes` });
    throw faultOf(error, context.signal);
  } finally {
    clearInterval(watch);
    context.signal.removeEventListener('abort', abort);
    await client.end().catch(() => undefined);
  }
}

async function connect(context: ReadContext, settings: SqlSettings, socket: Socket): Promise<Client> {
  const secret = secretIn(context);
  if (!/^postgres(ql)?:\/\//.test(secret) || !URL.canParse(secret))
    throw new SourceFault('secret_missing', { detail: 'not_a_connection_url' });
  const url = new URL(secret);
  const allowed = parseAllowed(settings.privateAddresses ?? []);
  if (allowed === undefined) throw new SourceFault('address_private');
  const name = url.hostname.replace(/^\[|\]$/g, '');
  const host = await resolveHost(name, allowed);
  const mode = url.searchParams.get('sslmode') ?? 'disable';
  const timeoutMs = (settings.timeoutSeconds ?? timeoutSeconds) * 1000;
  const client = new Client({
    host,
    stream: () => socket,
    port: url.port === '' ? 5432 : Number(url.port),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    ssl: mode === 'disable' ? false : { servername: name },
    connectionTimeoutMillis: context.limits.idleMs,
    statement_timeout: timeoutMs,
    query_timeout: timeoutMs + 5_000,
    application_name: 'suyuan-sources',
  });
  // A connection that breaks also fails its query; without a listener it would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(() => undefined);
    throw faultOf(error, context.signal);
  }
  return client;
}

/** What went wrong, by the classes of SQLSTATE. Messages are not passed on: they may quote the URL or data. */
function faultOf(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof SourceFault) return error;
  const code = systemCodeOf(error) ?? '';
  if (code === '57014')
    return new SourceFault('timed_out', { detail: 'statement_timeout', isTemporary: true });
  if (code.startsWith('28')) return new SourceFault('credentials_refused', { detail: code });
  if (code.startsWith('22')) return new SourceFault('cursor_malformed', { detail: code });
  if (/^[0-9A-Z]{5}$/.test(code) && !/^(08|53|57)/.test(code))
    return new SourceFault('view_unreadable', { detail: code });
  const detail = code === '' ? {} : { detail: code.toLowerCase() };
  return new SourceFault('connection_failed', { ...detail, isTemporary: true });
}
