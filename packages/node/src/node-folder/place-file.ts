// DATA/place.json: where the node of a folder has moved since its network was made. Written by `suyuan node move`, read at
// each start, signed and told to the others then (spec/governance.md, N28).
import { join } from 'node:path';

import { isNodeUrl } from '../addresses/announcement.ts';
import type { Place } from '../addresses/announcement.ts';
import { StartupFault } from '../fault.ts';
import { readPrivateFile, writePrivateFile } from '../keys/private-file.ts';
import { encodeHostPort, parseHostPort } from './host-port.ts';

const FORMAT = 'suyuan-place/v1';

function placeFileOf(dataDir: string): string {
  return join(dataDir, 'place.json');
}

/** Where the node of a folder has moved; undefined where it never has. */
export async function readPlace(dataDir: string): Promise<Place | undefined> {
  const path = placeFileOf(dataDir);
  const stored = await readPrivateFile(path);
  if (stored === undefined) return undefined;
  try {
    const {
      format,
      url,
      consensus: shown,
      at,
    }: Readonly<Record<string, unknown>> = JSON.parse(stored.toString('utf8'));
    const consensus = typeof shown === 'string' ? parseHostPort(shown) : undefined;
    const isRight = format === FORMAT && typeof url === 'string' && isNodeUrl(url) && typeof at === 'number';
    if (isRight && consensus !== undefined) return { url, consensus, at };
  } catch {
    // told below
  }
  throw new StartupFault('configuration_invalid', `${path} is damaged. Write it anew with: suyuan node move`);
}

/** Writes it; durable on return. */
export async function writePlace(dataDir: string, { url, consensus, at }: Place): Promise<void> {
  const content = { format: FORMAT, url, consensus: encodeHostPort(consensus), at };
  await writePrivateFile(placeFileOf(dataDir), `${JSON.stringify(content, undefined, 2)}\n`);
}
