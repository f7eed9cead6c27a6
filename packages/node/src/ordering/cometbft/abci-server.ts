// The socket on which CometBFT drives the application: answers leave each connection in the order of its requests,
// while the connections do not wait for each other (spec/ordering.md, O1).
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { createServer } from 'node:net';

import { Request, Response } from 'cosmjs-types/tendermint/abci/types';

import { OrderingFault } from '../ordering-fault.ts';
import { createFrameReader, encodeFrame } from './abci-frames.ts';

/** CometBFT opens four; those of a process that just died may still be there. */
const CONNECTIONS_MAX = 8;

/** Answers one request. What it throws ends the connection, and CometBFT with it. */
export type AbciHandler = (request: Request) => Promise<Response>;

/** A listening server. */
export interface AbciServer {
  /** Ends all connections; resolves when no request is being answered any more. */
  readonly close: () => Promise<void>;
}

/** What a server needs. */
export interface AbciServerOptions {
  /** Taken over where a dead process has left it. Only this user may connect if the folder is private. */
  readonly socketPath: string;
  /** Longest request. */
  readonly requestBytesMax: number;
  readonly handle: AbciHandler;
  /** Told what the handler threw, and of requests that can't be read. */
  readonly onFault: (error: unknown) => void;
}

/** Listens; resolves when CometBFT can connect. */
export async function listenAbci(options: AbciServerOptions): Promise<AbciServer> {
  await rm(options.socketPath, { force: true });
  const sockets = new Set<Socket>();
  const serving = new Set<Promise<void>>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const served = serve(socket, options).finally(() => {
      sockets.delete(socket);
      serving.delete(served);
    });
    serving.add(served);
  });
  server.maxConnections = CONNECTIONS_MAX;
  server.listen(options.socketPath);
  await once(server, 'listening');
  return {
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await Promise.all(serving);
    },
  };
}

async function serve(socket: Socket, { requestBytesMax, handle, onFault }: AbciServerOptions): Promise<void> {
  const reader = createFrameReader(requestBytesMax);
  // A connection that breaks is CometBFT's end, which its supervisor sees.
  socket.on('error', () => undefined);
  const chunks = socket[Symbol.asyncIterator]();
  for (;;) {
    const next = await chunks.next().catch(() => undefined);
    if (next === undefined || next.done === true) break;
    const encoded: Uint8Array[] = [];
    try {
      for (const message of reader.push(next.value)) {
        const response = await handle(parseRequest(message));
        encoded.push(encodeFrame(Response.encode(response).finish()));
      }
    } catch (error) {
      onFault(error);
      break;
    }
    if (encoded.length > 0) await write(socket, Buffer.concat(encoded));
  }
  socket.destroy();
}

/** Resolves when it is written, and also where the connection has ended: `drain` would not come then. */
async function write(socket: Socket, bytes: Uint8Array): Promise<void> {
  await new Promise<void>((resolve) => socket.write(bytes, () => resolve()));
}

function parseRequest(message: Uint8Array): Request {
  try {
    return Request.decode(message);
  } catch (error) {
    throw new OrderingFault('consensus_malformed', `a request of the engine can't be read: ${String(error)}`);
  }
}
