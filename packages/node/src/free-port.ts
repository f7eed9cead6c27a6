// Chooses ports for processes that are told where to listen: CometBFT, PostgreSQL, the proxies of a local network.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

import { assert } from '@suyuan/log';

/**
 * A port of 127.0.0.1 that nobody listens on, and that the system gives to nobody who asks for any port for about the
 * next minute; who names it may listen there.
 */
export async function reservePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert(typeof address === 'object' && address !== null, 'a TCP server has a port');
  const { port } = address;
  // The end of a connection that closes first stays behind for a minute (TIME_WAIT). While it is there the port is in
  // use for who asks for any, be it to listen or to connect, and free for who names it with SO_REUSEADDR, as Go,
  // PostgreSQL and Node.js do.
  const accepted = once(server, 'connection');
  const client = connect(port, '127.0.0.1');
  const [socket] = await accepted;
  const ended = once(client, 'close');
  client.resume();
  socket.end();
  await ended;
  server.close();
  await once(server, 'close');
  return port;
}
