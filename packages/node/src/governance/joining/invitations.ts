// Invitations: a secret of 32 random bytes that is good for one request until its day; only its digest is stored
// (spec/governance.md, N16 and N17).
import { createHash } from 'node:crypto';

import type { AnswerOf, createInvitation, InvitationFile } from '@suyuan/api';
import type { OrganizationRole } from '@suyuan/ledger';
import { activeKeyOf, networkOf, organizationsOf, viewOf } from '@suyuan/ledger';
import { assert, encodeHex } from '@suyuan/log';
import { sql } from 'kysely';
import type { Selectable } from 'kysely';

import type { Transaction } from '../../database/database.ts';
import type { InvitationTable } from '../../database/tables.ts';
import { encodeHostPort } from '../../node-folder/host-port.ts';
import type { GovernanceContext } from '../governance-context.ts';

/** An invitation as the API shows it. */
export type ShownInvitation = Omit<AnswerOf<typeof createInvitation>, 'file'>;
/** A new one, with its file. */
export type NewInvitation = AnswerOf<typeof createInvitation>;

/** Who is to be invited. */
export interface Invited {
  readonly name: string;
  readonly role: OrganizationRole;
  readonly businessType: string | undefined;
  /** Of a hosted one: on whose node it is to live; the managing organisation unless said. */
  readonly host?: string | undefined;
  /** What is known of it already, and goes into its file so that it need not be typed again. */
  readonly organization?: string | undefined;
  readonly uscc?: string | undefined;
}

/** A row, with whether its secret was used. */
export type InvitationRow = Selectable<InvitationTable> & { readonly used: boolean };

const DAY_MS = 86_400_000;
const SECRET_BYTES = 32;

/** The digest that a secret is known by. */
function digestOfSecret(secret: string): Buffer {
  return createHash('sha256').update('suyuan/invitation/v1\0').update(secret).digest();
}

/** Makes invitations, in one transaction. */
export async function addInvitations(
  context: GovernanceContext,
  invited: readonly Invited[],
  { createdBy, days }: { readonly createdBy: string; readonly days: number },
): Promise<readonly NewInvitation[]> {
  const expiresAt = new Date(context.clock.now() + days * DAY_MS);
  const secrets = invited.map(() => Buffer.from(context.random(SECRET_BYTES)).toString('base64url'));
  const rows = await context.database.transact(async (tx) => {
    return await tx.sql
      .insertInto('invitation')
      .values(
        invited.map(({ name, role, businessType = null, host = null }, index) => ({
          digest: digestOfSecret(secrets[index] ?? ''),
          name,
          role,
          host: role === 'hosted' ? (host ?? context.organization) : null,
          business_type: businessType,
          expires_at: expiresAt,
          created_by: createdBy,
          created_at: new Date(context.clock.now()),
        })),
      )
      .returningAll()
      .execute();
  });
  return rows.map((row, index) => {
    const secret = secrets[index];
    assert(secret !== undefined, 'every row has its secret');
    const shown = showInvitation({ ...row, used: false }, context.clock.now());
    const { organization, uscc } = invited[index] ?? {};
    const known = {
      ...(organization === undefined ? {} : { organization }),
      ...(uscc === undefined ? {} : { uscc }),
    };
    return { ...shown, file: { ...fileOf(context, shown, secret), ...known } };
  });
}

function fileOf(context: GovernanceContext, shown: ShownInvitation, secret: string): InvitationFile {
  const { origin, managing } = networkOf(viewOf(context.crypto, context.state()));
  const { name, role, host, businessType, expiresAt } = shown;
  return {
    format: 'suyuan-invitation/v1',
    network: encodeHex(context.network),
    origin,
    managing,
    name,
    role,
    ...(host === undefined ? {} : { host }),
    ...(businessType === undefined ? {} : { businessType }),
    peers: peersOf(context),
    expiresAt,
    secret,
  };
}

/** The nodes of the network whose addresses are known, this one first. */
export function peersOf({ crypto, state, peers, organization }: GovernanceContext): InvitationFile['peers'] {
  const view = viewOf(crypto, state());
  const others = organizationsOf(view).filter((id) => id !== organization);
  return [organization, ...others].flatMap((id) => {
    const url = peers.addressOf(id);
    if (url === undefined) return [];
    const consensus = peers.consensusOf(id);
    const key = activeKeyOf(view, id, 'transport');
    return [
      {
        organization: id,
        name: peers.nameOf(id),
        url,
        ...(consensus === undefined ? {} : { consensus: encodeHostPort(consensus) }),
        ...(key === undefined ? {} : { transportKey: encodeHex(key.publicKey) }),
      },
    ];
  });
}

/** Invitations with ids below `before`, newest first. */
export async function readInvitations(
  { database }: GovernanceContext,
  before: number,
  limit: number,
): Promise<readonly InvitationRow[]> {
  const { rows } = await database.read((db) =>
    sql<InvitationRow>`select i.*, exists (select from join_request j where j.invitation_id = i.id) as used
      from invitation i where i.id < ${before}::int8 order by i.id desc limit ${limit}::int4`.execute(db),
  );
  return rows;
}

/** The invitation behind a secret, where it can still be used; taken for the transaction. */
export async function findInvitation(
  tx: Transaction,
  secret: string,
  now: Date,
): Promise<InvitationRow | undefined> {
  const { rows } = await sql<InvitationRow>`
    select i.*, exists (select from join_request j where j.invitation_id = i.id) as used
    from invitation i where i.digest = ${digestOfSecret(secret)} for update of i`.execute(tx.sql);
  const [row] = rows;
  // A request that was made in time is answered also after the day.
  const isOver = row !== undefined && (row.withdrawn_at !== null || (row.expires_at <= now && !row.used));
  return isOver ? undefined : row;
}

/** Withdraws it; undefined where there is none. One that was used stays used. */
export async function withdraw(context: GovernanceContext, id: number): Promise<InvitationRow | undefined> {
  const now = new Date(context.clock.now());
  await context.database.transact(async (tx) => {
    await tx.sql
      .updateTable('invitation')
      .set({ withdrawn_at: now })
      .where('id', '=', id)
      .where('withdrawn_at', 'is', null)
      .execute();
  });
  const [row] = await readInvitations(context, id + 1, 1);
  return row?.id === id ? row : undefined;
}

/** Shows an invitation as it stands at a time. */
export function showInvitation(row: InvitationRow, nowMs: number): ShownInvitation {
  const status =
    row.withdrawn_at !== null
      ? 'withdrawn'
      : row.used
        ? 'used'
        : row.expires_at.getTime() <= nowMs
          ? 'expired'
          : 'open';
  return {
    id: row.id,
    name: row.name,
    role: roleOf(row.role),
    ...(row.host === null ? {} : { host: row.host }),
    ...(row.business_type === null ? {} : { businessType: row.business_type }),
    status,
    expiresAt: row.expires_at.toISOString(),
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
  };
}

/** A role as it was stored. */
export function roleOf(text: string): OrganizationRole {
  assert(text === 'validator' || text === 'observer' || text === 'hosted', 'only roles are stored');
  return text;
}
