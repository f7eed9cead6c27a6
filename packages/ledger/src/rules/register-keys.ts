// Keys come and go: one for each purpose, each used once, its interval kept for ever (spec/ledger.md, G62 and G63).
import { encodeHex } from '@suyuan/log';

import type { KeyRegistration } from '../key.ts';
import { keyIdOf, verifyPossession } from '../key.ts';
import type { CurrentKey } from '../state-values.ts';
import { tables } from '../state-values.ts';
import { networkOf } from '../view.ts';
import type { RuleContext, RuleRejection } from './rule.ts';
import { refuse } from './rule.ts';

/** Refuses a key that is known already, or that did not sign its own registration. */
export function checkNewKeys(
  context: RuleContext,
  organization: string,
  keys: readonly KeyRegistration[],
): RuleRejection | undefined {
  const { network } = networkOf(context);
  const seen = new Set<string>();
  for (const key of keys) {
    const id = encodeHex(keyIdOf(context.crypto, key.publicKey));
    if (seen.has(id) || context.read(tables.key, id) !== undefined) return refuse('key_exists', key.purpose);
    seen.add(id);
    const possession = { context: network, organization, purpose: key.purpose };
    if (!verifyPossession(context.crypto, possession, key)) return refuse('possession_invalid', key.purpose);
  }
  return undefined;
}

/** Registers keys from a height on, each ending the one before it for its purpose. */
export function addKeys(
  context: RuleContext,
  organization: string,
  keys: readonly KeyRegistration[],
  from: number,
): void {
  for (const { purpose, publicKey } of keys) {
    for (const listed of context.read(tables.keys, organization) ?? []) {
      if (listed.purpose === purpose && (listed.until === null || listed.until > from)) {
        endKey(context, organization, listed.keyId, from);
      }
    }
    const keyId = keyIdOf(context.crypto, publicKey);
    context.draft.write(tables.key, encodeHex(keyId), {
      organization,
      purpose,
      publicKey,
      from,
      until: null,
    });
    const listed = listedKeys(context, organization);
    context.draft.write(tables.keys, organization, [...listed, { purpose, keyId, from, until: null }]);
  }
}

/** Ends a key: valid at heights before `until`, and never at one before it began. */
export function endKey(context: RuleContext, organization: string, keyId: Uint8Array, until: number): void {
  const id = encodeHex(keyId);
  const key = context.read(tables.key, id);
  if (key === undefined) return;
  const end = Math.max(until, key.from);
  context.draft.write(tables.key, id, { ...key, until: end });
  const listed = listedKeys(context, organization).map((item): CurrentKey =>
    encodeHex(item.keyId) === id ? { ...item, until: end } : item,
  );
  context.draft.write(tables.keys, organization, listed);
}

function listedKeys(context: RuleContext, organization: string): readonly CurrentKey[] {
  const keys = context.read(tables.keys, organization) ?? [];
  return keys.filter(({ from, until }) => until === null || until > Math.max(from, context.height));
}
