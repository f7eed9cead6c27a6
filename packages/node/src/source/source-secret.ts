// Secrets of sources: each in a file of its own in the node's data folder, readable by the node's user only, under a
// random name that its source keeps. They are nowhere else (spec/source.md, D3).
import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { readPrivateFile, writePrivateFile } from '../keys/private-file.ts';

/** The secrets of one node. */
export interface SourceSecrets {
  /** Keeps a secret and gives its name. */
  readonly keep: (secret: string) => Promise<string>;
  readonly read: (name: string) => Promise<string | undefined>;
  readonly remove: (name: string) => Promise<void>;
}

/** Secrets below `dataDir`/sources. */
export function createSourceSecrets(dataDir: string): SourceSecrets {
  const folder = join(dataDir, 'sources');
  const pathOf = (name: string): string => join(folder, `${name}.secret`);
  return {
    keep: async (secret) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const name = randomBytes(16).toString('hex');
      await writePrivateFile(pathOf(name), secret);
      return name;
    },
    read: async (name) => (await readPrivateFile(pathOf(name)))?.toString('utf8'),
    remove: async (name) => await rm(pathOf(name), { force: true }),
  };
}
