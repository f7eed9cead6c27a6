// `organization`: admission, status, role and host (spec/ledger.md, G54 to G59).
import type { KeyPurpose } from '../key.ts';
import type { OrganizationFields, OrganizationRole } from '../statement-fields.ts';
import type { OrganizationValue } from '../state-values.ts';
import { tables } from '../state-values.ts';
import { latestOrganizationOf, networkOf, organizationsOf } from '../view.ts';
import { withVersion } from '../versions.ts';

import { addKeys, checkNewKeys, endKey } from './register-keys.ts';
import type { Rule, RuleContext, RuleRejection } from './rule.ts';
import { activationOf, isManaging, mayPropose, refuse, validatorElectorate } from './rule.ts';
import { checkRoom } from './settings.ts';

/** Most organisations in a network. */
const NETWORK_ORGANIZATIONS_MAX = 50_000;

/** The keys that each role must have. */
export const REQUIRED_KEYS: Readonly<Record<OrganizationRole, readonly KeyPurpose[]>> = {
  validator: ['statement', 'log', 'cosigning', 'transport', 'validator'],
  observer: ['statement', 'transport'],
  hosted: ['statement'],
};

/** The managing organisation decides; where a validator comes, goes or changes, the validators. */
export const organizationRule: Rule<OrganizationFields> = {
  check: (context, fields) => {
    const isEntitled = concernsValidators(context, fields) ? mayPropose(context) : isManaging(context);
    if (!isEntitled) return refuse('not_entitled', context.issuer);
    const latest = latestOrganizationOf(context, fields.organization);
    const refusal =
      latest === undefined ? checkAdmission(context, fields) : checkChange(context, fields, latest);
    return (
      refusal ?? checkHost(context, fields) ?? checkRoom(context, tables.organization, fields.organization)
    );
  },
  electorate: (context, fields) =>
    concernsValidators(context, fields) ? validatorElectorate(context) : undefined,
  apply: (context, fields) => {
    const { organization, status, role, host } = fields;
    const from = activationOf(context, fields.activation);
    const versions = context.read(tables.organization, organization) ?? [];
    const added = { from, value: { status, role, host } };
    context.draft.write(tables.organization, organization, withVersion(versions, added, context.height));
    addToList(context, 'organizations', organization);
    if (role === 'validator') addToList(context, 'validators', organization);
    addKeys(context, organization, fields.keys, from);
    if (status === 'retired') endKeys(context, organization, from);
  },
};

function concernsValidators(context: RuleContext, fields: OrganizationFields): boolean {
  const latest = latestOrganizationOf(context, fields.organization);
  return fields.role === 'validator' || (latest?.role === 'validator' && latest.status !== 'retired');
}

function checkAdmission(context: RuleContext, fields: OrganizationFields): RuleRejection | undefined {
  if (fields.status !== 'active') return refuse('organization_unknown', fields.organization);
  if (organizationsOf(context).length >= NETWORK_ORGANIZATIONS_MAX) return refuse('too_many_changes');
  const missing = missingKey(
    fields.role,
    fields.keys.map((key) => key.purpose),
  );
  if (missing !== undefined) return refuse('key_required', missing);
  return checkNewKeys(context, fields.organization, fields.keys);
}

function checkChange(
  context: RuleContext,
  fields: OrganizationFields,
  latest: OrganizationValue,
): RuleRejection | undefined {
  const { organization, status, role, host } = fields;
  if (fields.keys.length > 0) return refuse('keys_only_on_admission', organization);
  if (latest.status === 'retired') return refuse('organization_retired', organization);
  if (latest.status === status && latest.role === role && latest.host === host) {
    return refuse('unchanged', organization);
  }
  const isManagingItself = organization === networkOf(context).managing;
  if (isManagingItself && (status !== 'active' || role === 'hosted')) return refuse('managing_organization');
  const wasVoting = latest.role === 'validator' && latest.status === 'active';
  const willVote = role === 'validator' && status === 'active';
  if (wasVoting && !willVote && countVoting(context) === 1) return refuse('last_validator', organization);
  if ((status === 'retired' || role === 'hosted') && isHosting(context, organization)) {
    return refuse('host_in_use', organization);
  }
  const current = (context.read(tables.keys, organization) ?? []).filter((key) => key.until === null);
  const missing = missingKey(
    role,
    current.map((key) => key.purpose),
  );
  return missing === undefined || status === 'retired' ? undefined : refuse('key_required', missing);
}

function checkHost(context: RuleContext, fields: OrganizationFields): RuleRejection | undefined {
  const { organization, role, host } = fields;
  if ((role === 'hosted') !== (host !== null)) return refuse('role_needs_host', organization);
  if (host === null) return undefined;
  const found = host === organization ? undefined : latestOrganizationOf(context, host);
  const isSuitable = found?.status === 'active' && found.role !== 'hosted';
  return isSuitable || fields.status !== 'active' ? undefined : refuse('host_unsuitable', host);
}

function missingKey(role: OrganizationRole, present: readonly KeyPurpose[]): KeyPurpose | undefined {
  return REQUIRED_KEYS[role].find((purpose) => !present.includes(purpose));
}

function countVoting(context: RuleContext): number {
  return (context.read(tables.validators, '') ?? []).filter((id) => {
    const latest = latestOrganizationOf(context, id);
    return latest?.role === 'validator' && latest.status === 'active';
  }).length;
}

function isHosting(context: RuleContext, organization: string): boolean {
  return organizationsOf(context).some((id) => {
    const latest = latestOrganizationOf(context, id);
    return latest?.host === organization && latest.status !== 'retired';
  });
}

function addToList(context: RuleContext, name: 'organizations' | 'validators', organization: string): void {
  const ids = context.read(tables[name], '') ?? [];
  if (!ids.includes(organization)) context.draft.write(tables[name], '', [...ids, organization].sort());
}

/** A retired organisation keeps its statement key only, to say that it has deleted. */
function endKeys(context: RuleContext, organization: string, until: number): void {
  for (const listed of context.read(tables.keys, organization) ?? []) {
    if (listed.until === null && listed.purpose !== 'statement') {
      endKey(context, organization, listed.keyId, until);
    }
  }
}
