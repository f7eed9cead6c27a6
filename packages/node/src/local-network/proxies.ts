// The proxies of a local network: every connection between two nodes passes one, so that the way from one node to
// another can be cut, in one direction too. A cut holds bytes back as a dead line does: connections stay open and
// silent; when it is healed, what was held goes on. Told what to cut by HTTP on 127.0.0.1.
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { text } from 'node:stream/consumers';

import type { Link, PlannedProxies } from './plan.ts';

/** A direction in which nothing passes: from the first organisation to the second. */
export type Cut = readonly [from: string, to: string];

/** Running proxies. */
export interface Proxies {
  readonly stop: () => Promise<void>;
}

const BODY_BYTES_MAX = 65_536;

/** Listens for every link, and for orders. */
export async function startProxies({ control, links }: PlannedProxies): Promise<Proxies> {
  let cuts: readonly Cut[] = [];
  const isCut = (from: string, to: string): boolean => cuts.some(([a, b]) => a === from && b === to);
  const ways = new Set<Way>();
  const servers = links.map((link) =>
    createServer({ allowHalfOpen: false }, (client) => {
      const way = new Way(link, client, isCut);
      ways.add(way);
      way.onEnd(() => ways.delete(way));
    }),
  );
  const orders = createHttpServer((request, response) => {
    const answer = (status: number): void => void response.writeHead(status).end(JSON.stringify({ cuts }));
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
    return cuts.map(([from, to]: readonly unknown[]) => [String(from), String(to)] as const);
  } catch {
    return undefined;
  }
}

/** One connection: two sockets, and what may pass between them. */
class Way {
  readonly #link: Link;
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #isCut: (from: string, to: string) => boolean;

  constructor(link: Link, client: Socket, isCut: (from: string, to: string) => boolean) {
    this.#link = link;
    this.#client = client;
    this.#server = connect(link.target, '127.0.0.1');
    this.#isCut = isCut;
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
    pass(this.#client, this.#server, !this.#isCut(from, to));
    pass(this.#server, this.#client, !this.#isCut(to, from));
  }

  end(): void {
    this.#client.destroy();
    this.#server.destroy();
  }

  onEnd(listener: () => void): void {
    this.#client.once('close', listener);
  }
}

function pass(source: Socket, target: Socket, isOpen: boolean): void {
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
