// Reads the rows of one record kind from an HTTP interface, page by page, and says which cursor to keep once they are
// stored (spec/source.md, "HTTP").
import { createHash } from 'node:crypto';

import type { HttpSettings } from '@suyuan/api';
import { isMembers } from '@suyuan/battery';

import { openAnswer } from './open-answer.ts';
import { chunksOf, listAt, memberAt, parseJsonText, rowsOfCsv, rowsOfLines } from './rows-of-text.ts';
import type { TextRows } from './rows-of-text.ts';
import { parseAllowed } from './source-address.ts';
import type { AllowedAddresses } from './source-address.ts';
import { SourceFault } from './source-fault.ts';
import { cursorOf, secretIn } from './source-reader.ts';
import type { ReadContext, RowChunk, RowReading } from './source-reader.ts';
import { spoolAnswer } from './spool-answer.ts';

type HttpStream = HttpSettings['streams'][number];

/** One page as it came. */
interface Page extends TextRows, AsyncDisposable {
  readonly digest: string;
  readonly link: string | undefined;
  /** The whole answer, where it is JSON. */
  readonly value: unknown;
}

/** Reads from the kept cursor to the end. */
export async function* readHttp(
  context: ReadContext,
  settings: HttpSettings,
  stream: HttpStream,
): RowReading {
  const get = pageGetter(context, settings, stream);
  const pages = new PageOrder(context, stream, new URL(stream.path, settings.address));
  for (let url: URL | undefined = pages.first; url !== undefined;) {
    const current: URL = url;
    if (pages.count >= context.limits.pagesMax) throw new SourceFault('pages_too_many');
    await using page = await context.retry(async () => await get(current));
    let held: RowChunk | undefined;
    let isNewPage = true;
    for await (const rows of page.chunks) {
      if (held !== undefined) yield held;
      pages.see(rows);
      held = chunkOf(rows, page, stream, isNewPage);
      isNewPage = false;
    }
    url = pages.next(page, current);
    const cursor = pages.cursor(url === undefined);
    if (held !== undefined) yield cursor === undefined ? held : { cursor, ...held };
  }
}

function chunkOf(rows: readonly unknown[], page: Page, stream: HttpStream, isNewPage: boolean): RowChunk {
  const { columns } = page;
  return { rows, isNewPage, isText: stream.form === 'csv', ...(columns === undefined ? {} : { columns }) };
}

/** Gets a page; its rows are in memory as JSON, or in a file. */
function pageGetter(
  context: ReadContext,
  settings: HttpSettings,
  stream: HttpStream,
): (url: URL) => Promise<Page> {
  const allowed: AllowedAddresses | undefined = parseAllowed(settings.privateAddresses ?? []);
  if (allowed === undefined) throw new SourceFault('address_private');
  const { limits, signal, temporaryDir } = context;
  const { origin } = new URL(settings.address);
  const headers = headersOf(context, settings);
  return async (url) => {
    const bytesMax = stream.form === 'json' ? limits.jsonBytesMax : limits.fileBytesMax;
    const { link, body } = await openAnswer({ url, origin, headers, allowed, limits, bytesMax, signal });
    if (stream.form === 'json') {
      const chunks: Buffer[] = [];
      for await (const bytes of body) chunks.push(bytes);
      const bytes = Buffer.concat(chunks);
      const value = parseJsonText(bytes);
      const digest = createHash('sha256').update(bytes).digest('base64url');
      const rows = chunksOf(listAt(value, stream.list));
      return { chunks: rows, digest, link, value, [Symbol.asyncDispose]: async () => undefined };
    }
    const file = await spoolAnswer(body, temporaryDir);
    try {
      const rows: TextRows =
        stream.form === 'csv' ? rowsOfCsv(file.source) : { chunks: rowsOfLines(file.source) };
      const digest = file.digest.toString('base64url');
      const dispose = async (): Promise<void> => await file[Symbol.asyncDispose]();
      return { ...rows, digest, link, value: undefined, [Symbol.asyncDispose]: dispose };
    } catch (error) {
      await file[Symbol.asyncDispose]();
      throw error;
    }
  };
}

function headersOf(context: ReadContext, { authorization }: HttpSettings): Readonly<Record<string, string>> {
  if (authorization === undefined) return {};
  const secret = secretIn(context);
  return authorization.type === 'bearer'
    ? { authorization: `Bearer ${secret}` }
    : { [authorization.name.toLowerCase()]: secret };
}

/** Where the next page is, and what is kept of it. */
class PageOrder {
  readonly first: URL;
  count = 0;
  readonly #stream: HttpStream;
  readonly #seen = new Set<string>();
  #digest = '';
  #rows = 0;
  #last: unknown;
  #cursor: string | undefined;
  #highest: string | undefined;
  #number: number;

  constructor({ cursor }: ReadContext, stream: HttpStream, first: URL) {
    const { paging, since } = stream;
    this.#stream = stream;
    this.#highest = cursor;
    this.#number = paging?.type === 'page' ? (paging.first ?? 1) : 0;
    if (paging?.type === 'page') first.searchParams.set(paging.parameter, String(this.#number));
    if (paging?.type === 'cursor' && cursor !== undefined) {
      first.searchParams.set(paging.parameter, cursor);
      this.#seen.add(cursor);
    } else if (since !== undefined && cursor !== undefined) first.searchParams.set(since.parameter, cursor);
    this.first = first;
  }

  /** Takes note of rows of the current page. */
  see(rows: readonly unknown[]): void {
    this.#rows += rows.length;
    this.#last = rows.at(-1) ?? this.#last;
    const { since } = this.#stream;
    if (since === undefined || this.#stream.paging?.type === 'cursor') return;
    for (const row of rows) {
      const value = isMembers(row) ? cursorOf(memberAt(row, since.column)) : undefined;
      if (value !== undefined && isAbove(value, this.#highest)) this.#highest = value;
    }
  }

  /** The page after one that was read whole. */
  next(page: Page, current: URL): URL | undefined {
    this.count += 1;
    const rows = this.#rows;
    this.#rows = 0;
    const { paging } = this.#stream;
    if (paging === undefined) return undefined;
    if (rows > 0 && page.digest === this.#digest) throw new SourceFault('pages_repeat');
    this.#digest = page.digest;
    if (paging.type === 'page')
      return rows === 0 ? undefined : withParameter(current, paging.parameter, String((this.#number += 1)));
    if (paging.type === 'link') {
      const text = paging.member === undefined ? nextOfLink(page.link) : memberAt(page.value, paging.member);
      if (typeof text !== 'string' || text === '') return undefined;
      if (!URL.canParse(text, current.href)) throw new SourceFault('address_elsewhere');
      const url = new URL(text, current);
      this.#mark(url.href);
      return url;
    }
    const { member, column } = paging;
    const found = member === undefined ? memberAt(this.#last, column) : memberAt(page.value, member);
    const value = rows === 0 ? undefined : cursorOf(found);
    if (value === undefined) return undefined;
    this.#mark(value);
    this.#cursor = value;
    return withParameter(current, paging.parameter, value);
  }

  /** What is kept once the rows seen so far are stored: with numbered pages or links only when all are. */
  cursor(isEnd: boolean): string | undefined {
    if (this.#stream.paging?.type === 'cursor') return this.#cursor;
    return isEnd && this.#stream.since !== undefined ? this.#highest : undefined;
  }

  #mark(next: string): void {
    if (this.#seen.has(next)) throw new SourceFault('pages_repeat');
    this.#seen.add(next);
  }
}

function withParameter(url: URL, name: string, value: string): URL {
  const changed = new URL(url);
  changed.searchParams.set(name, value);
  return changed;
}

/** Numbers by value, everything else (dates as ISO 8601 writes them) by its characters. */
function isAbove(value: string, than: string | undefined): boolean {
  if (than === undefined) return true;
  const [a, b] = [Number(value), Number(than)];
  return Number.isFinite(a) && Number.isFinite(b) ? a > b : value > than;
}

/** The target of `rel="next"` of a Link header, RFC 8288. */
function nextOfLink(header: string | undefined): string | undefined {
  for (const part of (header ?? '').slice(0, 8_192).split(/,(?=\s*<)/)) {
    const end = part.indexOf('>');
    const start = part.indexOf('<');
    if (start >= 0 && end > start && /;\s*rel="?next"?\s*(?:;|$)/i.test(part.slice(end)))
      return part.slice(start + 1, end);
  }
  return undefined;
}
