// `suyuan node host` and `node password`: organisations get a place on this node, with keys, settings and a database of
// their own, and a new password where nobody there can sign in (docs/operations.md, "Hosting others").
import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

import type { Founding, JoinAnswer, JoinRequest } from '@suyuan/node';
import { openFounding } from '@suyuan/node';

import { lines, table } from '../answer.ts';
import type { Action, OptionValues } from '../definition.ts';
import { CommandFailure } from '../failure.ts';
import { membersIn, shown } from '../node-answer.ts';
import { requiredOption, textOption, wholeOption } from '../option-values.ts';
import type { Terminal } from '../terminal.ts';
import { askToJoin, readInvitation } from './joining.ts';

/** Milliseconds until a request is sent again that came too early: a node takes ten a minute. */
const AGAIN_MS = 5_000;
const AGAIN_MAX = 24;

type Wish = Parameters<Founding['prepareHosted']>[0];

/** Makes the folder of each organisation at this host, and asks for its admission or where that stands. */
export const hostOrganizations: Action = async ({ arguments: [given], options, terminal }) => {
  const dataDir = requiredOption(options, 'data', '--data DIR');
  const sources = Array.isArray(given) ? given.map(String) : [];
  const founding = await openFounding();
  if (sources.length > 1)
    for (const name of ['organization', 'uscc', 'name', 'port'] as const)
      if (options[name] !== undefined)
        throw new CommandFailure('option_malformed', `--${name} is for one organisation at a time.`);
  const hosts = [];
  for (const source of sources) {
    const isFolder = await stat(source).then(
      (found) => found.isDirectory(),
      () => false,
    );
    const named = isFolder
      ? namedByFolder(await founding.readAskedHosted(source), source)
      : await namedByInvitation(source, options);
    const place = await founding.prepareHosted({
      ...named,
      dataDir,
      environment: process.env,
      port: wholeOption(options, 'port', '--port', [1, 65_535]),
      url: textOption(options, 'nodeUrl'),
    });
    const { status, reason } = await ask(place.request, terminal);
    const { organization } = named;
    const administrator = founding.firstAdministratorFileOf(dataDir, organization);
    const { folder, port, url } = place;
    hosts.push({
      organization,
      status,
      ...(reason === undefined ? {} : { reason }),
      folder,
      port,
      url,
      administrator,
    });
  }
  const isPositive = hosts.every(({ status }) => status !== 'declined');
  const next = [
    'A node that runs serves each by itself once it is admitted, within seconds; otherwise at its next start.',
    'The first password of each administrator is then in first-administrator.json of its folder: hand it over, and delete the file.',
  ];
  const text =
    table(hosts.map(({ organization, status, reason, url }) => [organization, status, url, reason ?? ''])) +
    lines(...(isPositive ? next : []));
  return { json: { hosts }, text, isPositive };
};

/** Asks the node of a host for a new password of the first administrator of one that it hosts. */
export const renewHostedPassword: Action = async ({ arguments: [given], options }) => {
  const dataDir = requiredOption(options, 'data', '--data DIR');
  const organization = String(given);
  const founding = await openFounding();
  await founding.askNewPassword(dataDir, organization);
  const administrator = founding.firstAdministratorFileOf(dataDir, organization);
  const text = lines(
    `The new password of ${organization} is in ${administrator} within seconds where its host runs, otherwise after its next start.`,
    'Hand it over, and delete the file.',
  );
  return { json: { organization, administrator }, text, isPositive: true };
};

type Named = Pick<Wish, 'organization' | 'network' | 'host' | 'from' | 'asked'>;

/** One whose people have made the keys themselves. */
function namedByFolder({ network, node, body }: JoinRequest, from: string): Named {
  const { organization, host, keys: _keys, url: _url, consensus: _consensus, ...asked } = body;
  return { organization, network, host, from, asked: { ...asked, node } };
}

async function namedByInvitation(file: string, options: OptionValues): Promise<Named> {
  const invitation = await readInvitation(file);
  const known = (name: string): string | undefined => shown(invitation, name) || undefined;
  const needed = (name: 'organization' | 'uscc'): string => {
    const value = textOption(options, name) ?? known(name);
    if (value !== undefined) return value;
    throw new CommandFailure('option_missing', `${file} does not say it, so --${name} is required.`);
  };
  const [first] = membersIn(invitation, 'peers');
  if (invitation['role'] !== 'hosted' || first === undefined) {
    const sentence = `${file} invites no hosted organisation. Invite one with: suyuan organization invite NAME --role hosted`;
    throw new CommandFailure('invitation_not_hosted', sentence);
  }
  return {
    organization: needed('organization'),
    network: shown(invitation, 'network'),
    host: known('host'),
    asked: {
      node: shown(first, 'url'),
      secret: shown(invitation, 'secret'),
      name: textOption(options, 'name') ?? shown(invitation, 'name'),
      uscc: needed('uscc'),
      businessType: textOption(options, 'type') ?? shown(invitation, 'businessType'),
    },
  };
}

async function ask(request: JoinRequest, terminal: Terminal): Promise<JoinAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await askToJoin(request, terminal);
    } catch (error) {
      const isEarly = error instanceof CommandFailure && error.code === 'too_many_requests';
      if (!isEarly || attempt === AGAIN_MAX) throw error;
      await delay(AGAIN_MS);
    }
  }
}
