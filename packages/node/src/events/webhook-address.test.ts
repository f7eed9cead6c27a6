import { createServer } from 'node:http';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { isPrivateAddress, parseWebhookUrl, publicLookup } from './webhook-address.ts';
import { createWebhookSender } from './webhook-sender.ts';
import { showSecret, signMessage } from './webhook-signature.ts';

const message = { secret: new Uint8Array(32), id: 'msg_1', body: '{}', timestamp: 1_763_620_920 };
const unaborted = new AbortController().signal;

describe('addresses', () => {
  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.31.255.255',
    '192.168.1.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'fc00::1',
    'fd12:3456::1',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001::1',
    '2001:db8::1',
    'not an address',
  ])('[W10] %s is private', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });

  it.each(['8.8.8.8', '1.1.1.1', '100.128.0.1', '172.32.0.1', '2606:4700:4700::1111'])(
    '[W10] %s is public',
    (address) => expect(isPrivateAddress(address)).toBe(false),
  );

  it.each([
    ['https://receiver.example/hook', undefined],
    ['http://8.8.8.8:8080/', undefined],
    ['no url', 'url_malformed'],
    ['ftp://receiver.example/', 'scheme_refused'],
    ['file:///etc/passwd', 'scheme_refused'],
    ['https://user:secret@receiver.example/', 'credentials_in_url'],
    ['http://localhost/', 'address_private'],
    ['http://a.localhost./', 'address_private'],
    ['http://127.1/', 'address_private'],
    ['http://0x7f000001/', 'address_private'],
    ['http://2130706433/', 'address_private'],
    ['http://[::ffff:10.0.0.1]/', 'address_private'],
  ])('[W10] reads %s', (text, code) => {
    const parsed = parseWebhookUrl(text, false);
    expect(parsed.ok ? undefined : parsed.error.code).toBe(code);
  });

  it('[W10] a name that leads to this machine is refused by the connection itself', async () => {
    const failure = await new Promise((resolve) =>
      publicLookup()('localhost', { all: true }, (error) => resolve(error)),
    );
    expect(failure).toMatchObject({ code: 'address_private' });
  });
});

describe('sending', () => {
  it('[W9] signs the example of the specification', () => {
    // The example that the specification of Standard Webhooks prints.
    const secret = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
    expect(signMessage(secret, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, '{"test": 2432232314}')).toBe(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    );
    expect(showSecret(secret)).toBe('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
  });

  it('[W11] follows no redirect, reads no more than the beginning of an answer, and ends in time', async () => {
    let visits = 0;
    const server = createServer((request, response) => {
      visits += 1;
      if (request.url === '/redirect') response.writeHead(307, { location: '/elsewhere' }).end();
      else if (request.url === '/endless') {
        const more = (): void => void (response.write('x'.repeat(65_536)) ? setImmediate(more) : 0);
        response.on('drain', more).writeHead(200);
        more();
      } else if (request.url === '/drip') {
        response.writeHead(200).write('.');
      }
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    const sender = createWebhookSender({ allowPrivate: true, timeoutMs: 300 });
    expect(await sender.send({ ...message, url: `${url}/redirect` }, unaborted)).toMatchObject({
      delivered: false,
      failure: 'http_307',
    });
    expect(visits).toBe(1);
    const endless = await sender.send({ ...message, url: `${url}/endless` }, unaborted);
    expect(endless).toMatchObject({ delivered: true, answer: 'x'.repeat(500) });
    for (const path of ['/drip', '/silent'])
      expect(await sender.send({ ...message, url: url + path }, unaborted)).toMatchObject({
        delivered: false,
        failure: 'timed_out',
      });
    const strict = createWebhookSender({ allowPrivate: false });
    expect(await strict.send({ ...message, url }, unaborted)).toMatchObject({ failure: 'address_private' });
    expect(visits).toBe(4);
    sender.close();
    strict.close();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
});
