// The answers to CometBFT's requests, from a real ledger on real PostgreSQL.
import type { StatementBody } from '@suyuan/ledger';
import { appHashOf, logSizeOf, signStatement } from '@suyuan/ledger';
import { assert, encodeUtf8 } from '@suyuan/log';
import { nativeCrypto, nativeSigner } from '@suyuan/native-crypto';
import { Request } from 'cosmjs-types/tendermint/abci/types';
import { Data } from 'cosmjs-types/tendermint/types/types';
import * as fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, test, vi } from 'vitest';

import { reachNothing } from '../../crash-point.ts';
import type { Database } from '../../database/database.ts';
import type { Ledger } from '../../ledger-store/ledger.ts';
import { openLedger } from '../../ledger-store/ledger.ts';
import type { FailureMode } from '../../testing/failing-database.ts';
import { failingDatabase } from '../../testing/failing-database.ts';
import { testDatabase } from '../../testing/test-database.ts';
import { makeTestGenesis } from '../../testing/test-ledgers.ts';
import { doubleVoteHook, keepDoubleVotes } from '../../monitoring/double-votes.ts';
import type { Misbehavior } from '../ordering.ts';
import { createRetry } from '../retry.ts';
import { createAbciHandler } from './abci-application.ts';
import type { AbciHandler } from './abci-server.ts';
import { BLOCK_STATEMENTS_MAX, chainOf, VOTING_POWER } from './chain.ts';
import { nodeIdOf } from './node-identity.ts';

const { founders, genesis, network } = makeTestGenesis([
  ['maker', 'validator'],
  ['manager', 'validator'],
]);
const chain = chainOf(nativeCrypto, genesis);
/** Node id of a peer that is known. */
const friend = 'ab'.repeat(20);
const REJECT = 2;
const ACCEPT = 1;

function sign(
  sequence: number,
  change: { lastValidHeight?: number; body?: StatementBody; of?: Uint8Array } = {},
): Uint8Array {
  const signer = founders.at(-1)?.signers.statement;
  assert(signer !== undefined, 'the managing organisation has a statement key');
  const fields = { purpose: 'audit_trail', name: `a${sequence}`, size: sequence, digest: network } as const;
  const { lastValidHeight = 1_000, body = { kind: 'anchor', fields }, of = network } = change;
  return signStatement(
    nativeCrypto,
    { network: of, issuer: 'manager', sequence, lastValidHeight, body },
    signer,
  );
}

interface Node {
  readonly ledger: Ledger;
  readonly handle: AbciHandler;
  readonly ask: (request: Partial<Record<keyof Request, object>>) => ReturnType<AbciHandler>;
  /** Where something was refused, and why. */
  readonly refused: (readonly [door: string, code: string])[];
}

async function open(database: Database): Promise<Node> {
  const refused: (readonly [string, string])[] = [];
  const ledger = await openLedger({
    database,
    crypto: nativeCrypto,
    genesis,
    organization: 'maker',
    reach: reachNothing,
    onRefused: (door, code) => refused.push([door, code]),
  });
  assert(ledger.ok, 'the test genesis is right');
  const handle = createAbciHandler({
    application: ledger.value.application,
    chain,
    retry: createRetry(() => undefined),
    signal: new AbortController().signal,
    onDelivered: () => undefined,
    mayConnect: async (nodeId) => nodeId === friend,
  });
  return {
    ledger: ledger.value,
    handle,
    refused,
    ask: async (request) => await handle(Request.fromPartial(request)),
  };
}

/** What the engine says of the validator with this address. */
function misbehaved(address: Uint8Array, height: number): object {
  return { type: 1, validator: { address, power: 1n }, height: BigInt(height), totalVotingPower: 2n };
}

async function decide({ ask }: Node, height: number, txs: readonly Uint8Array[]): Promise<Uint8Array> {
  const { finalizeBlock } = await ask({ finalizeBlock: { height: BigInt(height), txs } });
  await ask({ commit: {} });
  assert(finalizeBlock !== undefined, 'FinalizeBlock is answered');
  return finalizeBlock.appHash;
}

/** What no block may hold once the statement with number 1 is in one, with the code of the rule. */
function unfit(): readonly (readonly [code: string, statement: Uint8Array])[] {
  const signed = sign(2);
  const claims = { network, issuer: 'manager', sequence: 3, lastValidHeight: 1_000 };
  const body = { kind: 'vote', fields: { entry: 0, approves: true } } as const;
  const byStranger = signStatement(nativeCrypto, { ...claims, body }, nativeSigner(new Uint8Array(32)));
  return [
    ['statement_malformed', new Uint8Array()],
    ['statement_malformed', encodeUtf8('garbage')],
    ['statement_too_large', new Uint8Array(40_000)],
    [
      'statement_signature_invalid',
      Uint8Array.from(signed, (byte, i) => (i === signed.length - 1 ? byte ^ 1 : byte)),
    ],
    ['statement_key_unknown', byStranger],
    ['network_mismatch', sign(3, { of: new Uint8Array(32).fill(7) })],
    ['sequence_spent', sign(1)],
    ['statement_expired', sign(3, { lastValidHeight: 1 })],
  ];
}

test('[O2] CheckTx takes what may be ordered and names the rule for what may not, whatever the bytes', async () => {
  await using database = await testDatabase();
  const { ask, refused } = await open(database);
  expect(await ask({ checkTx: { tx: sign(1) } })).toMatchObject({ checkTx: { code: 0 } });
  expect(refused).toEqual([]);
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), async (tx) => {
      const { checkTx } = await ask({ checkTx: { tx, type: 1 } });
      expect(checkTx).toMatchObject({ code: 1, codespace: 'suyuan' });
      expect(checkTx?.log).toMatch(/^[a-z_]+$/u);
      expect(refused.at(-1)).toEqual(['check', checkTx?.log]);
    }),
  );
});

test('[O2] garbage, oversize, wrongly signed, of another network, replayed, expired: each is refused with its code and counted', async () => {
  await using database = await testDatabase();
  const node = await open(database);
  await decide(node, 1, [sign(1)]);
  const expected = unfit().map(([code]) => ['check', code]);
  for (const [code, tx] of unfit())
    expect(await node.ask({ checkTx: { tx } })).toMatchObject({ checkTx: { code: 1, log: code } });
  expect(node.refused).toEqual(expected);
  await node.ask({ processProposal: { txs: [encodeUtf8('garbage')], height: 2n } });
  expect(node.refused.at(-1)).toEqual(['proposal', 'proposal_invalid']);
});

describe('[O3] proposals', () => {
  test('[O3] a proposal holds what may be ordered together and fits, in order', async () => {
    await using database = await testDatabase();
    const { ask } = await open(database);
    const good = [1, 2, 3].map((sequence) => sign(sequence));
    const twice = sign(2, { lastValidHeight: 900 });
    const txs = [encodeUtf8('garbage'), ...good, twice, good[0] ?? new Uint8Array()];
    const propose = async (maxTxBytes: number): Promise<readonly Uint8Array[]> =>
      (await ask({ prepareProposal: { txs, maxTxBytes: BigInt(maxTxBytes), height: 1n } })).prepareProposal
        ?.txs ?? [];
    expect(await propose(1_000_000)).toEqual(good);
    const whole = Data.encode({ txs: good }).finish().length;
    for (const maxTxBytes of [0, 1, 200, whole - 1, whole]) {
      const chosen = [...(await propose(maxTxBytes))];
      expect(Data.encode({ txs: chosen }).finish().length).toBeLessThanOrEqual(maxTxBytes);
    }
  });

  test('[O3] a proposal with one statement that may not be ordered, or with too many, is rejected', async () => {
    await using database = await testDatabase();
    const node = await open(database);
    await decide(node, 1, [sign(1)]);
    const { ask } = node;
    const judge = async (txs: readonly Uint8Array[]): Promise<unknown> =>
      (await ask({ processProposal: { txs, height: 2n } })).processProposal?.status;
    const good = sign(2);
    expect(await judge([])).toBe(ACCEPT);
    expect(await judge([good])).toBe(ACCEPT);
    for (const [, statement] of unfit()) expect(await judge([good, statement])).toBe(REJECT);
    expect(await judge([good, good])).toBe(REJECT);
    const many = Array.from({ length: BLOCK_STATEMENTS_MAX + 1 }, (_, i) => sign(i + 2));
    expect(await judge(many.slice(1))).toBe(ACCEPT);
    expect(await judge(many)).toBe(REJECT);
  });
});

describe('[O4] blocks', () => {
  test('[O4] FinalizeBlock changes nothing, however often it comes; Commit stores what came last', async () => {
    await using database = await testDatabase();
    const { ask, ledger } = await open(database);
    const genesisHash = appHashOf(nativeCrypto, ledger.state());
    const finalize = async (...txs: Uint8Array[]): Promise<Uint8Array | undefined> =>
      (await ask({ finalizeBlock: { height: 1n, txs } })).finalizeBlock?.appHash;
    const first = await finalize(sign(1), sign(2));
    const other = await finalize(sign(3));
    expect(await finalize(sign(1), sign(2))).toEqual(first);
    expect(other).not.toEqual(first);
    expect(await ask({ info: {} })).toMatchObject({
      info: { lastBlockHeight: 0n, lastBlockAppHash: Buffer.from(genesisHash) },
    });
    await ask({ commit: {} });
    expect(logSizeOf(ledger.state())).toBe(2);
    expect(appHashOf(nativeCrypto, ledger.state())).toEqual(first);
    expect(await ask({ info: {} })).toMatchObject({ info: { lastBlockHeight: 1n } });
  });

  test('[O4] an empty block keeps the app hash, so nothing more is decided on an idle network', async () => {
    await using database = await testDatabase();
    const node = await open(database);
    const full = await decide(node, 1, [sign(1)]);
    expect(await decide(node, 2, [])).toEqual(full);
    expect(node.ledger.state().height).toBe(2);
  });

  test.each<FailureMode>(['failed, not stored', 'failed, but stored'])(
    '[O4] a Commit that %s is answered once the block is stored, and it is stored once',
    async (mode) => {
      await using database = await testDatabase();
      await open(database);
      const failing = failingDatabase(database, 0, mode);
      const node = await open(failing);
      const appHash = await decide(node, 1, [sign(1)]);
      expect(failing.count()).toBe(mode === 'failed, not stored' ? 2 : 1);
      expect(appHashOf(nativeCrypto, node.ledger.state())).toEqual(appHash);
      expect(await decide(node, 2, [sign(2)])).not.toEqual(appHash);
      expect(logSizeOf((await open(database)).ledger.state())).toBe(2);
    },
  );

  test('[O4] a node that stops while the database is away never says that a block is stored', async () => {
    await using database = await testDatabase();
    const { ledger } = await open(database);
    const stopping = new AbortController();
    const handle = createAbciHandler({
      application: ledger.application,
      chain,
      retry: createRetry(() => undefined),
      signal: stopping.signal,
      onDelivered: () => undefined,
      mayConnect: async () => false,
    });
    await handle(Request.fromPartial({ finalizeBlock: { height: 1n } }));
    stopping.abort();
    await expect(handle({ commit: {} })).rejects.toMatchObject({ code: 'ordering_stopped' });
  });
});

describe('[O6] validators', () => {
  const validators = chain.validators.map(({ publicKey }) => ({
    pubKey: { ed25519: publicKey },
    power: VOTING_POWER,
  }));

  test('[O6] the first validators are those of the genesis, or the chain does not begin', async () => {
    await using database = await testDatabase();
    const { ask, ledger } = await open(database);
    const { chainId } = chain;
    expect(await ask({ initChain: { chainId, validators } })).toMatchObject({
      initChain: { validators: [], appHash: Buffer.from(appHashOf(nativeCrypto, ledger.state())) },
    });
    const [one] = validators;
    for (const wrong of [
      { chainId: 'suyuan-other', validators },
      { chainId, validators: validators.slice(1) },
      { chainId, validators: [one, one] },
      { chainId, validators: validators.map((validator) => ({ ...validator, power: 2n })) },
    ])
      await expect(ask({ initChain: wrong })).rejects.toMatchObject({ code: 'consensus_genesis_differs' });
  });

  test('[O6] a block that changes who votes tells the engine, with the raw key', async () => {
    await using database = await testDatabase();
    const node = await open(database);
    const { ask } = node;
    const body = {
      kind: 'organization',
      fields: {
        organization: 'maker',
        status: 'active',
        role: 'observer',
        host: null,
        keys: [],
        activation: 0,
      },
    } as const;
    const { finalizeBlock } = await ask({ finalizeBlock: { height: 1n, txs: [sign(1, { body })] } });
    const gone = chain.validators.find(({ organization }) => organization === 'maker')?.publicKey;
    expect(finalizeBlock?.validatorUpdates).toMatchObject([{ pubKey: { ed25519: gone }, power: 0n }]);
    const later = { ...body, fields: { ...body.fields, activation: 4 } };
    await decide(node, 1, [sign(1, { body: later })]);
    const updates = [];
    for (let height = 2; height <= 4; height++) {
      const answer = await ask({ finalizeBlock: { height: BigInt(height), txs: [] } });
      await ask({ commit: {} });
      updates.push(answer.finalizeBlock?.validatorUpdates.length);
    }
    expect(updates).toEqual([0, 1, 0]);
  });
});

test('[O1] what no setting lets CometBFT ask is a fault; queries and snapshots are declined', async () => {
  await using database = await testDatabase();
  const { ask } = await open(database);
  expect(await ask({ flush: {} })).toEqual({ flush: {} });
  expect(await ask({ query: { path: '/x' } })).toMatchObject({ query: { code: 1 } });
  expect(await ask({ listSnapshots: {} })).toEqual({ listSnapshots: { snapshots: [] } });
  expect(await ask({ offerSnapshot: {} })).toEqual({ offerSnapshot: { result: 3 } });
  expect(await ask({ loadSnapshotChunk: {} })).toMatchObject({ loadSnapshotChunk: {} });
  expect(await ask({ applySnapshotChunk: {} })).toMatchObject({ applySnapshotChunk: { result: 2 } });
  await expect(ask({ extendVote: {} })).rejects.toMatchObject({ code: 'consensus_malformed' });
  await expect(ask({})).rejects.toMatchObject({ code: 'consensus_malformed' });
});

test('[O15] a block that convicts a validator stores whose key it was, once, and leads to the same app hash', async () => {
  await using database = await testDatabase();
  const node = await open(database);
  node.ledger.join(doubleVoteHook);
  const applied: (readonly Misbehavior[])[] = [];
  node.ledger.onApplied(({ misbehavior }) => applied.push(misbehavior));
  const key = founders.find(({ organization }) => organization === 'manager')?.signers.validator?.publicKey;
  assert(key !== undefined, 'the founder votes');
  const address = Buffer.from(nodeIdOf(key), 'hex');
  const before = (await node.ledger.application.status()).appHash;
  const stranger = new Uint8Array(20).fill(9);
  for (const height of [1, 2]) {
    const misbehavior = [misbehaved(address, 1), misbehaved(stranger, 1)];
    const { finalizeBlock } = await node.ask({ finalizeBlock: { height: BigInt(height), misbehavior } });
    expect(finalizeBlock?.appHash).toEqual(new Uint8Array(before));
    await node.ask({ commit: {} });
  }
  const rows = await database.read((db) =>
    db.selectFrom('double_vote').selectAll().orderBy('organization').execute(),
  );
  expect(rows).toMatchObject([
    { organization: '09'.repeat(20), height: 1, seen_at_height: 1 },
    { organization: 'manager', kind: 'double_vote', height: 1, seen_at_height: 1 },
  ]);
  expect(applied.map((list) => list.length)).toEqual([2, 2]);

  // The votes themselves come from the engine, as soon as it has them.
  let asked = 0;
  const ordering = { evidenceAt: async () => ((asked += 1) === 1 ? undefined : [{ type: 'votes' }]) };
  const keeper = keepDoubleVotes({
    database,
    ordering,
    logger: pino({ level: 'silent' }),
    onApplied: (listener) => node.ledger.onApplied(listener),
  });
  const evidence = async (): Promise<string> =>
    JSON.stringify(await database.read((db) => db.selectFrom('double_vote').select('evidence').execute()));
  keeper.start();
  await vi.waitFor(() => expect(asked).toBe(2));
  await vi.waitFor(async () => expect(await evidence()).toContain('votes'));
});
