/** The channels of the network: members, what each takes; opened, changed and closed here. */
import type { AnswerOf, getGovernance, GovernanceWish } from '@suyuan/api';
import { recordKinds } from '@suyuan/battery';
import { Button, Card, Flex, Form, InputNumber, Modal, Select, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useIsAdministrator } from '../../client/use-is-administrator.ts';
import { DataTable } from '../DataTable.tsx';
import { useKindLabel } from '../use-kind-label.ts';
import { ActDialog } from './ActDialog.tsx';

type Now = AnswerOf<typeof getGovernance>;
type Channel = Now['channels'][number];

interface Choice {
  readonly invite?: string[];
  readonly remove?: string[];
  readonly recordKinds?: string[];
  readonly acknowledgements?: number | null;
}

const wishOf = (
  channel: Channel | undefined,
  { invite = [], remove = [], recordKinds: kinds = [], acknowledgements }: Choice,
): GovernanceWish => ({
  kind: 'channel',
  ...(channel === undefined ? {} : { channel: channel.channel }),
  ...(invite.length === 0 ? {} : { invite }),
  ...(remove.length === 0 ? {} : { remove }),
  recordKinds: kinds,
  acknowledgements: acknowledgements ?? 0,
});

/** A new channel, or changes of one. */
const ChooseChannel = ({
  now,
  channel,
  onChosen,
  onClose,
}: {
  readonly now: Now;
  readonly channel: Channel | undefined;
  readonly onChosen: (wish: GovernanceWish) => void;
  readonly onClose: () => void;
}) => {
  const { t } = useTranslation();
  const kindLabel = useKindLabel();
  const [form] = Form.useForm<Choice>();
  const members = new Set(channel?.members.map(({ organization }) => organization));
  const options = now.organizations.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Modal
      open
      title={
        channel === undefined
          ? t('governance.channels.open')
          : `${t('governance.channels.change')} ${channel.channel}`
      }
      okText={t('governance.void.next')}
      onOk={form.submit}
      onCancel={onClose}
    >
      <Form<Choice>
        form={form}
        layout="vertical"
        initialValues={{
          recordKinds: channel?.recordKinds ?? [],
          acknowledgements: channel?.acknowledgements ?? 0,
        }}
        onFinish={(choice) => onChosen(wishOf(channel, choice))}
      >
        <Form.Item name="invite" label={t('governance.channels.invite')}>
          <Select mode="multiple" options={options.filter(({ value }) => !members.has(value))} />
        </Form.Item>
        {channel !== undefined && (
          <Form.Item name="remove" label={t('governance.channels.remove')}>
            <Select mode="multiple" options={options.filter(({ value }) => members.has(value))} />
          </Form.Item>
        )}
        <Form.Item
          name="recordKinds"
          label={t('governance.channels.kinds')}
          extra={t('governance.channels.all')}
        >
          <Select
            mode="multiple"
            options={recordKinds.map(({ id }) => ({ value: id, label: kindLabel(id) }))}
          />
        </Form.Item>
        <Form.Item name="acknowledgements" label={t('governance.channels.acknowledgements')}>
          <InputNumber min={0} max={128} />
        </Form.Item>
      </Form>
    </Modal>
  );
};

const Members = ({ now, channel }: { readonly now: Now; readonly channel: Channel }) => {
  const { t } = useTranslation();
  const nameOf = (id: string): string => now.organizations.find((one) => one.id === id)?.name ?? id;
  return (
    <Flex wrap gap={4}>
      {channel.members.map(({ organization }) => (
        <Tag key={organization}>{nameOf(organization)}</Tag>
      ))}
      {channel.invited.map((organization) => (
        <Tag key={organization} color="warning">
          {nameOf(organization)}: {t('governance.channels.invited')}
        </Tag>
      ))}
    </Flex>
  );
};

const Acts = ({
  channel: { channel, status },
  onChange,
  onWish,
}: {
  readonly channel: Channel;
  readonly onChange: () => void;
  readonly onWish: (wish: GovernanceWish) => void;
}) => {
  const { t } = useTranslation();
  if (status !== 'open') return null;
  return (
    <Flex wrap gap="small">
      <Button size="small" onClick={onChange}>
        {t('governance.channels.change')}
      </Button>
      <Button
        size="small"
        danger
        type="text"
        onClick={() => onWish({ kind: 'channel', channel, status: 'closed' })}
      >
        {t('governance.channels.close')}
      </Button>
    </Flex>
  );
};

export const Channels = ({ now }: { readonly now: Now }) => {
  const { t } = useTranslation();
  const kindLabel = useKindLabel();
  const mayGovern = useIsAdministrator() && now.organization === now.managing;
  const [choosing, setChoosing] = useState<Channel | 'new'>();
  const [wish, setWish] = useState<GovernanceWish>();
  return (
    <Card
      title={t('governance.tab.channels')}
      extra={mayGovern && <Button onClick={() => setChoosing('new')}>{t('governance.channels.open')}</Button>}
    >
      <DataTable
        label={t('governance.tab.channels')}
        rowKey="channel"
        dataSource={now.channels}
        columns={[
          { title: t('governance.channels.number'), dataIndex: 'channel' },
          {
            title: t('common.status'),
            dataIndex: 'status',
            render: (status: Channel['status']) => <Tag>{t(`governance.channels.status.${status}`)}</Tag>,
          },
          {
            title: t('governance.channels.members'),
            key: 'members',
            render: (_, one) => <Members now={now} channel={one} />,
          },
          {
            title: t('governance.channels.kinds'),
            dataIndex: 'recordKinds',
            render: (kinds: readonly string[]) =>
              kinds.length === 0 ? t('governance.channels.all') : kinds.map(kindLabel).join(', '),
          },
          { title: t('governance.channels.acknowledgements'), dataIndex: 'acknowledgements' },
          ...(mayGovern
            ? [
                {
                  title: t('common.act'),
                  key: 'act',
                  render: (_: unknown, one: Channel) => (
                    <Acts channel={one} onChange={() => setChoosing(one)} onWish={setWish} />
                  ),
                },
              ]
            : []),
        ]}
      />
      {choosing !== undefined && (
        <ChooseChannel
          now={now}
          channel={choosing === 'new' ? undefined : choosing}
          onClose={() => setChoosing(undefined)}
          onChosen={(chosen) => {
            setChoosing(undefined);
            setWish(chosen);
          }}
        />
      )}
      {wish !== undefined && <ActDialog wish={wish} onClose={() => setWish(undefined)} />}
    </Card>
  );
};
