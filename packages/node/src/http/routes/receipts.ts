// Receipts over HTTP, and what an outsider needs to check them.
import { setTimeout } from 'node:timers/promises';

import {
  getBatchReceipt,
  getIssuerKey,
  getLatestReceipt,
  getLogKey,
  getReceipt,
  getStatement,
  getTrustPolicy,
  listOrganizationKeys,
} from '@suyuan/api';
import { keyOf, logSizeOf, parseStatement, tables, viewOf } from '@suyuan/ledger';
import type { LedgerState } from '@suyuan/ledger';
import { assert, encodeHex } from '@suyuan/log';
import type { Crypto, Result, Signer } from '@suyuan/log';

import type { Checkpoints } from '../../checkpoint/checkpoints.ts';
import type { Database } from '../../database/database.ts';
import type { LogReader } from '../../ledger-store/log-reader.ts';
import type { ReceiptRejection, Receipts } from '../../receipt/receipts.ts';
import { encodePublicKeyPem, trustPolicyOf } from '../../receipt/trust-policy.ts';
import { handle } from '../handle.ts';
import type { Binding, FileReply } from '../handle.ts';
import { problem } from '../problem.ts';
import type { Problem } from '../problem.ts';

/** What these routes need. */
export interface ReceiptDependencies {
  readonly organization: string;
  readonly database: Database;
  readonly crypto: Crypto;
  readonly state: () => LedgerState;
  readonly log: LogReader;
  readonly checkpoints: Checkpoints;
  readonly receipts: Receipts;
  /** Undefined at an observer. */
  readonly logSigner: Signer | undefined;
}

type Format = 'bundle' | 'cose' | 'tlog-proof';
type Answer = FileReply | Problem<ReceiptRejection['code']>;

/** How long a request waits for the quorum over an entry that was ordered just now. */
const QUORUM_WAIT_MS = 5_000;
const PEM = 'application/x-pem-file';

/** The routes of receipts. */
export function receiptBindings(dependencies: ReceiptDependencies): readonly Binding[] {
  const { database, organization } = dependencies;
  return [
    handle(getLatestReceipt, async ({ query, signal }) => {
      const newest = (await findNewest(database, organization)) ?? (await findNewest(database, undefined));
      if (newest?.entry == null) return problem('record_not_found');
      return await answerReceipt(dependencies, newest.entry, [newest.count - 1], query.format, signal);
    }),
    handle(getReceipt, ({ params: { entry, leaf }, query, signal }) =>
      answerReceipt(dependencies, entry, [leaf], query.format, signal),
    ),
    handle(getBatchReceipt, ({ params: { entry }, query, signal }) =>
      answerReceipt(dependencies, entry, 'all', query.format, signal),
    ),
    ...keyBindings(dependencies),
  ];
}

/** The newest batch that this node holds, of one reporter or of all. */
async function findNewest(
  database: Database,
  reporter: string | undefined,
): Promise<{ readonly entry: number | null; readonly count: number } | undefined> {
  return await database.read((db) =>
    db
      .selectFrom('batch')
      .select(['entry', 'count'])
      .where('status', '=', 'reported')
      .where('entry', 'is not', null)
      .$if(reporter !== undefined, (query) => query.where('reporter', '=', reporter ?? ''))
      .orderBy('entry', 'desc')
      .limit(1)
      .executeTakeFirst(),
  );
}

function keyBindings(dependencies: ReceiptDependencies): readonly Binding[] {
  const { crypto, state, log } = dependencies;
  return [
    handle(getTrustPolicy, async () => ({
      mediaType: 'application/json',
      fileName: 'trust-policy.json',
      content: trustPolicyOf(crypto, state()),
    })),
    handle(getStatement, async ({ params: { entry } }) => {
      const found = await log.entry(entry);
      if (found === undefined) return problem('entry_not_found');
      return { mediaType: 'application/cose', fileName: `statement-${entry}.cose`, content: found.statement };
    }),
    handle(getIssuerKey, async ({ params: { entry } }) => {
      const found = await log.entry(entry);
      if (found === undefined) return problem('entry_not_found');
      const parsed = parseStatement(found.statement);
      assert(parsed.ok, 'the log holds statements');
      const key = keyOf(viewOf(crypto, state()), parsed.value.keyId);
      assert(key !== undefined, 'keys are kept for ever');
      return { mediaType: PEM, fileName: 'issuer.pem', content: encodePublicKeyPem(key.publicKey) };
    }),
    handle(listOrganizationKeys, async ({ params: { id } }) => {
      const view = viewOf(crypto, state());
      const current = view.read(tables.keys, id);
      if (current === undefined) return problem('organization_unknown');
      const items = current.map(({ purpose, keyId, from, until }) => {
        const key = keyOf(view, keyId);
        assert(key !== undefined, 'keys are kept for ever');
        return { purpose, keyId: encodeHex(keyId), pem: encodePublicKeyPem(key.publicKey), from, until };
      });
      return { items };
    }),
    handle(getLogKey, async () => {
      const key = dependencies.logSigner?.publicKey;
      return key === undefined
        ? problem('log_key_missing')
        : { mediaType: PEM, fileName: 'log.pem', content: encodePublicKeyPem(key) };
    }),
  ];
}

async function answerReceipt(
  dependencies: ReceiptDependencies,
  entry: number,
  leaves: readonly number[] | 'all',
  format: Format | undefined,
  signal: AbortSignal,
): Promise<Answer> {
  await waitForQuorum(dependencies, entry, signal);
  const { receipts } = dependencies;
  const name = `receipt-${[entry, ...(leaves === 'all' ? [] : leaves)].join('-')}`;
  if (format === 'cose') return fileOf(await receipts.coseReceipt(entry), 'application/cose', `${name}.cose`);
  if (format === 'tlog-proof') {
    return fileOf(await receipts.tlogProof(entry), 'text/plain; charset=utf-8', `${name}.tlog-proof`);
  }
  return fileOf(await receipts.bundle(entry, leaves), 'application/json', `${name}.json`);
}

/** A receipt that was asked for at once after reporting is there a moment later. */
async function waitForQuorum(
  { state, checkpoints }: ReceiptDependencies,
  entry: number,
  signal: AbortSignal,
): Promise<void> {
  const size = entry + 1;
  if (size > logSizeOf(state()) || (checkpoints.newest()?.size ?? 0) >= size) return;
  const enough = new AbortController();
  const timeout = setTimeout(QUORUM_WAIT_MS, undefined, { signal: enough.signal }).catch(() => undefined);
  const waiting = AbortSignal.any([signal, enough.signal]);
  await Promise.race([checkpoints.quorumNote(size, waiting).catch(() => undefined), timeout]);
  enough.abort();
}

function fileOf(made: Result<Uint8Array, ReceiptRejection>, mediaType: string, fileName: string): Answer {
  return made.ok ? { mediaType, fileName, content: made.value } : problem(made.error.code);
}
