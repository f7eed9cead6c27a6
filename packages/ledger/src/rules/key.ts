// `key`: registration and end of keys (spec/ledger.md, G61 to G65).
import { encodeHex } from '@suyuan/log';

import type { KeyFields } from '../statement-fields.ts';
import { tables } from '../state-values.ts';
import { keyOf, latestOrganizationOf } from '../view.ts';
import { REQUIRED_KEYS } from './organization.ts';
import { addKeys, checkNewKeys, endKey } from './register-keys.ts';
import type { Rule, RuleContext, RuleRejection } from './rule.ts';
import { activationOf, mayPropose, refuse, validatorElectorate } from './rule.ts';

/** Most keys of one purpose that are still to come. */
const FUTURE_KEYS_MAX = 4;

/** Its own keys an organisation changes itself; those of another, the validators. */
export const keyRule: Rule<KeyFields> = {
  check: (context, fields) => {
    const { organization, add, end } = fields;
    if (organization !== context.issuer && !mayPropose(context))
      return refuse('not_entitled', context.issuer);
    const latest = latestOrganizationOf(context, organization);
    if (latest === undefined) return refuse('organization_unknown', organization);
    if (latest.status === 'retired') return refuse('organization_retired', organization);
    if (add.length === 0 && end.length === 0) return refuse('unchanged', organization);
    return (
      checkRecovery(context, fields) ??
      checkRoomForKeys(context, fields) ??
      checkEnded(context, fields, REQUIRED_KEYS[latest.role]) ??
      checkNewKeys(context, organization, add)
    );
  },
  electorate: (context, { organization }) =>
    organization === context.issuer ? undefined : validatorElectorate(context),
  apply: (context, { organization, add, end, activation }) => {
    const from = activationOf(context, activation);
    addKeys(context, organization, add, from);
    for (const keyId of end) endKey(context, organization, keyId, from);
  },
};

/** Only the recovery key itself, or the validators, may replace or end it. */
function checkRecovery(
  context: RuleContext,
  { organization, add, end }: KeyFields,
): RuleRejection | undefined {
  if (organization !== context.issuer || context.signedWith === 'recovery') return undefined;
  const listed = context.read(tables.keys, organization) ?? [];
  const isTouched =
    add.some((key) => key.purpose === 'recovery') ||
    end.some((keyId) => keyOf(context, keyId)?.purpose === 'recovery');
  const isThere = listed.some((key) => key.purpose === 'recovery');
  return isTouched && isThere ? refuse('recovery_key_needed', organization) : undefined;
}

/** A chain of keys that replace each other in the future has an end. */
function checkRoomForKeys(context: RuleContext, { organization, add }: KeyFields): RuleRejection | undefined {
  const listed = context.read(tables.keys, organization) ?? [];
  const full = add.find(
    ({ purpose }) =>
      listed.filter((key) => key.purpose === purpose && key.from > context.height).length >= FUTURE_KEYS_MAX,
  );
  return full === undefined ? undefined : refuse('too_many_changes', full.purpose);
}

function checkEnded(
  context: RuleContext,
  { organization, add, end }: KeyFields,
  required: readonly string[],
): RuleRejection | undefined {
  for (const keyId of end) {
    const id = encodeHex(keyId);
    const key = keyOf(context, keyId);
    if (key?.organization !== organization) return refuse('key_unknown', id);
    if (key.until !== null) return refuse('key_ended', id);
    if (add.some(({ purpose }) => purpose === key.purpose)) return refuse('key_ended', id);
    if (required.includes(key.purpose)) return refuse('key_required', key.purpose);
  }
  return undefined;
}
