// `suyuan node`: the node of one organisation, of the network that its folder was made for (suyuan node join, suyuan
// network create), or of one of its own that it makes at its first start (docs/cli.md).
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { recordKinds } from '@suyuan/battery';
import { parseGenesis } from '@suyuan/ledger';
import type { FirstAdministrator, NetworkMember, NetworkOptions, Settings } from '@suyuan/node';
import {
  openNodeFolder,
  readNodeEnvironment,
  readOrderingKind,
  readSettings,
  startNetwork,
} from '@suyuan/node';

import { lines } from '../answer.ts';
import type { Action, OptionValues } from '../definition.ts';
import { CommandFailure } from '../failure.ts';
import { reasonOf } from '../files.ts';
import { choiceOption, parseWhole, textOption } from '../option-values.ts';
import { startSteps } from '../progress.ts';
import { serveUntilSignal, watchBreakage } from '../serve-until-signal.ts';

/** Runs a node. */
export const node: Action = async ({ options, terminal, isJson }) => {
  const port = textOption(options, 'port');
  const dataDir = textOption(options, 'data') ?? readSettings(process.env).dataDir;
  const ordering = choiceOption(options, 'ordering', '--ordering', ['solo', 'cometbft']);
  const environment = {
    ...(await readNodeEnvironment(dataDir, process.env)),
    ...(ordering === undefined ? {} : { SUYUAN_ORDERING: ordering }),
  };
  const settings = readSettings(environment, {
    dataDir,
    ...(port === undefined ? {} : { port: parseWhole(port, '--port', 0, 65_535) }),
  });
  const plan = await planOf(settings, options, environment);
  const organization = plan.members[0].organization;
  const breakage = watchBreakage();
  const progress = await startSteps(terminal);
  progress.tell(`Starting the node of ${organization} ...`);
  const network = await startNetwork({ settings, ...plan, onBroken: breakage.onBroken }).finally(
    progress.stop,
  );
  const [running] = network.nodes;
  const first = await running?.makeFirstAdministrator();
  const administrator =
    first === undefined && options['newPassword'] === true ? await running?.renewFirstAdministrator() : first;
  const ready = {
    id: organization,
    url: running?.url ?? '',
    ...(administrator === undefined ? {} : { administrator }),
  };
  terminal.print(isJson ? `${JSON.stringify(ready)}\n` : readyText(ready));
  await serveUntilSignal(() => network.stop(), breakage, terminal);
  return undefined;
};

type Plan = Pick<NetworkOptions, 'origin' | 'managing' | 'ordering' | 'remote'> & {
  readonly members: readonly [NetworkMember];
};

async function planOf(
  settings: Settings,
  options: OptionValues,
  environment: NodeJS.ProcessEnv,
): Promise<Plan> {
  const joined = await openNodeFolder(settings.dataDir, environment);
  if (joined !== undefined) {
    const { genesis, member, remote } = joined;
    const asked = textOption(options, 'organization') ?? member.organization;
    if (asked !== member.organization)
      throw anotherOrganization(settings.dataDir, member.organization, asked);
    const { origin, managing } = genesis;
    return { origin, managing, members: [member], remote, ordering: 'cometbft' };
  }
  const { organization, origin } = await identityOf(settings.dataDir, options);
  const name = textOption(options, 'name') ?? organization;
  const kinds = recordKinds.map(({ id }) => id);
  return {
    origin,
    managing: organization,
    members: [{ organization, name, role: 'validator', recordKinds: kinds }],
    ordering: readOrderingKind(environment),
  };
}

function anotherOrganization(dataDir: string, organization: string, asked: string): CommandFailure {
  const sentence = `The data in ${dataDir} is of ${organization}, not of ${asked}; choose another folder with --data.`;
  return new CommandFailure('data_of_another_organization', sentence);
}

interface Identity {
  readonly organization: string;
  readonly origin: string;
}

/** What the genesis in the data folder says, or, at the first start, what the options say. */
async function identityOf(dataDir: string, options: OptionValues): Promise<Identity> {
  const organization = textOption(options, 'organization');
  const stored = await readGenesis(join(dataDir, 'genesis.cbor'));
  if (stored !== undefined) {
    if (organization === undefined || organization === stored.organization) return stored;
    throw anotherOrganization(dataDir, stored.organization, organization);
  }
  if (organization === undefined) {
    throw new CommandFailure(
      'option_missing',
      '--organization ID is required at the first start: the id of your organisation.',
    );
  }
  return { organization, origin: textOption(options, 'origin') ?? `suyuan.example/${organization}` };
}

async function readGenesis(file: string): Promise<Identity | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await readFile(file));
  } catch (error) {
    // Nothing there yet; where nothing can be, starting says so.
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new CommandFailure('file_unreadable', `${file} could not be read: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
  const genesis = parseGenesis(bytes);
  if (!genesis.ok) throw new CommandFailure(genesis.error.code, `${file} is not the genesis of a network.`);
  const { managing, origin, organizations } = genesis.value;
  if (organizations.length > 1) {
    const sentence = `The data beside ${file} is of a network of ${organizations.length}; start that with suyuan demo.`;
    throw new CommandFailure('data_of_a_demonstration', sentence);
  }
  return { organization: managing, origin };
}

function readyText(ready: {
  readonly id: string;
  readonly url: string;
  readonly administrator?: FirstAdministrator;
}): string {
  const { id, url, administrator } = ready;
  return lines(
    `The node of ${id} is ready: ${url}`,
    administrator === undefined
      ? undefined
      : `Sign in as ${administrator.name} with the password ${administrator.password}; it is shown this once.`,
    'Ctrl-C stops it; the data stays.',
  );
}
