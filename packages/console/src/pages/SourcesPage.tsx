/** The systems that this node pulls records from, with their state. */
import { PlusOutlined } from '@ant-design/icons';
import { listSources, type AnswerOf } from '@suyuan/api';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Badge, Button, Card, Flex, Typography, type TableProps } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../client/call.ts';
import { useIsAdministrator } from '../client/use-is-administrator.ts';
import { DataTable } from '../parts/DataTable.tsx';
import { ForRoles } from '../parts/ForRoles.tsx';
import { Moment } from '../parts/Moment.tsx';
import { PageTitle } from '../parts/PageTitle.tsx';
import { ProblemAlert } from '../parts/ProblemAlert.tsx';
import { MemberSources } from '../parts/source/MemberSources.tsx';
import { OwnStarts } from '../parts/source/OwnStarts.tsx';
import { SourceDrawer } from '../parts/source/SourceDrawer.tsx';
import { SourceState } from '../parts/source/SourceState.tsx';
import { useKindLabel } from '../parts/use-kind-label.ts';

type Source = AnswerOf<typeof listSources>['items'][number];
const refreshMs = 5_000;

const useColumns = (): NonNullable<TableProps<Source>['columns']> => {
  const { t } = useTranslation();
  const kindLabel = useKindLabel();
  return [
    {
      title: t('source.name'),
      key: 'name',
      render: (_, { id, name, system }) => (
        <Flex vertical>
          <Link to="/sources/$id" params={{ id: String(id) }}>
            {name}
          </Link>
          <Typography.Text type="secondary">{system}</Typography.Text>
        </Flex>
      ),
    },
    {
      title: t('source.type'),
      key: 'type',
      render: (_, { settings }) => t(`source.types.${settings.type}`),
    },
    {
      title: t('source.streams'),
      key: 'streams',
      render: (_, { streams }) => streams.map(({ kind }) => kindLabel(kind)).join(', '),
    },
    {
      title: t('common.status'),
      key: 'state',
      render: (_, source) => <SourceState source={source} />,
    },
    {
      title: t('source.lastRun'),
      key: 'last',
      render: (_, { lastRun }) => lastRun?.finishedAt !== undefined && <Moment at={lastRun.finishedAt} />,
    },
    {
      title: t('source.nextRun'),
      key: 'next',
      render: (_, { nextRunAt }) =>
        nextRunAt === undefined ? t('source.onCommand') : <Moment at={nextRunAt} />,
    },
    {
      title: t('source.exceptions'),
      dataIndex: 'exceptions',
      align: 'right',
      render: (count: number) => (
        <Badge count={count} overflowCount={9_999} showZero color={count === 0 ? '#8c8c8c' : '#cf1322'} />
      ),
    },
  ];
};

const Sources = () => {
  const { t } = useTranslation();
  const columns = useColumns();
  const [isOpen, setIsOpen] = useState(false);
  const sources = useQuery({
    queryKey: ['sources'],
    queryFn: () => call(listSources),
    refetchInterval: refreshMs,
  });
  const isAdministrator = useIsAdministrator();
  const add = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setIsOpen(true)}>
      {t('source.new')}
    </Button>
  );
  return (
    <>
      <PageTitle title={t('source.title')} {...(isAdministrator ? { actions: add } : {})} />
      <Typography.Paragraph type="secondary">{t('source.what')}</Typography.Paragraph>
      <Card>
        {sources.error !== null && (
          <ProblemAlert error={sources.error} onRetry={() => void sources.refetch()} />
        )}
        <DataTable<Source>
          label={t('source.title')}
          rowKey="id"
          loading={sources.isPending}
          dataSource={sources.data?.items ?? []}
          locale={{ emptyText: t('source.none') }}
          columns={columns}
        />
      </Card>
      <OwnStarts />
      <MemberSources />
      {isOpen && <SourceDrawer source={undefined} onClose={() => setIsOpen(false)} />}
    </>
  );
};

export const SourcesPage = () => {
  const { t } = useTranslation();
  return (
    <ForRoles roles={listSources.access} title={t('source.title')}>
      <Sources />
    </ForRoles>
  );
};
