import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { connectAbci } from '../../testing/abci-client.ts';
import { encodeFrame } from './abci-frames.ts';
import type { AbciHandler } from './abci-server.ts';
import { listenAbci } from './abci-server.ts';

interface TestServer extends AsyncDisposable {
  readonly socketPath: string;
  readonly faults: unknown[];
}

async function serve(handle: AbciHandler): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'suyuan-abci-'));
  const socketPath = join(folder, 'abci.sock');
  await writeFile(socketPath, 'left behind by a dead process');
  const faults: unknown[] = [];
  const server = await listenAbci({
    socketPath,
    requestBytesMax: 1_000,
    handle,
    onFault: (error) => faults.push(error),
  });
  return {
    socketPath,
    faults,
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}

const echo: AbciHandler = async (request) => ({ echo: { message: request.echo?.message ?? '' } });

test('[O1] answers in the order of the requests of a connection; another connection does not wait', async () => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  await using server = await serve(async (request) => {
    if (request.echo?.message === 'slow') await held;
    return await echo(request);
  });
  await using one = await connectAbci(server.socketPath);
  await using two = await connectAbci(server.socketPath);
  const answered: string[] = [];
  const asked = ['slow', 'quick'].map(async (message) => {
    answered.push((await one.ask({ echo: { message } })).echo?.message ?? '');
  });
  expect(await two.ask({ echo: { message: 'other' } })).toMatchObject({ echo: { message: 'other' } });
  expect(answered).toEqual([]);
  release();
  await Promise.all(asked);
  expect(answered).toEqual(['slow', 'quick']);
  expect(server.faults).toEqual([]);
});

test('[O1] what is no request, or is too long, ends its connection and is a fault; others go on', async () => {
  await using server = await serve(echo);
  await using good = await connectAbci(server.socketPath);
  const hostile = [
    encodeFrame(Uint8Array.of(0xff, 0xff, 0xff, 0xff)),
    encodeFrame(new Uint8Array(1_001)),
    Buffer.concat([Uint8Array.of(200, 1), randomBytes(200)]),
  ];
  for (const bytes of hostile) {
    const bad = await connectAbci(server.socketPath);
    bad.socket.write(bytes);
    await once(bad.socket, 'close');
  }
  expect(server.faults.length).toBe(hostile.length);
  expect(server.faults[0]).toMatchObject({ code: 'consensus_malformed' });
  expect(await good.ask({ echo: { message: 'still here' } })).toMatchObject({
    echo: { message: 'still here' },
  });
});

test('[O1] a handler that throws ends the connection and is told of; a peer that goes away is not a fault', async () => {
  await using server = await serve(() => Promise.reject(new Error('on purpose')));
  await using asking = await connectAbci(server.socketPath);
  const gone = await connectAbci(server.socketPath);
  gone.socket.destroy();
  await expect(asking.ask({ echo: { message: 'a' } })).rejects.toThrow('the connection ended');
  expect(server.faults).toMatchObject([{ message: 'on purpose' }]);
});

test('[O1] an answer to a peer that has left meanwhile keeps the server from nothing', async () => {
  let asked: () => void = () => undefined;
  let release: () => void = () => undefined;
  const wasAsked = new Promise<void>((resolve) => (asked = resolve));
  const held = new Promise<void>((resolve) => (release = resolve));
  await using server = await serve(async (request) => {
    asked();
    await held;
    return await echo(request);
  });
  const gone = await connectAbci(server.socketPath);
  const leave = async (): Promise<void> => {
    await wasAsked;
    gone.socket.end();
    await once(gone.socket, 'close'); // the server has ended its side too
  };
  const answered = gone.ask({ echo: { message: 'a' } });
  await Promise.all([expect(answered).rejects.toThrow('the connection ended'), leave()]);
  release();
  expect(server.faults).toEqual([]);
}, 10_000);
