// What the ledger would say to acts if they were sent now, and whom they need: asked before anything is signed
// (spec/governance.md, N2 and N3).
import type { AnswerOf, GovernanceAct, previewGovernance } from '@suyuan/api';
import { ruleSentenceOf } from '@suyuan/api';
import type { Foresight, PendingAct, RuleRejection } from '@suyuan/ledger';
import { foreseeStatement, pendingActOf, viewOf } from '@suyuan/ledger';
import type { LedgerState, StatementBody } from '@suyuan/ledger';
import type { Crypto } from '@suyuan/log';

import type { BuiltActs } from './build-acts.ts';
import { describeAct, harmsOf } from './describe-act.ts';
import type { NameOf } from './describe-act.ts';
import { showFields } from './show-fields.ts';

/** An act as it would go. */
export type ForeseenAct = AnswerOf<typeof previewGovernance>['acts'][number];
/** Votes as the API shows them. */
export type ShownVotes = NonNullable<GovernanceAct['votes']>;
/** A refusal as the API shows it. */
export type ShownRefusal = NonNullable<GovernanceAct['refusal']>;

/** What foreseeing works with. */
export interface Foresee {
  readonly crypto: Crypto;
  readonly state: LedgerState;
  readonly organization: string;
  readonly nameOf: NameOf;
}

/** Each act as it would go. Acts of a chain are judged after the ones before, as far as those need no vote. */
export function foreseeActs(around: Foresee, { bodies, isChain }: BuiltActs): readonly ForeseenAct[] {
  const { crypto, organization, nameOf } = around;
  let { state } = around;
  let isOpen = false;
  return bodies.map((body) => {
    const shown = {
      kind: body.kind,
      sentence: describeAct(body, nameOf),
      fields: showFields(body),
      harms: [...harmsOf(viewOf(crypto, state), harmful(around, body), nameOf)],
    };
    if (isOpen) return { ...shown, outcome: 'planned' as const };
    const foreseen = foreseeStatement(crypto, state, { issuer: organization, signedWith: 'statement' }, body);
    const { outcome, after } = foreseen;
    if (outcome.status === 'refused')
      return { ...shown, outcome: 'refused' as const, refusal: showRefusal(outcome.rejection) };
    if (isChain) {
      state = after;
      isOpen = outcome.status === 'pending';
    }
    const votes = votesOf(crypto, foreseen);
    return {
      ...shown,
      outcome: outcome.status === 'pending' ? ('pending' as const) : ('applied' as const),
      ...(votes === undefined ? {} : { votes }),
    };
  });
}

/** The harm of an approval is that of what it approves. */
function harmful({ crypto, state }: Foresee, body: StatementBody): StatementBody {
  if (body.kind !== 'vote' || !body.fields.approves) return body;
  return pendingActOf(crypto, state, body.fields.entry)?.act ?? body;
}

/** Who will be asked: voters of the act, or who is invited to a channel. */
function votesOf(crypto: Crypto, { after, entry }: Foresight): ShownVotes | undefined {
  const act = pendingActOf(crypto, after, entry);
  return act === undefined ? undefined : showVotes(act);
}

/** The votes of an act that waits. */
export function showVotes({ voters, needed, approvals, rejections, missing }: PendingAct): ShownVotes {
  return {
    voters: [...voters],
    needed,
    approvals: [...approvals],
    rejections: [...rejections],
    missing: [...missing],
  };
}

/** A refusal with its sentence. */
export function showRefusal({
  code,
  about,
}: Pick<RuleRejection, 'about'> & { readonly code: string }): ShownRefusal {
  const message = ruleSentenceOf(code) ?? { en: code, zh: code };
  return { code, ...(about === undefined ? {} : { about }), message: { ...message } };
}
