/** What is staged and can be reported, and the reports so far. */
import { listReports, type AnswerOf, type listBatches } from '@suyuan/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Card, Empty, Flex, Tag, type TableProps } from 'antd';
import { useState, type Key } from 'react';
import { useTranslation } from 'react-i18next';
import { DataTable } from '../parts/DataTable.tsx';
import { call } from '../client/call.ts';
import { stagedQuery } from '../client/queries.ts';
import { useMayOperate } from '../client/use-may-operate.ts';
import { Moment } from '../parts/Moment.tsx';
import { MoreButton } from '../parts/MoreButton.tsx';
import { PageTitle } from '../parts/PageTitle.tsx';
import { ProblemAlert } from '../parts/ProblemAlert.tsx';
import { useKindLabel } from '../parts/use-kind-label.ts';
import { useReporting } from '../parts/use-reporting.tsx';

type Batch = AnswerOf<typeof listBatches>['items'][number];

const useStagedColumns = (): NonNullable<TableProps<Batch>['columns']> => {
  const { t } = useTranslation();
  const kindLabel = useKindLabel();
  return [
    { title: t('common.kind'), dataIndex: 'kind', render: (kind: string) => kindLabel(kind) },
    { title: t('common.records'), dataIndex: 'count', align: 'right' },
    {
      title: t('report.from'),
      dataIndex: 'import',
      render: (id: number | undefined, batch: Batch) =>
        id === undefined ? (
          t('common.none')
        ) : (
          <Link to="/import/$id" params={{ id: String(id) }}>
            {batch.fileName ?? `#${id}`}
          </Link>
        ),
    },
    {
      title: t('report.lastRefusal'),
      dataIndex: 'refusal',
      render: (refusal?: string) => refusal !== undefined && <Tag color="error">{refusal}</Tag>,
    },
  ];
};

const Staged = () => {
  const { t } = useTranslation();
  const kindLabel = useKindLabel();
  const staged = useInfiniteQuery(stagedQuery);
  const mayOperate = useMayOperate();
  const [chosen, setChosen] = useState<readonly Key[]>([]);
  const reporting = useReporting();
  const columns = useStagedColumns();
  const batches = staged.data?.pages.flatMap((page) => page.items) ?? [];
  const selected = batches.filter((batch) => chosen.includes(batch.id));
  const countOf = (list: typeof batches): number => list.reduce((sum, batch) => sum + batch.count, 0);
  const total = `${countOf(batches)}${staged.hasNextPage ? '+' : ''}`;
  if (staged.error !== null && staged.data === undefined) {
    return <ProblemAlert error={staged.error} onRetry={() => void staged.refetch()} />;
  }
  return (
    <Card title={t('report.staged')}>
      {mayOperate && batches.length > 0 && (
        <Flex gap="small" wrap style={{ marginBottom: 16 }}>
          <Button type="primary" onClick={() => reporting.ask({ all: true }, total)}>
            {t('report.submitAll', { count: total })}
          </Button>
          <Button
            disabled={selected.length === 0}
            onClick={() =>
              reporting.ask({ batches: selected.map((batch) => batch.id) }, String(countOf(selected)))
            }
          >
            {t('report.submit', { count: countOf(selected) })}
          </Button>
        </Flex>
      )}
      {reporting.error !== null && <ProblemAlert error={reporting.error} />}
      <DataTable
        label={t('report.staged')}
        rowKey="id"
        loading={staged.isPending}
        dataSource={[...batches]}
        pagination={{ hideOnSinglePage: true, pageSize: 20 }}
        {...(mayOperate
          ? {
              rowSelection: {
                selectedRowKeys: [...chosen],
                onChange: (keys: Key[]) => setChosen(keys),
                getCheckboxProps: (batch: Batch) => ({
                  'aria-label': t('report.choose', { kind: kindLabel(batch.kind), count: batch.count }),
                }),
              },
            }
          : {})}
        locale={{
          emptyText: (
            <Empty description={t('report.nothing')}>
              {mayOperate && <Link to="/import">{t('report.goImport')}</Link>}
            </Empty>
          ),
        }}
        columns={columns}
      />
      <MoreButton query={staged} />
    </Card>
  );
};

const statusColour = { running: 'processing', done: 'success', failed: 'error' } as const;

const History = () => {
  const { t } = useTranslation();
  const reports = useInfiniteQuery({
    queryKey: ['reports'],
    queryFn: ({ pageParam }) => call(listReports, { query: pageParam === '' ? {} : { after: pageParam } }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });
  return (
    <Card title={t('report.history')} style={{ marginTop: 16 }}>
      {reports.error !== null && (
        <ProblemAlert error={reports.error} onRetry={() => void reports.refetch()} />
      )}
      <DataTable
        label={t('report.history')}
        rowKey="id"
        loading={reports.isPending}
        dataSource={reports.data?.pages.flatMap((page) => page.items) ?? []}
        columns={[
          {
            title: t('report.one'),
            dataIndex: 'id',
            render: (id: number) => (
              <Link to="/report/$id" params={{ id: String(id) }}>
                #{id}
              </Link>
            ),
          },
          {
            title: t('common.status'),
            dataIndex: 'status',
            render: (status: keyof typeof statusColour) => (
              <Tag color={statusColour[status]}>{t(`report.status.${status}`)}</Tag>
            ),
          },
          { title: t('common.records'), dataIndex: 'records', align: 'right' },
          { title: t('import.by'), dataIndex: 'createdBy' },
          { title: t('common.time'), dataIndex: 'createdAt', render: (at: string) => <Moment at={at} /> },
        ]}
      />
      <MoreButton query={reports} />
    </Card>
  );
};

export const ReportPage = () => {
  const { t } = useTranslation();
  return (
    <>
      <PageTitle title={t('report.title')} />
      <Staged />
      <History />
    </>
  );
};
