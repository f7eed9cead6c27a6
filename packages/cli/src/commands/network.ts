// `suyuan network ...`: a network of several organisations on this machine, each with its own node, CometBFT and
// database as processes of their own (docs/operations.md).
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { LocalNetworks, OrganizationStatus } from '@suyuan/node';
import { openLocalNetworks } from '@suyuan/node';

import { answer, lines, table } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { Action, OptionValues } from '../definition.ts';
import { CommandFailure } from '../failure.ts';
import { parseWhole, requiredOption, textArgument, textOption, wholeOption } from '../option-values.ts';
import { startBar, startSteps } from '../progress.ts';
import { waitingSentence } from './organization.ts';
import { serveUntilSignal, watchBreakage } from '../serve-until-signal.ts';

/** The binary as npm links it: how the nodes of a network are run. */
const suyuanFile = fileURLToPath(new URL('../../bin/suyuan.js', import.meta.url));
/** The first port unless said. */
const PORT = 8801;
const RECORDS_MAX = 10_000_000;
const SEED_MAX = 2 ** 31;

function folderOf(options: OptionValues): string {
  return resolve(requiredOption(options, 'data', '--data DIR'));
}

/** Makes keys, genesis and settings; nothing runs yet. */
export const createNetwork: Action = async ({ options }) => {
  const folder = folderOf(options);
  const organizations = parseWhole(
    requiredOption(options, 'organizations', '--organizations N'),
    '--organizations',
    1,
    16,
  );
  const networks = await openLocalNetworks();
  const plan = await networks.create({
    folder,
    organizations,
    validators: wholeOption(options, 'validators', '--validators', [1, organizations]) ?? organizations,
    firstPort: wholeOption(options, 'ports', '--ports', [0, 64_000]) ?? PORT,
    withProxies: options['proxies'] === true,
    databaseUrl: textOption(options, 'database'),
  });
  const made = plan.organizations.map(({ id, port, consensusPort }) => ({
    id,
    url: `http://127.0.0.1:${port}`,
    consensus: `127.0.0.1:${consensusPort}`,
  }));
  const text = table(made.map(({ id, url, consensus }) => [id, url, consensus]));
  return answer(
    { data: folder, organizations: made },
    `${text}Start it with: suyuan network start --data ${folder}\n`,
  );
};

/** Keeps a place for one more organisation, which then joins by the commands that are shown. */
export const addOrganization: Action = async ({ options }) => {
  const networks = await openLocalNetworks();
  const { id, dataDir, port, consensusPort } = await networks.add(folderOf(options));
  const place = {
    id,
    data: dataDir,
    url: `http://127.0.0.1:${port}`,
    consensus: `127.0.0.1:${consensusPort}`,
  };
  const text = lines(
    `${id} gets ${place.url} and, for its CometBFT, ${place.consensus}. It joins with an invitation:`,
    `suyuan organization request invitation-1.json --organization ${id} --data ${dataDir} --uscc CODE --node-url ${place.url} --port ${port} --consensus ${place.consensus} --consensus-listen ${place.consensus} --profile local`,
    `suyuan node join --data ${dataDir}`,
    `suyuan network start --data ${folderOf(options)}`,
  );
  return answer(place, text);
};

/** Starts what does not run. */
export const startNetwork: Action = async ({ options, terminal }) => {
  const folder = folderOf(options);
  const networks = await openLocalNetworks();
  const progress = await startSteps(terminal);
  const status = await networks
    .start({
      folder,
      command: [suyuanFile],
      only: chosen(options),
      onProgress: progress.tell,
    })
    .finally(progress.stop);
  const access = networks.accessFileOf(folder);
  return answer(status, `${statusText(status.organizations)}API keys and passwords are in ${access}.\n`);
};

function chosen(options: OptionValues): readonly string[] | undefined {
  return textOption(options, 'only')?.split(',');
}

/** Ends everything, orphans included. */
export const stopNetwork: Action = async ({ options }) => {
  const networks = await openLocalNetworks();
  const stopped = await networks.stop(folderOf(options), chosen(options));
  return answer({ stopped }, `Nothing of ${stopped.join(', ')} runs any more; the data stays.\n`);
};

/** Shows what runs, and where every ledger stands. */
export const networkStatus: Action = async ({ options }) => {
  const folder = folderOf(options);
  const networks = await openLocalNetworks();
  const status = await networks.readStatus(folder, await networks.readPlan(folder));
  const isPositive = status.organizations.every(({ ready }) => ready);
  return { json: status, text: statusText(status.organizations), isPositive };
};

function statusText(organizations: readonly OrganizationStatus[]): string {
  const shown = (value: string | number | null): string => (value === null ? '-' : String(value));
  const rows = organizations.map(({ id, url, ready, height, appHash, records, pids }) => [
    id,
    url,
    ready ? 'serves' : pids.node === null ? 'stopped' : 'does not answer',
    shown(height),
    appHash?.slice(0, 16) ?? '-',
    shown(records),
  ]);
  const waiting = organizations.flatMap(({ id, waitingFor }) =>
    waitingFor === null || waitingFor === 0 ? [] : `${id}: ${waitingSentence(waitingFor)}`,
  );
  return table([['', 'address', '', 'height', 'app hash', 'records'], ...rows]) + lines(...waiting);
}

/** Reports generated records at all organisations. */
export const loadNetwork: Action = async ({ options, terminal, isJson }) => {
  const folder = folderOf(options);
  const records = parseWhole(requiredOption(options, 'records', '--records N'), '--records', 1, RECORDS_MAX);
  const networks = await openLocalNetworks();
  const { organizations } = await networks.readAccess(folder);
  const bar = await startBar('reported', terminal, isJson);
  const { committed, seconds } = await networks
    .load({
      organizations,
      records,
      seed: wholeOption(options, 'seed', '--seed', [0, SEED_MAX]) ?? 1,
      onProgress: (done) => bar.move(done, records),
    })
    .finally(bar.stop);
  const rate = Math.round(committed / seconds);
  return answer(
    { committed, seconds },
    `${committed} records in ${seconds} s, ${rate} a second, at every organisation.\n`,
  );
};

/** Runs the proxies of a network, until it is told to end. */
export const runProxies: Action = async ({ options, terminal, isJson }) => {
  const networks = await openLocalNetworks();
  const planned = await proxiesOf(networks, folderOf(options));
  const breakage = watchBreakage();
  const proxies = await networks.startProxies(planned);
  const ready = { control: planned.control, links: planned.links.length };
  terminal.print(isJson ? `${JSON.stringify(ready)}\n` : `${ready.links} ways are open.\n`);
  await serveUntilSignal(proxies.stop, breakage, terminal);
  return undefined;
};

/** Cuts the way from one organisation to another. */
export const cutNetwork: Action = async ({ options, arguments: given }) => {
  const networks = await openLocalNetworks();
  const folder = folderOf(options);
  const { control } = await proxiesOf(networks, folder);
  const known = (await networks.readPlan(folder)).organizations.map(({ id }) => id);
  const [from = '', to = ''] = [textArgument(given, 0), textArgument(given, 1)];
  for (const id of [from, to])
    if (!known.includes(id))
      throw new CommandFailure('organization_unknown', `${id} is not in this network: ${known.join(', ')}.`);
  const both =
    options['oneWay'] === true
      ? [[from, to] as const]
      : ([
          [from, to],
          [to, from],
        ] as const);
  const cuts = [...(await networks.readCuts(control)), ...both];
  await networks.orderCuts(control, cuts);
  return cutsAnswer(cuts);
};

/** Opens every way again. */
export const healNetwork: Action = async ({ options }) => {
  const networks = await openLocalNetworks();
  const { control } = await proxiesOf(networks, folderOf(options));
  await networks.orderCuts(control, []);
  return cutsAnswer([]);
};

function cutsAnswer(cuts: readonly (readonly [string, string, number?])[]): Answer {
  const text = cuts.map(([from, to, delayMs]) =>
    delayMs === undefined
      ? `Nothing passes from ${from} to ${to}.`
      : `What goes from ${from} to ${to} is ${delayMs} ms late.`,
  );
  return answer({ cuts }, lines(...(text.length === 0 ? ['Every way is open.'] : text)));
}

async function proxiesOf(
  networks: LocalNetworks,
  folder: string,
): Promise<NonNullable<Awaited<ReturnType<LocalNetworks['readPlan']>>['proxies']>> {
  const { proxies } = await networks.readPlan(folder);
  if (proxies !== null) return proxies;
  const sentence = 'This network has no proxies; make one with: suyuan network create --proxies';
  throw new CommandFailure('proxies_missing', sentence);
}
