// `suyuan key`: the public side of the keys in a data folder, and new keys for an organisation that has none yet
// (docs/cli.md). Private keys never leave their files.
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { KeyPurpose } from '@suyuan/ledger';
import { KEY_PURPOSES, keyIdOf, REQUIRED_KEYS } from '@suyuan/ledger';
import { encodeBase64, encodeHex } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';

import { lines, table } from '../answer.ts';
import type { Action } from '../definition.ts';
import { CommandFailure } from '../failure.ts';
import { reasonOf } from '../files.ts';
import { choiceOption, requiredOption, textOption } from '../option-values.ts';
import { makePrivateKey, readPrivateKey } from '../private-key-file.ts';

const ROLES = ['validator', 'observer', 'hosted'] as const;

interface ShownKey {
  readonly purpose: KeyPurpose;
  /** RFC 9679 thumbprint, hexadecimal: what statements name the key by. */
  readonly keyId: string;
  /** 32 bytes, base64. */
  readonly publicKey: string;
  readonly file: string;
  readonly isNew: boolean;
}

/** Shows keys, or makes those that are missing. */
export const key: Action = async ({ options }) => {
  const data = requiredOption(options, 'data', '--data DIR');
  const chosen = textOption(options, 'organization');
  const role = choiceOption(options, 'role', '--role', ROLES) ?? 'validator';
  const made =
    options['generate'] === true ? await generate(data, chosen, REQUIRED_KEYS[role]) : new Set<string>();
  const ids = chosen === undefined ? await listNames(join(data, 'organizations')) : [chosen];
  const organizations: { readonly id: string; readonly keys: readonly ShownKey[] }[] = [];
  for (const id of ids) organizations.push({ id, keys: await readKeys(folderOf(data, id), made) });
  const rows = organizations.flatMap(({ id, keys }) =>
    keys.map(({ purpose, keyId, isNew }) => [id, purpose, keyId, isNew ? 'new' : '']),
  );
  return {
    json: { data, organizations },
    text:
      rows.length === 0
        ? lines(`There are no keys in ${data}.`)
        : table([['organization', 'purpose', 'key id', ''], ...rows]),
    isPositive: rows.length > 0,
  };
};

function folderOf(data: string, organization: string): string {
  if (!/^[a-z0-9][a-z0-9-]{1,30}$/.test(organization)) {
    const sentence = `${organization} is no id of an organisation: 2 to 31 of a-z, 0-9 and -, the first not -.`;
    throw new CommandFailure('option_malformed', sentence);
  }
  return join(data, 'organizations', organization, 'keys');
}

/** Makes the missing keys; a key that is there is never replaced. Gives the files made. */
async function generate(
  data: string,
  organization: string | undefined,
  purposes: readonly KeyPurpose[],
): Promise<ReadonlySet<string>> {
  if (organization === undefined)
    throw new CommandFailure('option_missing', '--generate needs --organization ID.');
  const folder = folderOf(data, organization);
  const made = new Set<string>();
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const existing = new Set(await listNames(folder));
    for (const purpose of purposes) {
      if (existing.has(`${purpose}.pem`)) continue;
      const file = join(folder, `${purpose}.pem`);
      await makePrivateKey(file);
      made.add(file);
    }
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    throw new CommandFailure('file_not_written', `Keys could not be made in ${folder}: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
  return made;
}

async function readKeys(folder: string, made: ReadonlySet<string>): Promise<readonly ShownKey[]> {
  const names = new Set(await listNames(folder));
  const keys: ShownKey[] = [];
  for (const purpose of KEY_PURPOSES) {
    if (!names.has(`${purpose}.pem`)) continue;
    const file = join(folder, `${purpose}.pem`);
    const { publicKey } = await readPrivateKey(file, 'private key');
    const keyId = encodeHex(keyIdOf(nativeCrypto, publicKey));
    keys.push({ purpose, keyId, publicKey: encodeBase64(publicKey), file, isNew: made.has(file) });
  }
  return keys;
}

async function listNames(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new CommandFailure(
      'file_unreadable',
      `The folder ${folder} could not be read: ${reasonOf(error)}.`,
      { cause: error },
    );
  }
}
