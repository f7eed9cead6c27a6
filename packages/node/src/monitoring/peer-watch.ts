// What the other nodes tell, asked of all of them in each round by signed requests: whether they answer and since when
// not, what they say, how long the way is, and how their clocks differ (spec/monitoring.md, MO1, MO3, MO4, MO6).
import type { NodeReport } from '@suyuan/api';

import type { Clock } from '../clock.ts';
import type { PeerClient, PeerFailure } from '../replication/peer-client.ts';
import { createLimiter } from '../replication/limiter.ts';
import { parseNodeReport, STATUS_BYTES_MAX, STATUS_PATH } from './node-report.ts';
import { readCertificateEnd } from './read-certificate.ts';

/** Milliseconds for an answer. */
const TIMEOUT_MS = 5_000;
/** Nodes asked at the same time. */
const ASKED_AT_ONCE = 8;
/** Milliseconds between two looks at the certificate of a node. */
const CERTIFICATE_MS = 6 * 3_600_000;
/** An answer that took longer says too little about the clock. */
const CLOCK_TRIP_MS_MAX = 2_000;

/** How one other node has answered. */
export interface Contact {
  /** Since when it has not answered; undefined where it did the last time. */
  readonly silentSinceMs: number | undefined;
  /** Code of why it did not answer. */
  readonly reason: string | undefined;
  /** True where it did answer, that it does not admit this node. */
  readonly isRefusing: boolean;
  /** The last that it told, and when. */
  readonly report: NodeReport | undefined;
  readonly toldAtMs: number | undefined;
  readonly roundTripMs: number | undefined;
  /** How far its clock is ahead of this node's; of the last answer. */
  readonly clockSkewMs: number | undefined;
  /** Of the certificate at its address, as seen from here. */
  readonly certificateUntilMs: number | undefined;
}

/** The other nodes as this one sees them. */
export interface PeerWatch {
  /** Asks all of these once; those that are not named any more are forgotten. */
  readonly ask: (organizations: readonly string[]) => Promise<void>;
  /** Undefined before the first answer or failure. */
  readonly of: (organization: string) => Contact | undefined;
}

type Failure = PeerFailure | { readonly code: 'status_malformed' };

function reasonOf(failure: Failure): string {
  if (failure.code === 'peer_refused') return failure.problem ?? `http_${failure.status}`;
  // It waited for requests under way to this member, none of which has ended.
  return failure.code === 'peer_stopped' ? 'peer_timed_out' : failure.code;
}

/** A watch that has asked nobody yet. */
export function createPeerWatch(options: {
  readonly client: Pick<PeerClient, 'send'>;
  readonly clock: Clock;
  readonly addressOf: (organization: string) => string | undefined;
}): PeerWatch {
  const { client, clock, addressOf } = options;
  const contacts = new Map<string, Contact>();
  const certificateReadAtMs = new Map<string, number>();
  const limit = createLimiter(ASKED_AT_ONCE);

  /** What was seen before, read anew a few times a day. */
  const certificateOf = async (organization: string, nowMs: number): Promise<number | undefined> => {
    const before = contacts.get(organization)?.certificateUntilMs;
    const address = addressOf(organization);
    const readAtMs = certificateReadAtMs.get(organization) ?? Number.NEGATIVE_INFINITY;
    if (address === undefined || nowMs - readAtMs < CERTIFICATE_MS) return before;
    certificateReadAtMs.set(organization, nowMs);
    return (await readCertificateEnd(address)) ?? before;
  };

  const askOne = async (organization: string): Promise<void> => {
    const before = contacts.get(organization);
    const sentMs = clock.now();
    const sent = await client.send({
      organization,
      method: 'GET',
      target: STATUS_PATH,
      answerBytesMax: STATUS_BYTES_MAX,
      timeoutMs: TIMEOUT_MS,
      unwanted: AbortSignal.timeout(TIMEOUT_MS),
    });
    const nowMs = clock.now();
    const parsed = sent.ok ? parseNodeReport(sent.value) : sent;
    if (parsed.ok) {
      const roundTripMs = Math.max(0, nowMs - sentMs);
      const skewMs = Math.round(parsed.value.atMs - (sentMs + nowMs) / 2);
      contacts.set(organization, {
        silentSinceMs: undefined,
        reason: undefined,
        isRefusing: false,
        report: parsed.value,
        toldAtMs: nowMs,
        roundTripMs,
        clockSkewMs: roundTripMs <= CLOCK_TRIP_MS_MAX ? skewMs : before?.clockSkewMs,
        certificateUntilMs: await certificateOf(organization, nowMs),
      });
      return;
    }
    const { error } = parsed;
    // A node of an earlier version, which tells nothing.
    const isOlder = error.code === 'peer_refused' && error.status === 404;
    contacts.set(organization, {
      silentSinceMs: isOlder ? undefined : (before?.silentSinceMs ?? nowMs),
      reason: reasonOf(error),
      isRefusing: !isOlder && error.code === 'peer_refused' && error.status < 500,
      report: before?.report,
      toldAtMs: before?.toldAtMs,
      roundTripMs: undefined,
      clockSkewMs: before?.clockSkewMs,
      certificateUntilMs: before?.certificateUntilMs,
    });
  };

  return {
    ask: async (organizations) => {
      for (const known of contacts.keys()) if (!organizations.includes(known)) contacts.delete(known);
      await Promise.all(organizations.map(async (one) => await limit(() => askOne(one))));
    },
    of: (organization) => contacts.get(organization),
  };
}
