// Organisations that live on the node of another one, as their host shows them (spec/hosted.md).
import { Type } from 'typebox';
import type { Static } from 'typebox';

import { words } from './governance-wish.ts';

/** Why a hosted organisation is not served by this host. */
export const hostedSentences = {
  hosted_not_admitted: {
    en: 'It is not admitted yet. It is served by itself once it is.',
    zh: '尚未获准入。准入后将自动启动。',
  },
  hosted_retired: { en: 'It is retired.', zh: '该组织已退出网络。' },
  hosted_elsewhere: {
    en: 'In the ledger it is not hosted by this organisation. Its folder belongs where its node runs now.',
    zh: '账本中该组织并非由本组织托管。请将其数据目录移至其节点现在所在之处。',
  },
  hosted_key_unregistered: {
    en: 'The ledger has no statement or transport key of it. The managing organisation must register one.',
    zh: '账本中缺少该组织的声明密钥或传输密钥，需由管理方登记。',
  },
  hosted_keys_missing: {
    en: 'A key file of it is missing. Put it back from a backup.',
    zh: '缺少该组织的密钥文件，请从备份恢复。',
  },
  hosted_keys_wrong: {
    en: 'A key file of it is not the key that the ledger has. Use the folder that the keys were made in.',
    zh: '密钥文件与账本登记的密钥不符，请使用生成密钥时的目录。',
  },
  hosted_port_in_use: {
    en: 'Its port is in use by another program. It is tried again; or choose another port.',
    zh: '其端口已被其他程序占用。系统会自动重试，也可更换端口。',
  },
  hosted_failed: {
    en: 'Its node could not be started, or could not go on. It is tried again; the log says why.',
    zh: '其节点无法启动或无法继续运行。系统会自动重试，原因见日志。',
  },
} as const;

/** Such a reason. */
export type HostedCode = keyof typeof hostedSentences;

const codes = Object.keys(hostedSentences);

/** One of them. */
export const hostedOrganization = Type.Object({
  organization: Type.String(),
  state: words('open', 'waiting', 'refused'),
  url: Type.Optional(Type.String({ description: 'open: where its node serves' })),
  code: Type.Optional(Type.Enum<string[]>(codes)),
  reason: Type.Optional(Type.String({ description: 'waiting, refused: what is wrong, in English' })),
});

/** One of them as a value. */
export type HostedOrganization = Static<typeof hostedOrganization>;
