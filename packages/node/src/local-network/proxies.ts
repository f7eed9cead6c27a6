// The proxies of a local network: every connection between two nodes passes one, so that the way from one node to
// another can be cut, in one direction too. A cut holds bytes back as a dead line does: connections stay open and
// silent; when it is healed, what was held goes on. Told what to cut by HTTP on 127.0.0.1.
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { Transform } from 'node:stream';
import { text } from 'node:stream/consumers';

import type { Link, PlannedProxies } from './plan.ts';

/**
 * A direction in which nothing passes: from the first organisation to the second. With a number, each piece of up to
 * 64 KiB passes so many milliseconds after the one before: a line that is far and narrow.
 */
export type Cut = readonly [from: string, to: string, delayMs?: number];

/** Running proxies. */
export interface Proxies {
  readonly stop: () => Promise<void>;
}

const BODY_BYTES_MAX = 65_536;
const DELAY_MS_MAX = 60_000;

/** Listens for every link, and for orders. */
export async function startProxies({ control, links }: PlannedProxies): Promise<Proxies> {
  let cuts: readonly Cut[] = [];
  const delayOf = (from: string, to: string): number => {
    const found = cuts.find(([a, b]) => a === from && b === to);
    return found === undefined ? 0 : (found[2] ?? Infinity);
  };
  const ways = new Set<Way>();
  const servers = links.map((link) =>
    createServer({ allowHalfOpen: false }, (client) => {
      const way = new Way(link, client, delayOf);
      ways.add(way);
      way.onEnd(() => ways.delete(way));
    }),
  );
  const orders = createHttpServer((request, response) => {
    // Orders are rare: one that is sent on a kept connection may meet its end.
    const headers = { connection: 'close' };
    const answer = (status: number): void =>
      void response.writeHead(status, headers).end(JSON.stringify({ cuts }));
    if (request.method === 'GET') return answer(200);
    if (Number(request.headers['content-length'] ?? Infinity) > BODY_BYTES_MAX) return answer(413);
    text(request).then(
      (body) => {
        const parsed = parseCuts(body);
        if (parsed === undefined) return answer(400);
        cuts = parsed;
        for (const way of ways) way.apply();
        return answer(200);
      },
      () => answer(400),
    );
  });
  for (const [index, server] of servers.entries()) await listen(server, links[index]?.port ?? 0);
  await listen(orders, control);
  return {
    stop: async () => {
      for (const server of [...servers, orders]) server.close();
      orders.closeAllConnections();
      for (const way of ways) way.end();
      await Promise.all(
        [...servers, orders].map(async (server) => server.listening && (await once(server, 'close'))),
      );
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}

function parseCuts(body: string): readonly Cut[] | undefined {
  try {
    const { cuts }: { cuts?: unknown } = Object(JSON.parse(body));
    if (!Array.isArray(cuts)) return undefined;
    return cuts.map(([from, to, delayMs]: readonly unknown[]) =>
      delayMs === undefined
        ? ([String(from), String(to)] as const)
        : ([String(from), String(to), Math.min(Math.max(Number(delayMs) || 0, 0), DELAY_MS_MAX)] as const),
    );
  } catch {
    return undefined;
  }
}

/** Milliseconds for each piece of one direction; infinite where it is cut. */
type DelayOf = (from: string, to: string) => number;

/** One connection: two sockets, and what may pass between them. */
class Way {
  readonly #link: Link;
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #delayOf: DelayOf;
  readonly #there: Transform;
  readonly #back: Transform;

  constructor(link: Link, client: Socket, delayOf: DelayOf) {
    const { from, to } = link;
    this.#link = link;
    this.#client = client;
    this.#server = connect(link.target, '127.0.0.1');
    this.#delayOf = delayOf;
    this.#there = line(() => delayOf(from, to));
    this.#back = line(() => delayOf(to, from));
    this.#there.pipe(this.#server);
    this.#back.pipe(this.#client);
    for (const socket of [this.#client, this.#server]) {
      socket.setNoDelay(true);
      socket.on('error', () => this.end());
      socket.on('close', () => this.end());
    }
    this.apply();
  }

  /** Lets through, or holds back, as is asked now. */
  apply(): void {
    const { from, to } = this.#link;
    pass(this.#client, this.#there, this.#delayOf(from, to) !== Infinity);
    pass(this.#server, this.#back, this.#delayOf(to, from) !== Infinity);
  }

  end(): void {
    this.#client.destroy();
    this.#server.destroy();
  }

  onEnd(listener: () => void): void {
    this.#client.once('close', listener);
  }
}

/** What goes in comes out, each piece so late as is asked when it comes. */
function line(delayMs: () => number): Transform {
  return new Transform({
    transform: (piece: Buffer, _, done) => {
      const ms = delayMs();
      if (ms === 0 || ms === Infinity) done(null, piece);
      else setTimeout(done, ms, null, piece);
    },
  });
}

function pass(source: Socket, target: Transform, isOpen: boolean): void {
  source.unpipe(target);
  if (isOpen) source.pipe(target);
  else source.pause();
}

/** Tells running proxies what to cut from now on; resolves once that is so. */
export async function orderCuts(control: number, cuts: readonly Cut[]): Promise<void> {
  const body = JSON.stringify({ cuts });
  const answer = await fetch(`http://127.0.0.1:${control}`, { method: 'PUT', body });
  if (!answer.ok) throw new Error(`the proxies have answered ${answer.status}`);
}

/** What is cut now. */
export async function readCuts(control: number): Promise<readonly Cut[]> {
  const answer = await fetch(`http://127.0.0.1:${control}`);
  return parseCuts(await answer.text()) ?? [];
}
