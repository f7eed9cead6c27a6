// Looks after a running CometBFT: has it started anew when a key of this organisation was replaced, calls peers that
// are not connected (CometBFT itself gives up after a day), and tells which validators are there
// (spec/ordering.md, O11 and O12).
import { setTimeout as pause } from 'node:timers/promises';

import { quorumOf } from '@suyuan/ledger';
import type { Logger } from 'pino';

import type { OrderingHealth } from '../ordering.ts';
import type { EngineIdentity, Peer } from './engine-identity.ts';
import { hasSameKeys, knownIds } from './engine-identity.ts';
import { peerAddress } from './home-files.ts';
import { nodeIdOf, validatorAddressOf } from './node-identity.ts';
import type { AskEngine } from './rpc-client.ts';
import { readConnected, readRound } from './rpc-client.ts';
import type { VotingRound } from './rpc-client.ts';

/** Between two looks; a round that two of them find in the same step has too few votes. */
const LOOK_MS = 2_000;
/** Looks between two calls of one peer. */
const LOOKS_PER_CALL = 3;
/** Looks without a known peer after which any is taken: half a minute. */
const ALONE_LOOKS = 15;
/** Steps of a round in which votes are awaited (RoundStepType of CometBFT): prevote to precommit-wait. */
const [VOTING_FIRST, VOTING_LAST] = [4, 7];

/** What watching needs. */
export interface EngineWatchOptions {
  readonly organization: string;
  /** As the ledger has it now. */
  readonly identity: () => Promise<EngineIdentity>;
  /** What the process was started with. */
  readonly started: () => EngineIdentity;
  /** Starts the process anew, with the identity of that moment. */
  readonly restart: () => void;
  readonly ask: AskEngine;
  readonly logger: Logger;
}

/** A watch. */
export interface EngineWatch {
  /** As of the last look; undefined where the process did not answer. */
  readonly health: () => OrderingHealth | undefined;
  /**
   * Whether no known peer has been connected for long. A node whose database came from an old backup does not know the
   * keys that all others may have by now; it learns them from the blocks, which prove themselves.
   */
  readonly isAlone: () => boolean;
  readonly stop: () => Promise<void>;
}

/** Watches until it is stopped. */
export function watchEngine(options: EngineWatchOptions): EngineWatch {
  const stopping = new AbortController();
  let health: OrderingHealth | undefined;
  let lastRound: VotingRound | undefined;
  let aloneLooks = 0;
  const tell = createTeller(options.logger);
  const run = async (): Promise<void> => {
    for (let look = 1; !stopping.signal.aborted; look += 1) {
      await pause(LOOK_MS, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      try {
        const identity = await options.identity();
        if (!hasSameKeys(identity, options.started())) {
          options.logger.warn('a key was replaced: CometBFT is started anew with it');
          options.restart();
          continue;
        }
        const connected = readConnected(await options.ask('net_info', {}));
        const round = readRound(await options.ask('consensus_state', {}));
        if (connected === undefined) throw new TypeError('the answer of the engine is no answer');
        const known = knownIds(identity);
        aloneLooks = known.size === 0 || [...known].some((id) => connected.has(id)) ? 0 : aloneLooks + 1;
        const isStuck = round !== undefined && round.place === lastRound?.place && isVoting(round);
        lastRound = round;
        const voters = isStuck ? round.voters : undefined;
        health = judgeHealth({ organization: options.organization, identity, connected, voters });
        tell(health);
        if (look % LOOKS_PER_CALL === 0) await callMissing(options.ask, identity.peers, connected);
      } catch (error) {
        health = undefined;
        options.logger.debug({ err: error }, 'CometBFT could not be looked at');
      }
    }
  };
  const running = run();
  return {
    health: () => health,
    isAlone: () => aloneLooks >= ALONE_LOOKS,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** Tells once when the wait begins and when it ends; what one look finds may be a connection that is being made. */
function createTeller(logger: Logger): (health: OrderingHealth) => void {
  let told = 0;
  let last = 0;
  return ({ waitingFor, silent }) => {
    if (waitingFor === last && waitingFor !== told) {
      told = waitingFor;
      if (waitingFor === 0) logger.warn('enough organisations are back: ordering goes on');
      else
        logger.warn({ silent }, `waiting for ${waitingFor} more organisation(s) before anything is ordered`);
    }
    last = waitingFor;
  };
}

function isVoting({ step }: VotingRound): boolean {
  return step >= VOTING_FIRST && step <= VOTING_LAST;
}

/** What is judged. */
export interface HealthFacts {
  readonly organization: string;
  readonly identity: Pick<EngineIdentity, 'peers' | 'validators'>;
  /** Ids of connected peers. */
  readonly connected: ReadonlySet<string>;
  /** First 6 bytes of the addresses of those who have voted in a round that does not get on; undefined while none is. */
  readonly voters: ReadonlySet<string> | undefined;
}

/** Who is missing, and how many more are needed. */
export function judgeHealth({ organization, identity, connected, voters }: HealthFacts): OrderingHealth {
  const { peers, validators } = identity;
  const isConnected = (id: string): boolean =>
    id === organization ||
    peers.some((peer) => peer.organization === id && connected.has(nodeIdOf(peer.publicKey)));
  const hasVoted = (key: Uint8Array): boolean => voters?.has(validatorAddressOf(key).slice(0, 12)) ?? true;
  const silent = validators
    .filter((one) => !isConnected(one.organization) || !hasVoted(one.publicKey))
    .map((one) => one.organization);
  const quorum = quorumOf(validators.length);
  const waitingFor = Math.max(0, quorum - (validators.length - silent.length));
  return { validators: validators.length, quorum, silent, waitingFor };
}

/** Without `persistent`: that would replace CometBFT's list by these. */
async function callMissing(
  ask: AskEngine,
  peers: readonly Peer[],
  connected: ReadonlySet<string>,
): Promise<void> {
  const there = new Set(
    peers.filter((peer) => connected.has(nodeIdOf(peer.publicKey))).map((peer) => peer.organization),
  );
  const missing = peers.filter((peer) => !there.has(peer.organization)).map(peerAddress);
  if (missing.length > 0)
    await ask('dial_peers', { peers: missing, persistent: false, unconditional: false, private: false });
}
