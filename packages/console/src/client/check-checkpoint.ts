/** Checks a checkpoint in this browser, so that the log page shows more than the word of the node. */
import { getTrustPolicy } from '@suyuan/api';
import { parseNote, portableCrypto, encodeUtf8, verifyNote } from '@suyuan/log';
import { explainRejection, parseTrustPolicy, verifyCheckpointQuorum } from '@suyuan/verifier';
import { send } from './call.ts';

/** One validator's part in a checkpoint. */
export interface Cosignature {
  readonly organization: string;
  /** Unix seconds of its cosignature; undefined where there is no valid one. */
  readonly at: number | undefined;
}

/** A checkpoint as this browser sees it under the node's trust policy. */
export interface CheckedCheckpoint {
  readonly cosignatures: readonly Cosignature[];
  /** Unix seconds; undefined where too few have signed. */
  readonly noLaterThan: number | undefined;
  /** Why it does not count, in both languages; undefined when it does. */
  readonly refusal: { readonly zh: string; readonly en: string } | undefined;
}

/** Fetches the node's trust policy and checks every signature of the note against it. */
export const checkCheckpoint = async (note: string): Promise<CheckedCheckpoint> => {
  const policyBytes = new Uint8Array(await (await send(getTrustPolicy)).arrayBuffer());
  const policy = parseTrustPolicy(portableCrypto, policyBytes);
  if (!policy.ok) throw new Error(explainRejection(policy.error, 'en'));
  const bytes = encodeUtf8(note);
  const parsed = parseNote(bytes);
  const cosignatures = policy.value.validators.map(({ organization, cosigningKey }) => {
    const verified = parsed.ok ? verifyNote(portableCrypto, parsed.value, [cosigningKey]) : parsed;
    return { organization, at: verified.ok ? verified.value[0]?.timeSeconds : undefined };
  });
  const quorum = verifyCheckpointQuorum(portableCrypto, policy.value, bytes);
  if (quorum.ok) return { cosignatures, noLaterThan: quorum.value.noLaterThan, refusal: undefined };
  const refusal = { zh: explainRejection(quorum.error, 'zh'), en: explainRejection(quorum.error, 'en') };
  return { cosignatures, noLaterThan: undefined, refusal };
};
