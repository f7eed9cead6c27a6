// `suyuan organization invite | requests | decline | request`: how an organisation comes into a network that runs
// (docs/governance.md, "A new organisation").
import { createReadStream } from 'node:fs';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';

import { KEY_PURPOSES } from '@suyuan/ledger';
import { parseHex } from '@suyuan/log';
import type { JoinAnswer, JoinRequest } from '@suyuan/node';
import { encodeHostPort, openFounding } from '@suyuan/node';

import { answer, lines, table } from '../answer.ts';
import type { Action } from '../definition.ts';
import { CommandFailure } from '../failure.ts';
import { makeFolder, readBounded, writeWhole } from '../files.ts';
import type { Members } from '../node-answer.ts';
import { asMembers, membersIn, shown } from '../node-answer.ts';
import { connectNode } from '../node-client.ts';
import {
  choiceOption,
  parseWhole,
  requiredOption,
  textArgument,
  textOption,
  wholeOption,
} from '../option-values.ts';
import type { Terminal } from '../terminal.ts';
import { nodePlaceOf, organizationOption, settingsOf } from './node-settings.ts';

const INVITATION_BYTES_MAX = 1_048_576;
const roles = ['validator', 'observer', 'hosted'] as const;

/** Invites one organisation, or those of a list; writes a file for each. */
export const invite: Action = async ({ arguments: given, options, terminal }) => {
  const node = connectNode(options, terminal);
  const folder = resolve(textOption(options, 'out') ?? '.');
  const file = textOption(options, 'list');
  const name = textArgument(given, 0);
  if ((file === undefined) === (name === undefined))
    throw new CommandFailure('option_missing', 'Say whom to invite: NAME, or --list FILE.');
  // Before anybody is invited: an invitation that cannot be kept is lost.
  await makeFolder(folder);
  const made =
    file === undefined
      ? [
          asMembers(
            await node.ask('governance/invitations', {
              method: 'POST',
              json: {
                name,
                role: choiceOption(options, 'role', '--role', roles) ?? 'observer',
                host: textOption(options, 'host'),
                businessType: textOption(options, 'type'),
                days: wholeOption(options, 'days', '--days', [1, 90]),
              },
            }),
          ),
        ]
      : membersIn(
          asMembers(
            await node.ask('governance/invitations/list', {
              method: 'POST',
              headers: { 'content-type': file.endsWith('.csv') ? 'text/csv' : 'application/octet-stream' },
              // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the web stream of Node is that of fetch
              body: Readable.toWeb(createReadStream(file)) as unknown as ReadableStream<Uint8Array>,
            }),
          ),
          'items',
        );
  const written: { id: unknown; name: unknown; file: string }[] = [];
  for (const one of made) {
    const path = join(folder, `invitation-${shown(one, 'id')}.json`);
    await writeWhole(path, new TextEncoder().encode(`${JSON.stringify(one['file'], undefined, 2)}\n`));
    written.push({ id: one['id'], name: one['name'], file: path });
  }
  const text = written.map((one) => [String(one.id), String(one.name), one.file]);
  const warning = 'Each file holds a secret that is good for one request: hand it over like a password.';
  return answer({ invitations: written }, table(text) + lines(warning));
};

/** Lists who asks to join. */
export const listRequests: Action = async ({ options, terminal }) => {
  const node = connectNode(options, terminal);
  const found = asMembers(await node.ask('governance/join-requests', { query: { limit: 200 } }));
  const rows = membersIn(found, 'items').map((one) =>
    ['id', 'organization', 'name', 'uscc', 'businessType', 'role', 'status'].map((member) =>
      shown(one, member),
    ),
  );
  return answer(found, rows.length === 0 ? 'Nobody has asked to join.\n' : table(rows));
};

/** Declines a request. */
export const declineRequest: Action = async ({ arguments: given, options, terminal }) => {
  const node = connectNode(options, terminal);
  const id = parseWhole(textArgument(given, 0) ?? '', 'REQUEST', 1, Number.MAX_SAFE_INTEGER);
  const reason = requiredOption(options, 'reason', '--reason');
  const path = `governance/join-requests/${id}/decline`;
  const declined = asMembers(await node.ask(path, { method: 'POST', json: { reason } }));
  return answer(declined, lines(`${shown(declined, 'name')}: declined`));
};

/** Asks to join with an invitation: makes keys and settings, sends the public halves, keeps what it has asked with. */
export const requestToJoin: Action = async ({ arguments: given, options, terminal }) => {
  const invitation = await readInvitation(textArgument(given, 0) ?? '');
  const network = parseHex(shown(invitation, 'network'));
  const role = roles.find((one) => one === invitation['role']);
  const [first] = membersIn(invitation, 'peers');
  if (network === undefined || role === undefined || first === undefined) throw malformed();
  const organization = organizationOption(options);
  const dataDir = resolve(requiredOption(options, 'data', '--data DIR'));
  const place = role === 'hosted' ? undefined : nodePlaceOf(options, 'nodeUrl');
  const founding = await openFounding();
  const keys = await founding.prepareJoiner({
    dataDir,
    network,
    organization,
    role,
    settings: place === undefined ? undefined : settingsOf(options, place.consensus),
  });
  const request = {
    network: shown(invitation, 'network'),
    node: shown(first, 'url'),
    body: {
      secret: shown(invitation, 'secret'),
      organization,
      name: textOption(options, 'name') ?? shown(invitation, 'name'),
      uscc: requiredOption(options, 'uscc', '--uscc'),
      businessType: textOption(options, 'type') ?? shown(invitation, 'businessType'),
      ...(invitation['host'] === undefined ? {} : { host: shown(invitation, 'host') }),
      ...(place === undefined ? {} : { url: place.url, consensus: encodeHostPort(place.consensus) }),
      keys,
    },
  };
  await founding.writeJoinRequest(dataDir, request);
  const told = await askToJoin(request, terminal);
  founding.readAdmission(request, told);
  const { status, reason } = told;
  const text = lines(
    `${organization}: ${status} ${reason ?? ''}`.trimEnd(),
    `Keys are in ${dataDir}.`,
    place === undefined || status === 'declined'
      ? undefined
      : `Once it is admitted: suyuan node join --data ${dataDir}`,
    role === 'hosted' && status !== 'declined'
      ? `Hand the folder to ${shown(invitation, 'host')}, which runs: suyuan node host ${dataDir} --data ITS_OWN`
      : undefined,
  );
  const json = { status, ...(reason === undefined ? {} : { reason }), organization, peers: told.peers };
  return { json, text, isPositive: status !== 'declined' };
};

/** Sends a request, or asks where it stands. */
export async function askToJoin(request: JoinRequest, terminal: Terminal): Promise<JoinAnswer> {
  const node = connectNode({ url: request.node }, terminal);
  const told = asMembers(await node.ask('join-requests', { method: 'POST', json: request.body }));
  const status = (['waiting', 'admitted', 'declined'] as const).find((one) => one === told['status']);
  if (status === undefined)
    throw new CommandFailure('answer_malformed', `${request.node} did not answer as a node does.`);
  return {
    status,
    ...(typeof told['reason'] === 'string' ? { reason: told['reason'] } : {}),
    network: shown(told, 'network'),
    genesis: shown(told, 'genesis'),
    peers: membersIn(told, 'peers').map((peer) => ({
      organization: shown(peer, 'organization'),
      name: shown(peer, 'name'),
      url: shown(peer, 'url'),
      ...(peer['consensus'] === undefined ? {} : { consensus: shown(peer, 'consensus') }),
      ...(peer['transportKey'] === undefined ? {} : { transportKey: shown(peer, 'transportKey') }),
    })),
    keys: membersIn(told, 'keys').flatMap((key) => {
      const purpose = KEY_PURPOSES.find((one) => one === key['purpose']);
      return purpose === undefined ? [] : [{ purpose, publicKey: shown(key, 'publicKey') }];
    }),
  };
}

/** Reads the file of an invitation. */
export async function readInvitation(path: string): Promise<Members> {
  const bytes = await readBounded(path, 'invitation', INVITATION_BYTES_MAX);
  try {
    const value = asMembers(JSON.parse(new TextDecoder().decode(bytes)));
    if (value['format'] === 'suyuan-invitation/v1') return value;
  } catch {
    // told below
  }
  throw malformed();
}

function malformed(): CommandFailure {
  return new CommandFailure('invitation_malformed', 'The file is not an invitation to a network.');
}
