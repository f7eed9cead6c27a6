// What a node watches for, as data: when an alert is raised, how grave it is, and a plain sentence in both languages
// that says what is wrong and what to do (spec/monitoring.md, MO9 to MO12).
import type { Text } from './problem.ts';

/** One alert. */
export interface AlertRule {
  /** `critical`: something stands still, or evidence was found; `warning`: it will, if nobody looks. */
  readonly level: 'warning' | 'critical';
  /** Of the value that is watched. */
  readonly unit: 'seconds' | 'checkpoints' | 'mebibytes' | 'days';
  /** Which way the value gets worse. */
  readonly worse: 'more' | 'less';
  /** Raised where the value is this or worse. */
  readonly threshold: number;
  /** Cleared where the value is no worse than the threshold times this. */
  readonly clearShare: number;
  /** What is wrong; `{name}` is the organisation, `{value}` the value with its unit, others are facts. */
  readonly what: Text;
  /** What to do; the same whatever the figures. */
  readonly todo: Text;
}

/** A fact that a sentence names. */
export type AlertFacts = Readonly<Record<string, string | number>>;

const nodes = {
  member_unreachable: {
    level: 'warning',
    unit: 'seconds',
    worse: 'more',
    threshold: 60,
    clearShare: 0,
    what: { en: '{name} has not answered for {value}.', zh: '{name} 已 {value}未应答。' },
    todo: {
      en: 'Ask its administrator whether the node runs, and look at the network and the firewalls between. What it misses it fetches by itself once it is back.',
      zh: '请联系其管理员确认节点是否运行，并检查双方之间的网络和防火墙。恢复后它会自动补齐缺失的数据。',
    },
  },
  quorum_lost: {
    level: 'critical',
    unit: 'seconds',
    worse: 'more',
    threshold: 30,
    clearShare: 0,
    what: {
      en: 'Nothing can be ordered, for {value} now: of {validators} validators {needed} must take part, and {missing} more are waited for. Missing: {names}.',
      zh: '已有 {value}无法排序：{validators} 个验证方中至少需要 {needed} 个参与，还差 {missing} 个。缺席：{names}。',
    },
    todo: {
      en: 'Call the administrators of those that are missing. What is being reported waits, and goes on by itself.',
      zh: '请联系缺席方的管理员。正在上报的数据会等待，恢复后自动继续。',
    },
  },
  node_behind: {
    level: 'warning',
    unit: 'seconds',
    worse: 'more',
    threshold: 60,
    clearShare: 0,
    what: {
      en: '{name}, this node, has been behind the others for {value}, by {blocks} blocks.',
      zh: '本节点 {name} 落后于其他节点已 {value}，相差 {blocks} 个区块。',
    },
    todo: {
      en: 'Look at the load and the log of this machine, and whether its port for blocks (SUYUAN_CONSENSUS_LISTEN) is open to the others. It catches up by itself.',
      zh: '请检查本机负载和日志，并确认区块端口（SUYUAN_CONSENSUS_LISTEN）对其他节点开放。节点会自动追上。',
    },
  },
  member_behind: {
    level: 'warning',
    unit: 'seconds',
    worse: 'more',
    threshold: 120,
    clearShare: 0,
    what: {
      en: '{name} answers, but has been behind for {value}, by {blocks} blocks.',
      zh: '{name} 可应答，但区块落后已 {value}，相差 {blocks} 个区块。',
    },
    todo: {
      en: 'Ask its administrator to look at the load and the log of the node, and at its port for blocks. It catches up by itself.',
      zh: '请其管理员检查节点负载、日志和区块端口。节点会自动追上。',
    },
  },
  ordering_stopped: {
    level: 'critical',
    unit: 'seconds',
    worse: 'more',
    threshold: 30,
    clearShare: 0,
    what: {
      en: 'The ordering engine of {name} has not run for {value}.',
      zh: '{name} 的排序引擎已停止 {value}。',
    },
    todo: {
      en: 'It is started again by itself. Where it does not stay up, look into the log of the node, which says why; no new block comes in until then.',
      zh: '引擎会自动重启。若反复退出，请查看节点日志中的原因；在此期间不会收到新区块。',
    },
  },
} as const satisfies Record<string, AlertRule>;

const work = {
  cosignatures_missing: {
    level: 'warning',
    unit: 'checkpoints',
    worse: 'more',
    threshold: 5,
    clearShare: 0,
    what: { en: '{name} has not signed the last {value}.', zh: '{name} 未签署最近的 {value}。' },
    todo: {
      en: 'Ask its administrator whether the node runs and has its keys for log and cosigning. Receipts go on as long as more than two thirds of the validators sign.',
      zh: '请其管理员确认节点运行且 log、cosigning 密钥齐全。只要超过三分之二的验证方签署，凭证即可继续出具。',
    },
  },
  checkpoint_late: {
    level: 'critical',
    unit: 'seconds',
    worse: 'more',
    threshold: 60,
    clearShare: 0,
    what: {
      en: 'For {value} the newest checkpoint has had {have} of the {needed} signatures that it needs.',
      zh: '最新检查点需要 {needed} 方签名，{value}以来仅有 {have} 方签署。',
    },
    todo: {
      en: 'There are no receipts for new records until enough have signed. See which organisations are not reachable or do not sign, and call them.',
      zh: '签名不足时新记录无法出具凭证。请查看哪些组织不可达或未签名，并与其联系。',
    },
  },
  ordering_late: {
    level: 'critical',
    unit: 'seconds',
    worse: 'more',
    threshold: 120,
    clearShare: 0,
    what: {
      en: '{count} signed statements of {name} wait to be ordered, the oldest for {value}.',
      zh: '{name} 有 {count} 条已签名声明等待排序，最久已 {value}。',
    },
    todo: {
      en: 'Too few validators take part at the moment, or this node does not reach them: see which nodes are not reachable. Nothing has to be sent again.',
      zh: '当前参与排序的验证方不足，或本节点无法连接它们：请查看哪些节点不可达。无需重新提交。',
    },
  },
  acknowledgements_late: {
    level: 'warning',
    unit: 'seconds',
    worse: 'more',
    threshold: 120,
    clearShare: 0,
    what: {
      en: '{count} batches of {name} wait for other members to confirm that they store them, the oldest for {value}.',
      zh: '{name} 有 {count} 个批次等待其他成员确认存储，最久已 {value}。',
    },
    todo: {
      en: 'See which members of the channel are not reachable or refuse (page of the report), and call them. The batches go on by themselves.',
      zh: '请在上报详情页查看通道中哪些成员不可达或拒绝，并与其联系。批次会自动继续。',
    },
  },
  payloads_missing: {
    level: 'warning',
    unit: 'seconds',
    worse: 'more',
    threshold: 300,
    clearShare: 0,
    what: {
      en: '{name} does not hold the data of {count} batches that are in the log, the oldest for {value}.',
      zh: '{name} 缺少日志中 {count} 个批次的数据，最久已 {value}。',
    },
    todo: {
      en: 'The node keeps asking every member that should have them. Bring back the members that are not reachable, and fetch it at once on the page Network where you do not want to wait.',
      zh: '节点会持续向应持有数据的成员索取。请先恢复不可达的成员；也可在“网络”页立即获取。',
    },
  },
  split_view: {
    level: 'critical',
    unit: 'days',
    worse: 'less',
    threshold: 7,
    clearShare: 1,
    what: {
      en: '{name} has signed two different logs ({count} times, the last {value} ago): it shows different members different histories.',
      zh: '{name} 签署了两个不同的日志（{count} 次，最近一次在 {value}前）：它向不同成员展示了不同的历史。',
    },
    todo: {
      en: 'Keep the database of this node, which has the proof in the table split_view, tell the managing organisation, and have the organisation suspended until this is explained.',
      zh: '请保留本节点数据库（证据在 split_view 表），通知管理方，并在查明前暂停该组织。',
    },
  },
  double_vote: {
    level: 'critical',
    unit: 'days',
    worse: 'less',
    threshold: 7,
    clearShare: 1,
    what: {
      en: '{name} has voted for two blocks at one height ({count} times, the last seen {value} ago): two processes sign with its validator key, or somebody else has the key.',
      zh: '{name} 在同一高度为两个区块投票（{count} 次，最近一次在 {value}前发现）：有两个进程使用其验证密钥签名，或密钥已落入他人之手。',
    },
    todo: {
      en: 'Its administrator stops the second process and replaces the validator key. Where that does not happen, have the organisation suspended. The proof is in the table double_vote of every node.',
      zh: '请该组织管理员停止第二个进程并更换验证密钥；否则请暂停该组织。证据在每个节点的 double_vote 表中。',
    },
  },
} as const satisfies Record<string, AlertRule>;

const machine = {
  disk_low: {
    level: 'warning',
    unit: 'mebibytes',
    worse: 'less',
    threshold: 4_096,
    clearShare: 1.25,
    what: { en: 'The disk of {name} has {value} left.', zh: '{name} 的磁盘剩余 {value}。' },
    todo: {
      en: 'Make room or enlarge the disk. Below 256 MiB the node takes no new data.',
      zh: '请清理或扩容磁盘。低于 256 MiB 时节点不再接收新数据。',
    },
  },
  disk_full: {
    level: 'critical',
    unit: 'mebibytes',
    worse: 'less',
    threshold: 256,
    clearShare: 1.25,
    what: {
      en: 'The disk of {name} has {value} left: the node takes no new data.',
      zh: '{name} 的磁盘剩余 {value}：节点已停止接收新数据。',
    },
    todo: {
      en: 'Make room now. Reading goes on, and so does taking data once there is room.',
      zh: '请立即清理磁盘。查询不受影响，有空间后会自动恢复接收。',
    },
  },
  database_unreachable: {
    level: 'critical',
    unit: 'seconds',
    worse: 'more',
    threshold: 30,
    clearShare: 0,
    what: {
      en: 'The database of {name} has not answered for {value}.',
      zh: '{name} 的数据库已 {value}未应答。',
    },
    todo: {
      en: 'See whether PostgreSQL runs, has room on its disk and takes connections. The node goes on where it was.',
      zh: '请检查 PostgreSQL 是否运行、磁盘是否有空间、连接是否可用。恢复后节点会从原处继续。',
    },
  },
  clock_skew: {
    level: 'warning',
    unit: 'seconds',
    worse: 'more',
    threshold: 5,
    clearShare: 0.5,
    what: {
      en: 'The clock of {name} differs from those of the others by {value}.',
      zh: '{name} 的时钟与其他节点相差 {value}。',
    },
    todo: {
      en: 'Have it set by NTP (chrony, systemd-timesyncd). From five minutes on the other nodes refuse its requests.',
      zh: '请启用 NTP 校时（chrony、systemd-timesyncd）。相差五分钟起其他节点会拒绝其请求。',
    },
  },
  certificate_expiring: {
    level: 'warning',
    unit: 'days',
    worse: 'less',
    threshold: 21,
    clearShare: 1.1,
    what: {
      en: 'The HTTPS certificate of {name} is in force for another {value}.',
      zh: '{name} 的 HTTPS 证书还有 {value}到期。',
    },
    todo: {
      en: 'Renew it, put the new file in place and restart the node (or the proxy before it). Once it has expired the other nodes do not connect.',
      zh: '请更新证书并重启节点（或其前置代理）。证书过期后其他节点将无法连接。',
    },
  },
  certificate_ending: {
    level: 'critical',
    unit: 'days',
    worse: 'less',
    threshold: 3,
    clearShare: 1.1,
    what: {
      en: 'The HTTPS certificate of {name} ends in {value}, or has ended.',
      zh: '{name} 的 HTTPS 证书将在 {value}内到期，或已过期。',
    },
    todo: {
      en: 'Renew it today, put the new file in place and restart the node (or the proxy before it).',
      zh: '请今天更新证书并重启节点（或其前置代理）。',
    },
  },
} as const satisfies Record<string, AlertRule>;

/** Every alert by its code. */
export const alertRules = { ...nodes, ...work, ...machine } as const;

/** A stable code of an alert. */
export type AlertCode = keyof typeof alertRules;

/** All codes. */
export const alertCodes: readonly AlertCode[] = Object.keys(alertRules).filter(isAlertCode);

/** True for a text that is one of the codes. */
export function isAlertCode(text: string): text is AlertCode {
  return Object.hasOwn(alertRules, text);
}

/** The two sentences of an alert about the organisation of this name, with the value that it was judged by. */
export function sayAlert(
  code: AlertCode,
  name: string,
  value: number,
  facts: AlertFacts,
): { readonly what: Text; readonly todo: Text } {
  const { what, todo, unit } = alertRules[code];
  const say = (text: Text): Text => ({
    en: fill(text.en, { ...facts, name, value: sayValue(value, unit, 'en') }),
    zh: fill(text.zh, { ...facts, name, value: sayValue(value, unit, 'zh') }),
  });
  return { what: say(what), todo };
}

function fill(sentence: string, facts: AlertFacts): string {
  return sentence.replaceAll(/\{(\w+)\}/gu, (_place, fact: string) => String(facts[fact] ?? ''));
}

const units = {
  seconds: { en: 'second', zh: '秒' },
  minutes: { en: 'minute', zh: '分钟' },
  hours: { en: 'hour', zh: '小时' },
  days: { en: 'day', zh: '天' },
  checkpoints: { en: 'checkpoint', zh: '个检查点' },
} as const;

/** A value with its unit, in the largest one of which there are at least two. */
function sayValue(value: number, unit: AlertRule['unit'], language: keyof Text): string {
  const whole = Math.max(0, Math.round(value));
  if (unit === 'mebibytes') return whole < 10_240 ? `${whole} MiB` : `${Math.floor(whole / 1_024)} GiB`;
  const [count, name] = unit === 'seconds' ? inLargerUnits(whole) : [whole, unit];
  const word = units[name][language];
  if (language === 'zh') return `${count} ${word}`;
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function inLargerUnits(seconds: number): readonly [number, keyof typeof units] {
  if (seconds < 120) return [seconds, 'seconds'];
  if (seconds < 7_200) return [Math.floor(seconds / 60), 'minutes'];
  if (seconds < 172_800) return [Math.floor(seconds / 3_600), 'hours'];
  return [Math.floor(seconds / 86_400), 'days'];
}
