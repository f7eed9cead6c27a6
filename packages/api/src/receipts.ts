// Receipts in their three forms, and what an outsider needs to check them: trust policy, statements, public keys.
import { Type } from 'typebox';

import { defineRoute, everyone, file, json } from './route.ts';

const entry = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'place in the log' });
const closed = { additionalProperties: false };

/** The forms of a receipt. */
export const receiptFormat = Type.Union(
  [Type.Literal('bundle'), Type.Literal('cose'), Type.Literal('tlog-proof')],
  {
    description:
      'bundle (unless said): everything about the records, JSON; cose: RFC 9942 receipt of the statement under this node’s log key; tlog-proof: C2SP proof of the statement',
  },
);

const format = Type.Object({ format: Type.Optional(receiptFormat) }, closed);
const entryParams = Type.Object({ entry });
const receiptFile = file('application/json', 'application/cose', 'text/plain');
const receiptProblems = [
  'entry_not_found',
  'record_not_found',
  'record_missing',
  'record_altered',
  'receipt_not_ready',
  'log_key_missing',
] as const;
const pem = file('application/x-pem-file');

export const getReceipt = defineRoute({
  id: 'getReceipt',
  method: 'GET',
  path: '/receipts/:entry/:leaf',
  area: 'receipts',
  title: { en: 'Receipt of a record', zh: '单条记录的凭证' },
  description: 'Waits a few seconds for the checkpoint where the record was reported just now.',
  access: everyone,
  params: Type.Object({ entry, leaf: Type.Integer({ minimum: 0, maximum: 4095 }) }),
  query: format,
  answer: receiptFile,
  problems: receiptProblems,
});

export const getLatestReceipt = defineRoute({
  id: 'getLatestReceipt',
  method: 'GET',
  path: '/receipts/latest',
  area: 'receipts',
  title: { en: 'Receipt of the record reported last', zh: '最近上报记录的凭证' },
  description: 'By this organisation; where it has reported none, the newest record that its node holds.',
  access: everyone,
  query: format,
  answer: receiptFile,
  problems: receiptProblems,
});

export const getBatchReceipt = defineRoute({
  id: 'getBatchReceipt',
  method: 'GET',
  path: '/batches/:entry/receipt',
  area: 'receipts',
  title: { en: 'One receipt for all records of a batch', zh: '整批记录的凭证' },
  access: everyone,
  params: entryParams,
  query: format,
  answer: receiptFile,
  problems: receiptProblems,
});

export const getTrustPolicy = defineRoute({
  id: 'getTrustPolicy',
  method: 'GET',
  path: '/trust-policy',
  area: 'receipts',
  title: { en: 'Trust policy of the network', zh: '网络的信任策略' },
  description:
    'The keys of the validators and how many must have signed. Compare it with those of other nodes.',
  access: 'public',
  answer: file('application/json'),
});

export const getStatement = defineRoute({
  id: 'getStatement',
  method: 'GET',
  path: '/statements/:entry',
  area: 'receipts',
  title: { en: 'The signed statement at an entry', zh: '日志条目的签名声明' },
  access: everyone,
  params: entryParams,
  answer: file('application/cose'),
  problems: ['entry_not_found'],
});

export const getIssuerKey = defineRoute({
  id: 'getIssuerKey',
  method: 'GET',
  path: '/statements/:entry/issuer.pem',
  area: 'receipts',
  title: { en: 'The public key that signed a statement', zh: '签署声明的公钥' },
  access: everyone,
  params: entryParams,
  answer: pem,
  problems: ['entry_not_found'],
});

export const listOrganizationKeys = defineRoute({
  id: 'listOrganizationKeys',
  method: 'GET',
  path: '/organizations/:id/keys',
  area: 'receipts',
  title: { en: 'Public keys of an organisation', zh: '组织的公钥' },
  description: 'Keys in force, and those that ended lately. Heights are those of the ledger.',
  access: everyone,
  params: Type.Object({ id: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{1,30}$' }) }),
  answer: json(
    Type.Object({
      items: Type.Array(
        Type.Object({
          purpose: Type.String(),
          keyId: Type.String({ description: 'RFC 9679 thumbprint, hexadecimal' }),
          pem: Type.String(),
          from: Type.Integer({ description: 'first height at which it is valid' }),
          until: Type.Union([Type.Integer(), Type.Null()], {
            description: 'first height at which it is not',
          }),
        }),
      ),
    }),
  ),
  problems: ['organization_unknown'],
});

export const getLogKey = defineRoute({
  id: 'getLogKey',
  method: 'GET',
  path: '/log-key',
  area: 'receipts',
  title: { en: 'The public log key of this node', zh: '本节点的日志公钥' },
  description: 'It verifies the COSE receipts of this node.',
  access: 'public',
  answer: pem,
  problems: ['log_key_missing'],
});

/** All routes of this area. */
export const receiptRoutes = [
  getLatestReceipt,
  getReceipt,
  getBatchReceipt,
  getTrustPolicy,
  getStatement,
  getIssuerKey,
  listOrganizationKeys,
  getLogKey,
] as const;
