// The child process of the fault tests: a network of three organisations on a data folder of its own, with durable
// PostgreSQL. Its parent tells it at which step to die, to wait or to fill its disk; it ends when the parent goes away.
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Fault, crashPointsOf, readSettings, startNetwork } from '@suyuan/node';
import type { Network, Reach, Step } from '@suyuan/node';

import { fillDisk } from './fill-disk.ts';

/** What the parent tells the child. */
export type ToChild =
  | { readonly type: 'start'; readonly dataDir: string }
  /** Die at a step: `STEP` kills this process, `postgres:STEP` its PostgreSQL. */
  | { readonly type: 'halt'; readonly at: string }
  /** Wait at a step until `release`. */
  | { readonly type: 'hold'; readonly at: Step }
  | { readonly type: 'release' }
  /** Stop the node of one organisation, as if its machine were switched off. */
  | { readonly type: 'switch_off'; readonly organization: string }
  /** Leave no byte free on the file system of the data folder; and give the space back. */
  | { readonly type: 'fill_disk' }
  | { readonly type: 'free_disk' }
  | { readonly type: 'stop' };

/** A node of the child. */
export interface ChildNode {
  readonly organization: string;
  readonly url: string;
  /** An API key of the role operator. */
  readonly token: string;
}

/** What the child tells the parent. */
export type FromChild =
  | { readonly type: 'ready'; readonly nodes: readonly ChildNode[] }
  | { readonly type: 'done' }
  | { readonly type: 'held' }
  | { readonly type: 'failed'; readonly code: string; readonly message: string };

const tell = (message: FromChild): void => {
  process.send?.(message);
};

let reach: Reach = () => undefined;
let release = (): void => undefined;
let network: Network | undefined;
let dataDir = '';

function hold(at: Step): void {
  const released = new Promise<void>((resolve) => (release = resolve));
  reach = async (step) => {
    if (step !== at) return;
    tell({ type: 'held' });
    await released;
  };
}

/** API keys outlive the process, as those of a real client do. */
async function tokensOf(started: Network): Promise<readonly string[]> {
  const path = join(dataDir, 'tokens.json');
  if (!started.isNew) return JSON.parse(readFileSync(path, 'utf8'));
  const made = started.nodes.map(
    async (node) => (await node.apiKeys.create({ name: 'client', role: 'operator' }, 'test')).key,
  );
  const tokens = await Promise.all(made);
  await writeFile(path, JSON.stringify(tokens));
  return tokens;
}

async function start(folder: string): Promise<void> {
  dataDir = folder;
  network = await startNetwork({
    settings: readSettings({}, { dataDir, databaseUrl: undefined, port: 0, logLevel: 'warn' }),
    origin: 'suyuan.example/faults',
    managing: 'managers',
    members: [
      { organization: 'managers', name: 'Managing organisation', role: 'validator', recordKinds: [] },
      {
        organization: 'batteries',
        name: 'Battery maker',
        role: 'validator',
        recordKinds: ['battery_module', 'battery_pack'],
      },
      {
        organization: 'vehicles',
        name: 'Vehicle maker',
        role: 'validator',
        recordKinds: ['battery_pack'],
      },
    ],
    reach: (step) => reach(step),
    checkAnswers: true,
    onBroken: () => process.exit(70),
  });
  const tokens = await tokensOf(network);
  const nodes = network.nodes.map(({ organization, url }, index) => ({
    organization,
    url,
    token: tokens[index] ?? '',
  }));
  tell({ type: 'ready', nodes });
}

const ballast = (): string => join(dataDir, 'ballast');

async function stop(): Promise<void> {
  await network?.stop();
  process.exit(0);
}

async function obey(message: ToChild): Promise<void> {
  switch (message.type) {
    case 'start':
      await start(message.dataDir);
      return;
    case 'halt':
      reach = crashPointsOf({ SUYUAN_HALT_AT: message.at }, dataDir);
      break;
    case 'hold':
      hold(message.at);
      break;
    case 'release':
      release();
      break;
    case 'switch_off':
      await network?.nodes.find(({ organization }) => organization === message.organization)?.stop();
      break;
    case 'fill_disk':
      await fillDisk(ballast());
      break;
    case 'free_disk':
      await rm(ballast());
      break;
    case 'stop':
      await stop();
  }
  tell({ type: 'done' });
}

process.on('message', (message: ToChild) => {
  obey(message).catch(async (error: unknown) => {
    const code = error instanceof Fault ? error.code : 'unexpected';
    tell({ type: 'failed', code, message: String(error instanceof Error ? error.message : error) });
    await delay(100); // the message is on its way to the parent
    process.exit(2);
  });
});
process.on('disconnect', () => void stop());
