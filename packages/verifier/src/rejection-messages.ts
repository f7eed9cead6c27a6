// One catalogue of the reasons why a receipt is refused, in both languages of the product. `{name}` stands for a fact
// of the rejection (spec/receipt.md, "Codes").
import type { VerifyRejection } from './verdict.ts';

/** Every code a verifier can answer with. */
export type VerifyCode = VerifyRejection['code'];

/** One sentence in both languages. */
export interface Message {
  readonly zh: string;
  readonly en: string;
}

/** All codes with what they mean, in the order of the checks. */
export const verifyMessages: Readonly<Record<VerifyCode, Message>> = {
  policy_too_large: { zh: '信任策略文件过大。', en: 'The trust policy is larger than its limit.' },
  policy_malformed: {
    zh: '信任策略不符合格式，位置：{at}。',
    en: 'The trust policy does not have the form of one, at "{at}".',
  },
  policy_not_canonical: {
    zh: '信任策略的写法与规定不一致（空格、转义、重复成员等）。',
    en: 'The trust policy is not spelled in its one accepted way (space, escapes, members given twice).',
  },
  policy_key_unusable: {
    zh: '信任策略中 {organization} 的公钥不可用（{cause}）。',
    en: 'A key of {organization} in the trust policy is not usable ({cause}).',
  },
  policy_key_wrong_purpose: {
    zh: '信任策略中 {organization} 的公钥用途不对。',
    en: 'A key of {organization} in the trust policy is not of its purpose.',
  },
  policy_validator_repeated: {
    zh: '信任策略中 {organization} 或其公钥出现两次。',
    en: 'The trust policy names {organization} or a key of it twice.',
  },
  policy_quorum_unsafe: {
    zh: '信任策略的法定数 {quorum} 对 {validators} 个验证方不安全。',
    en: 'A quorum of {quorum} is not safe with {validators} validators.',
  },
  receipt_form_unknown: {
    zh: '文件不是任何一种回执。',
    en: 'The file is none of the three forms of a receipt.',
  },
  receipt_too_large: { zh: '回执文件过大。', en: 'The receipt is larger than its limit.' },
  receipt_malformed: {
    zh: '回执不符合格式，位置：{at}。',
    en: 'The receipt does not have the form of one, at "{at}".',
  },
  receipt_not_canonical: {
    zh: '回执的写法与规定不一致（空格、转义、重复成员等）。',
    en: 'The receipt is not spelled in its one accepted way (space, escapes, members given twice).',
  },
  statement_missing: {
    zh: '此种回执需要同时提供声明文件。',
    en: 'This form of receipt needs the statement as well.',
  },
  statement_differs: {
    zh: '给出的声明与回执中的声明不同。',
    en: 'The statement given is not the one in the receipt.',
  },
  disclosure_not_checkable: {
    zh: '此种回执不能核对披露内容，请使用 bundle 形式。',
    en: 'This form of receipt cannot check a disclosure; take the bundle.',
  },
  status_missing: {
    zh: '此种回执不含作废状态，不能证明其新旧。',
    en: 'This form of receipt carries no void status, so none can be asked to be fresh.',
  },
  network_mismatch: {
    zh: '回执属于另一个网络。',
    en: 'The receipt is of another network than the trust policy.',
  },
  checkpoint_malformed: {
    zh: '检查点不符合格式（{cause}）。',
    en: 'A checkpoint does not have the form of one ({cause}).',
  },
  checkpoint_of_another_log: {
    zh: '检查点属于另一个日志。',
    en: 'A checkpoint is of another log than the trust policy names.',
  },
  checkpoint_signature_invalid: {
    zh: '检查点上 {name} 的签名不正确。',
    en: 'A signature of {name} under a checkpoint is false.',
  },
  log_signature_missing: {
    zh: '检查点没有受信任的日志签名。',
    en: 'No trusted log key has signed a checkpoint.',
  },
  cosignatures_too_few: {
    zh: '检查点的共同签名不足：需要 {needed} 个，只有 {found} 个。',
    en: 'Too few validators cosigned a checkpoint: {found} of the {needed} needed.',
  },
  state_root_missing: { zh: '检查点没有状态根。', en: 'A checkpoint carries no state root.' },
  log_key_unknown: {
    zh: '签发回执的日志密钥不在信任策略中。',
    en: 'The log key that signed the receipt is not in the trust policy.',
  },
  log_signature_wrong: {
    zh: '日志对回执的签名不正确，或声明、证明被改动。',
    en: "The log's signature does not fit the statement and the proof.",
  },
  statement_not_in_log: {
    zh: '日志的这个位置没有这份声明。',
    en: 'The log does not hold this statement at this entry.',
  },
  statement_malformed: {
    zh: '声明不符合格式（{cause}）。',
    en: 'The statement does not have the form of one ({cause}).',
  },
  statement_not_a_batch: {
    zh: '声明不是批次，而是 {kind}。',
    en: 'The statement reports no batch; it is a {kind}.',
  },
  batch_proof_wrong: {
    zh: '批次的状态证明不成立（{cause}）。',
    en: 'The proof of the batch does not lead to the state root ({cause}).',
  },
  batch_not_accepted: {
    zh: '账本没有接受这一批次。',
    en: 'The ledger did not accept a batch at this entry.',
  },
  batch_mismatch: {
    zh: '账本中的批次与声明不一致。',
    en: 'The batch in the ledger is not what the statement says.',
  },
  key_proof_wrong: {
    zh: '签名密钥的状态证明不成立（{cause}）。',
    en: 'The proof of the signing key does not lead to the state root ({cause}).',
  },
  key_unknown: { zh: '账本中没有签名所用的密钥。', en: 'The ledger does not know the signing key.' },
  key_wrong_purpose: {
    zh: '签名密钥不属于上报方，或不是声明密钥。',
    en: 'The signing key is not a statement key of the reporter.',
  },
  key_not_valid_then: {
    zh: '签名密钥当时不在有效期内。',
    en: 'The signing key was not valid when the batch was ordered.',
  },
  statement_signature_wrong: {
    zh: '声明的签名不正确。',
    en: 'The signature of the statement is false.',
  },
  record_leaf_beyond_count: {
    zh: '记录 {leaf} 超出批次的 {count} 条。',
    en: 'Record {leaf} is beyond the {count} of the batch.',
  },
  record_path_wrong: {
    zh: '记录 {leaf} 不属于这一批次，或被改动。',
    en: 'Record {leaf} does not lead to the root of the batch.',
  },
  status_before_receipt: {
    zh: '状态检查点早于回执的检查点。',
    en: 'The status checkpoint is older than the one of the receipt.',
  },
  status_conflicts: {
    zh: '两个检查点大小相同而内容不同：网络出现分叉，请立即报告。',
    en: 'Two checkpoints of one size differ: the network has split. Report this.',
  },
  status_proof_wrong: {
    zh: '作废状态的证明不成立（{cause}）。',
    en: 'The proof of the void status does not lead to the state root ({cause}).',
  },
  status_batch_mismatch: {
    zh: '状态中的批次与回执的批次不同。',
    en: 'The status is of another batch than the receipt.',
  },
  disclosure_too_large: { zh: '披露文件过大。', en: 'The disclosure is larger than its limit.' },
  disclosure_malformed: {
    zh: '披露不符合格式，位置：{at}。',
    en: 'The disclosure does not have the form of one, at "{at}".',
  },
  disclosure_not_canonical: {
    zh: '披露的写法与规定不一致（空格、转义、重复成员等）。',
    en: 'The disclosure is not spelled in its one accepted way (space, escapes, members given twice).',
  },
  disclosure_of_another_network: {
    zh: '披露属于另一个网络。',
    en: 'The disclosure is of another network than the receipt.',
  },
  disclosure_of_another_record: {
    zh: '披露的记录不在回执中。',
    en: 'The disclosure is of a record that is not in the receipt.',
  },
  disclosure_of_another_kind: {
    zh: '披露的记录类型与批次不同。',
    en: 'The disclosure names another record kind than the batch.',
  },
  commitment_mismatch: {
    zh: '记录 {leaf} 的 {part} 部分与承诺不符：内容被改动。',
    en: 'The {part} part of record {leaf} does not open its commitment: the text or salt is not what was reported.',
  },
  stale_status: {
    zh: '作废状态只到大小 {size}，要求至少 {needed}，请获取新的回执。',
    en: 'The void status covers tree size {size}, but {needed} is asked for; fetch the receipt anew.',
  },
  voided: {
    zh: '回执中有记录已经作废。',
    en: 'A record of the receipt was reported and has since been voided.',
  },
};

/** The reason in one language, with the facts in their places. */
export function explainRejection(rejection: VerifyRejection, language: 'zh' | 'en'): string {
  const facts: Readonly<Record<string, unknown>> = { ...rejection };
  return verifyMessages[rejection.code][language].replace(/\{(\w+)\}/g, (_, name: string) => {
    const fact = facts[name];
    return typeof fact === 'string' || typeof fact === 'number' ? String(fact) : '';
  });
}
