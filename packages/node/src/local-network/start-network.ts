// Starts and stops the processes of a local network. Every node is a process of its own, as `suyuan node` makes it;
// a start takes up what a kill has left, waits until every node serves, and ends what it has started when one fails.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { access, open, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { StartupFault } from '../fault.ts';
import { checkPort } from '../node.ts';
import { peersFileOf } from '../node-folder/open-node-folder.ts';
import { findCometbft } from '../ordering/cometbft/program.ts';
import { writeAccess } from './access.ts';
import type { Administrator } from './access.ts';
import { isReady, readStatus } from './network-status.ts';
import type { NetworkStatus } from './network-status.ts';
import { folderOf, readPlan } from './plan.ts';
import type { LocalNetwork, PlannedOrganization } from './plan.ts';
import { endLeftovers, endOrganization, endProcess, pidFileOf, pidIn } from './processes.ts';

/** How a network is started. */
export interface StartOptions {
  readonly folder: string;
  /** What Node.js runs as `suyuan`: options of its own, and the script. */
  readonly command: readonly string[];
  /** Only these organisations; undefined: all. */
  readonly only?: readonly string[] | undefined;
  /** Told in one sentence what is being done. */
  readonly onProgress: (sentence: string) => void;
}

/** Until a node serves: the first start of sixteen makes as many PostgreSQL clusters. */
const READY_MS_MAX = 300_000;
const LOOK_MS = 50;
/** A node's own threads: what it runs, and V8's that collect garbage and compile beside it. */
const THREADS_PER_NODE = 4;
/**
 * Where all nodes together have more threads than there are processors, V8's wait for each other more than they work:
 * a fifth of the processor time of a network of four on two cores.
 */
const FEW_PROCESSORS = ['--single-threaded'];
/** CometBFT's goroutines likewise: on its own timers alone it spends a third of its processor time waking threads. */
const FEW_PROCESSORS_GO: NodeJS.ProcessEnv = { GOMAXPROCS: '1' };
/** With limits in sight V8 collects earlier: a third less memory under load. Threads have limits of their own. */
const LITTLE_MEMORY = ['--max-old-space-size=512', '--max-semi-space-size=8'];

/** Starts what does not run yet and resolves when every node serves. */
export async function startLocalNetwork(options: StartOptions): Promise<NetworkStatus> {
  const folder = resolve(options.folder);
  const plan = await readPlan(folder);
  await findCometbft(process.env);
  const chosen = await readyOrganizations(folder, chooseOrganizations(plan, options.only), options.only);
  const idle: PlannedOrganization[] = [];
  for (const organization of chosen) {
    if ((await pidIn(folderOf(folder, organization.id), 'node')) !== undefined) continue;
    await endLeftovers(folder, organization.id);
    idle.push(organization);
  }
  await checkPorts(idle);
  await startProxies(folder, plan, options.command);
  const isCrowded = plan.organizations.length * THREADS_PER_NODE > availableParallelism();
  const command = [...LITTLE_MEMORY, ...(isCrowded ? FEW_PROCESSORS : []), ...options.command];
  const environment = isCrowded ? { ...FEW_PROCESSORS_GO, ...process.env } : process.env;
  const children = await Promise.all(idle.map((one) => startNode(folder, one, command, environment)));
  try {
    let ready = 0;
    options.onProgress(`Starting ${idle.length} nodes ...`);
    const waits = chosen.map(async (one) => {
      await waitUntilReady(folder, one, children[idle.indexOf(one)]);
      ready += 1;
      options.onProgress(`${one.id} serves (${ready} of ${chosen.length})`);
    });
    await Promise.all(waits);
  } catch (error) {
    await Promise.all(idle.map(({ id }) => endOrganization(folder, id)));
    throw error;
  }
  for (const child of children) child.unref();
  await writeAccess(folder, plan, await firstAdministrators(folder, idle));
  return await readStatus(folder, plan);
}

/** Those of all that have joined; of chosen ones all, so that it is said which one has not. */
async function readyOrganizations(
  folder: string,
  chosen: readonly PlannedOrganization[],
  only: readonly string[] | undefined,
): Promise<readonly PlannedOrganization[]> {
  if (only !== undefined) return chosen;
  const ready = await Promise.all(chosen.map(({ id }) => hasJoined(folderOf(folder, id))));
  return chosen.filter((_, index) => ready[index]);
}

async function hasJoined(dataDir: string): Promise<boolean> {
  return await access(peersFileOf(dataDir)).then(
    () => true,
    () => false,
  );
}

/** Ends every process of the network; those of one organisation after the other, all organisations at the same time. */
export async function stopLocalNetwork(folder: string, only?: readonly string[]): Promise<readonly string[]> {
  const root = resolve(folder);
  const plan = await readPlan(root);
  const chosen = chooseOrganizations(plan, only).map(({ id }) => id);
  await Promise.all(chosen.map((id) => endOrganization(root, id)));
  const proxies = await pidIn(root, 'proxies');
  if (only === undefined && proxies !== undefined) await endProcess(proxies);
  return chosen;
}

function chooseOrganizations(
  plan: LocalNetwork,
  only: readonly string[] | undefined,
): readonly PlannedOrganization[] {
  if (only === undefined) return plan.organizations;
  return only.map((id) => {
    const found = plan.organizations.find((one) => one.id === id);
    if (found !== undefined) return found;
    const known = plan.organizations.map((one) => one.id).join(', ');
    throw new StartupFault(
      'configuration_invalid',
      `${id} is no organisation of this network; those are ${known}.`,
    );
  });
}

/** Ports are fixed when the network is made, so whoever took one meanwhile has to give it back. */
async function checkPorts(organizations: readonly PlannedOrganization[]): Promise<void> {
  for (const { id, port, consensusPort } of organizations) {
    for (const [what, number] of [
      ['the node', port],
      ['CometBFT', consensusPort],
    ] as const) {
      try {
        await checkPort('127.0.0.1', number);
      } catch (error) {
        const message = `Port ${number} of 127.0.0.1, for ${what} of ${id}, is in use by another program. End that, or make a network on other ports with: suyuan network create --ports N`;
        throw new StartupFault('address_in_use', message, error);
      }
    }
  }
}

/** Files of a node's output: what it says once it is ready, and its log. */
function outputsOf(dataDir: string): { readonly ready: string; readonly log: string } {
  return { ready: join(dataDir, 'ready.json'), log: join(dataDir, 'node.log') };
}

async function launch(
  command: readonly string[],
  argv: readonly string[],
  dataDir: string,
  outputs: { readonly ready: string; readonly log: string },
  environment: NodeJS.ProcessEnv = process.env,
): Promise<ChildProcess> {
  const ready = await open(outputs.ready, 'w', 0o600); // the password of the first administrator goes there
  const log = await open(outputs.log, 'a', 0o600);
  try {
    return spawn(process.execPath, [...command, ...argv, '--data', dataDir, '--json'], {
      cwd: '/',
      stdio: ['ignore', ready.fd, log.fd],
      detached: true, // it lives on after this process, and Ctrl-C here is not for it
      env: withoutOurs(environment),
    });
  } finally {
    await ready.close();
    await log.close();
  }
}

/** What this shell says about another node must not reach these. */
function withoutOurs(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = new Set(['SUYUAN_COMETBFT', 'SUYUAN_COMETBFT_DIR', 'SUYUAN_LOG', 'SUYUAN_HALT_AT']);
  const isOurs = (name: string): boolean => name.startsWith('SUYUAN_') || name === 'DATABASE_URL';
  return Object.fromEntries(Object.entries(environment).filter(([name]) => kept.has(name) || !isOurs(name)));
}

async function startNode(
  folder: string,
  { id }: PlannedOrganization,
  command: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<ChildProcess> {
  const dataDir = folderOf(folder, id);
  const child = await launch(command, ['node'], dataDir, outputsOf(dataDir), environment);
  await writeFile(pidFileOf(dataDir, 'node'), `${child.pid}\n`);
  return child;
}

async function waitUntilReady(
  folder: string,
  organization: PlannedOrganization,
  child: ChildProcess | undefined,
): Promise<void> {
  const outputs = outputsOf(folderOf(folder, organization.id));
  const said = async (): Promise<string> => await readFile(outputs.ready, 'utf8').catch(() => '');
  for (let waited = 0; waited < READY_MS_MAX; waited += LOOK_MS) {
    if (child !== undefined && (child.exitCode !== null || child.signalCode !== null)) break;
    // A node listens before it has taken up its ledger; what it prints comes last.
    if ((child === undefined || (await said()) !== '') && (await isReady(organization))) return;
    await delay(LOOK_MS);
  }
  const reason = messageIn(await said()) ?? `it does not answer; ${outputs.log} says more`;
  throw new StartupFault('node_not_started', `The node of ${organization.id} did not start: ${reason}`);
}

function messageIn(text: string): string | undefined {
  try {
    const { message }: { message?: unknown } = Object(JSON.parse(text));
    return typeof message === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}

/** Names and passwords that nodes have made at their first start. */
async function firstAdministrators(
  folder: string,
  organizations: readonly PlannedOrganization[],
): Promise<ReadonlyMap<string, Administrator>> {
  const found = new Map<string, Administrator>();
  for (const { id } of organizations) {
    const text = await readFile(outputsOf(folderOf(folder, id)).ready, 'utf8').catch(() => '{}');
    const { administrator }: { administrator?: Administrator } = Object(JSON.parse(text || '{}')); // a node's own words
    if (administrator !== undefined) found.set(id, administrator);
  }
  return found;
}

async function startProxies(folder: string, plan: LocalNetwork, command: readonly string[]): Promise<void> {
  if (plan.proxies === null || (await pidIn(folder, 'proxies')) !== undefined) return;
  const outputs = { ready: join(folder, 'proxies.json'), log: join(folder, 'proxies.log') };
  const child = await launch(command, ['network', 'proxies'], folder, outputs);
  child.unref();
  await writeFile(pidFileOf(folder, 'proxies'), `${child.pid}\n`);
}
