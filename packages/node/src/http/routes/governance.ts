// Governance over HTTP (packages/api/src/governance.ts, spec/governance.md).
import {
  getGovernance,
  getGovernancePlan,
  handInStatement,
  issueGovernance,
  listGovernanceActs,
  listGovernanceHistory,
  listProposals,
  pageSizeDefault,
  previewGovernance,
} from '@suyuan/api';
import { viewOf } from '@suyuan/ledger';
import { parseBase64 } from '@suyuan/log';

import type { Database } from '../../database/database.ts';
import { showRefusal } from '../../governance/foresee-acts.ts';
import { findTouched } from '../../governance/find-touched.ts';
import type { Governance } from '../../governance/governance.ts';
import { readHistory, showAct, showEntry, showProposals } from '../../governance/show-acts.ts';
import { showGovernance } from '../../governance/show-governance.ts';
import type { PeerAddresses } from '../../addresses/peer-addresses.ts';
import { handle } from '../handle.ts';
import type { Binding } from '../handle.ts';
import { problem } from '../problem.ts';

/** What these routes need. */
export interface GovernanceDependencies {
  readonly database: Database;
  readonly governance: Governance;
  readonly peers: PeerAddresses;
}

/** The routes of governance. */
export function governanceBindings({
  database,
  governance,
  peers,
}: GovernanceDependencies): readonly Binding[] {
  return [
    handle(getGovernance, async () => showGovernance(governance.now(), peers)),
    handle(listProposals, async () => ({ items: [...showProposals(governance.now())] })),
    handle(previewGovernance, async ({ body }) => {
      const preview = await governance.preview(body);
      if (!preview.ok) return problem(preview.error.code, { detail: preview.error.detail });
      const { acts, isAllowed, built } = preview.value;
      const { crypto, state } = governance.now();
      const touched = await findTouched(database, viewOf(crypto, state), built.bodies);
      return { isAllowed, acts: [...acts], ...(touched === undefined ? {} : { touched }) };
    }),
    handle(issueGovernance, async ({ body, caller, remember }) => {
      const issued = await governance.issue(body, caller.name, async (tx, plan) => await remember(tx, plan));
      if (!issued.ok) return problem(issued.error.code, { detail: issued.error.detail });
      if (!('refused' in issued.value)) return issued.value;
      return problem('governance_refused', { refusal: issued.value.refused.refusal });
    }),
    handle(handInStatement, async ({ body }) => {
      const bytes = parseBase64(body.statement);
      if (bytes === undefined) return problem('governance_wish_invalid', { detail: 'statement: no base64' });
      const taken = await governance.handIn(bytes);
      return taken.ok ? taken.value : problem('governance_refused', { refusal: showRefusal(taken.error) });
    }),
    handle(getGovernancePlan, async ({ params }) => {
      return (await governance.readPlan(params.id)) ?? problem('governance_plan_not_found');
    }),
    handle(listGovernanceActs, async ({ query }) => {
      const place = placeOf(query);
      if (place === undefined) return problem('request_invalid', { detail: 'after: not a cursor' });
      const { before, limit } = place;
      const rows = await database.read((db) =>
        db
          .selectFrom('governance_act')
          .selectAll()
          .where('id', '<', before)
          .orderBy('id', 'desc')
          .limit(limit + 1)
          .execute(),
      );
      const now = governance.now();
      const items = rows.slice(0, limit).map((row) => showAct(now, row));
      return { items, ...(rows.length > limit ? { next: String(items.at(-1)?.id) } : {}) };
    }),
    handle(listGovernanceHistory, async ({ query }) => {
      const place = placeOf(query);
      if (place === undefined) return problem('request_invalid', { detail: 'after: not a cursor' });
      const { before, limit } = place;
      const { organization, kind } = query;
      const asked = { before, limit: limit + 1, organization, kind };
      const rows = await database.read((db) => readHistory(db, asked));
      const { nameOf, state } = governance.now();
      const items = rows.slice(0, limit).map((row) => showEntry(nameOf, state, row));
      return { items, ...(rows.length > limit ? { next: String(items.at(-1)?.entry) } : {}) };
    }),
  ];
}

/** Where a page of a list that goes downwards begins; undefined for a cursor that is none. */
function placeOf({
  after,
  limit = pageSizeDefault,
}: {
  readonly after?: string;
  readonly limit?: number;
}): { readonly before: number; readonly limit: number } | undefined {
  const before = after === undefined ? Number.MAX_SAFE_INTEGER : Number(after);
  return Number.isSafeInteger(before) ? { before, limit } : undefined;
}
