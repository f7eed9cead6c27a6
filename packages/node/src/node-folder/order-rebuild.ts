// `suyuan node rebuild`: has the lost folder of a node's CometBFT built anew at its next start. Asks the others how far
// the network is, since a validator must not sign where it may have signed before (spec/ordering.md, O13).
import { join, resolve } from 'node:path';

import { networkIdOf } from '@suyuan/ledger';
import { encodeHex } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';

import { readSettings } from '../config.ts';
import { StartupFault } from '../fault.ts';
import { engineHomeOf } from '../network-ordering.ts';
import { checkPort } from '../node.ts';
import { lastSigned, orderRebuild } from '../ordering/cometbft/rebuild.ts';
import { enginePid } from '../ordering/cometbft/supervisor.ts';
import { openNodeFolder, readGenesisFile } from './open-node-folder.ts';

/** What was ordered. */
export interface OrderedRebuild {
  readonly organization: string;
  /** The others, and the height that each has told; null: no answer of this network. */
  readonly heights: readonly { readonly organization: string; readonly height: number | null }[];
  /** The validator signs nothing up to this height at least. */
  readonly silentUntil: number;
  /** Where what was left of the folder is now. */
  readonly moved: string | null;
}

const ANSWER_MS_MAX = 3_000;

/** Orders it for the node of a data folder, which must not run. */
export async function orderNodeRebuild(
  dataDir: string,
  environment: NodeJS.ProcessEnv,
): Promise<OrderedRebuild> {
  const folder = resolve(dataDir);
  const opened = await openNodeFolder(folder, environment);
  if (opened === undefined || opened.remote.others.length === 0)
    throw new StartupFault(
      'configuration_invalid',
      `${folder} is the folder of a node on its own: nobody else has its blocks. Restore a backup.`,
    );
  const { organization } = opened.member;
  const home = engineHomeOf(join(folder, 'organizations', organization));
  const pid = await enginePid(home);
  if (pid !== undefined)
    throw new StartupFault(
      'instance_running',
      `CometBFT of ${organization} runs (process ${pid}). Stop the node first.`,
    );
  const { host, port } = readSettings(environment, { dataDir: folder });
  await checkPort(host, port);
  const { bytes } = await readGenesisFile(join(folder, 'genesis.cbor'));
  const network = encodeHex(networkIdOf(nativeCrypto, bytes));
  const heights = await Promise.all(
    opened.remote.others.map(async (peer) => ({
      organization: peer.organization,
      height: await heightAt(peer.url, peer.organization, network),
    })),
  );
  const heard = heights.flatMap(({ height }) => height ?? []);
  if (heard.length === 0)
    throw new StartupFault(
      'node_not_started',
      `No other node of the network answers, so it is not known how far it is: ${heights.map((one) => one.organization).join(', ')}. Try again once one does.`,
    );
  const order = { heardHeight: Math.max(...heard) };
  const moved = (await orderRebuild(home, order)) ?? null;
  return { organization, heights, silentUntil: lastSigned(order, 0), moved };
}

async function heightAt(url: string, organization: string, network: string): Promise<number | null> {
  try {
    const answer = await fetch(new URL('/api/v1/health', url), {
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    const health: Readonly<Record<string, unknown>> = Object(await answer.json());
    const { height } = health;
    const isRight = health['organization'] === organization && health['network'] === network;
    return isRight && typeof height === 'number' && Number.isSafeInteger(height) ? height : null;
  } catch {
    return null;
  }
}
