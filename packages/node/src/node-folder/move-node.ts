// `suyuan node move`: the node of a data folder is reached elsewhere from its next start on. What is written here the
// node signs and tells the others then (spec/governance.md, N28).
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import type { Place } from '../addresses/announcement.ts';
import { readSettings } from '../config.ts';
import { StartupFault } from '../fault.ts';
import { writePrivateFile } from '../keys/private-file.ts';
import { engineHomeOf } from '../network-ordering.ts';
import type { HostPort } from '../network-ordering.ts';
import { checkPort } from '../node.ts';
import { enginePid } from '../ordering/cometbft/supervisor.ts';
import { nodeFileOf } from './node-file.ts';
import { openNodeFolder, peersFileOf, readPeers } from './open-node-folder.ts';
import { encodePeers } from './peers-file.ts';
import { readPlace, writePlace } from './place-file.ts';

/** Where it is to be reached, and where it listens, where that changes. */
export interface Move {
  readonly url: string;
  readonly consensus: HostPort;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly consensusListen?: string | undefined;
}

/** Writes it for a node that is stopped: its place, its own entry of the peers file, and its settings. */
export async function moveNode(
  dataDir: string,
  environment: NodeJS.ProcessEnv,
  move: Move,
  nowMs: number,
): Promise<Place & { readonly organization: string }> {
  const folder = resolve(dataDir);
  const opened = await openNodeFolder(folder, environment);
  if (opened === undefined)
    throw new StartupFault('configuration_invalid', `${folder} is not the folder of a node of a network.`);
  const { organization } = opened.member;
  const pid = await enginePid(engineHomeOf(join(folder, 'organizations', organization)));
  if (pid !== undefined)
    throw new StartupFault(
      'instance_running',
      `CometBFT of ${organization} runs (process ${pid}). Stop the node first.`,
    );
  const { host, port } = readSettings(environment, { dataDir: folder });
  await checkPort(host, port);
  const { url, consensus } = move;
  // A clock that was wrong at the move before must not make this one look older.
  const at = Math.max(nowMs, ((await readPlace(folder))?.at ?? 0) + 1);
  const peers = (await readPeers(peersFileOf(folder))).map((one) =>
    one.organization === organization ? { ...one, url, consensus } : one,
  );
  await writeSettings(folder, move);
  await writePrivateFile(peersFileOf(folder), encodePeers(peers));
  await writePlace(folder, { url, consensus, at });
  return { organization, url, consensus, at };
}

/** Changes only the lines of what is named. */
async function writeSettings(dataDir: string, { host, port, consensusListen }: Move): Promise<void> {
  const values: readonly (readonly [name: string, value: string | undefined])[] = [
    ['SUYUAN_HOST', host],
    ['SUYUAN_PORT', port === undefined ? undefined : String(port)],
    ['SUYUAN_CONSENSUS_LISTEN', consensusListen],
  ];
  const changes = values.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
  if (changes.length === 0) return;
  let lines = (await readFile(nodeFileOf(dataDir), 'utf8')).split('\n');
  for (const { name, value } of changes) {
    const rest = lines.filter((line) => !line.startsWith(`${name}=`));
    const place = lines.findIndex((line) => line.startsWith(`${name}=`));
    lines = place < 0 ? [...rest, `${name}=${value}`] : rest.toSpliced(place, 0, `${name}=${value}`);
  }
  await writePrivateFile(nodeFileOf(dataDir), lines.join('\n'));
}
