// Invitations and requests to join over HTTP (packages/api/src/joining.ts).
import {
  createInvitation,
  createInvitations,
  declineJoinRequest,
  listInvitations,
  listJoinRequests,
  pageSizeDefault,
  requestToJoin,
  withdrawInvitation,
} from '@suyuan/api';
import { recordKindsOfBusiness } from '@suyuan/battery';
import { networkOf, viewOf } from '@suyuan/ledger';

import { showRefusal } from '../../governance/foresee-acts.ts';
import type { GovernanceContext } from '../../governance/governance-context.ts';
import {
  addInvitations,
  readInvitations,
  showInvitation,
  withdraw,
} from '../../governance/joining/invitations.ts';
import { decline, readRequests, showRequest, takeRequest } from '../../governance/joining/join-requests.ts';
import { memorySource } from '../../import/byte-source.ts';
import { handle } from '../handle.ts';
import type { Binding } from '../handle.ts';
import { problem } from '../problem.ts';

/** What these routes need. */
export interface JoiningDependencies extends GovernanceContext {
  readonly genesis: Uint8Array;
}

const daysDefault = 30;

/** The routes of joining. */
export function joiningBindings(dependencies: JoiningDependencies): readonly Binding[] {
  return [...invitationBindings(dependencies), ...requestBindings(dependencies)];
}

function invitationBindings(dependencies: JoiningDependencies): readonly Binding[] {
  const { clock, crypto, state, organization } = dependencies;
  const mayInvite = (): boolean => networkOf(viewOf(crypto, state())).managing === organization;
  const notEntitled = { refusal: showRefusal({ code: 'not_entitled', about: organization }) };
  return [
    handle(createInvitation, async ({ body, caller }) => {
      const { days = daysDefault, role = 'observer', ...named } = body;
      const { businessType } = named;
      if (!mayInvite()) return problem('governance_refused', notEntitled);
      if (businessType !== undefined && recordKindsOfBusiness(businessType) === undefined)
        return problem('governance_wish_invalid', { detail: 'businessType is unknown' });
      const asked = { createdBy: caller.name, days };
      const [made] = await addInvitations(dependencies, [{ ...named, role, businessType }], asked);
      return made ?? problem('governance_wish_invalid');
    }),
    handle(createInvitations, async ({ body, caller }) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of body) if (chunk instanceof Uint8Array) chunks.push(chunk);
      if (!mayInvite()) return problem('governance_refused', notEntitled);
      // Loaded when a list comes: the readers of workbooks are large.
      const { readInvitationList } = await import('../../governance/joining/read-invitation-list.ts');
      const list = await readInvitationList(memorySource(Buffer.concat(chunks)));
      if (!list.ok) return problem(list.error.code, { problems: list.error.problems });
      const asked = { createdBy: caller.name, days: daysDefault };
      return { items: [...(await addInvitations(dependencies, list.value, asked))] };
    }),
    handle(listInvitations, async ({ query }) => {
      const { limit = pageSizeDefault, after } = query;
      const rows = await readInvitations(dependencies, placeOf(after), limit + 1);
      const items = rows.slice(0, limit).map((row) => showInvitation(row, clock.now()));
      return { items, ...(rows.length > limit ? { next: String(items.at(-1)?.id) } : {}) };
    }),
    handle(withdrawInvitation, async ({ params }) => {
      const row = await withdraw(dependencies, params.id);
      return row === undefined ? problem('invitation_not_found') : showInvitation(row, clock.now());
    }),
  ];
}

function requestBindings(dependencies: JoiningDependencies): readonly Binding[] {
  return [
    handle(requestToJoin, async ({ body }) => {
      const taken = await takeRequest(dependencies, body);
      if (taken.ok) return taken.value;
      const { code, ...facts } = taken.error;
      return problem(code, facts);
    }),
    handle(listJoinRequests, async ({ query }) => {
      const { limit = pageSizeDefault, after } = query;
      const rows = await readRequests(dependencies, placeOf(after), limit + 1);
      const items = rows.slice(0, limit).map(showRequest);
      return { items, ...(rows.length > limit ? { next: String(items.at(-1)?.id) } : {}) };
    }),
    handle(declineJoinRequest, async ({ params, body }) => {
      const declined = await decline(dependencies, params.id, body.reason);
      return declined.ok ? showRequest(declined.value) : problem(declined.error.code);
    }),
  ];
}

/** A cursor that is none begins at the newest. */
function placeOf(after: string | undefined): number {
  const place = Number(after ?? Number.MAX_SAFE_INTEGER);
  return Number.isSafeInteger(place) ? place : Number.MAX_SAFE_INTEGER;
}
