// HTTPS by the node itself: a certificate with its chain and its private key, checked before anything is started
// (docs/operations.md). Behind a proxy that ends HTTPS a node needs neither.
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { Server, ServerOptions } from 'node:https';

import { StartupFault, systemCodeOf } from '../fault.ts';

/** Paths of the two PEM files. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
}

/** Their content. */
export interface TlsKeyPair {
  readonly cert: Buffer;
  readonly key: Buffer;
}

function refuse(message: string, cause?: unknown): never {
  throw new StartupFault('configuration_invalid', message, cause);
}

async function read(path: string, name: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    return refuse(`${name}=${path} cannot be read (${systemCodeOf(error) ?? 'unknown'}).`, error);
  }
}

function parse<T>(make: () => T, sentence: string): T {
  try {
    return make();
  } catch (error) {
    return refuse(sentence, error);
  }
}

/** Reads both and checks that they belong together and are in force. Throws `configuration_invalid`. */
export async function readTls({ certificate, key }: TlsFiles, nowMs: number): Promise<TlsKeyPair> {
  const pair = {
    cert: await read(certificate, 'SUYUAN_TLS_CERTIFICATE'),
    key: await read(key, 'SUYUAN_TLS_KEY'),
  };
  const parsed = parse(
    () => new X509Certificate(pair.cert),
    `SUYUAN_TLS_CERTIFICATE=${certificate} is no PEM certificate.`,
  );
  const privateKey = parse(
    () => createPrivateKey(pair.key),
    `SUYUAN_TLS_KEY=${key} is no PEM private key without a password.`,
  );
  if (!parsed.checkPrivateKey(privateKey))
    refuse(`SUYUAN_TLS_KEY=${key} is not the key of the certificate ${certificate}.`);
  if (Date.parse(parsed.validTo) < nowMs)
    refuse(`The certificate ${certificate} was valid until ${parsed.validTo}. Renew it.`);
  return pair;
}

/** An HTTPS server with the same times as the HTTP one. */
export function createSecureServer(
  pair: TlsKeyPair,
  handler: NonNullable<Parameters<typeof createServer>[1]>,
  times: Pick<ServerOptions, 'keepAliveTimeout' | 'requestTimeout'>,
): Server {
  return createServer({ ...times, ...pair, minVersion: 'TLSv1.2' }, handler);
}
