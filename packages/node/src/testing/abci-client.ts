// Speaks ABCI to a node in place of CometBFT, for tests.
import { once } from 'node:events';
import { createConnection } from 'node:net';
import type { Socket } from 'node:net';

import { assert } from '@suyuan/log';
import { Request, Response } from 'cosmjs-types/tendermint/abci/types';

import { createFrameReader, encodeFrame } from '../ordering/cometbft/abci-frames.ts';

/** One connection. */
export interface AbciClient extends AsyncDisposable {
  readonly socket: Socket;
  /** Resolves with the answer of this request; rejects when the connection ends first. */
  readonly ask: (request: Request) => Promise<Response>;
}

/** Connects. */
export async function connectAbci(socketPath: string): Promise<AbciClient> {
  const socket = createConnection(socketPath);
  await once(socket, 'connect');
  const waiting: PromiseWithResolvers[] = [];
  const reader = createFrameReader(64 * 1024 * 1024);
  socket.on('data', (chunk: Buffer) => {
    for (const message of reader.push(chunk)) {
      const asked = waiting.shift();
      assert(asked !== undefined, 'every answer has a question');
      asked.resolve(Response.decode(message));
    }
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    for (const asked of waiting.splice(0)) asked.reject(new Error('the connection ended'));
  });
  return {
    socket,
    ask: (request) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        socket.write(encodeFrame(Request.encode(request).finish()));
      }),
    [Symbol.asyncDispose]: async () => {
      if (!socket.closed) {
        socket.destroy();
        await once(socket, 'close');
      }
    },
  };
}

interface PromiseWithResolvers {
  readonly resolve: (response: Response) => void;
  readonly reject: (error: Error) => void;
}
