// Answers the requests of ABCI 2.0 from the application of a node. FinalizeBlock only computes, and may come twice
// for one height; Commit stores, in one transaction (spec/ordering.md, O2 to O5).
import { assert, equalBytes } from '@suyuan/log';
import type {
  Misbehavior as AbciMisbehavior,
  Request,
  Response,
  ResponseInfo,
  ValidatorUpdate,
} from 'cosmjs-types/tendermint/abci/types';
import {
  ExecTxResult,
  MisbehaviorType,
  ResponseApplySnapshotChunk_Result,
  ResponseCheckTx,
  ResponseFinalizeBlock,
  ResponseOfferSnapshot_Result,
  ResponseProcessProposal_ProposalStatus,
} from 'cosmjs-types/tendermint/abci/types';

import type { Application, Block, Misbehavior } from '../ordering.ts';
import { OrderingFault } from '../ordering-fault.ts';
import type { Retry } from '../retry.ts';
import type { AbciHandler } from './abci-server.ts';
import type { Chain } from './chain.ts';
import { APP_VERSION, BLOCK_STATEMENTS_MAX, TX_OVERHEAD_BYTES, VOTING_POWER } from './chain.ts';
import type { MayConnect } from './peer-filter.ts';
import { answerQuery } from './peer-filter.ts';

/** What answering needs. */
export interface AbciApplicationOptions {
  readonly application: Application;
  readonly chain: Chain;
  /** Waits while the database is away. */
  readonly retry: Retry;
  /** Aborted when the node stops: what waits for the database gives up. */
  readonly signal: AbortSignal;
  /** A block was stored. */
  readonly onDelivered: (block: Block) => void;
  readonly mayConnect: MayConnect;
}

const ACCEPTED: ExecTxResult = ExecTxResult.fromPartial({});

/** A handler for one application. Calls of FinalizeBlock and Commit come one after the other, from one connection. */
export function createAbciHandler(options: AbciApplicationOptions): AbciHandler {
  const { application } = options;
  let decided: Block | undefined;
  return async (request): Promise<Response> => {
    if (request.checkTx) return { checkTx: await check(application, request.checkTx.tx) };
    if (request.flush) return { flush: {} };
    if (request.prepareProposal)
      return { prepareProposal: { txs: await select(application, request.prepareProposal) } };
    if (request.processProposal)
      return { processProposal: { status: await judge(application, request.processProposal.txs) } };
    if (request.finalizeBlock) {
      const { height, txs, misbehavior } = request.finalizeBlock;
      decided = { height: Number(height), statements: txs, misbehavior: misbehavior.map(readMisbehavior) };
      return { finalizeBlock: await finalize(application, decided) };
    }
    if (request.commit) {
      assert(decided !== undefined, 'a block is finalised before it is committed');
      await store(options, decided);
      return { commit: { retainHeight: 0n } };
    }
    if (request.query) return { query: await answerQuery(request.query.path, options.mayConnect) };
    if (request.info) return { info: await tellHeight(options) };
    if (request.initChain) return { initChain: await begin(options, request.initChain) };
    return answerRest(request);
  };
}

async function check(application: Application, statement: Uint8Array): Promise<ResponseCheckTx> {
  const checked = await application.check(statement);
  if (checked.ok) return ResponseCheckTx.fromPartial({});
  return ResponseCheckTx.fromPartial({ code: 1, log: checked.error.code, codespace: 'suyuan' });
}

async function select(
  application: Application,
  { txs, maxTxBytes }: { readonly txs: readonly Uint8Array[]; readonly maxTxBytes: bigint },
): Promise<Uint8Array[]> {
  const candidates = txs.slice(0, BLOCK_STATEMENTS_MAX);
  const bytesMax = Number(maxTxBytes) - candidates.length * TX_OVERHEAD_BYTES;
  return [...(await application.select(candidates, Math.max(bytesMax, 0)))];
}

async function judge(
  application: Application,
  statements: readonly Uint8Array[],
): Promise<ResponseProcessProposal_ProposalStatus> {
  const isRight = statements.length <= BLOCK_STATEMENTS_MAX && (await application.accept(statements));
  return isRight
    ? ResponseProcessProposal_ProposalStatus.ACCEPT
    : ResponseProcessProposal_ProposalStatus.REJECT;
}

function readMisbehavior({ type, validator, height }: AbciMisbehavior): Misbehavior {
  return {
    kind: type === MisbehaviorType.LIGHT_CLIENT_ATTACK ? 'light_client_attack' : 'double_vote',
    address: Buffer.from(validator.address).toString('hex').toUpperCase(),
    height: Number(height),
  };
}

async function finalize(application: Application, block: Block): Promise<ResponseFinalizeBlock> {
  const { appHash, validatorChanges } = await application.compute(block);
  const validatorUpdates = validatorChanges.map(({ publicKey, votes }): ValidatorUpdate => {
    return { pubKey: { ed25519: publicKey }, power: votes ? VOTING_POWER : 0n };
  });
  // What became of a statement stands in the ledger; for the engine each one of a block is settled.
  const txResults = block.statements.map(() => ACCEPTED);
  return ResponseFinalizeBlock.fromPartial({ txResults, validatorUpdates, appHash });
}

async function store(
  { application, retry, signal, onDelivered }: AbciApplicationOptions,
  block: Block,
): Promise<void> {
  let isStored = false;
  await retry(
    async () => {
      await application.deliver(block);
      isStored = true;
    },
    {
      signal,
      storedBefore: 'block_pkey',
      recover: async () => (isStored = (await application.status()).height >= block.height),
    },
  );
  if (!isStored) throw new OrderingFault('ordering_stopped', 'the node stopped before a block was stored');
  onDelivered(block);
}

async function tellHeight({ application, retry, signal }: AbciApplicationOptions): Promise<ResponseInfo> {
  let info: ResponseInfo | undefined;
  await retry(
    async () => {
      const { height, appHash } = await application.status();
      info = {
        data: 'suyuan',
        version: '1',
        appVersion: APP_VERSION,
        lastBlockHeight: BigInt(height),
        lastBlockAppHash: appHash,
      };
    },
    { signal },
  );
  if (info === undefined) throw new OrderingFault('ordering_stopped', 'the node stopped');
  return info;
}

async function begin(
  { application, chain }: AbciApplicationOptions,
  { chainId, validators }: NonNullable<Request['initChain']>,
): Promise<NonNullable<Response['initChain']>> {
  const { height, appHash } = await application.status();
  const isOurs =
    height === 0 &&
    chainId === chain.chainId &&
    validators.length === chain.validators.length &&
    chain.validators.every(({ publicKey }) =>
      validators.some(
        ({ pubKey, power }) =>
          power === VOTING_POWER && pubKey.ed25519 !== undefined && equalBytes(pubKey.ed25519, publicKey),
      ),
    );
  if (!isOurs)
    throw new OrderingFault('consensus_genesis_differs', "the engine's genesis is not that of this network");
  return { validators: [], appHash };
}

function answerRest(request: Request): Response {
  if (request.echo) return { echo: { message: request.echo.message } };
  if (request.listSnapshots) return { listSnapshots: { snapshots: [] } };
  if (request.offerSnapshot) return { offerSnapshot: { result: ResponseOfferSnapshot_Result.REJECT } };
  if (request.loadSnapshotChunk) return { loadSnapshotChunk: { chunk: new Uint8Array() } };
  if (request.applySnapshotChunk)
    return {
      applySnapshotChunk: {
        result: ResponseApplySnapshotChunk_Result.ABORT,
        refetchChunks: [],
        rejectSenders: [],
      },
    };
  throw new OrderingFault('consensus_malformed', 'the engine asked what no setting allows it to ask');
}
