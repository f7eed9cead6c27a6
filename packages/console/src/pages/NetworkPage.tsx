/** The network as this node sees it: what is wrong and what to do, every node, the channels, the last hour. */
import { getMonitoring, type AnswerOf } from '@suyuan/api';
import { useQuery } from '@tanstack/react-query';
import { Alert, Card, Col, Flex, Row, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../client/call.ts';
import { DataTable } from '../parts/DataTable.tsx';
import { Facts } from '../parts/Facts.tsx';
import { MissingPayloads } from '../parts/MissingPayloads.tsx';
import { Moment } from '../parts/Moment.tsx';
import { AlertRules } from '../parts/network/AlertRules.tsx';
import { OpenAlerts, PastAlerts } from '../parts/network/Alerts.tsx';
import { Heights } from '../parts/network/Heights.tsx';
import { HostedHere } from '../parts/network/HostedHere.tsx';
import { NodeCard } from '../parts/network/NodeCard.tsx';
import { PageTitle } from '../parts/PageTitle.tsx';
import { ProblemAlert } from '../parts/ProblemAlert.tsx';
import { useKindLabel } from '../parts/use-kind-label.ts';
import { useOrganizationName } from '../parts/use-organization-name.ts';
import { Waiting } from '../parts/Waiting.tsx';

type Monitoring = AnswerOf<typeof getMonitoring>;
type Channel = Monitoring['channels'][number];

const refreshMs = 10_000;

const Summary = ({ validators, checkpoint }: Pick<Monitoring, 'validators' | 'checkpoint'>) => {
  const { t } = useTranslation();
  const nameOf = useOrganizationName();
  return (
    <Card size="small">
      <Facts
        items={[
          {
            key: 'validators',
            label: t('network.validators'),
            children: t('network.validatorsReachable', validators),
          },
          {
            key: 'checkpoint',
            label: t('network.checkpoint'),
            children: t('network.checkpointCovers', checkpoint),
          },
          {
            key: 'signed',
            label: t('network.signedBy'),
            children: checkpoint.signedBy.map(nameOf).join(', ') || t('common.none'),
          },
        ]}
      />
    </Card>
  );
};

const Channels = ({ channels }: Pick<Monitoring, 'channels'>) => {
  const { t } = useTranslation();
  const nameOf = useOrganizationName();
  const kindLabel = useKindLabel();
  return (
    <DataTable<Channel>
      label={t('network.channels')}
      rowKey="channel"
      size="small"
      dataSource={channels}
      columns={[
        { title: t('network.channel'), dataIndex: 'channel' },
        {
          title: t('common.status'),
          dataIndex: 'status',
          render: (status: Channel['status']) => <Tag>{t(`network.status.${status}`)}</Tag>,
        },
        {
          title: t('network.members'),
          dataIndex: 'members',
          render: (members: readonly string[]) => members.map(nameOf).join(', '),
        },
        {
          title: t('network.kinds'),
          dataIndex: 'kinds',
          render: (kinds: readonly string[]) =>
            kinds.length === 0 ? t('network.everyKind') : kinds.map(kindLabel).join(', '),
        },
        {
          title: t('network.missingPayloads'),
          dataIndex: 'missingPayloads',
          render: ({ count }: Channel['missingPayloads']) => count,
        },
      ]}
    />
  );
};

export const NetworkPage = () => {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: ['monitoring'],
    queryFn: () => call(getMonitoring),
    refetchInterval: refreshMs,
  });
  if (error !== null && data === undefined)
    return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Waiting />;
  return (
    <>
      <PageTitle title={t('network.title')} extra={data.at !== undefined && <Moment at={data.at} />} />
      <Flex vertical gap="middle">
        {data.at === undefined && <Alert showIcon type="info" title={t('network.waiting')} />}
        <section aria-label={t('network.alerts')}>
          <Flex vertical gap="small">
            <OpenAlerts alerts={data.alerts} />
            <MissingPayloads />
          </Flex>
        </section>
        <Summary validators={data.validators} checkpoint={data.checkpoint} />
        <section aria-label={t('network.nodes')}>
          <Row gutter={[12, 12]}>
            {data.nodes.map((node) => (
              <Col key={node.organization} xs={24} md={12} xl={8}>
                <NodeCard node={node} />
              </Col>
            ))}
          </Row>
        </section>
        <HostedHere />
        <Card size="small" title={t('network.channels')}>
          <Channels channels={data.channels} />
        </Card>
        <Card size="small" title={t('network.hour')}>
          <Heights nodes={data.nodes} />
        </Card>
        <Card size="small" title={t('network.pastAlerts')}>
          <PastAlerts />
        </Card>
        <details>
          <summary>{t('network.rules')}</summary>
          <AlertRules />
        </details>
      </Flex>
    </>
  );
};
