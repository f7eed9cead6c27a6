// `modules` and `policy`: what organisations may report, and the rules that can change (spec/ledger.md, G50 and G51).
import type { ModulesFields, PolicyFields } from '../statement-fields.ts';
import type { Table, Version } from '../state-values.ts';
import { tables } from '../state-values.ts';
import { latestOrganizationOf } from '../view.ts';
import { withVersion } from '../versions.ts';
import type { Rule, RuleContext, RuleRejection } from './rule.ts';
import {
  activationOf,
  FUTURE_VERSIONS_MAX,
  isManaging,
  issuerAlone,
  mayPropose,
  refuse,
  validatorElectorate,
} from './rule.ts';

/** Which record kinds an organisation may report: the managing organisation decides. */
export const modulesRule: Rule<ModulesFields> = {
  check: (context, { organization }) => {
    if (!isManaging(context)) return refuse('not_entitled', context.issuer);
    const latest = latestOrganizationOf(context, organization);
    if (latest === undefined) return refuse('organization_unknown', organization);
    if (latest.status === 'retired') return refuse('organization_retired', organization);
    return checkRoom(context, tables.modules, organization);
  },
  electorate: issuerAlone,
  apply: (context, { organization, recordKinds, activation }) => {
    const versions = context.read(tables.modules, organization) ?? [];
    const added = { from: activationOf(context, activation), value: recordKinds };
    context.draft.write(tables.modules, organization, withVersion(versions, added, context.height));
  },
};

/** The policy: the validators decide. */
export const policyRule: Rule<PolicyFields> = {
  check: (context) =>
    mayPropose(context) ? checkRoom(context, tables.policy, '') : refuse('not_entitled', context.issuer),
  electorate: validatorElectorate,
  apply: (context, { policy, activation }) => {
    const versions = context.read(tables.policy, '') ?? [];
    const added = { from: activationOf(context, activation), value: policy };
    context.draft.write(tables.policy, '', withVersion(versions, added, context.height));
  },
};

/** Refuses one more change where too many wait to come into force. */
export function checkRoom<T>(
  context: RuleContext,
  table: Table<readonly Version<T>[]>,
  id: string,
): RuleRejection | undefined {
  const future = (context.read(table, id) ?? []).filter((version) => version.from > context.height);
  return future.length >= FUTURE_VERSIONS_MAX ? refuse('too_many_changes', id) : undefined;
}
