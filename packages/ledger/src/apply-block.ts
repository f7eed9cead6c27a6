// The state machine: `applyBlock` turns a state and a block into the next state, the same everywhere
// (spec/ledger.md, G1 to G9; spec/statement.md, S8 to S16).
import type { Crypto, Rejection, Result } from '@suyuan/log';
import { appendLeaves, assert, equalBytes, leafHash, ok, reject } from '@suyuan/log';

import type { BlockDraft, StateReader } from './draft.ts';
import { draftOn, readerOf } from './draft.ts';
import type { LedgerState } from './ledger-state.ts';
import type { Outcome } from './rules/act.ts';
import { applyStatement } from './rules/act.ts';
import { statusOfSequence, useSequence } from './sequence-window.ts';
import type { KeyValue } from './state-values.ts';
import { tables } from './state-values.ts';
import type { StateChange } from './state-tree.ts';
import { changeTree } from './state-tree.ts';
import type { ParsedStatement, Statement, StatementRejection } from './statement.ts';
import { parseStatement, verifyStatement } from './statement.ts';
import { isKeyValid, keyOf, networkOf, sequenceOf } from './view.ts';

/** Statements decided together. */
export interface Block {
  /** Above the state's. */
  readonly height: number;
  readonly statements: readonly Uint8Array[];
}

/** A statement at its place in the log. */
export interface Entry {
  /** Its number: the log size before it. */
  readonly entry: number;
  /** Its index in the block. */
  readonly index: number;
  readonly bytes: Uint8Array;
  /** RFC 6962 leaf hash of the bytes. */
  readonly leafHash: Uint8Array;
  readonly statement: Statement;
  readonly outcome: Outcome;
}

/** Why a statement may not be ordered: it is not authentic, or not now. */
export type OrderingRejection =
  | StatementRejection
  | Rejection<
      | 'network_mismatch'
      | 'statement_key_unknown'
      | 'statement_key_invalid'
      | 'statement_signature_invalid'
      | 'statement_expired'
      | 'sequence_spent'
      | 'sequence_too_far'
    >;

/** What a block did. */
export interface AppliedBlock {
  readonly state: LedgerState;
  /** The new entries of the log, refused statements included. */
  readonly entries: readonly Entry[];
  /** What honest validators never order. Left out of the log. */
  readonly dropped: readonly { readonly index: number; readonly rejection: OrderingRejection }[];
  /** The rows that differ from the state before, ascending by key. */
  readonly changes: readonly StateChange[];
}

/** Applies a block. Never throws on any bytes; the same block gives the same result everywhere. */
export function applyBlock(crypto: Crypto, state: LedgerState, block: Block): AppliedBlock {
  assert(block.height > state.height, 'blocks come in order');
  const draft = draftOn(crypto, state.tree);
  const entries: Entry[] = [];
  const dropped: { index: number; rejection: OrderingRejection }[] = [];
  for (const [index, bytes] of block.statements.entries()) {
    const admitted = admit(crypto, draft, block.height, bytes);
    if (!admitted.ok) {
      dropped.push({ index, rejection: admitted.error });
      continue;
    }
    const entry = state.log.size + entries.length;
    const { statement } = admitted.value.parsed;
    const outcome = applyAdmitted(crypto, draft, block.height, entry, admitted.value);
    entries.push({ entry, index, bytes, leafHash: leafHash(crypto.sha256, bytes), statement, outcome });
  }
  const changes = draft.changes();
  const leaves = entries.map((entry) => entry.leafHash);
  const next: LedgerState = {
    height: block.height,
    log: appendLeaves(crypto.sha256, state.log, leaves),
    tree: changeTree(crypto.sha256, state.tree, changes),
  };
  return { state: next, entries, dropped, changes };
}

/** Whether a statement may be ordered next: authentic, in time, its number free. Rules are not asked. */
export function checkStatement(
  crypto: Crypto,
  state: LedgerState,
  bytes: Uint8Array,
): Result<Statement, OrderingRejection> {
  const admitted = admit(crypto, readerOf(crypto, state.tree), state.height + 1, bytes);
  return admitted.ok ? ok(admitted.value.parsed.statement) : admitted;
}

/** The candidates that a proposal for the next block may hold, in order, within `bytesMax` bytes. */
export function selectStatements(
  crypto: Crypto,
  state: LedgerState,
  candidates: readonly Uint8Array[],
  { bytesMax }: { readonly bytesMax: number },
): readonly Uint8Array[] {
  const draft = draftOn(crypto, state.tree);
  const selected: Uint8Array[] = [];
  let size = 0;
  for (const bytes of candidates) {
    if (size + bytes.length > bytesMax) continue;
    const admitted = admit(crypto, draft, state.height + 1, bytes);
    if (!admitted.ok) continue;
    spend(draft, admitted.value.parsed.statement);
    selected.push(bytes);
    size += bytes.length;
  }
  return selected;
}

/** Whether every statement of a proposal for the next block may be ordered. */
export function acceptProposal(
  crypto: Crypto,
  state: LedgerState,
  statements: readonly Uint8Array[],
): boolean {
  const draft = draftOn(crypto, state.tree);
  return statements.every((bytes) => {
    const admitted = admit(crypto, draft, state.height + 1, bytes);
    if (admitted.ok) spend(draft, admitted.value.parsed.statement);
    return admitted.ok;
  });
}

interface Admitted {
  readonly parsed: ParsedStatement;
  readonly key: KeyValue;
}

function admit(
  crypto: Crypto,
  reader: StateReader,
  height: number,
  bytes: Uint8Array,
): Result<Admitted, OrderingRejection> {
  const result = parseStatement(bytes);
  if (!result.ok) return result;
  const parsed = result.value;
  const { statement } = parsed;
  if (!equalBytes(statement.network, networkOf(reader).network)) return reject({ code: 'network_mismatch' });
  if (statement.lastValidHeight < height) return reject({ code: 'statement_expired' });
  const status = statusOfSequence(sequenceOf(reader, statement.issuer), statement.sequence);
  if (status === 'spent') return reject({ code: 'sequence_spent' });
  if (status === 'too_far') return reject({ code: 'sequence_too_far' });
  const key = keyOf(reader, parsed.keyId);
  if (key?.organization !== statement.issuer) return reject({ code: 'statement_key_unknown' });
  const isForStatements = key.purpose === 'statement' || key.purpose === 'recovery';
  if (!isForStatements || !isKeyValid(key, height)) return reject({ code: 'statement_key_invalid' });
  if (!verifyStatement(crypto, parsed, key.publicKey)) return reject({ code: 'statement_signature_invalid' });
  return ok({ parsed, key });
}

function applyAdmitted(
  crypto: Crypto,
  block: BlockDraft,
  height: number,
  entry: number,
  { parsed, key }: Admitted,
): Outcome {
  const { statement, keyId } = parsed;
  spend(block, statement);
  const draft = block.nested();
  const { issuer, sequence } = statement;
  const outcome = applyStatement(
    { crypto, draft, read: draft.read, height, issuer, signedWith: key.purpose, entry, sequence, keyId },
    statement.body,
  );
  if (outcome.status !== 'refused') draft.keep();
  return outcome;
}

function spend(draft: BlockDraft, { issuer, sequence }: Statement): void {
  draft.write(tables.sequence, issuer, useSequence(sequenceOf(draft, issuer), sequence));
}
