// The form of every rule: may this be, who must agree, and what it changes (spec/ledger.md, "Rules").
import type { Crypto, Rejection } from '@suyuan/log';

import type { Draft } from '../draft.ts';
import type { KeyPurpose } from '../key.ts';
import type { View } from '../view.ts';
import { networkOf, quorumOf, validatorsOf } from '../view.ts';

/** Why an authentic statement is recorded as refused. */
export type RuleCode =
  | 'organization_suspended'
  | 'organization_retired'
  | 'organization_unknown'
  | 'organization_exists'
  | 'not_entitled'
  | 'recovery_key_only_for_keys'
  | 'unchanged'
  | 'too_many_changes'
  | 'channel_unknown'
  | 'channel_closed'
  | 'channel_mismatch'
  | 'channel_full'
  | 'member_unknown'
  | 'member_exists'
  | 'not_a_member'
  | 'record_kind_not_in_channel'
  | 'record_kind_not_in_modules'
  | 'acknowledgement_not_a_member'
  | 'acknowledgement_own'
  | 'acknowledgement_key_invalid'
  | 'acknowledgement_invalid'
  | 'acknowledgements_too_few'
  | 'batch_unknown'
  | 'leaf_unknown'
  | 'already_void'
  | 'replacement_unknown'
  | 'replacement_mismatch'
  | 'void_unknown'
  | 'void_keeps'
  | 'deletion_stage_wrong'
  | 'upheld_not_in_conflict'
  | 'approvers_missing'
  | 'role_needs_host'
  | 'host_unsuitable'
  | 'host_in_use'
  | 'managing_organization'
  | 'last_validator'
  | 'keys_only_on_admission'
  | 'key_required'
  | 'key_exists'
  | 'key_unknown'
  | 'key_ended'
  | 'recovery_key_needed'
  | 'possession_invalid'
  | 'grant_exists'
  | 'grant_unknown'
  | 'act_unknown'
  | 'act_expired'
  | 'vote_exists'
  | 'too_many_pending'
  | 'tree_size_unknown'
  | 'anchor_conflict';

/** A refusal by a rule. `about` names the organisation, kind or number that it concerns. */
export type RuleRejection = Rejection<RuleCode> & { readonly about?: string | number };

/** Where a statement stands when its rule is asked. */
export interface RuleContext extends View {
  readonly crypto: Crypto;
  readonly draft: Draft;
  readonly issuer: string;
  /** The purpose of the key that signed. */
  readonly signedWith: KeyPurpose;
  /** The entry of the statement. */
  readonly entry: number;
  readonly sequence: number;
  readonly keyId: Uint8Array;
}

/** Who must approve, besides the issuer's own word. */
export interface Electorate {
  readonly voters: readonly string[];
  /** Approvals of voters that decide it. */
  readonly needed: number;
}

/** What one kind of statement means. */
export interface Rule<F> {
  /** Why it may not be, now. Asked again before an approved act takes effect. */
  check(context: RuleContext, fields: F): RuleRejection | undefined;
  /** Who must approve; undefined where the issuer alone decides. */
  electorate(context: RuleContext, fields: F): Electorate | undefined;
  /** Writes what it changes. Only after `check` found nothing. */
  apply(context: RuleContext, fields: F): void;
}

/** From how many validators on their vote is asked. */
const VOTING_VALIDATORS_MIN = 4;

/** The electorate of what the issuer alone decides. */
export function issuerAlone(): undefined {
  return undefined;
}

/** Most changes of one thing that are decided and not yet in force. */
export const FUTURE_VERSIONS_MAX = 16;

/** A refusal. */
export function refuse(code: RuleCode, about?: string | number): RuleRejection {
  return about === undefined ? { code } : { code, about };
}

/** Whether the issuer is the managing organisation. */
export function isManaging(context: RuleContext): boolean {
  return networkOf(context).managing === context.issuer;
}

/** From when on a change holds: the height asked for, but never before the next block. */
export function activationOf(context: RuleContext, activation: number): number {
  return Math.max(activation, context.height + 1);
}

/** Whether the issuer may propose what the validators decide. */
export function mayPropose(context: RuleContext): boolean {
  const validators = validatorsOf(context);
  return (
    isManaging(context) || (validators.length >= VOTING_VALIDATORS_MIN && validators.includes(context.issuer))
  );
}

/** More than two thirds of the validators, from four on; below that the managing organisation decides. */
export function validatorElectorate(context: RuleContext): Electorate | undefined {
  const voters = validatorsOf(context);
  if (voters.length < VOTING_VALIDATORS_MIN) return undefined;
  return { voters, needed: quorumOf(voters.length) };
}
