// What an act says, as a sentence in both languages, and what it takes away: shown before it is sent, to who is asked
// to approve it, and in the history (spec/governance.md, N5).
import type { Text } from '@suyuan/api';
import { recordKind } from '@suyuan/battery';
import type { OrganizationFields, Policy, StatementBody, View, VoidReason } from '@suyuan/ledger';
import { batchOf, channelOf, modulesOf, organizationOf, policyOf } from '@suyuan/ledger';

import { showRecordName } from './name-records.ts';

/** How names are said. */
export type NameOf = (organization: string) => string;

const statusWords: Readonly<Record<OrganizationFields['status'], Text>> = {
  active: { en: 'active', zh: '正常' },
  suspended: { en: 'suspended', zh: '暂停' },
  retired: { en: 'retired', zh: '退出' },
};
const roleWords: Readonly<Record<OrganizationFields['role'], Text>> = {
  validator: { en: 'validator', zh: '验证方' },
  observer: { en: 'observer', zh: '观察方' },
  hosted: { en: 'hosted organisation', zh: '托管组织' },
};
const reasonWords: Readonly<Record<VoidReason, Text>> = {
  mistake: { en: 'mistake', zh: '填报错误' },
  duplicate: { en: 'duplicate', zh: '重复上报' },
  replaced: { en: 'replaced', zh: '已替代' },
  personal_data: { en: 'personal data', zh: '个人信息' },
  unlawful: { en: 'unlawful', zh: '违法内容' },
  court_order: { en: 'court order', zh: '司法要求' },
  other: { en: 'other', zh: '其他' },
};

/** One sentence about an act. */
export function describeAct(body: StatementBody, nameOf: NameOf): Text {
  switch (body.kind) {
    case 'modules':
      return describeModules(body.fields, nameOf);
    case 'organization':
      return describeOrganization(body.fields, nameOf);
    case 'key':
      return describeKeys(body.fields, nameOf);
    case 'channel':
      return describeChannel(body.fields, nameOf);
    case 'policy':
      return say('Replaces the policy of the network.', '修改网络策略。');
    case 'resolution': {
      const { records, upheld } = body.fields;
      const all = records.map(showRecordName).join(', ');
      const kept = upheld.map(showRecordName).join(', ');
      if (kept === '') return say(`Of the records ${all} none stands.`, `记录 ${all} 均不成立。`);
      return say(`Of the records ${all} these stand: ${kept}.`, `记录 ${all} 中以下成立：${kept}。`);
    }
    case 'void': {
      const { entry, ranges, mode, reason } = body.fields;
      const count = ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
      const why = reasonWords[reason];
      return mode === 'keep'
        ? say(
            `Voids ${count} records of entry ${entry} (${why.en}); members keep them.`,
            `作废条目 ${entry} 中的 ${count} 条记录（${why.zh}），成员保留数据。`,
          )
        : say(
            `Voids ${count} records of entry ${entry} (${why.en}); members delete them.`,
            `作废条目 ${entry} 中的 ${count} 条记录（${why.zh}），成员须删除数据。`,
          );
    }
    case 'vote': {
      const { entry, approves } = body.fields;
      return approves
        ? say(`Approves the act of entry ${entry}.`, `批准条目 ${entry} 的操作。`)
        : say(`Rejects the act of entry ${entry}.`, `否决条目 ${entry} 的操作。`);
    }
    case 'void_done':
      return say(
        `Has deleted what entry ${body.fields.entry} asked to delete.`,
        `已删除条目 ${body.fields.entry} 要求删除的数据。`,
      );
    case 'grant':
      return describeGrant(body.fields, nameOf);
    case 'audit':
      return say(
        `Verification up to size ${body.fields.treeSize}.`,
        `核验至日志长度 ${body.fields.treeSize}。`,
      );
    case 'anchor':
      return say(`Anchors ${body.fields.name}.`, `锚定 ${body.fields.name}。`);
    case 'batch':
    default:
      return say(`Reports ${body.fields.count} records.`, `上报 ${body.fields.count} 条记录。`);
  }
}

type Fields<K extends StatementBody['kind']> = Extract<StatementBody, { kind: K }>['fields'];

function describeModules(fields: Fields<'modules'>, nameOf: NameOf): Text {
  const { organization, recordKinds } = fields;
  const who = nameOf(organization);
  if (recordKinds.length === 0) return say(`${who} may report nothing.`, `${who} 不得上报任何模块。`);
  const kinds = kindWords(recordKinds);
  return say(`${who} may report: ${kinds.en}.`, `${who} 可上报：${kinds.zh}。`);
}

function describeKeys(fields: Fields<'key'>, nameOf: NameOf): Text {
  const { organization, add, end } = fields;
  const who = nameOf(organization);
  const added = add.map(({ purpose }) => purpose).join(', ');
  const en = [
    added && `new keys of ${who} for ${added}`,
    end.length > 0 && `${end.length} keys of ${who} end`,
  ];
  const zh = [added && `${who} 更换密钥：${added}`, end.length > 0 && `${who} 终止 ${end.length} 个密钥`];
  return say(`${joined(en, '; ')}.`, `${joined(zh, '；')}。`);
}

function describeGrant(fields: Fields<'grant'>, nameOf: NameOf): Text {
  const { dataset, organization, isGiven } = fields;
  const who = nameOf(organization);
  return isGiven
    ? say(`Gives ${who} access to ${dataset}.`, `授予 ${who} 对 ${dataset} 的访问权。`)
    : say(`Withdraws access to ${dataset} from ${who}.`, `撤销 ${who} 对 ${dataset} 的访问权。`);
}

function describeOrganization(fields: OrganizationFields, nameOf: NameOf): Text {
  const who = nameOf(fields.organization);
  const role = roleWords[fields.role];
  const host = fields.host === null ? undefined : nameOf(fields.host);
  if (fields.keys.length > 0) {
    return host === undefined
      ? say(`Admits ${who} as ${role.en}.`, `准入 ${who}，角色为${role.zh}。`)
      : say(`Admits ${who}, hosted by ${host}.`, `准入 ${who}，由 ${host} 托管。`);
  }
  const status = statusWords[fields.status];
  return say(
    `${who} is ${status.en}, as ${role.en}${host === undefined ? '' : ` of ${host}`}.`,
    `${who} 状态为${status.zh}，角色为${role.zh}${host === undefined ? '' : `（${host}）`}。`,
  );
}

function describeChannel(fields: Fields<'channel'>, nameOf: NameOf): Text {
  const { channel, invited, removed, recordKinds, acknowledgements, status } = fields;
  const guests = invited.map(({ organization }) => nameOf(organization)).join(', ');
  const gone = removed.map(nameOf).join(', ');
  const kinds = recordKinds === null ? undefined : kindWords(recordKinds);
  const en = [
    channel === null ? 'Opens a channel' : `Changes channel ${channel}`,
    guests && `invites ${guests}`,
    gone && `${gone} leaves`,
    kinds && (kinds.en === '' ? 'takes every module' : `takes ${kinds.en}`),
    acknowledgements !== null && acknowledgements > 0 && `at least ${acknowledgements} confirmations`,
    status === 'closed' && 'closes it',
  ];
  const zh = [
    channel === null ? '开设通道' : `变更通道 ${channel}`,
    guests && `邀请 ${guests}`,
    gone && `${gone} 退出`,
    kinds && (kinds.zh === '' ? '接受全部模块' : `接受 ${kinds.zh}`),
    acknowledgements !== null && acknowledgements > 0 && `至少 ${acknowledgements} 个确认`,
    status === 'closed' && '关闭通道',
  ];
  return say(`${joined(en, '; ')}.`, `${joined(zh, '；')}。`);
}

/** What an act takes away or makes final, compared with what is in force. Empty where it does neither. */
export function harmsOf(view: View, body: StatementBody, nameOf: NameOf): readonly Text[] {
  switch (body.kind) {
    case 'modules':
      return harmsOfModules(view, body.fields, nameOf);
    case 'organization':
      return harmsOfOrganization(view, body.fields, nameOf);
    case 'key':
      return [
        say(
          'Keys that end sign nothing more. Whoever lost a key must not lose the new one: keep a backup of the key files.',
          '被替换的密钥不能再签名。请备份新的密钥文件，切勿遗失。',
        ),
      ];
    case 'channel':
      return harmsOfChannel(view, body.fields, nameOf);
    case 'policy':
      return harmsOfPolicy(policyOf(view), body.fields.policy);
    case 'resolution': {
      const upheld = new Set(body.fields.upheld.map(showRecordName));
      const dropped = body.fields.records.map(showRecordName).filter((name) => !upheld.has(name));
      return dropped.length === 0
        ? []
        : [
            say(
              `No longer counted in any trace: ${dropped.join(', ')}.`,
              `以下记录将不再计入溯源：${dropped.join('、')}。`,
            ),
          ];
    }
    case 'void':
      return harmsOfVoid(view, body.fields, nameOf);
    case 'vote':
    case 'void_done':
    case 'grant':
    case 'audit':
    case 'anchor':
    case 'batch':
    default:
      return [];
  }
}

function harmsOfModules(view: View, fields: Fields<'modules'>, nameOf: NameOf): readonly Text[] {
  const { organization, recordKinds } = fields;
  const lost = modulesOf(view, organization).filter((kind) => !recordKinds.includes(kind));
  if (lost.length === 0) return [];
  const kinds = kindWords(lost);
  const who = nameOf(organization);
  return [
    say(
      `${who} can no longer report ${kinds.en}. What it has staged of that stays unreported.`,
      `${who} 将不能再上报${kinds.zh}，其待上报数据将无法上报。`,
    ),
  ];
}

function harmsOfChannel(view: View, fields: Fields<'channel'>, nameOf: NameOf): readonly Text[] {
  const { channel, removed, status } = fields;
  const members = channel === null ? [] : (channelOf(view, channel)?.members ?? []);
  const leaving = removed.filter((id) => members.some(({ organization }) => organization === id));
  return [
    ...leaving.map((id) =>
      say(
        `${nameOf(id)} gets nothing more from this channel. What it holds stays with it.`,
        `${nameOf(id)} 将不再收到该通道的数据，已持有的数据仍在其处。`,
      ),
    ),
    ...(status === 'closed'
      ? [say('A closed channel can never be opened again.', '通道关闭后不能再次开启。')]
      : []),
  ];
}

function harmsOfVoid(view: View, fields: Fields<'void'>, nameOf: NameOf): readonly Text[] {
  const reporter = batchOf(view, fields.entry)?.reporter ?? '';
  const final = say(
    `A void cannot be taken back. The records of ${nameOf(reporter)} count no more in any trace.`,
    `作废不可撤销，${nameOf(reporter)} 的这些记录不再计入溯源。`,
  );
  const erased = say(
    'Every member deletes the texts for ever; only the commitment on the ledger stays.',
    '各成员将永久删除原文，账本上仅保留承诺值。',
  );
  return fields.mode === 'keep' ? [final] : [final, erased];
}

function harmsOfOrganization(view: View, fields: OrganizationFields, nameOf: NameOf): readonly Text[] {
  const now = organizationOf(view, fields.organization);
  const who = nameOf(fields.organization);
  const harms: Text[] = [];
  if (fields.status === 'suspended' && now?.status !== 'suspended') {
    harms.push(
      say(
        `${who} can report, confirm and vote no more until it is active again.`,
        `${who} 在恢复前不能上报、确认或表决。`,
      ),
    );
  }
  if (fields.status === 'retired') {
    harms.push(
      say(
        `${who} leaves for good: this can never be undone, and its keys end.`,
        `${who} 永久退出，不可恢复，其密钥失效。`,
      ),
    );
  }
  if (
    now?.role === 'validator' &&
    now.status === 'active' &&
    (fields.role !== 'validator' || fields.status !== 'active')
  ) {
    harms.push(
      say(`${who} no longer votes: fewer failures are survived.`, `${who} 不再参与验证，网络容错能力下降。`),
    );
  }
  return harms;
}

function harmsOfPolicy(now: Policy, next: Policy): readonly Text[] {
  const harms: Text[] = [];
  if (next.isLogPublic && !now.isLogPublic) {
    harms.push(
      say(
        'Everyone can read the log: who reported how much of which module, and when.',
        '日志将对所有人公开：谁在何时上报了哪类模块多少条。',
      ),
    );
  }
  if (next.voidApprovals < now.voidApprovals || next.reporterVoidApprovals < now.reporterVoidApprovals)
    harms.push(say('Records can be voided with fewer approvals.', '作废记录所需的批准减少。'));
  return harms;
}

function kindWords(kinds: readonly string[]): Text {
  const labels = kinds.map((kind) => recordKind(kind)?.label ?? { en: kind, zh: kind });
  return say(labels.map(({ en }) => en).join(', '), labels.map(({ zh }) => zh).join('、'));
}

function joined(parts: readonly (string | false | undefined)[], between: string): string {
  return parts.filter((part) => part !== false && part !== undefined && part !== '').join(between);
}

function say(en: string, zh: string): Text {
  return { en, zh };
}
