// Asks the CometBFT process beside the node: hands statements to its mempool, tells which peers are connected and who
// has voted in the round that is under way, and has peers called.
import { setTimeout } from 'node:timers';

/** What became of a statement that was handed over. */
export type Handover =
  /** It waits in the mempool, or is known there. */
  | { readonly status: 'taken' }
  /** The application refused it. */
  | { readonly status: 'refused'; readonly code: string }
  /** Nobody answered, or the mempool is full: again later. */
  | { readonly status: 'later'; readonly reason: string };

const ANSWER_MS_MAX = 5_000;

/** Hands one statement over; never throws. */
export type HandOver = (statement: Uint8Array) => Promise<Handover>;

/** Asks the engine; rejects where it does not answer. */
export type AskEngine = (method: string, params: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** Asks the RPC at the port of 127.0.0.1 that it has then. */
export function createAskEngine(port: () => number, signal: AbortSignal): AskEngine {
  return async (method, params) => {
    const expiry = new AbortController();
    const timer = setTimeout(() => expiry.abort(), ANSWER_MS_MAX);
    try {
      const response = await fetch(`http://127.0.0.1:${port()}/`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
        signal: AbortSignal.any([signal, expiry.signal]),
      });
      return await response.json();
    } finally {
      clearTimeout(timer);
    }
  };
}

/** Hands statements over by it. */
export function createHandOver(ask: AskEngine): HandOver {
  return async (statement) => {
    const tx = Buffer.from(statement).toString('base64');
    try {
      return readHandover(await ask('broadcast_tx_sync', { tx }));
    } catch (error) {
      return { status: 'later', reason: error instanceof Error ? error.message : String(error) };
    }
  };
}

/** Reads the answer of broadcast_tx_sync. */
export function readHandover(answer: unknown): Handover {
  const { result, error } = membersOf(answer);
  const failure = membersOf(error)['data'];
  if (typeof failure === 'string')
    return failure.includes('tx already exists in cache')
      ? { status: 'taken' }
      : { status: 'later', reason: failure };
  const { code, log } = membersOf(result);
  if (code === 0) return { status: 'taken' };
  if (typeof code === 'number') return { status: 'refused', code: typeof log === 'string' ? log : '' };
  return { status: 'later', reason: 'the answer of the engine is no answer' };
}

/** The proofs of misbehaviour in a block, from the answer of block; undefined where it is none. */
export function readEvidence(answer: unknown): readonly unknown[] | undefined {
  const { evidence } = membersOf(membersOf(membersOf(answer)['result'])['block']);
  const list = membersOf(evidence)['evidence'];
  return Array.isArray(list) ? list : undefined;
}

/** Node ids of the peers that are connected, from the answer of net_info; undefined where it is none. */
export function readConnected(answer: unknown): ReadonlySet<string> | undefined {
  const { peers } = membersOf(membersOf(answer)['result']);
  if (!Array.isArray(peers)) return undefined;
  const ids = peers.map((peer: unknown) => membersOf(membersOf(peer)['node_info'])['id']);
  return new Set(ids.filter((id) => typeof id === 'string'));
}

/** A round of votes. */
export interface VotingRound {
  /** Height, round and step, as CometBFT writes them. */
  readonly place: string;
  /** RoundStepType of CometBFT. */
  readonly step: number;
  /** First 6 bytes of the addresses of those who have voted in it, upper-case hexadecimal. */
  readonly voters: ReadonlySet<string>;
}

/** The round that is under way, from the answer of consensus_state; undefined where it is none. */
export function readRound(answer: unknown): VotingRound | undefined {
  const state = membersOf(membersOf(membersOf(answer)['result'])['round_state']);
  const place = state['height/round/step'];
  const sets: unknown = state['height_vote_set'];
  if (typeof place !== 'string' || !Array.isArray(sets)) return undefined;
  const [, round, step] = place.split('/').map(Number);
  if (round === undefined || step === undefined) return undefined;
  const current = sets.map(membersOf).find((set) => set['round'] === round) ?? {};
  const votes = [current['prevotes'], current['precommits']].flatMap((list): unknown[] =>
    Array.isArray(list) ? list : [],
  );
  const voters = votes.flatMap((vote) =>
    typeof vote === 'string' ? (/^Vote\{\d+:([0-9A-F]{12}) /u.exec(vote)?.[1] ?? []) : [],
  );
  return { place, step, voters: new Set(voters) };
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
