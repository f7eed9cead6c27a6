// HTTPS by the node itself, with a certificate made for this test alone (by openssl, of localhost, until 2126).
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { assert } from '@suyuan/log';
import { expect, test } from 'vitest';

import { readSettings } from '../config.ts';
import { createLogger } from '../logger.ts';
import { createMetrics } from '../metrics.ts';
import { readCertificateEnd } from '../monitoring/read-certificate.ts';
import { createServer } from './server.ts';
import { readTls } from './tls.ts';

const certificate = `-----BEGIN CERTIFICATE-----
MIIBWzCCAQ2gAwIBAgIUW/9l9uhmKbHuUVx9ef5PvwmsZF4wBQYDK2VwMBQxEjAQ
BgNVBAMMCWxvY2FsaG9zdDAgFw0yNjExMjAxNzE3NTJaGA8yMTI2MTAyNzE3MTc1
MlowFDESMBAGA1UEAwwJbG9jYWxob3N0MCowBQYDK2VwAyEAtW++Hs6invS6WYEw
lZgovU0V4be98ush/x0B+KMsblSjbzBtMB0GA1UdDgQWBBTe+e1SL7Dw8BW9gF34
zy8oMSPxRDAfBgNVHSMEGDAWgBTe+e1SL7Dw8BW9gF34zy8oMSPxRDAPBgNVHRMB
Af8EBTADAQH/MBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAFBgMrZXADQQCv
TUNJLz4ib96+jhwJmmOgBGjkrIphxbk86xFAiyz5nvLOiDBo98mgqnY/eYQY2B1c
2yiHoPC1U5teauN6NQIC
-----END CERTIFICATE-----`;
const key = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIKYd70TP25UZQ8VuXK+cs7Vot3EbwmI0N/rZkFqqXuS7
-----END PRIVATE KEY-----`;
const otherKey = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIAFtxSkZQZaRK5H6lJibgrlyqX7G0bZRHJ89PmbBH6uk
-----END PRIVATE KEY-----`;

test('[MO15] a node serves HTTPS, whose end others see, and refuses a certificate that is not usable before it listens', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'suyuan-tls-'));
  const place = (name: string): string => join(folder, name);
  await writeFile(place('certificate.pem'), certificate);
  await writeFile(place('key.pem'), key);
  await writeFile(place('other.pem'), otherKey);
  const files = { certificate: place('certificate.pem'), key: place('key.pem') };
  const now = Date.now();
  const wrong = [
    [{ ...files, key: place('other.pem') }, now, 'is not the key of the certificate'],
    [{ ...files, key: place('certificate.pem') }, now, 'is no PEM private key'],
    [{ ...files, certificate: place('key.pem') }, now, 'is no PEM certificate'],
    [{ ...files, certificate: place('none.pem') }, now, 'cannot be read (ENOENT)'],
    [files, Date.parse('2200-01-01'), 'Renew it'],
  ] as const;
  for (const [pair, nowMs, words] of wrong) await expect(readTls(pair, nowMs)).rejects.toThrow(words);

  const tls = await readTls(files, now);
  const app = await createServer({
    logger: createLogger('silent'),
    metrics: createMetrics('acme', false),
    trustProxy: false,
    secure: true,
    tls,
    requestsPerMinuteMax: 1_000,
    hasRoom: async () => true,
  });
  app.get('/here', async () => 'served');
  await app.listen({ host: '127.0.0.1', port: 0 });
  const address = app.server.address();
  assert(typeof address === 'object' && address !== null, 'a server has a port');
  const answer = await new Promise<string>((resolve, reject) => {
    const options = { host: '127.0.0.1', port: address.port, path: '/here', ca: certificate, agent: false };
    request(options, (response) => void text(response).then(resolve, reject))
      .on('error', reject)
      .end();
  });
  expect(answer).toBe('served');
  const seen = await readCertificateEnd(`https://127.0.0.1:${address.port}`);
  expect(new Date(seen ?? 0).toISOString()).toBe('2126-10-27T17:17:52.000Z');
  await app.close();
  expect(await readCertificateEnd(`https://127.0.0.1:${address.port}`)).toBeUndefined();
  expect(await readCertificateEnd(`http://127.0.0.1:${address.port}`)).toBeUndefined();
  await rm(folder, { recursive: true });
});

test('a certificate needs its key, and makes the node a secure one', () => {
  const pair = { SUYUAN_TLS_CERTIFICATE: '/a', SUYUAN_TLS_KEY: '/b' };
  expect(readSettings(pair)).toMatchObject({ secure: true, tls: { certificate: '/a', key: '/b' } });
  expect(() => readSettings({ SUYUAN_TLS_CERTIFICATE: '/a' })).toThrow('SUYUAN_TLS_KEY beside it');
  expect(() => readSettings({ SUYUAN_TLS_KEY: '/b' })).toThrow('SUYUAN_TLS_CERTIFICATE beside it');
});
