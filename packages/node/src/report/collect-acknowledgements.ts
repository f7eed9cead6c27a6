// Hands a payload to members of its channel, several at once, until enough of them have acknowledged it
// (spec/replication.md). Every acknowledgement is checked here; one that is forged counts for nothing and is named.
import type { AcknowledgedBatch, Acknowledgement, View } from '@suyuan/ledger';
import { diskOf, isKeyValid, keyOf, verifyAcknowledgement } from '@suyuan/ledger';
import { nativeCrypto } from '@suyuan/native-crypto';

import type { PeerBody, PeerClient } from '../replication/peer-client.ts';
import {
  ACKNOWLEDGEMENT_BYTES_MAX,
  PAYLOADS_PATH,
  parseAcknowledgement,
} from '../replication/payload-message.ts';

/** Members that get the payload at once, where fewer would do; the others pull it once it has an entry. */
const MEMBERS_AT_ONCE = 8;
/** Milliseconds for a member to receive, check and store a payload. */
const SEND_TIMEOUT_MS = 60_000;

/** A member that did not acknowledge, and why. */
export interface MemberProblem {
  readonly organization: string;
  readonly code: string;
}

/** What came back. */
export interface Collected {
  /** Ascending by organisation, as a statement lists them. */
  readonly acknowledgements: readonly Acknowledgement[];
  /** Different disks among them. */
  readonly disks: number;
  readonly problems: readonly MemberProblem[];
}

/** Resolves once `needed` different disks have acknowledged, or every member was asked. */
export async function collectAcknowledgements(options: {
  readonly client: PeerClient;
  readonly view: View;
  readonly batch: AcknowledgedBatch;
  readonly body: PeerBody;
  /** Whom to ask, in this order. */
  readonly members: readonly string[];
  readonly needed: number;
  readonly onAcknowledged: () => Promise<void> | void;
}): Promise<Collected> {
  const { client, view, batch, needed } = options;
  const waiting = [...options.members];
  const acknowledgements: Acknowledgement[] = [];
  const problems: MemberProblem[] = [];
  const disks = new Set<string>();
  const enough = new AbortController();
  const ask = async (organization: string): Promise<void> => {
    const answer = await client.send({
      organization,
      method: 'POST',
      target: PAYLOADS_PATH,
      body: options.body,
      answerBytesMax: ACKNOWLEDGEMENT_BYTES_MAX,
      timeoutMs: SEND_TIMEOUT_MS,
      unwanted: enough.signal,
    });
    if (!answer.ok) {
      const { error } = answer;
      const code = error.code === 'peer_refused' ? (error.problem ?? `http_${error.status}`) : error.code;
      problems.push({ organization, code });
      return;
    }
    const acknowledgement = parseAcknowledgement(answer.value);
    if (acknowledgement === undefined || !isGenuine(view, batch, organization, acknowledgement)) {
      problems.push({ organization, code: 'acknowledgement_invalid' });
      return;
    }
    acknowledgements.push(acknowledgement);
    disks.add(diskOf(view, organization));
    await options.onAcknowledged();
    if (disks.size >= needed) enough.abort();
  };
  const asker = async (): Promise<void> => {
    for (;;) {
      const member = disks.size < needed ? waiting.shift() : undefined;
      if (member === undefined) return;
      await ask(member);
    }
  };
  const askers = Array.from({ length: Math.max(needed, MEMBERS_AT_ONCE) }, asker);
  // Those under way go on: their members get the payload, though nobody waits for their word.
  await Promise.race([
    Promise.all(askers),
    new Promise((resolve) => enough.signal.addEventListener('abort', resolve)),
  ]);
  const sorted = acknowledgements.toSorted((a, b) => (a.organization < b.organization ? -1 : 1));
  return { acknowledgements: sorted, disks: disks.size, problems: [...problems] };
}

/** Whether the member itself signed, with a key that the ledger will accept. */
function isGenuine(
  view: View,
  batch: AcknowledgedBatch,
  organization: string,
  acknowledgement: Acknowledgement,
): boolean {
  if (acknowledgement.organization !== organization) return false;
  const key = keyOf(view, acknowledgement.keyId);
  if (key === undefined || key.organization !== organization || key.purpose !== 'statement') return false;
  if (!isKeyValid(key, view.height)) return false;
  return verifyAcknowledgement(nativeCrypto, batch, key.publicKey, acknowledgement.signature);
}
