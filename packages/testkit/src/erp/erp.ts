// A simulated ERP: an HTTP server with tables of rows that it hands out page by page, in several forms, and with faults
// on demand: what sources are tried against. The demonstration has a smaller one of its own, as a node uses no testkit.
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { answerFault } from './erp-faults.ts';
import type { ErpFault } from './erp-faults.ts';

/** One row of a table, as JSON. */
export type ErpRow = Readonly<Record<string, unknown>>;

/** What the ERP starts with. */
export interface ErpOptions {
  /** Rows by table; a table of a record kind's id holds its records. */
  readonly records?: Readonly<Record<string, readonly ErpRow[]>>;
  /** Faults by table; `*` is for all. */
  readonly faults?: Readonly<Record<string, ErpFault>>;
  /** Asked for as `Authorization: Bearer TOKEN`. */
  readonly token?: string;
}

/** A request as it arrived. */
export interface ErpRequest {
  readonly path: string;
  readonly authorization: string | undefined;
}

/** A running ERP. */
export interface Erp extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Every request so far, oldest first; the first thousand. */
  readonly requests: readonly ErpRequest[];
  /** Adds rows at the end of a table. */
  readonly add: (table: string, rows: readonly ErpRow[]) => void;
  /** Replaces a table. */
  readonly set: (table: string, rows: readonly ErpRow[]) => void;
  /** Sets the fault of a table or, as `*`, of all; none ends it. */
  readonly fail: (table: string, fault?: ErpFault) => void;
  readonly stop: () => Promise<void>;
}

const pageRowsMax = 1_000;
const requestsKeptMax = 1_000;

/**
 * Starts it on 127.0.0.1. For each table:
 *
 * - `GET /api/TABLE?after=CURSOR&limit=N` -> `{"items":[...],"next":"CURSOR"}`; `next` only where there is more. The
 *   cursor is the number of the last row, so it also works for asking later what is new.
 * - `GET /api/TABLE/array?page=N&limit=N` -> `[...]`, pages from 1, an empty one after the last.
 * - `GET /api/TABLE/linked?from=N&limit=N` -> `{"data":{"rows":[...]}}`, header `Link: <...>; rel="next"`.
 * - `GET /api/TABLE/lines` -> a JSON row a line; `GET /api/TABLE/csv` -> the table with a header.
 */
export async function startErp(options: ErpOptions = {}): Promise<Erp> {
  const tables = new Map<string, readonly ErpRow[]>(Object.entries(options.records ?? {}));
  const faults = new Map<string, ErpFault>(Object.entries(options.faults ?? {}));
  const requests: ErpRequest[] = [];
  const server = createServer((request, response) => {
    const { authorization } = request.headers;
    if (requests.length < requestsKeptMax) requests.push({ path: request.url ?? '', authorization });
    if (options.token !== undefined && authorization !== `Bearer ${options.token}`) {
      response.writeHead(401).end();
      return;
    }
    void answer(request, response, tables, faults);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server that listens on TCP has this form of address
  const { port } = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    add: (table, rows) => tables.set(table, [...(tables.get(table) ?? []), ...rows]),
    set: (table, rows) => tables.set(table, rows),
    fail: (table, fault) => void (fault === undefined ? faults.delete(table) : faults.set(table, fault)),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  tables: ReadonlyMap<string, readonly ErpRow[]>,
  faults: ReadonlyMap<string, ErpFault>,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://erp');
  const [, api, name = '', form = ''] = url.pathname.split('/');
  const stored = api === 'api' ? tables.get(name) : undefined;
  if (stored === undefined) {
    response.writeHead(404).end();
    return;
  }
  const fault = faults.get(name) ?? faults.get('*');
  if (fault?.type === 'slow') await delay(fault.ms);
  if (fault !== undefined && answerFault(fault, response)) return;
  const rows = fault?.type === 'renames' ? stored.map((row) => renamed(row, fault.from, fault.to)) : stored;
  if (form === 'lines') sendLines(response, rows);
  else if (form === 'csv') sendCsv(response, rows);
  else sendPage(url, form, rows, fault, response);
}

function numberOf(url: URL, name: string, otherwise: number): number {
  const value = Number(url.searchParams.get(name) ?? otherwise);
  return Number.isSafeInteger(value) && value >= 0 ? value : otherwise;
}

function sendPage(
  url: URL,
  form: string,
  rows: readonly ErpRow[],
  fault: ErpFault | undefined,
  response: ServerResponse,
): void {
  const limit = Math.min(numberOf(url, 'limit', 100), pageRowsMax);
  const asked =
    form === 'array'
      ? (numberOf(url, 'page', 1) - 1) * limit
      : numberOf(url, form === 'linked' ? 'from' : 'after', 0);
  const from = fault?.type === 'repeats' ? 0 : asked;
  const items = rows.slice(from, from + limit);
  const hasMore = fault?.type === 'repeats' || from + limit < rows.length;
  // Without new rows the cursor stays, and so it can be asked again later.
  const next = fault?.type === 'repeats' ? limit : from + items.length;
  if (form === 'array') sendJson(response, items);
  else if (form === 'linked') {
    const target =
      fault?.type === 'next_elsewhere' ? fault.to : `${url.pathname}?from=${next}&limit=${limit}`;
    if (hasMore || fault?.type === 'next_elsewhere') response.setHeader('link', `<${target}>; rel="next"`);
    sendJson(response, { data: { rows: items } });
  } else sendJson(response, { items, ...(hasMore ? { next: String(next) } : {}), last: String(next) });
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function sendLines(response: ServerResponse, rows: readonly ErpRow[]): void {
  const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  response.writeHead(200, { 'content-type': 'application/x-ndjson' }).end(text);
}

function sendCsv(response: ServerResponse, rows: readonly ErpRow[]): void {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cell = (value: unknown): string => {
    if (value === undefined || value === null) return '';
    const plain = typeof value === 'string' ? value : JSON.stringify(value);
    const text = Array.isArray(value) ? value.join('\n') : plain;
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines: readonly (readonly unknown[])[] = [
    columns,
    ...rows.map((row) => columns.map((column) => row[column])),
  ];
  const text = lines.map((line) => `${line.map(cell).join(',')}\n`).join('');
  response.writeHead(200, { 'content-type': 'text/csv' }).end(text);
}

function renamed(row: ErpRow, from: string, to: string): ErpRow {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name === from ? to : name, value]));
}
