// `void` and `void_done`: lawful withdrawal of records, and the word of members that they deleted
// (spec/ledger.md, G40 to G45).
import { holdersOf } from '../batch-view.ts';
import type { VoidDoneFields, VoidFields, VoidRange } from '../statement-fields.ts';
import type { BatchValue, VoidedRange } from '../state-values.ts';
import { tables } from '../state-values.ts';
import { activeMembersOf, channelOf, networkOf, policyOf } from '../view.ts';
import type { Electorate, Rule, RuleContext, RuleRejection } from './rule.ts';
import { issuerAlone, refuse } from './rule.ts';

/** Withdraws records. The reporter for its own; the managing organisation with others. */
export const voidRule: Rule<VoidFields> = {
  check: (context, fields) => {
    const batch = context.read(tables.batch, fields.entry);
    if (batch === undefined) return refuse('batch_unknown', fields.entry);
    if (batch.channel !== fields.channel) return refuse('channel_mismatch', batch.channel);
    if (context.issuer !== batch.reporter && context.issuer !== networkOf(context).managing) {
      return refuse('not_entitled', context.issuer);
    }
    for (const range of fields.ranges) {
      const refusal = checkRange(context, fields, batch, range);
      if (refusal !== undefined) return refusal;
    }
    const electorate = electorateOf(context, fields);
    return electorate !== undefined && electorate.voters.length === 0
      ? refuse('approvers_missing')
      : undefined;
  },
  electorate: electorateOf,
  apply: (context, fields) => {
    const batch = context.read(tables.batch, fields.entry);
    if (batch === undefined) return;
    const voids = fields.ranges.reduce<readonly VoidedRange[]>(
      (before, range) => withVoid(before, { ...range, entry: context.entry, mode: fields.mode }),
      batch.voids,
    );
    context.draft.write(tables.batch, fields.entry, { ...batch, voids });
    context.draft.write(tables.void, context.entry, {
      channel: fields.channel,
      batch: fields.entry,
      mode: fields.mode,
      height: context.height,
    });
  },
};

/** The issuer's word that it deleted: live copies first, backups when they have expired. */
export const voidDoneRule: Rule<VoidDoneFields> = {
  check: (context, fields) => {
    const act = context.read(tables.void, fields.entry);
    if (act === undefined) return refuse('void_unknown', fields.entry);
    if (act.channel !== fields.channel) return refuse('channel_mismatch', act.channel);
    if (act.mode === 'keep') return refuse('void_keeps', fields.entry);
    if (!holdersOf(context, act).includes(context.issuer)) return refuse('not_a_member', context.issuer);
    const done = context.read(tables.void_done, `${fields.entry}/${context.issuer}`);
    const isInTurn = fields.stage === 'live' ? done === undefined : done?.stage === 'live';
    const hasDay = fields.backupsExpireOn !== null;
    return isInTurn && hasDay === (fields.stage === 'live')
      ? undefined
      : refuse('deletion_stage_wrong', fields.stage);
  },
  electorate: issuerAlone,
  apply: (context, fields) => {
    const id = `${fields.entry}/${context.issuer}`;
    const before = context.read(tables.void_done, id);
    context.draft.write(tables.void_done, id, {
      stage: fields.stage,
      backupsExpireOn: fields.backupsExpireOn ?? before?.backupsExpireOn ?? 0,
      height: context.height,
    });
  },
};

/** The void ranges with one more. What was void and kept and is now void and erased keeps its replacement. */
export function withVoid(ranges: readonly VoidedRange[], added: VoidedRange): readonly VoidedRange[] {
  const result: VoidedRange[] = [];
  let next = added.first;
  for (const range of ranges) {
    if (range.last < added.first || range.first > added.last) {
      result.push(range);
      continue;
    }
    if (range.first < added.first) result.push({ ...range, last: added.first - 1 });
    if (next < range.first) result.push(slice(added, next, range.first - 1));
    const first = Math.max(range.first, added.first);
    const last = Math.min(range.last, added.last);
    const replacement = added.replacement === null ? slice(range, first, last) : slice(added, first, last);
    result.push({ ...slice(added, first, last), replacement: replacement.replacement });
    if (range.last > added.last) result.push(slice(range, added.last + 1, range.last));
    next = last + 1;
  }
  if (next <= added.last) result.push(slice(added, next, added.last));
  return result.sort((a, b) => a.first - b.first);
}

function slice(range: VoidedRange, first: number, last: number): VoidedRange {
  const { replacement } = range;
  const leaf = replacement === null ? 0 : replacement.leaf + first - range.first;
  return {
    ...range,
    first,
    last,
    replacement: replacement === null ? null : { entry: replacement.entry, leaf },
  };
}

function checkRange(
  context: RuleContext,
  fields: VoidFields,
  batch: BatchValue,
  range: VoidRange,
): RuleRejection | undefined {
  if (range.last >= batch.count) return refuse('leaf_unknown', range.last);
  for (const before of batch.voids) {
    const isElsewhere = before.last < range.first || before.first > range.last;
    const isStricter = before.mode === 'keep' && fields.mode === 'erase';
    if (!isElsewhere && !isStricter) return refuse('already_void', Math.max(before.first, range.first));
  }
  if ((range.replacement !== null) !== (fields.reason === 'replaced')) return refuse('replacement_mismatch');
  if (range.replacement === null) return undefined;
  const { entry, leaf } = range.replacement;
  const other = context.read(tables.batch, entry);
  if (other === undefined || leaf + range.last - range.first >= other.count) {
    return refuse('replacement_unknown', entry);
  }
  const isSameSource =
    other.channel === batch.channel &&
    other.recordKind === batch.recordKind &&
    other.reporter === batch.reporter;
  return isSameSource && entry > fields.entry ? undefined : refuse('replacement_mismatch', entry);
}

function electorateOf(context: RuleContext, fields: VoidFields): Electorate | undefined {
  const batch = context.read(tables.batch, fields.entry);
  const channel = channelOf(context, fields.channel);
  if (batch === undefined || channel === undefined) return undefined;
  const { voidApprovals, reporterVoidApprovals } = policyOf(context);
  const needed = batch.reporter === context.issuer ? reporterVoidApprovals : voidApprovals;
  if (needed === 0) return undefined;
  const voters = activeMembersOf(context, channel)
    .map((member) => member.organization)
    .filter((organization) => organization !== context.issuer);
  return { voters, needed: Math.min(needed, voters.length) };
}
