// Takes a change of keys that a recovery key has signed on another machine, for any organisation of the network
// (spec/governance.md, N25).
import { checkStatement, foreseeStatement, keyOf, parseStatement, viewOf } from '@suyuan/ledger';
import type { Rejection, Result } from '@suyuan/log';
import { ok, reject } from '@suyuan/log';

import type { GovernanceContext } from './governance-context.ts';

/** What was taken. */
export interface HandedIn {
  readonly organization: string;
  /** Of this node when it was taken. */
  readonly height: number;
}

/** Hands it to the ordering; rejects what is no such change, could not be ordered now, or would be refused. */
export async function handIn(
  { crypto, state, submit }: Pick<GovernanceContext, 'crypto' | 'state' | 'submit'>,
  bytes: Uint8Array,
): Promise<Result<HandedIn, Rejection & { readonly about?: string | number }>> {
  const now = state();
  const checked = checkStatement(crypto, now, bytes);
  if (!checked.ok) return checked;
  const { issuer, body } = checked.value;
  const parsed = parseStatement(bytes);
  const signedWith = parsed.ok ? keyOf(viewOf(crypto, now), parsed.value.keyId)?.purpose : undefined;
  if (signedWith !== 'recovery' || body.kind !== 'key')
    return reject({ code: 'not_entitled', about: issuer });
  const { outcome } = foreseeStatement(crypto, now, { issuer, signedWith }, body);
  if (outcome.status === 'refused') return reject(outcome.rejection);
  const submitted = await submit(bytes);
  return submitted.ok ? ok({ organization: issuer, height: now.height }) : submitted;
}
