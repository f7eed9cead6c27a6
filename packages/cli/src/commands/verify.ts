// `suyuan verify`: the verifier on files, with native crypto and nothing else loaded (docs/cli.md).
import { nativeCrypto } from '@suyuan/native-crypto';
import type { BundleVerdict, InclusionVerdict, RecordVoid, Verdict, VerifyRejection } from '@suyuan/verifier';
import {
  DISCLOSURE_BYTES_MAX,
  RECEIPT_BYTES_MAX,
  TRUST_POLICY_BYTES_MAX,
  explainRejection,
  verifyReceipt,
} from '@suyuan/verifier';

import type { Answer } from '../answer.ts';
import { lines } from '../answer.ts';
import type { Action } from '../definition.ts';
import { CommandFailure } from '../failure.ts';
import { readBounded } from '../files.ts';
import { parseWhole, requiredOption, textArgument, textOption } from '../option-values.ts';

const STATEMENT_BYTES_MAX = 32_768;

/** Checks a receipt with nothing but files. */
export const verify: Action = async ({ arguments: given, options }) => {
  const receiptFile = textArgument(given, 0) ?? '';
  const policyFile = requiredOption(options, 'policy', '--policy FILE');
  const fresh = parseFresh(textOption(options, 'fresh'));
  const disclosureFile = textOption(options, 'disclosure');
  const statementFile = textOption(options, 'statement');
  const receipt = await readBounded(receiptFile, 'receipt', RECEIPT_BYTES_MAX);
  const policy = await readBounded(policyFile, 'trust policy', TRUST_POLICY_BYTES_MAX);
  const disclosure =
    disclosureFile === undefined
      ? undefined
      : await readBounded(disclosureFile, 'disclosure', DISCLOSURE_BYTES_MAX);
  const statement =
    statementFile === undefined
      ? undefined
      : await readBounded(statementFile, 'statement', STATEMENT_BYTES_MAX);
  const result = verifyReceipt(nativeCrypto, { receipt, policy, fresh, disclosure, statement });
  return result.ok ? validAnswer(result.value) : invalidAnswer(result.error);
};

function parseFresh(text: string | undefined): number | 'none' {
  if (text === 'none') return 'none';
  if (text === undefined) {
    throw new CommandFailure(
      'option_missing',
      '--fresh is required: the least tree size that the knowledge of voids must cover, or none.',
    );
  }
  return parseWhole(text, '--fresh', 0, Number.MAX_SAFE_INTEGER);
}

function validAnswer(verdict: Verdict): Answer {
  const json = { valid: true, code: 'valid', ...verdictJson(verdict) };
  return { json, text: verdictText(verdict), isPositive: true };
}

function invalidAnswer(rejection: VerifyRejection): Answer {
  const { code, ...facts } = rejection;
  const { zh, en } = { zh: explainRejection(rejection, 'zh'), en: explainRejection(rejection, 'en') };
  const verdict = rejection.code === 'voided' ? rejection.verdict : undefined;
  const details = verdict === undefined ? facts : verdictJson(verdict);
  return {
    json: { valid: false, code, message: { zh, en }, ...details },
    text: lines(`NOT VALID  无效: ${code}`, en, zh) + (verdict === undefined ? '' : recordsText(verdict)),
    isPositive: false,
  };
}

/** A verdict as JSON: bytes as hexadecimal, times also as text, undefined members left out. */
function verdictJson(verdict: Verdict): object {
  if (verdict.form !== 'bundle') return { ...verdict, noLaterThanTime: timeText(verdict.noLaterThan) };
  const { network, records, disclosed, ...rest } = verdict;
  return {
    ...rest,
    network: Buffer.from(network).toString('hex'),
    noLaterThanTime: timeText(verdict.noLaterThan),
    records: records.map(({ leaf, voided }) => ({
      leaf,
      record: `${verdict.entry}/${leaf}`,
      ...(voided === undefined ? {} : { voided: voidJson(voided) }),
    })),
    ...(disclosed === undefined
      ? {}
      : { disclosed: { record: `${verdict.entry}/${disclosed.leaf}`, parts: disclosed.parts } }),
  };
}

function voidJson({ entry, mode, replacement }: RecordVoid): object {
  return {
    entry,
    mode,
    ...(replacement === undefined ? {} : { replacement: `${replacement.entry}/${replacement.leaf}` }),
  };
}

function verdictText(verdict: Verdict): string {
  return verdict.form === 'bundle' ? bundleText(verdict) : inclusionText(verdict);
}

function bundleText(verdict: BundleVerdict): string {
  const { organization, recordKind, records, entry, channel, statusSize, cosignedBy } = verdict;
  const head = lines(
    'VALID  有效',
    `${organization} reported ${records.length} ${recordKind} record${records.length === 1 ? '' : 's'} in entry ${entry}, channel ${channel},`,
    `signed no later than ${timeText(verdict.noLaterThan)}, by the cosignatures of ${cosignedBy.join(', ')}.`,
    `Not voided as of tree size ${statusSize} (${timeText(verdict.statusNoLaterThan)}).`,
  );
  const parts = Object.entries(verdict.disclosed?.parts ?? {});
  const texts = parts.map(([name, text]) => `${name}: ${text}`);
  return head + lines(...texts);
}

function inclusionText(verdict: InclusionVerdict): string {
  const time = verdict.noLaterThan === undefined ? '' : `, no later than ${timeText(verdict.noLaterThan)}`;
  return lines(
    'VALID  有效',
    `The statement stands in the log at entry ${verdict.entry} of ${verdict.size}${time}, signed by ${verdict.signedBy.join(', ')}.`,
    `It says that it is of ${verdict.claimedIssuer}; only a bundle proves whose key signed, and which records it holds.`,
  );
}

function recordsText({ entry, records }: BundleVerdict): string {
  const voided = records.filter((record) => record.voided !== undefined).slice(0, 20);
  return lines(...voided.map((record) => `${entry}/${record.leaf} voided by entry ${record.voided?.entry}`));
}

function timeText(seconds: number | undefined): string | undefined {
  if (seconds === undefined) return undefined;
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString().replace('.000Z', 'Z');
}
