// The private keys of one organisation: an Ed25519 key per purpose, each a PKCS#8 PEM file of its own with mode 0600,
// named after the purpose. Made once; they never leave the folder.
import { createPrivateKey } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyPurpose } from '@suyuan/ledger';
import type { Signer } from '@suyuan/log';
import { generateSeed, nativeSigner } from '@suyuan/native-crypto';
import { StartupFault } from '../fault.ts';
import type { Signers } from '../genesis.ts';
import { readPrivateFile, writePrivateFile } from './private-file.ts';

/** DER before the 32-byte seed of an Ed25519 key in PKCS#8 (RFC 8410). */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

function encodeKey(seed: Uint8Array): string {
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' });
  return key.export({ format: 'pem', type: 'pkcs8' }).toString();
}

function parseKey(pem: Buffer, path: string): Signer {
  try {
    const { crv, d } = createPrivateKey(pem).export({ format: 'jwk' });
    if (crv !== 'Ed25519' || d === undefined) throw new TypeError(`it is no Ed25519 key but ${crv}`);
    return nativeSigner(new Uint8Array(Buffer.from(d, 'base64url')));
  } catch (error) {
    throw new StartupFault(
      'key_file_invalid',
      `${path} holds no usable private key: ${String(error)}`,
      error,
    );
  }
}

async function openKey(folder: string, purpose: KeyPurpose, isNew: boolean): Promise<Signer> {
  const path = join(folder, `${purpose}.pem`);
  const stored = await readPrivateFile(path);
  if (stored !== undefined) return parseKey(stored, path);
  if (!isNew) {
    const next = await readNextKey(folder, purpose);
    if (next !== undefined) return next;
    const message = `the key file ${path} is missing. Put it back from a backup, or make another with: suyuan key new ${purpose}`;
    throw new StartupFault('key_file_invalid', message);
  }
  const seed = generateSeed();
  await writePrivateFile(path, encodeKey(seed));
  return nativeSigner(seed);
}

/**
 * Opens the keys in `folder`. `isNew`: the organisation has no genesis yet, so missing keys are made; otherwise a
 * missing key is a fault, since a fresh one would be unknown to the ledger. Where the key that is to replace it is
 * there, that one stands in: it signs nothing that counts before the ledger has it.
 */
export async function openKeys(
  folder: string,
  purposes: readonly KeyPurpose[],
  isNew: boolean,
): Promise<Signers> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const signers: { -readonly [P in keyof Signers]: Signers[P] } = {};
  for (const purpose of purposes) signers[purpose] = await openKey(folder, purpose, isNew);
  return signers;
}

/** The keys of these purposes whose files are in `folder`. */
export async function openHeldKeys(folder: string, purposes: readonly KeyPurpose[]): Promise<Signers> {
  const signers: { -readonly [P in keyof Signers]: Signers[P] } = {};
  for (const purpose of purposes) {
    const path = join(folder, `${purpose}.pem`);
    const stored = await readPrivateFile(path);
    if (stored !== undefined) signers[purpose] = parseKey(stored, path);
  }
  return signers;
}

/** The key that is to replace the one of this purpose, where there is one. */
export async function readNextKey(folder: string, purpose: KeyPurpose): Promise<Signer | undefined> {
  const path = join(folder, `${purpose}.next.pem`);
  const stored = await readPrivateFile(path);
  return stored === undefined ? undefined : parseKey(stored, path);
}

/** Opens or makes the key that is to replace the one of this purpose; durable on return. */
export async function openNextKey(folder: string, purpose: KeyPurpose): Promise<Signer> {
  const known = await readNextKey(folder, purpose);
  if (known !== undefined) return known;
  const seed = generateSeed();
  await writePrivateFile(join(folder, `${purpose}.next.pem`), encodeKey(seed));
  return nativeSigner(seed);
}

/** A random secret of 43 characters in a file of its own, made on first use. */
export async function openSecret(path: string): Promise<string> {
  const stored = await readPrivateFile(path);
  if (stored !== undefined) return stored.toString('utf8').trim();
  const secret = Buffer.from(generateSeed()).toString('base64url');
  await writePrivateFile(path, `${secret}\n`);
  return secret;
}
