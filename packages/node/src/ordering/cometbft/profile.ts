// How long CometBFT waits for others, for networks inside one site and across sites (docs/cometbft.md).

/** Times of one kind of network, as CometBFT writes durations. */
export interface Profile {
  readonly timeoutPropose: string;
  readonly timeoutProposeDelta: string;
  /** For prevotes and precommits alike. */
  readonly timeoutVote: string;
  readonly timeoutVoteDelta: string;
  readonly timeoutCommit: string;
  readonly flushThrottle: string;
  readonly gossipSleep: string;
}

/** Names of the profiles. */
export type ProfileName = 'local' | 'wide_area';

/**
 * `local`: round trips below 10 ms. A flush throttle of 2 ms and a gossip pause of 10 ms instead of 100 are most of the
 * difference between 60 and 420 ms to a block; `timeoutPropose` is what is felt while a validator is down.
 * `wide_area`: round trips up to 300 ms, and lines that lose packets.
 */
export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  local: {
    timeoutPropose: '500ms',
    timeoutProposeDelta: '250ms',
    timeoutVote: '250ms',
    timeoutVoteDelta: '250ms',
    timeoutCommit: '100ms',
    flushThrottle: '2ms',
    gossipSleep: '10ms',
  },
  wide_area: {
    timeoutPropose: '3s',
    timeoutProposeDelta: '500ms',
    timeoutVote: '1s',
    timeoutVoteDelta: '500ms',
    timeoutCommit: '500ms',
    flushThrottle: '10ms',
    gossipSleep: '50ms',
  },
};
