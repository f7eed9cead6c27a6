import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { reservePort } from './free-port.ts';

/** States of the sockets of 127.0.0.1 at a port, as Linux writes them. */
async function statesOf(port: number): Promise<readonly string[]> {
  const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = (await readFile('/proc/net/tcp', 'utf8')).split('\n').map((row) => row.trim().split(/\s+/u));
  return rows.filter(([, address]) => address === local).map(([, , , state]) => state ?? '');
}

const [listening, timeWait] = ['0A', '06'];

test.runIf(process.platform === 'linux')(
  'a reserved port is held by a connection that has ended, and who names it can listen there',
  async () => {
    const port = await reservePort();
    expect(await statesOf(port)).toEqual([timeWait]);
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    expect(await statesOf(port)).toContain(listening);
    server.close();
  },
);
