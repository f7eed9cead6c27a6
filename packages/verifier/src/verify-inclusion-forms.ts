// The two forms that tools of others also check: a C2SP tlog-proof and an RFC 9942 COSE receipt. Both prove that a
// statement stands in the log, and no more (spec/receipt.md, V17 and V18).
import { keyIdOf, parseStatement } from '@suyuan/ledger';
import type { Crypto, Result } from '@suyuan/log';
import {
  equalBytes,
  leafHash,
  ok,
  parseCoseReceipt,
  parseTlogProof,
  reject,
  verifyCoseReceipt,
  verifyInclusion,
} from '@suyuan/log';

import { verifyCheckpointQuorum } from './checkpoint-quorum.ts';
import type { TrustPolicy } from './trust-policy.ts';
import type { InclusionVerdict, VerifyRejection } from './verdict.ts';

/** Checks a tlog-proof of a statement: a quorum cosigned the checkpoint under which it stands. */
export function verifyTlogProofForm(
  crypto: Crypto,
  policy: TrustPolicy,
  receipt: Uint8Array,
  statement: Uint8Array,
): Result<InclusionVerdict, VerifyRejection> {
  const parsed = parseTlogProof(receipt);
  if (!parsed.ok) return reject({ code: 'receipt_malformed', at: '' });
  const { index, proof, checkpoint } = parsed.value;
  const trusted = verifyCheckpointQuorum(crypto, policy, checkpoint);
  if (!trusted.ok) return trusted;
  const { size, root } = trusted.value.checkpoint;
  const claim = { leafHash: leafHash(crypto.sha256, statement), index, size, proof, root };
  if (!verifyInclusion(crypto.sha256, claim).ok) return reject({ code: 'statement_not_in_log' });
  const issuer = readIssuer(policy, statement);
  if (!issuer.ok) return issuer;
  const { noLaterThan, cosignedBy } = trusted.value;
  return ok({
    form: 'tlog-proof',
    entry: index,
    size,
    claimedIssuer: issuer.value,
    noLaterThan,
    signedBy: cosignedBy,
  });
}

/** Checks a COSE receipt of a statement: one log key of the policy signed the root under which it stands. */
export function verifyCoseForm(
  crypto: Crypto,
  policy: TrustPolicy,
  receipt: Uint8Array,
  statement: Uint8Array,
): Result<InclusionVerdict, VerifyRejection> {
  const parsed = parseCoseReceipt(receipt);
  if (!parsed.ok) return reject({ code: 'receipt_malformed', at: '' });
  const { keyId, index, size, issuer: origin } = parsed.value;
  if (origin !== policy.origin) return reject({ code: 'checkpoint_of_another_log' });
  const signer = policy.validators.find(
    ({ logKey }) => keyId !== undefined && equalBytes(keyIdOf(crypto, logKey.publicKey), keyId),
  );
  if (signer === undefined) return reject({ code: 'log_key_unknown' });
  const verified = verifyCoseReceipt(crypto, receipt, statement, signer.logKey.publicKey);
  if (!verified.ok) return reject({ code: 'log_signature_wrong' });
  const issuer = readIssuer(policy, statement);
  if (!issuer.ok) return issuer;
  return ok({
    form: 'cose',
    entry: index,
    size,
    claimedIssuer: issuer.value,
    noLaterThan: undefined,
    signedBy: [signer.organization],
  });
}

function readIssuer(policy: TrustPolicy, bytes: Uint8Array): Result<string, VerifyRejection> {
  const parsed = parseStatement(bytes);
  if (!parsed.ok) return reject({ code: 'statement_malformed', cause: parsed.error.code });
  const { network, issuer } = parsed.value.statement;
  return equalBytes(network, policy.network) ? ok(issuer) : reject({ code: 'network_mismatch' });
}
