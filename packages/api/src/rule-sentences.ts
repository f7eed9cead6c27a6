// Why the ledger refuses a statement, as a sentence in both languages: one for every code of its rules
// (spec/ledger.md). Shown before anything is sent, and with what was refused all the same.
import type { OrderingRejection, RuleCode } from '@suyuan/ledger';

import type { Text } from './problem.ts';

/** A sentence for each code of the ledger's rules. */
export const ruleSentences: Readonly<Record<RuleCode, Text>> = {
  organization_suspended: { en: 'The organisation is suspended.', zh: '该组织已被暂停。' },
  organization_retired: { en: 'The organisation has left for good.', zh: '该组织已永久退出。' },
  organization_unknown: { en: 'The network has no such organisation.', zh: '网络中没有该组织。' },
  organization_exists: { en: 'The organisation is in the network already.', zh: '该组织已在网络中。' },
  not_entitled: { en: 'This organisation may not decide this.', zh: '本组织无权决定此事。' },
  recovery_key_only_for_keys: {
    en: 'The recovery key changes keys of its own organisation and nothing else.',
    zh: '恢复密钥只能更换本组织的密钥。',
  },
  unchanged: { en: 'Nothing would change.', zh: '没有任何变化。' },
  too_many_changes: {
    en: 'Too many changes of this are decided and not yet in force.',
    zh: '此项已决定而未生效的变更过多。',
  },
  channel_unknown: { en: 'There is no such channel.', zh: '没有该通道。' },
  channel_closed: { en: 'The channel is closed.', zh: '该通道已关闭。' },
  channel_mismatch: { en: 'The records are in another channel.', zh: '记录属于另一通道。' },
  channel_full: { en: 'The channel takes no more members.', zh: '该通道成员已满。' },
  member_unknown: { en: 'The organisation is not a member of the channel.', zh: '该组织不是通道成员。' },
  member_exists: { en: 'The organisation is a member of the channel already.', zh: '该组织已是通道成员。' },
  not_a_member: { en: 'The issuer is not a member of the channel.', zh: '签发方不是通道成员。' },
  record_kind_not_in_channel: { en: 'The channel does not take this module.', zh: '该通道不接受此模块。' },
  record_kind_not_in_modules: {
    en: 'The organisation does not have this module.',
    zh: '该组织没有此模块的权限。',
  },
  acknowledgement_not_a_member: {
    en: 'A confirmation is from an organisation that is not a member of the channel.',
    zh: '有确认来自非通道成员。',
  },
  acknowledgement_own: {
    en: 'A reporter cannot confirm storing its own records.',
    zh: '上报方不能确认自己的数据。',
  },
  acknowledgement_key_invalid: {
    en: 'A confirmation is signed with a key that is not in force.',
    zh: '有确认使用了未生效或已失效的密钥。',
  },
  acknowledgement_invalid: { en: 'A confirmation is not validly signed.', zh: '有确认签名无效。' },
  acknowledgements_too_few: {
    en: 'Too few members have confirmed storing the records.',
    zh: '确认存储的成员数不足。',
  },
  batch_unknown: { en: 'The log has no such batch of records.', zh: '日志中没有该批次。' },
  leaf_unknown: { en: 'The batch has no such record.', zh: '该批次中没有此记录。' },
  already_void: { en: 'A record is void already.', zh: '有记录已作废。' },
  replacement_unknown: { en: 'The record that replaces it does not exist.', zh: '替代记录不存在。' },
  replacement_mismatch: {
    en: 'A replacement is a later record of the same reporter, channel and module, and is named exactly with the reason "replaced".',
    zh: '替代记录须为同一上报方、同一通道、同一模块的后续记录，且仅在原因为“已替代”时填写。',
  },
  void_unknown: { en: 'There is no such void.', zh: '没有该作废决定。' },
  void_keeps: {
    en: 'This void keeps its records; nothing is to be deleted.',
    zh: '该作废为保留，无需删除。',
  },
  deletion_stage_wrong: { en: 'The stages of a deletion come in their order.', zh: '删除阶段须依次进行。' },
  upheld_not_in_conflict: {
    en: 'A record that is to stand is not among those in conflict.',
    zh: '认定有效的记录不在冲突记录之中。',
  },
  approvers_missing: {
    en: 'Nobody else in the channel could approve this.',
    zh: '通道中没有其他可批准的成员。',
  },
  role_needs_host: {
    en: 'A hosted organisation, and only a hosted one, needs a host.',
    zh: '托管组织须有托管方，其他组织不得有。',
  },
  host_unsuitable: { en: 'This organisation cannot be the host.', zh: '该组织不能作为托管方。' },
  host_in_use: { en: 'The organisation hosts others.', zh: '该组织正托管其他组织。' },
  managing_organization: {
    en: 'The managing organisation can be neither suspended, retired nor hosted.',
    zh: '管理方不能被暂停、退出或托管。',
  },
  last_validator: { en: 'The last validator must stay one.', zh: '最后一个验证方不能退出验证。' },
  keys_only_on_admission: {
    en: 'Keys come with admission only; later they are changed by themselves.',
    zh: '仅在准入时随附密钥，之后须单独更换。',
  },
  key_required: { en: 'The role needs a key that is missing.', zh: '该角色所需的密钥缺失。' },
  key_exists: { en: 'The key is known to the ledger already.', zh: '该密钥已在账本中。' },
  key_unknown: { en: 'The organisation has no such key.', zh: '该组织没有此密钥。' },
  key_ended: { en: 'The key has ended or is ended by this.', zh: '该密钥已失效或即将失效。' },
  recovery_key_needed: {
    en: 'Only the recovery key itself can replace or end the recovery key.',
    zh: '恢复密钥只能由其自身更换或终止。',
  },
  possession_invalid: {
    en: 'The key did not sign its own registration.',
    zh: '密钥未对自身的登记签名。',
  },
  grant_exists: { en: 'Access is given already.', zh: '已授予访问权。' },
  grant_unknown: { en: 'Access was not given.', zh: '尚未授予访问权。' },
  act_unknown: { en: 'No such proposal waits for votes.', zh: '没有等待表决的该提案。' },
  act_expired: { en: 'The time to vote on this is over.', zh: '该提案的表决期已过。' },
  vote_exists: { en: 'This organisation has voted on it already.', zh: '本组织已对此表决。' },
  too_many_pending: {
    en: 'Too many proposals of this organisation wait for votes.',
    zh: '本组织等待表决的提案过多。',
  },
  tree_size_unknown: { en: 'The log is not that long yet.', zh: '日志尚未达到该长度。' },
  anchor_conflict: {
    en: 'What was fixed before cannot shrink or change.',
    zh: '已固定的内容不能缩减或更改。',
  },
};

/** A sentence for each reason why a signed statement may not be ordered at all. */
const orderingSentences: Readonly<Record<OrderingRejection['code'], Text>> = {
  statement_too_large: { en: 'The statement is too large.', zh: '声明过大。' },
  statement_malformed: { en: 'These bytes are no statement.', zh: '这些字节不是声明。' },
  statement_version_unknown: { en: 'The statement is of an unknown version.', zh: '声明版本未知。' },
  statement_subject_mismatch: {
    en: 'The statement names another subject than its fields.',
    zh: '声明主题与字段不符。',
  },
  network_mismatch: { en: 'The statement is for another network.', zh: '声明属于另一网络。' },
  statement_key_unknown: {
    en: 'The ledger does not know the key that signed it.',
    zh: '账本没有签署所用的密钥。',
  },
  statement_key_invalid: { en: 'The key that signed it is not in force.', zh: '签署所用的密钥当前无效。' },
  statement_signature_invalid: { en: 'The signature is wrong.', zh: '签名错误。' },
  statement_expired: { en: 'The last block for it is over. Sign it anew.', zh: '有效区块已过，请重新签署。' },
  sequence_spent: {
    en: 'Its number is used already. Sign it anew with the next one.',
    zh: '序号已使用，请用下一个序号重新签署。',
  },
  sequence_too_far: {
    en: 'Its number is far above the ones used. Sign it anew with the next one.',
    zh: '序号过大，请用下一个序号重新签署。',
  },
};

/** Whether a text is a code of the ledger's rules. */
export function isRuleCode(code: string): code is RuleCode {
  return Object.hasOwn(ruleSentences, code);
}

/** The sentence of a code of the rules or of ordering, or nothing for any other. */
export function ruleSentenceOf(code: string): Text | undefined {
  if (isRuleCode(code)) return ruleSentences[code];
  const sentences: Readonly<Record<string, Text>> = orderingSentences;
  return Object.hasOwn(sentences, code) ? sentences[code] : undefined;
}
