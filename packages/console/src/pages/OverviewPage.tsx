/** Where this organisation stands in the network, and what an operator usually does next. */
import { ImportOutlined, NodeIndexOutlined, CloudUploadOutlined } from '@ant-design/icons';
import type { AnswerOf, getOrganization } from '@suyuan/api';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button, Card, Col, Flex, Row, Statistic, Tag, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Facts } from '../parts/Facts.tsx';
import { DataTable } from '../parts/DataTable.tsx';
import { organizationQuery, stagedQuery } from '../client/queries.ts';
import { useMayOperate } from '../client/use-may-operate.ts';
import { MissingAttachments } from '../parts/MissingAttachments.tsx';
import { PageTitle } from '../parts/PageTitle.tsx';
import { ProblemAlert } from '../parts/ProblemAlert.tsx';
import { useKindLabel } from '../parts/use-kind-label.ts';
import { useOrganizationName } from '../parts/use-organization-name.ts';
import { Waiting } from '../parts/Waiting.tsx';

type Organization = AnswerOf<typeof getOrganization>;

const Numbers = ({ organization }: { readonly organization: Organization }) => {
  const { t } = useTranslation();
  const staged = useInfiniteQuery(stagedQuery);
  const stagedRecords = (staged.data?.pages ?? [])
    .flatMap((page) => page.items)
    .reduce((sum, batch) => sum + batch.count, 0);
  const numbers = [
    {
      title: t('overview.staged'),
      value: stagedRecords,
      loading: staged.data === undefined,
      ...(staged.hasNextPage ? { suffix: '+' } : {}),
    },
    { title: t('overview.logSize'), value: organization.logSize },
    { title: t('overview.height'), value: organization.height },
    { title: t('overview.members'), value: organization.organizations.length + 1 },
  ];
  return (
    <Row gutter={[16, 16]}>
      {numbers.map((number) => (
        <Col key={number.title} xs={12} md={6}>
          <Card size="small">
            <Statistic {...number} />
          </Card>
        </Col>
      ))}
    </Row>
  );
};

const NextSteps = () => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayOperate = useMayOperate();
  return (
    <Card title={t('overview.next')} style={{ height: '100%' }}>
      <Flex vertical gap="small">
        {mayOperate && (
          <>
            <Button block icon={<ImportOutlined />} onClick={() => void navigate({ to: '/import' })}>
              {t('overview.nextImport')}
            </Button>
            <Button block icon={<CloudUploadOutlined />} onClick={() => void navigate({ to: '/report' })}>
              {t('overview.nextReport')}
            </Button>
          </>
        )}
        <Button block icon={<NodeIndexOutlined />} onClick={() => void navigate({ to: '/trace' })}>
          {t('overview.nextTrace')}
        </Button>
      </Flex>
    </Card>
  );
};

const Members = ({ organization }: { readonly organization: Organization }) => {
  const { t } = useTranslation();
  const nameOf = useOrganizationName();
  return (
    <Card title={t('overview.members')} style={{ height: '100%' }}>
      <DataTable
        label={t('overview.members')}
        rowKey="id"
        size="small"
        dataSource={[organization, ...organization.organizations]}
        columns={[
          {
            title: t('common.organization'),
            dataIndex: 'name',
            render: (name: string, row) => (
              <>
                {name} {row.id === organization.id && <Tag color="processing">{t('overview.self')}</Tag>}
              </>
            ),
          },
          { title: t('overview.id'), dataIndex: 'id' },
          {
            title: t('overview.part'),
            dataIndex: 'role',
            render: (role: Organization['role'], row) => (
              <>
                <Tag>
                  {row.host === undefined
                    ? t(`overview.role.${role}`)
                    : t('network.hostedBy', { name: nameOf(row.host) })}
                </Tag>
                {row.manages && <Tag color="success">{t('overview.manages')}</Tag>}
              </>
            ),
          },
        ]}
      />
    </Card>
  );
};

const Identity = ({ organization }: { readonly organization: Organization }) => {
  const { t } = useTranslation();
  const kindLabel = useKindLabel();
  return (
    <Card title={t('overview.identity')} style={{ marginTop: 16 }}>
      <Facts
        items={[
          {
            key: 'modules',
            label: t('overview.modules'),
            children:
              organization.modules.length === 0 ? (
                t('common.none')
              ) : (
                <Flex wrap gap={4}>
                  {organization.modules.map((kind) => (
                    <Tag key={kind} style={{ margin: 0 }}>
                      {kindLabel(kind)}
                    </Tag>
                  ))}
                </Flex>
              ),
          },
          { key: 'origin', label: t('overview.origin'), children: organization.origin },
          {
            key: 'network',
            label: t('overview.network'),
            children: (
              <Typography.Text code copyable style={{ overflowWrap: 'anywhere' }}>
                {organization.network}
              </Typography.Text>
            ),
          },
        ]}
      />
    </Card>
  );
};

export const OverviewPage = () => {
  const { t } = useTranslation();
  const { data: organization, error, refetch } = useQuery({ ...organizationQuery, refetchInterval: 10_000 });
  if (organization === undefined) {
    return error === null ? <Waiting /> : <ProblemAlert error={error} onRetry={() => void refetch()} />;
  }
  return (
    <>
      <PageTitle title={t('overview.title')} />
      <MissingAttachments />
      <Numbers organization={organization} />
      <Row gutter={[16, 16]} style={{ marginTop: 16 }}>
        <Col xs={24} lg={16}>
          <Members organization={organization} />
        </Col>
        <Col xs={24} lg={8}>
          <NextSteps />
        </Col>
      </Row>
      <Identity organization={organization} />
    </>
  );
};
