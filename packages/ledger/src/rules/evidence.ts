// `grant`, `audit` and `anchor`: what organisations put on record about what lies outside the ledger
// (spec/ledger.md, G74 to G76).
import type { AnchorFields, AuditFields, GrantFields } from '../statement-fields.ts';
import { tables } from '../state-values.ts';
import { channelOf, isActive, latestOrganizationOf, networkOf } from '../view.ts';
import type { Rule } from './rule.ts';
import { issuerAlone, refuse } from './rule.ts';

/** The owner of a dataset gives or withdraws access; the owner is the issuer. */
export const grantRule: Rule<GrantFields> = {
  check: (context, { dataset, organization, isGiven }) => {
    if (organization === context.issuer) return refuse('unchanged', organization);
    if (latestOrganizationOf(context, organization) === undefined) {
      return refuse('organization_unknown', organization);
    }
    if (isGiven && !isActive(context, organization)) return refuse('organization_suspended', organization);
    const isThere = context.read(tables.grant, `${context.issuer}/${dataset}/${organization}`) !== undefined;
    if (isThere === isGiven) return refuse(isGiven ? 'grant_exists' : 'grant_unknown', dataset);
    return undefined;
  },
  electorate: issuerAlone,
  apply: (context, { dataset, organization, isGiven }) => {
    const id = `${context.issuer}/${dataset}/${organization}`;
    if (isGiven) context.draft.write(tables.grant, id, context.entry);
    else context.draft.remove(tables.grant, id);
  },
};

/** The outcome of a verification of what the log held at a size that it had reached. */
export const auditRule: Rule<AuditFields> = {
  check: (context, { channel, treeSize, roots }) => {
    if (treeSize > context.entry) return refuse('tree_size_unknown', treeSize);
    const members =
      channel === null ? undefined : channelOf(context, channel)?.members.map((m) => m.organization);
    if (channel !== null && members === undefined) return refuse('channel_unknown', channel);
    const isInside = members?.includes(context.issuer) ?? true;
    if (!isInside && context.issuer !== networkOf(context).managing)
      return refuse('not_a_member', context.issuer);
    const stranger = roots.find(({ organization }) =>
      members === undefined
        ? latestOrganizationOf(context, organization) === undefined
        : !members.includes(organization),
    );
    return stranger === undefined ? undefined : refuse('member_unknown', stranger.organization);
  },
  electorate: issuerAlone,
  apply: (context, { channel, treeSize }) => {
    context.draft.write(tables.audit, channel ?? 0, { entry: context.entry, treeSize });
  },
};

/** A digest of something that the issuer keeps. What only grows may not shrink or change. */
export const anchorRule: Rule<AnchorFields> = {
  check: (context, { purpose, name, size, digest }) => {
    if (purpose !== 'audit_trail' && purpose !== 'query_log') return undefined;
    const before = context.read(tables.anchor, `${context.issuer}/${purpose}/${name}`);
    if (before === undefined || size > before.size) return undefined;
    const isSame = size === before.size && before.digest.every((byte, index) => byte === digest[index]);
    return isSame ? undefined : refuse('anchor_conflict', name);
  },
  electorate: issuerAlone,
  apply: (context, { purpose, name, size, digest }) => {
    context.draft.write(tables.anchor, `${context.issuer}/${purpose}/${name}`, {
      entry: context.entry,
      size,
      digest,
    });
  },
};
