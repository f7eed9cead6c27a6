// Requests to join: taken from who has an invitation, judged by the ledger's rules at once, and kept until the managing
// organisation decides (spec/governance.md, N18 to N20).
import type { AnswerOf, JsonOf, listJoinRequests, requestToJoin } from '@suyuan/api';
import { checkUscc, recordKindsOfBusiness } from '@suyuan/battery';
import type { KeyRegistration, RuleRejection, StatementBody } from '@suyuan/ledger';
import { activeKeyOf, foreseeStatement, KEY_PURPOSES, viewOf } from '@suyuan/ledger';
import type { KeyPurpose } from '@suyuan/ledger';
import type { Rejection, Result } from '@suyuan/log';
import { assert, encodeBase64, encodeHex, ok, reject } from '@suyuan/log';
import type { Selectable } from 'kysely';

import type { JoinRequestTable } from '../../database/tables.ts';
import { parseHostPort } from '../../node-folder/host-port.ts';
import type { Joining } from '../build-acts.ts';
import { registrationsOf } from '../build-acts.ts';
import { showRefusal } from '../foresee-acts.ts';
import type { ShownRefusal } from '../foresee-acts.ts';
import type { GovernanceContext } from '../governance-context.ts';
import { findInvitation, peersOf, roleOf } from './invitations.ts';
import type { InvitationRow } from './invitations.ts';

/** What who asks to join says. */
export type JoinBody = JsonOf<typeof requestToJoin>;
/** What it is told. */
export type JoinAnswer = AnswerOf<typeof requestToJoin>;
/** A request as the managing organisation sees it. */
export type ShownRequest = AnswerOf<typeof listJoinRequests>['items'][number];

type Row = Selectable<JoinRequestTable>;
type StoredKey = JoinBody['keys'][number];

/** Why a request is not taken. */
export type JoinRejection = Rejection<
  'invitation_unusable' | 'governance_wish_invalid' | 'join_request_refused'
> & {
  readonly detail?: string;
  readonly refusal?: ShownRefusal;
};

/** Takes or replaces a request; tells where a decided one stands. */
export async function takeRequest(
  context: GovernanceContext & { readonly genesis: Uint8Array },
  body: JoinBody,
): Promise<Result<JoinAnswer, JoinRejection>> {
  const { database, clock, network, genesis } = context;
  const taken = await database.transact(async (tx): Promise<Result<Row, JoinRejection>> => {
    const now = new Date(clock.now());
    const invitation = await findInvitation(tx, body.secret, now);
    if (invitation === undefined) return reject({ code: 'invitation_unusable' });
    const before = await tx.sql
      .selectFrom('join_request')
      .selectAll()
      .where('invitation_id', '=', invitation.id)
      .executeTakeFirst();
    if (before !== undefined && before.status !== 'waiting') return ok(before);
    const host = body.host ?? invitation.host;
    const refusal = judge(context, { ...body, ...(host === null ? {} : { host }) }, invitation);
    if (refusal !== undefined) return reject(refusal);
    const values = {
      organization: body.organization,
      name: body.name,
      uscc: body.uscc,
      business_type: body.businessType,
      role: invitation.role,
      host,
      url: body.url ?? null,
      consensus: body.consensus ?? null,
      keys: JSON.stringify(body.keys),
      created_at: now,
    };
    const row = await tx.sql
      .insertInto('join_request')
      .values({ invitation_id: invitation.id, ...values })
      .onConflict((conflict) => conflict.column('invitation_id').doUpdateSet(values))
      .returningAll()
      .executeTakeFirstOrThrow();
    return ok(row);
  });
  if (!taken.ok) return taken;
  const { status, reason, organization } = taken.value;
  return ok({
    status,
    ...(reason === null ? {} : { reason }),
    network: encodeHex(network),
    genesis: encodeBase64(genesis),
    peers: peersOf(context),
    keys: status === 'admitted' ? keysInForce(context, organization) : [],
  });
}

/** They may be others than it was admitted with. */
function keysInForce({ crypto, state }: GovernanceContext, organization: string): JoinAnswer['keys'] {
  const view = viewOf(crypto, state());
  return KEY_PURPOSES.flatMap((purpose) => {
    const key = activeKeyOf(view, organization, purpose);
    return key === undefined ? [] : [{ purpose, publicKey: encodeHex(key.publicKey) }];
  });
}

/** The first thing that is wrong: the form, or what the ledger would say to the admission. */
function judge(
  context: GovernanceContext,
  body: JoinBody,
  invitation: Pick<InvitationRow, 'role' | 'host'>,
): JoinRejection | undefined {
  const invalid = (detail: string): JoinRejection => ({ code: 'governance_wish_invalid', detail });
  if (!checkUscc(body.uscc).valid) return invalid('uscc is not a unified social credit code');
  if (recordKindsOfBusiness(body.businessType) === undefined) return invalid('businessType is unknown');
  if (body.url !== undefined && !isNodeAddress(body.url)) return invalid('url is not the address of a node');
  if (body.consensus !== undefined && parseHostPort(body.consensus) === undefined)
    return invalid('consensus is not HOST:PORT');
  if (invitation.host !== null && body.host !== invitation.host)
    return invalid(`the invitation is for a place at ${invitation.host}`);
  const { crypto, state, organization } = context;
  const admission: StatementBody = {
    kind: 'organization',
    fields: {
      organization: body.organization,
      status: 'active',
      role: roleOf(invitation.role),
      host: body.host ?? null,
      keys: registrationsOf(body.keys),
      activation: 0,
    },
  };
  if (new Set(body.keys.map(({ purpose }) => purpose)).size !== body.keys.length)
    return invalid('there is more than one key for a purpose');
  const issuer = { issuer: organization, signedWith: 'statement' } as const;
  const { outcome } = foreseeStatement(crypto, state(), issuer, admission);
  if (outcome.status !== 'refused') return undefined;
  const rejection: RuleRejection = outcome.rejection;
  return { code: 'join_request_refused', refusal: showRefusal(rejection) };
}

function isNodeAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  const isPlain = username === '' && password === '' && search === '' && hash === '';
  return isPlain && (protocol === 'http:' || protocol === 'https:');
}

/** Requests with ids below `before`, newest first. */
export async function readRequests(
  { database }: GovernanceContext,
  before: number,
  limit: number,
): Promise<readonly Row[]> {
  return await database.read((db) =>
    db
      .selectFrom('join_request')
      .selectAll()
      .where('id', '<', before)
      .orderBy('id', 'desc')
      .limit(limit)
      .execute(),
  );
}

/** Declines a request that waits. */
export async function decline(
  { database, clock }: GovernanceContext,
  id: number,
  reason: string,
): Promise<Result<Row, Rejection<'join_request_not_found' | 'join_request_decided'>>> {
  return await database.transact(async (tx) => {
    const row = await tx.sql
      .updateTable('join_request')
      .set({ status: 'declined', reason, decided_at: new Date(clock.now()) })
      .where('id', '=', id)
      .where('status', '=', 'waiting')
      .returningAll()
      .executeTakeFirst();
    if (row !== undefined) return ok(row);
    const known = await tx.sql
      .selectFrom('join_request')
      .select('id')
      .where('id', '=', id)
      .executeTakeFirst();
    return reject({ code: known === undefined ? 'join_request_not_found' : 'join_request_decided' });
  });
}

/** A request that waits, as an admission needs it; from now on its address is known here. */
export async function joiningOf(
  { database, peers }: GovernanceContext,
  id: number,
): Promise<Joining | undefined> {
  const row = await database.read((db) =>
    db.selectFrom('join_request').selectAll().where('id', '=', id).executeTakeFirst(),
  );
  if (row === undefined || row.status !== 'waiting') return undefined;
  const { organization, name, url } = row;
  const consensus = row.consensus === null ? undefined : parseHostPort(row.consensus);
  if (peers.addressOf(organization) === undefined)
    await peers.set([{ organization, name, url: url ?? undefined, consensus }]);
  return {
    id,
    organization,
    role: roleOf(row.role),
    host: row.host,
    businessType: row.business_type,
    keys: keysOf(row),
  };
}

function keysOf({ keys }: Pick<Row, 'keys'>): readonly KeyRegistration[] {
  const stored: unknown = JSON.parse(keys);
  assert(Array.isArray(stored), 'a list of keys is stored');
  return registrationsOf(stored.filter(isStoredKey));
}

/** The contract checked it before it was stored. */
function isStoredKey(value: unknown): value is StoredKey {
  return typeof value === 'object' && value !== null && 'purpose' in value && isPurpose(value.purpose);
}

function isPurpose(text: unknown): text is KeyPurpose {
  return KEY_PURPOSES.some((purpose) => purpose === text);
}

/** Shows a request. */
export function showRequest(row: Row): ShownRequest {
  return {
    id: row.id,
    organization: row.organization,
    name: row.name,
    uscc: row.uscc,
    businessType: row.business_type,
    role: roleOf(row.role),
    ...(row.host === null ? {} : { host: row.host }),
    ...(row.url === null ? {} : { url: row.url }),
    ...(row.consensus === null ? {} : { consensus: row.consensus }),
    keys: keysOf(row).map(({ purpose, publicKey }) => ({ purpose, publicKey: encodeHex(publicKey) })),
    status: row.status,
    ...(row.reason === null ? {} : { reason: row.reason }),
    createdAt: row.created_at.toISOString(),
    ...(row.decided_at === null ? {} : { decidedAt: row.decided_at.toISOString() }),
  };
}
