// Governance: who takes part and how, what may be reported, channels, keys, policy, settled conflicts and voids. Every
// act is previewed by the ledger's own rules before it is signed (spec/governance.md).
import { Type } from 'typebox';
import type { Static } from 'typebox';

import {
  entryNumber,
  governanceWish,
  hex32,
  keyPurpose,
  organizationIdText,
  organizationStatus,
  participation,
  words,
} from './governance-wish.ts';
import { idParams, moment, page, paging, text } from './paging.ts';
import { administrators, auditors, defineRoute, everyone, json, jsonBody } from './route.ts';

const refusal = Type.Object({
  code: Type.String(),
  about: Type.Optional(Type.Union([Type.String(), Type.Integer()])),
  message: text,
});

const votes = Type.Object({
  voters: Type.Array(Type.String()),
  needed: Type.Integer({ description: 'approvals that decide it' }),
  approvals: Type.Array(Type.String()),
  rejections: Type.Array(Type.String()),
  missing: Type.Array(Type.String(), { description: 'who has not voted' }),
});

const statementKind = words(
  'batch',
  'void',
  'void_done',
  'resolution',
  'organization',
  'key',
  'modules',
  'channel',
  'policy',
  'grant',
  'vote',
  'audit',
  'anchor',
);
const fields = Type.Record(Type.String(), Type.Unknown(), {
  description: 'of the statement; bytes in hexadecimal',
});

const foreseen = Type.Object({
  kind: statementKind,
  sentence: text,
  fields,
  outcome: words('applied', 'pending', 'refused', 'planned'),
  refusal: Type.Optional(refusal),
  votes: Type.Optional(votes),
  harms: Type.Array(text, { description: 'what is lost or cannot be undone, for people to confirm' }),
});

/** What a void or a resolution touches. */
const touched = Type.Object({
  records: Type.Integer(),
  items: Type.Array(
    Type.Object({
      record: Type.String(),
      kind: Type.String(),
      reporter: Type.String(),
      codes: Type.Array(Type.String()),
    }),
    { description: 'the first 200' },
  ),
  holders: Type.Array(Type.String(), { description: 'organisations that may hold them' }),
});

const act = Type.Object({
  id: Type.Integer(),
  plan: Type.Integer({ description: 'acts of one request share it; each waits for the one before' }),
  kind: statementKind,
  sentence: text,
  fields,
  status: words('planned', 'sending', 'pending', 'applied', 'rejected', 'refused', 'lapsed', 'cancelled'),
  entry: Type.Optional(entryNumber),
  refusal: Type.Optional(refusal),
  votes: Type.Optional(votes),
  note: Type.Optional(Type.String()),
  createdBy: Type.String(),
  createdAt: moment,
  finishedAt: Type.Optional(moment),
});

/** An act of this node. */
export type GovernanceAct = Static<typeof act>;

const planOfActs = Type.Object({ plan: Type.Integer(), acts: Type.Array(act) });

const shownKey = Type.Object({
  purpose: keyPurpose,
  keyId: hex32,
  publicKey: hex32,
  from: Type.Integer({ description: 'first height at which it is in force' }),
  until: Type.Union([Type.Integer(), Type.Null()]),
});

export const getGovernance = defineRoute({
  id: 'getGovernance',
  method: 'GET',
  path: '/governance',
  area: 'governance',
  title: {
    en: 'What is in force: organisations, modules, keys, channels, policy',
    zh: '现行组织、模块、密钥、通道与策略',
  },
  access: everyone,
  answer: json(
    Type.Object({
      organization: Type.String({ description: 'of this node' }),
      managing: Type.String(),
      height: Type.Integer(),
      validators: Type.Array(Type.String()),
      votesNeeded: Type.Integer({
        description: 'of validators, for what they decide; 1 where the managing organisation decides',
      }),
      organizations: Type.Array(
        Type.Object({
          id: Type.String(),
          name: Type.String(),
          url: Type.Union([Type.String(), Type.Null()]),
          status: organizationStatus,
          role: participation,
          host: Type.Union([Type.String(), Type.Null()]),
          modules: Type.Array(Type.String()),
          channels: Type.Array(Type.Integer()),
          sequence: Type.Integer({ description: 'the highest number that its statements have used' }),
          keys: Type.Array(shownKey),
        }),
      ),
      channels: Type.Array(
        Type.Object({
          channel: Type.Integer(),
          status: words('open', 'closed'),
          recordKinds: Type.Array(Type.String(), { description: 'empty: every kind' }),
          acknowledgements: Type.Integer({
            description: 'at least so many; more where the rule asks for more',
          }),
          members: Type.Array(
            Type.Object({ organization: Type.String(), keepsPayloads: Type.Boolean(), from: Type.Integer() }),
          ),
          invited: Type.Array(Type.String(), { description: 'whose answer is awaited' }),
        }),
      ),
      policy: Type.Object({
        voidApprovals: Type.Integer(),
        reporterVoidApprovals: Type.Integer(),
        codes: words('lenient', 'strict'),
        backupDaysMax: Type.Integer(),
        pendingBlocksMax: Type.Integer(),
        isLogPublic: Type.Boolean(),
      }),
      businessTypes: Type.Array(
        Type.Object({ id: Type.String(), label: text, recordKinds: Type.Array(Type.String()) }),
      ),
    }),
  ),
});

const proposal = Type.Object({
  entry: entryNumber,
  issuer: Type.String(),
  kind: statementKind,
  sentence: text,
  fields,
  votes,
  expires: Type.Integer({ description: 'the last height at which a vote counts' }),
  blocksLeft: Type.Integer(),
  mayVote: Type.Boolean({ description: 'whether this organisation is asked and has not voted' }),
});

export const listProposals = defineRoute({
  id: 'listProposals',
  method: 'GET',
  path: '/governance/proposals',
  area: 'governance',
  title: { en: 'Proposals that wait for votes, oldest first', zh: '等待表决的提案' },
  access: everyone,
  answer: json(Type.Object({ items: Type.Array(proposal) })),
});

export const previewGovernance = defineRoute({
  id: 'previewGovernance',
  method: 'POST',
  path: '/governance/preview',
  area: 'governance',
  title: { en: 'What an act would do, and whom it needs', zh: '预览操作的结果与所需批准' },
  description: 'Asks the rules of the ledger with the state as it is now. Nothing is signed or sent.',
  access: administrators,
  body: jsonBody(governanceWish, 262_144),
  answer: json(
    Type.Object({
      isAllowed: Type.Boolean(),
      acts: Type.Array(foreseen),
      touched: Type.Optional(touched),
    }),
  ),
  problems: ['governance_wish_invalid', 'record_not_found', 'join_request_not_found', 'organization_unknown'],
});

export const issueGovernance = defineRoute({
  id: 'issueGovernance',
  method: 'POST',
  path: '/governance/acts',
  area: 'governance',
  title: { en: 'Sign and issue an act', zh: '签署并发布操作' },
  description:
    'Refused with `governance_refused` and the code of the rule where the ledger would refuse it now. What is taken is durable: it is issued exactly once, also when the node dies in between.',
  access: administrators,
  body: jsonBody(governanceWish, 262_144),
  answer: json(planOfActs, 202),
  problems: [
    'governance_wish_invalid',
    'governance_refused',
    'record_not_found',
    'join_request_not_found',
    'organization_unknown',
  ],
  idempotent: true,
});

export const handInStatement = defineRoute({
  id: 'handInStatement',
  method: 'POST',
  path: '/governance/statements',
  area: 'governance',
  title: {
    en: 'Hand in a change of keys that a recovery key has signed',
    zh: '提交由恢复密钥签署的密钥变更',
  },
  description:
    'Of any organisation of the network, at any node: who has lost its keys can sign nothing at its own. It is handed to the ordering and not kept; hand it in again until the keys are in force. Refused with `governance_refused` and the code of the rule where it could not be ordered now, or would change nothing.',
  access: administrators,
  body: jsonBody(Type.Object({ statement: Type.String({ maxLength: 43_692 }) }), 65_536),
  answer: json(Type.Object({ organization: Type.String(), height: Type.Integer() }), 202),
  problems: ['governance_wish_invalid', 'governance_refused'],
});

export const listGovernanceActs = defineRoute({
  id: 'listGovernanceActs',
  method: 'GET',
  path: '/governance/acts',
  area: 'governance',
  title: { en: 'Acts of this node, newest first', zh: '本节点发布的操作' },
  access: auditors,
  query: Type.Object(paging),
  answer: json(page(act)),
});

export const getGovernancePlan = defineRoute({
  id: 'getGovernancePlan',
  method: 'GET',
  path: '/governance/plans/:id',
  area: 'governance',
  title: { en: 'The acts of one request and where they stand', zh: '一次请求的操作及进度' },
  access: auditors,
  params: idParams,
  answer: json(planOfActs),
  problems: ['governance_plan_not_found'],
});

export const listGovernanceHistory = defineRoute({
  id: 'listGovernanceHistory',
  method: 'GET',
  path: '/governance/history',
  area: 'governance',
  title: { en: 'Acts of all organisations in the log, newest first', zh: '日志中全部组织的治理操作' },
  access: everyone,
  query: Type.Object({
    ...paging,
    organization: Type.Optional(organizationIdText),
    kind: Type.Optional(statementKind),
  }),
  answer: json(
    page(
      Type.Object({
        entry: entryNumber,
        height: Type.Integer(),
        at: Type.Optional(moment),
        issuer: Type.String(),
        kind: statementKind,
        sentence: text,
        fields,
        outcome: words('applied', 'pending', 'rejected', 'refused', 'lapsed'),
        refusal: Type.Optional(refusal),
        decidedBy: Type.Optional(Type.Integer({ description: 'entry of the vote that decided it' })),
      }),
    ),
  ),
});

/** The routes of this chapter. */
export const governanceRoutes = [
  getGovernance,
  listProposals,
  previewGovernance,
  issueGovernance,
  handInStatement,
  listGovernanceActs,
  getGovernancePlan,
  listGovernanceHistory,
] as const;
