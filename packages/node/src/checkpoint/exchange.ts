// Sends our checkpoint signatures to the other organisations and asks for theirs. What a peer has not got yet waits
// in a bounded outbox and goes out together, the newest first to be kept
// (spec/checkpoint.md, "Exchange").
import { setTimeout } from 'node:timers/promises';

import { encodeCbor, encodeUtf8, isCborArray, isCborBytes, parseCbor } from '@suyuan/log';

import type { PeerClient, PeerFailure } from '../replication/peer-client.ts';
import { peerBody } from '../replication/peer-client.ts';

/** Notes in one request, and notes that wait for one peer. */
export const NOTES_MAX = 64;
/** Bytes of one request or answer. */
export const NOTES_BYTES_MAX = 1_048_576;

/** Where nodes give each other signatures. */
export const COSIGNATURES_PATH = '/peer/v1/cosignatures';

const TIMEOUT_MS = 10_000;
const PAUSE_MIN_MS = 100;
const PAUSE_MAX_MS = 10_000;

/** The traffic of checkpoints with other nodes. */
export interface CheckpointExchange {
  /** Sends our note of this size to all peers, in time. */
  readonly publish: (size: number, note: string) => void;
  /** What one peer has for this size; nothing where it can't be reached or answers nonsense. */
  readonly pull: (organization: string, size: number) => Promise<readonly Uint8Array[]>;
  readonly stop: () => void;
}

/** What the exchange needs. */
export interface ExchangeOptions {
  readonly client: Pick<PeerClient, 'send'>;
  /** Every organisation with a node of its own, but ours. */
  readonly peers: () => readonly string[];
  readonly onFailure: (failure: PeerFailure) => void;
}

/** Notes as one body. */
export function encodeNotes(notes: readonly Uint8Array[]): Uint8Array {
  return encodeCbor(notes);
}

/** The notes of a body: one array of at most 64 byte strings. Undefined for anything else. */
export function parseNotes(body: Uint8Array): readonly Uint8Array[] | undefined {
  const parsed = parseCbor(body, NOTES_BYTES_MAX);
  if (!parsed.ok || !isCborArray(parsed.value) || parsed.value.length > NOTES_MAX) return undefined;
  const notes = parsed.value.filter(isCborBytes);
  return notes.length === parsed.value.length ? notes : undefined;
}

/** An exchange with nothing under way. */
export function createExchange({ client, peers, onFailure }: ExchangeOptions): CheckpointExchange {
  const outboxes = new Map<string, Map<number, string>>();
  const sending = new Set<string>();
  const stopping = new AbortController();

  /** True where the notes need not be sent again. */
  const sendNotes = async (organization: string, notes: readonly string[]): Promise<boolean> => {
    const sent = await client.send({
      organization,
      method: 'POST',
      target: COSIGNATURES_PATH,
      body: peerBody(encodeNotes(notes.map(encodeUtf8))),
      answerBytesMax: 1024,
      timeoutMs: TIMEOUT_MS,
    });
    if (sent.ok) return true;
    onFailure(sent.error);
    const { code } = sent.error;
    if (code === 'peer_refused') return sent.error.status < 500 && sent.error.status !== 429;
    return code === 'peer_address_unknown';
  };
  const drain = async (organization: string, outbox: Map<number, string>): Promise<void> => {
    let pauseMs = PAUSE_MIN_MS;
    while (outbox.size > 0 && !stopping.signal.aborted) {
      const batch = [...outbox];
      if (
        await sendNotes(
          organization,
          batch.map(([, note]) => note),
        )
      ) {
        for (const [size] of batch) outbox.delete(size);
        pauseMs = PAUSE_MIN_MS;
      } else {
        await setTimeout(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
        pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS);
      }
    }
    sending.delete(organization);
  };
  return {
    publish: (size, note) => {
      for (const organization of peers()) {
        const outbox = outboxes.get(organization) ?? new Map<number, string>();
        outboxes.set(organization, outbox.set(size, note));
        for (const [oldest] of outbox) if (outbox.size > NOTES_MAX) outbox.delete(oldest);
        if (sending.has(organization)) continue;
        sending.add(organization);
        void drain(organization, outbox);
      }
    },
    pull: async (organization, size) => {
      const answer = await client.send({
        organization,
        method: 'GET',
        target: `${COSIGNATURES_PATH}?size=${size}`,
        answerBytesMax: NOTES_BYTES_MAX,
        timeoutMs: TIMEOUT_MS,
      });
      if (answer.ok) return parseNotes(answer.value) ?? [];
      onFailure(answer.error);
      return [];
    },
    stop: () => stopping.abort(),
  };
}
