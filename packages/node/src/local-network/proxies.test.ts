// A cut holds bytes back in its direction only, and heals without losing one; a slow line passes them late.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';

import { assert } from '@suyuan/log';
import { expect, test } from 'vitest';

import { reservePort } from '../free-port.ts';
import { orderCuts, readCuts, startProxies } from './proxies.ts';

/** A connection through a proxy, and what has arrived at both of its ends. */
interface Way {
  readonly client: Socket;
  readonly server: Socket;
  readonly heard: { client: string; server: string };
}

test('one direction is cut, the other not; then none; then one is slow', async () => {
  const target = createServer();
  target.listen(0, '127.0.0.1');
  await once(target, 'listening');
  const address = target.address();
  assert(typeof address === 'object' && address !== null, 'a TCP server has a port');
  const [port, control] = [await reservePort(), await reservePort()];
  const links = [{ from: 'a', to: 'b', what: 'http', port, target: address.port }] as const;
  const proxies = await startProxies({ control, links });

  const open = async (): Promise<Way> => {
    const accepted = once(target, 'connection');
    const client = connect(port, '127.0.0.1');
    const [server]: Socket[] = await accepted;
    assert(server !== undefined, 'a connection comes in');
    const heard = { client: '', server: '' };
    client.setEncoding('utf8').on('data', (text: string) => (heard.client += text));
    server.setEncoding('utf8').on('data', (text: string) => (heard.server += text));
    return { client, server, heard };
  };
  const first = await open();
  first.client.write('1');
  await expect.poll(() => first.heard.server).toBe('1');

  await orderCuts(control, [['a', 'b']]);
  expect(await readCuts(control)).toEqual([['a', 'b']]);
  const second = await open();
  for (const { client, server } of [first, second]) {
    client.write('2');
    server.write('x');
  }
  for (const { heard } of [first, second]) await expect.poll(() => heard.client).toBe('x');
  expect([first.heard.server, second.heard.server]).toEqual(['1', '']);

  await orderCuts(control, []);
  await expect.poll(() => first.heard.server + second.heard.server).toBe('122');

  await orderCuts(control, [['a', 'b', 200]]);
  expect(await readCuts(control)).toEqual([['a', 'b', 200]]);
  const begin = performance.now();
  first.client.write('3');
  await expect.poll(() => first.heard.server).toBe('123');
  expect(performance.now() - begin).toBeGreaterThan(190);
  await orderCuts(control, []);
  const refused = await fetch(`http://127.0.0.1:${control}`, { method: 'PUT', body: 'null' });
  expect(refused.status).toBe(400);
  first.client.destroy();
  await expect.poll(() => first.server.destroyed).toBe(true);
  await proxies.stop();
  await expect.poll(() => second.client.destroyed).toBe(true);
  target.close();
});
