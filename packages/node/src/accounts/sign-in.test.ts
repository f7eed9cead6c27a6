// Accounts while their database goes away and comes back.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { testDatabaseUrl, dropTestDatabase } from '../testing/test-database.ts';
import { createSignIn } from './sign-in.ts';

const password = 'correct horse battery';

/** A way to the database that can be closed: connections on it break, and no new ones are made. */
async function openWay(target: string) {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let isOpen = true;
  const server = createServer((client) => {
    if (!isOpen) return void client.destroy();
    const behind = connect(Number(port), hostname);
    for (const [socket, other] of [
      [client, behind],
      [behind, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => other.destroy());
      socket.pipe(other);
    }
    return undefined;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(target);
  const address = server.address();
  url.hostname = '127.0.0.1';
  url.port = String(typeof address === 'object' ? address?.port : '');
  const shut = (): void => {
    isOpen = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    shut,
    open: () => void (isOpen = true),
    [Symbol.asyncDispose]: async () => {
      shut();
      server.close();
      await once(server, 'close');
    },
  };
}

test('a database that is away is said to be, not a fault of ours, and nobody has to sign in again after it', async () => {
  const database = await testDatabaseUrl();
  await using way = await openWay(database);
  const options = { databaseUrl: way.url, secret: 'a secret of the tests, long enough for anything' };
  const signIn = createSignIn({ ...options, cookieName: 'suyuan-test', secure: false });
  const unavailable = { name: 'DatabaseFault', code: 'database_unavailable' };
  try {
    way.shut();
    await expect(signIn.users()).rejects.toMatchObject(unavailable); // never opened before
    way.open();
    await signIn.createUser('admin', password, 'administrator');
    const session = await signIn.signIn('admin', password);
    const cookies = session.ok ? session.value.cookies : [];
    const cookie = cookies.map((line) => line.split(';')[0]).join('; ');
    expect(await signIn.callerOf(cookie)).toMatchObject({ name: 'admin' });
    way.shut();
    await expect(signIn.callerOf(cookie)).rejects.toMatchObject(unavailable);
    await expect(signIn.signIn('admin', password)).rejects.toMatchObject(unavailable);
    way.open();
    expect(await signIn.callerOf(cookie)).toMatchObject({ name: 'admin' });
  } finally {
    await signIn.close();
    await dropTestDatabase(database);
  }
});
