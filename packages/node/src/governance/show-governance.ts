// What is in force now, as the ledger says it; names and addresses come from this node's own book.
import type { AnswerOf, getGovernance } from '@suyuan/api';
import { businessTypes } from '@suyuan/battery';
import type { Channel, View } from '@suyuan/ledger';
import {
  channelCountOf,
  channelOf,
  keyOf,
  modulesOf,
  networkOf,
  organizationOf,
  organizationsOf,
  pendingActsOf,
  policyOf,
  quorumOf,
  sequenceOf,
  tables,
  validatorsOf,
  viewOf,
} from '@suyuan/ledger';
import { encodeHex } from '@suyuan/log';

import type { PeerAddresses } from '../addresses/peer-addresses.ts';
import type { Foresee } from './foresee-acts.ts';

/** What is in force, as the API shows it. */
export type ShownGovernance = AnswerOf<typeof getGovernance>;

/** From how many validators on they vote (spec/ledger.md, G11). */
const VOTING_VALIDATORS_MIN = 4;

/** Everything that governance decides, as it is now. */
export function showGovernance(around: Foresee, peers: PeerAddresses): ShownGovernance {
  const { crypto, state, organization } = around;
  const view = viewOf(crypto, state);
  const validators = validatorsOf(view);
  const channels = readChannels(view);
  const { schemaVersions: _versions, epochSeconds: _epoch, ...policy } = policyOf(view);
  return {
    organization,
    managing: networkOf(view).managing,
    height: state.height,
    validators: [...validators],
    votesNeeded: validators.length < VOTING_VALIDATORS_MIN ? 1 : quorumOf(validators.length),
    organizations: organizationsOf(view).map((id) => showOrganization(view, id, channels, peers)),
    channels: showChannels(around, channels),
    policy,
    businessTypes: businessTypes.map(({ id, label, recordKinds }) => ({
      id,
      label: { en: label.en, zh: label.zh },
      recordKinds: [...recordKinds],
    })),
  };
}

function readChannels(view: View): readonly Channel[] {
  const numbers = Array.from({ length: channelCountOf(view) }, (_, index) => index + 1);
  return numbers.flatMap((number) => channelOf(view, number) ?? []);
}

function showOrganization(
  view: View,
  id: string,
  channels: readonly Channel[],
  peers: PeerAddresses,
): ShownGovernance['organizations'][number] {
  const now = organizationOf(view, id);
  const isMember = ({ members }: Channel): boolean => members.some((member) => member.organization === id);
  return {
    id,
    name: peers.nameOf(id),
    url: peers.addressOf(id) ?? null,
    // One that is decided and not yet in force is shown as it will be at least: present and not voting.
    status: now?.status ?? 'active',
    role: now?.role ?? 'observer',
    host: now?.host ?? null,
    modules: [...modulesOf(view, id)],
    channels: channels.filter(isMember).map(({ channel }) => channel),
    sequence: sequenceOf(view, id).highest,
    keys: (view.read(tables.keys, id) ?? []).flatMap(({ purpose, keyId, from, until }) => {
      const key = keyOf(view, keyId);
      if (key === undefined || (until !== null && until <= view.height)) return [];
      return [{ purpose, keyId: encodeHex(keyId), publicKey: encodeHex(key.publicKey), from, until }];
    }),
  };
}

function showChannels({ crypto, state }: Foresee, channels: readonly Channel[]): ShownGovernance['channels'] {
  const invitations = pendingActsOf(crypto, state);
  return channels.map(({ channel, status, recordKinds, acknowledgements, members }) => ({
    channel,
    status,
    recordKinds: [...recordKinds],
    acknowledgements,
    members: members.map(({ organization, keepsPayloads, from }) => ({ organization, keepsPayloads, from })),
    invited: invitations.flatMap(({ act, missing }) =>
      act.kind === 'channel' && act.fields.channel === channel ? missing : [],
    ),
  }));
}
