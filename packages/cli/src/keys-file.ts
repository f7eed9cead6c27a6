// The file in which the public halves of new keys travel from where they were made to where they are registered. It
// holds nothing secret; each key has signed its own registration for one network and organisation (spec/statement.md, S21).
import { KEY_PURPOSES, keyIdOf, verifyPossession } from '@suyuan/ledger';
import type { KeyRegistration } from '@suyuan/ledger';
import { encodeHex, parseHex } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';

import { CommandFailure } from './failure.ts';
import { readBounded } from './files.ts';

const FORMAT = 'suyuan-keys/v1';
const BYTES_MAX = 65_536;

/** What the file says. */
export interface KeysFile {
  readonly network: Uint8Array;
  readonly organization: string;
  readonly keys: readonly KeyRegistration[];
}

/** Its content. */
export function encodeKeysFile({ network, organization, keys }: KeysFile): string {
  const content = { format: FORMAT, network: encodeHex(network), organization, keys: keys.map(showKey) };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

/** A key as the node's contract has it (keyRegistration). */
export function showKey({ purpose, publicKey, proof }: KeyRegistration): Readonly<Record<string, string>> {
  return { purpose, publicKey: encodeHex(publicKey), proof: encodeHex(proof) };
}

/** The kid of a key, hexadecimal. */
export function shownKeyId({ publicKey }: Pick<KeyRegistration, 'publicKey'>): string {
  return encodeHex(keyIdOf(nativeCrypto, publicKey));
}

/** Reads one; fails where it is none, or a key did not sign its registration. */
export async function readKeysFile(path: string): Promise<KeysFile> {
  const bytes = await readBounded(path, 'file of new keys', BYTES_MAX);
  const read = parseKeysFile(new TextDecoder().decode(bytes));
  if (read !== undefined) return read;
  throw new CommandFailure(
    'file_unreadable',
    `${path} is not a file of new keys, or was changed. Make it with: suyuan key new, or suyuan key recovery`,
  );
}

function parseKeysFile(text: string): KeysFile | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const {
    format,
    network: shown,
    organization,
    keys: list,
  }: Readonly<Record<string, unknown>> = {
    ...Object(value),
  };
  const network = bytesOf(shown, 32);
  if (format !== FORMAT || network === undefined || typeof organization !== 'string' || !Array.isArray(list))
    return undefined;
  const keys = list.flatMap((item: unknown): KeyRegistration[] => {
    const members: Readonly<Record<string, unknown>> = { ...Object(item) };
    const purpose = KEY_PURPOSES.find((one) => one === members['purpose']);
    const publicKey = bytesOf(members['publicKey'], 32);
    const proof = bytesOf(members['proof'], 64);
    if (purpose === undefined || publicKey === undefined || proof === undefined) return [];
    const key = { purpose, publicKey, proof };
    return verifyPossession(nativeCrypto, { context: network, organization, purpose }, key) ? [key] : [];
  });
  return keys.length === list.length && keys.length > 0 ? { network, organization, keys } : undefined;
}

function bytesOf(value: unknown, length: number): Uint8Array | undefined {
  const bytes = typeof value === 'string' ? parseHex(value) : undefined;
  return bytes?.length === length ? bytes : undefined;
}
