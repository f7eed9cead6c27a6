// Invitations to the network and requests to join it (spec/governance.md, "Joining").
import { Type } from 'typebox';
import type { Static } from 'typebox';

import {
  hex32,
  keyPurpose,
  keyRegistration,
  organizationIdText,
  participation,
  words,
} from './governance-wish.ts';
import { idParams, moment, page, paging } from './paging.ts';
import { administrators, defineRoute, json, jsonBody, streamBody } from './route.ts';

const closed = { additionalProperties: false };
const displayName = Type.String({ minLength: 1, maxLength: 100 });
const businessType = Type.String({ maxLength: 32, description: 'id of a business type' });
const url = Type.String({ maxLength: 200, description: 'base address of the node, http or https' });

/** Days for which an invitation may be good. */
export const invitationDaysMax = 90;
/** Organisations in one list of invitations. */
export const invitationListMax = 1_000;

const consensus = Type.String({
  maxLength: 260,
  description: 'where its CometBFT takes connections, HOST:PORT',
});

const peer = Type.Object({
  organization: Type.String(),
  name: Type.String(),
  url: Type.String(),
  consensus: Type.Optional(consensus),
  transportKey: Type.Optional(Type.String({ description: 'in force now, 32 bytes, hexadecimal' })),
});

const uscc = Type.String({ minLength: 1, maxLength: 18, description: 'unified social credit code' });
const invitedHost = Type.Optional(
  Type.String({
    pattern: '^[a-z0-9][a-z0-9-]{1,30}$',
    description:
      'of a hosted organisation: on whose node it is to live; the managing organisation unless said',
  }),
);

/** What is handed to who is invited, as a file. The secret is in it and nowhere else. */
export const invitationFile = Type.Object({
  format: Type.Literal('suyuan-invitation/v1'),
  network: Type.String({ description: 'SHA-256 of the genesis, hexadecimal' }),
  origin: Type.String(),
  managing: Type.String(),
  name: Type.String({ description: 'who is invited' }),
  role: participation,
  host: invitedHost,
  organization: Type.Optional(organizationIdText),
  uscc: Type.Optional(uscc),
  businessType: Type.Optional(businessType),
  peers: Type.Array(peer, { description: 'nodes to ask, the one that invites first' }),
  expiresAt: moment,
  secret: Type.String({ description: 'good for one request; 43 characters' }),
});

/** An invitation file as a value. */
export type InvitationFile = Static<typeof invitationFile>;

const invitation = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  role: participation,
  host: invitedHost,
  businessType: Type.Optional(businessType),
  status: words('open', 'used', 'expired', 'withdrawn'),
  expiresAt: moment,
  createdBy: Type.String(),
  createdAt: moment,
});

const joinRequest = Type.Object({
  id: Type.Integer(),
  organization: organizationIdText,
  name: Type.String(),
  uscc: Type.String({ description: 'unified social credit code' }),
  businessType,
  role: participation,
  host: Type.Optional(Type.String()),
  url: Type.Optional(Type.String()),
  consensus: Type.Optional(consensus),
  keys: Type.Array(Type.Object({ purpose: Type.String(), publicKey: Type.String() })),
  status: words('waiting', 'admitted', 'declined'),
  reason: Type.Optional(Type.String()),
  createdAt: moment,
  decidedAt: Type.Optional(moment),
});

const wish = {
  name: displayName,
  role: Type.Optional(participation),
  host: invitedHost,
  organization: Type.Optional(organizationIdText),
  uscc: Type.Optional(uscc),
  businessType: Type.Optional(businessType),
};

export const createInvitation = defineRoute({
  id: 'createInvitation',
  method: 'POST',
  path: '/governance/invitations',
  area: 'governance',
  title: { en: 'Invite an organisation', zh: '邀请组织加入' },
  description: 'Only the managing organisation invites. The file is in the answer this once.',
  access: administrators,
  body: jsonBody(
    Type.Object(
      { ...wish, days: Type.Optional(Type.Integer({ minimum: 1, maximum: invitationDaysMax })) },
      closed,
    ),
  ),
  answer: json(Type.Object({ ...invitation.properties, file: invitationFile }), 201),
  problems: ['governance_refused', 'governance_wish_invalid'],
});

export const createInvitations = defineRoute({
  id: 'createInvitations',
  method: 'POST',
  path: '/governance/invitations/list',
  area: 'governance',
  title: { en: 'Invite the organisations of an Excel or CSV list', zh: '按 Excel 或 CSV 名单批量邀请' },
  description:
    'Columns `name` (名称), `business_type` (业务类型; its id or its name) and, if wanted, `role` (角色), `host` (托管方), `id` (组织编号) and `uscc` (统一社会信用代码). All are invited or, where a row is wrong, none.',
  access: administrators,
  body: streamBody(
    [
      'text/csv',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'application/octet-stream',
    ],
    1_048_576,
  ),
  answer: json(
    Type.Object({ items: Type.Array(Type.Object({ ...invitation.properties, file: invitationFile })) }),
    201,
  ),
  problems: ['governance_refused', 'governance_wish_invalid', 'invitation_list_invalid'],
});

export const listInvitations = defineRoute({
  id: 'listInvitations',
  method: 'GET',
  path: '/governance/invitations',
  area: 'governance',
  title: { en: 'Invitations, newest first', zh: '邀请列表' },
  access: administrators,
  query: Type.Object(paging),
  answer: json(page(invitation)),
});

export const withdrawInvitation = defineRoute({
  id: 'withdrawInvitation',
  method: 'DELETE',
  path: '/governance/invitations/:id',
  area: 'governance',
  title: { en: 'Withdraw an invitation', zh: '撤回邀请' },
  access: administrators,
  params: idParams,
  answer: json(invitation),
  problems: ['invitation_not_found'],
});

export const requestToJoin = defineRoute({
  id: 'requestToJoin',
  method: 'POST',
  path: '/join-requests',
  area: 'governance',
  title: { en: 'Ask to join, with an invitation', zh: '凭邀请申请加入' },
  description:
    'Open to everyone who has the secret of an invitation, a few times a minute. Asked again while it waits, the request is replaced; once it is decided, only the answer is given. Keys are registered for the network: each has signed that it is to be.',
  access: 'public',
  attemptsPerMinuteMax: 10,
  body: jsonBody(
    Type.Object(
      {
        secret: Type.String({ minLength: 20, maxLength: 100 }),
        organization: organizationIdText,
        name: displayName,
        uscc: Type.String({ maxLength: 18 }),
        businessType,
        host: Type.Optional(organizationIdText),
        url: Type.Optional(url),
        consensus: Type.Optional(consensus),
        keys: Type.Array(keyRegistration, { minItems: 1, maxItems: 8 }),
      },
      closed,
    ),
  ),
  answer: json(
    Type.Object({
      status: words('waiting', 'admitted', 'declined'),
      reason: Type.Optional(Type.String()),
      network: Type.String(),
      genesis: Type.String({ description: 'base64; its SHA-256 is the network id' }),
      peers: Type.Array(peer),
      keys: Type.Array(Type.Object({ purpose: keyPurpose, publicKey: hex32 }), {
        description: 'those of the organisation that are in force now; none before it is admitted',
      }),
    }),
  ),
  problems: ['invitation_unusable', 'join_request_refused', 'governance_wish_invalid'],
});

export const listJoinRequests = defineRoute({
  id: 'listJoinRequests',
  method: 'GET',
  path: '/governance/join-requests',
  area: 'governance',
  title: { en: 'Requests to join, newest first', zh: '加入申请列表' },
  access: administrators,
  query: Type.Object(paging),
  answer: json(page(joinRequest)),
});

export const declineJoinRequest = defineRoute({
  id: 'declineJoinRequest',
  method: 'POST',
  path: '/governance/join-requests/:id/decline',
  area: 'governance',
  title: { en: 'Decline a request to join', zh: '拒绝加入申请' },
  access: administrators,
  params: idParams,
  body: jsonBody(Type.Object({ reason: Type.String({ minLength: 1, maxLength: 500 }) }, closed)),
  answer: json(joinRequest),
  problems: ['join_request_not_found', 'join_request_decided'],
});

/** The routes of joining. */
export const joiningRoutes = [
  createInvitation,
  createInvitations,
  listInvitations,
  withdrawInvitation,
  requestToJoin,
  listJoinRequests,
  declineJoinRequest,
] as const;
