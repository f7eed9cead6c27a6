/** Invitations, and the requests of who was invited, for the managing organisation. */
import {
  declineJoinRequest,
  listInvitations,
  listJoinRequests,
  withdrawInvitation,
  type AnswerOf,
  type getGovernance,
  type GovernanceWish,
} from '@suyuan/api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Card, Empty, Flex, Input, Modal, Select, Tag, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../client/call.ts';
import { currentLanguage } from '../../i18n/i18n.ts';
import { DataTable } from '../DataTable.tsx';
import { Facts } from '../Facts.tsx';
import { Moment } from '../Moment.tsx';
import { ProblemAlert } from '../ProblemAlert.tsx';
import { useOrganizationName } from '../use-organization-name.ts';
import { ActDialog } from './ActDialog.tsx';
import { InviteDialog, invitationsKey } from './InviteDialog.tsx';

type Now = AnswerOf<typeof getGovernance>;
type Request = AnswerOf<typeof listJoinRequests>['items'][number];

const requestsKey = ['governance', 'requests'];

const Decision = ({ now, request }: { readonly now: Now; readonly request: Request }) => {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [channels, setChannels] = useState<number[]>(
    now.channels
      .filter(({ status }) => status === 'open')
      .slice(0, 1)
      .map(({ channel }) => channel),
  );
  const [wish, setWish] = useState<GovernanceWish>();
  const [reason, setReason] = useState<string>();
  const declining = useMutation({
    mutationFn: (why: string) =>
      call(declineJoinRequest, { params: { id: request.id }, json: { reason: why } }),
    onSuccess: () => {
      setReason(undefined);
      return queryClient.invalidateQueries({ queryKey: requestsKey });
    },
  });
  return (
    <Flex vertical gap="small">
      <Select
        mode="multiple"
        aria-label={t('governance.joining.channels')}
        placeholder={t('governance.joining.channels')}
        value={channels}
        onChange={setChannels}
        options={now.channels.map(({ channel }) => ({
          value: channel,
          label: `${t('governance.joining.channels')}: ${channel}`,
        }))}
      />
      <Flex gap="small">
        <Button type="primary" onClick={() => setWish({ kind: 'admission', request: request.id, channels })}>
          {t('governance.joining.admit')}
        </Button>
        <Button danger onClick={() => setReason('')}>
          {t('governance.joining.decline')}
        </Button>
      </Flex>
      {reason !== undefined && (
        <Modal
          open
          title={`${t('governance.joining.decline')}: ${request.name}`}
          okButtonProps={{ danger: true, disabled: reason === '' }}
          okText={t('governance.joining.decline')}
          confirmLoading={declining.isPending}
          onOk={() => declining.mutate(reason)}
          onCancel={() => setReason(undefined)}
        >
          <Input
            aria-label={t('governance.joining.reason')}
            placeholder={t('governance.joining.reason')}
            maxLength={500}
            value={reason}
            onChange={({ target }) => setReason(target.value)}
          />
          {declining.error !== null && <ProblemAlert error={declining.error} />}
        </Modal>
      )}
      {wish !== undefined && <ActDialog wish={wish} onClose={() => setWish(undefined)} />}
    </Flex>
  );
};

const Requests = ({ now }: { readonly now: Now }) => {
  const { t } = useTranslation();
  const nameOf = useOrganizationName();
  const requests = useQuery({ queryKey: requestsKey, queryFn: () => call(listJoinRequests) });
  const items = requests.data?.items ?? [];
  return (
    <Card title={t('governance.joining.requests')} loading={requests.isPending}>
      {requests.error !== null && <ProblemAlert error={requests.error} />}
      {items.length === 0 && <Empty description={t('governance.joining.none')} />}
      <Flex vertical gap="middle">
        {items.map((request) => (
          <Card key={request.id} size="small">
            <Flex vertical gap="small">
              <span>
                <Typography.Text strong>{request.name}</Typography.Text>{' '}
                <Tag>{t(`governance.joining.requestStatus.${request.status}`)}</Tag>
              </span>
              <Facts
                items={[
                  { key: 'id', label: 'ID', children: request.organization },
                  { key: 'uscc', label: t('governance.joining.uscc'), children: request.uscc },
                  {
                    key: 'type',
                    label: t('governance.joining.businessType'),
                    children:
                      now.businessTypes.find(({ id }) => id === request.businessType)?.label[
                        currentLanguage()
                      ] ?? request.businessType,
                  },
                  {
                    key: 'role',
                    label: t('governance.joining.role'),
                    children:
                      request.host === undefined
                        ? t(`governance.role.${request.role}`)
                        : t('network.hostedBy', { name: nameOf(request.host) }),
                  },
                  { key: 'url', label: 'URL', children: request.url ?? '–' },
                ]}
              />
              {request.status === 'waiting' && <Decision now={now} request={request} />}
              {request.reason !== undefined && <Typography.Text>{request.reason}</Typography.Text>}
            </Flex>
          </Card>
        ))}
      </Flex>
    </Card>
  );
};

const Invitations = ({ now }: { readonly now: Now }) => {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const invitations = useQuery({ queryKey: invitationsKey, queryFn: () => call(listInvitations) });
  const [isInviting, setIsInviting] = useState(false);
  const withdrawing = useMutation({
    mutationFn: (id: number) => call(withdrawInvitation, { params: { id } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: invitationsKey }),
  });
  return (
    <Card
      title={t('governance.joining.invitations')}
      extra={<Button onClick={() => setIsInviting(true)}>{t('governance.joining.invite')}</Button>}
    >
      {withdrawing.error !== null && <ProblemAlert error={withdrawing.error} />}
      <DataTable
        label={t('governance.joining.invitations')}
        rowKey="id"
        loading={invitations.isPending}
        dataSource={invitations.data?.items ?? []}
        columns={[
          { title: t('governance.joining.name'), dataIndex: 'name' },
          {
            title: t('common.status'),
            key: 'status',
            render: (_, { status }) => <Tag>{t(`governance.joining.status.${status}`)}</Tag>,
          },
          { title: t('common.time'), dataIndex: 'expiresAt', render: (at: string) => <Moment at={at} /> },
          {
            title: t('common.act'),
            key: 'act',
            render: (_, { id, status }) =>
              status === 'open' && (
                <Button size="small" onClick={() => withdrawing.mutate(id)}>
                  {t('governance.joining.withdraw')}
                </Button>
              ),
          },
        ]}
      />
      {isInviting && <InviteDialog now={now} onClose={() => setIsInviting(false)} />}
    </Card>
  );
};

export const Joining = ({ now }: { readonly now: Now }) => (
  <Flex vertical gap="middle">
    <Requests now={now} />
    <Invitations now={now} />
  </Flex>
);
