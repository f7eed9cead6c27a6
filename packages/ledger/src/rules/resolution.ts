// `resolution`: how the parties settled a custody conflict (spec/ledger.md, G47 and G48).
import type { RecordName, ResolutionFields } from '../statement-fields.ts';
import { tables } from '../state-values.ts';
import { isActive, networkOf } from '../view.ts';
import type { Rule, RuleContext, RuleRejection } from './rule.ts';
import { refuse } from './rule.ts';

/** All reporters of the records agree; for one that may no longer act, the managing organisation. */
export const resolutionRule: Rule<ResolutionFields> = {
  check: (context, fields) => {
    for (const record of fields.records) {
      const refusal = checkRecord(context, fields.channel, record);
      if (refusal !== undefined) return refusal;
    }
    const isInConflict = (upheld: RecordName): boolean =>
      fields.records.some((record) => record.entry === upheld.entry && record.leaf === upheld.leaf);
    if (!fields.upheld.every(isInConflict)) return refuse('upheld_not_in_conflict');
    const isParty = partiesOf(context, fields).has(context.issuer);
    return isParty || context.issuer === networkOf(context).managing
      ? undefined
      : refuse('not_entitled', context.issuer);
  },
  electorate: (context, fields) => {
    const voters = [...partiesOf(context, fields)].filter((party) => party !== context.issuer).sort();
    return voters.length === 0 ? undefined : { voters, needed: voters.length };
  },
  apply: (context, { channel, records, upheld }) => {
    context.draft.write(tables.resolution, context.entry, {
      channel,
      records,
      upheld,
      height: context.height,
    });
  },
};

function checkRecord(context: RuleContext, channel: number, record: RecordName): RuleRejection | undefined {
  const batch = context.read(tables.batch, record.entry);
  if (batch === undefined) return refuse('batch_unknown', record.entry);
  if (batch.channel !== channel) return refuse('channel_mismatch', batch.channel);
  return record.leaf < batch.count ? undefined : refuse('leaf_unknown', record.leaf);
}

function partiesOf(context: RuleContext, fields: ResolutionFields): Set<string> {
  const parties = new Set<string>();
  for (const { entry } of fields.records) {
    const reporter = context.read(tables.batch, entry)?.reporter;
    if (reporter !== undefined)
      parties.add(isActive(context, reporter) ? reporter : networkOf(context).managing);
  }
  return parties;
}
