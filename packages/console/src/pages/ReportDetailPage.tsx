/** One report: progress while it runs, then its batches with their entries. */
import { followReport, getReport, type AnswerOf } from '@suyuan/api';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Alert, Card, Flex, Progress, Tag, Typography } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { DataTable } from '../parts/DataTable.tsx';
import { addressOf, call } from '../client/call.ts';
import { currentLanguage } from '../i18n/i18n.ts';
import { PageTitle } from '../parts/PageTitle.tsx';
import { ProblemAlert } from '../parts/ProblemAlert.tsx';
import { ReceiptLinks } from '../parts/ReceiptLinks.tsx';
import { useKindLabel } from '../parts/use-kind-label.ts';
import { Waiting } from '../parts/Waiting.tsx';

type Report = AnswerOf<typeof getReport>;

const reportColour = { running: 'processing', done: 'success', failed: 'error' } as const;
const batchColour = { staged: 'default', sending: 'processing', reported: 'success' } as const;

/** Reads the report again at each event of its progress, until it has ended. */
const useReport = (id: number) => {
  const queryClient = useQueryClient();
  const report = useQuery({
    queryKey: ['report', id],
    queryFn: () => call(getReport, { params: { id } }),
    refetchInterval: ({ state }) => (state.data?.status === 'running' ? 5_000 : false), // where events don't get through
  });
  const running = report.data?.status === 'running';
  useEffect(() => {
    if (!running) return undefined;
    const source = new EventSource(addressOf(followReport, { id }));
    const reread = (): void => void queryClient.invalidateQueries({ queryKey: ['report', id] });
    source.addEventListener('message', reread);
    return () => source.close();
  }, [id, running, queryClient]);
  return report;
};

/** How far the report is and what became of it. */
const State = ({ report }: { readonly report: Report }) => {
  const { t } = useTranslation();
  const percent = report.records === 0 ? 100 : Math.floor((report.reported / report.records) * 100);
  return (
    <Card>
      <Flex vertical gap="middle">
        <Progress
          percent={percent}
          aria-label={t('report.progress')}
          status={report.status === 'failed' ? 'exception' : report.status === 'done' ? 'success' : 'active'}
        />
        <Typography.Text role="status">
          {t('report.counted', { reported: report.reported, records: report.records })}
        </Typography.Text>
        {report.waiting !== undefined && (
          <Alert type="warning" showIcon title={report.waiting.message[currentLanguage()]} />
        )}
        {report.status === 'done' && (
          <Alert
            type="success"
            showIcon
            title={t('report.finished', { count: report.reported })}
            description={t('report.evidenceHint')}
          />
        )}
        {report.refused > 0 && (
          <Alert
            type="warning"
            showIcon
            title={t('report.refused', { count: report.refused })}
            action={<Link to="/report">{t('report.back')}</Link>}
          />
        )}
        {report.status === 'failed' && <Alert type="error" showIcon title={t('report.failed')} />}
      </Flex>
    </Card>
  );
};

const Batches = ({ batches }: { readonly batches: Report['batches'] }) => {
  const { t } = useTranslation();
  const kindLabel = useKindLabel();
  return (
    <DataTable
      label={t('report.batches')}
      rowKey="id"
      dataSource={batches}
      pagination={{ hideOnSinglePage: true, pageSize: 50 }}
      columns={[
        { title: t('common.kind'), dataIndex: 'kind', render: (kind: string) => kindLabel(kind) },
        { title: t('common.records'), dataIndex: 'count', align: 'right' },
        {
          title: t('common.status'),
          dataIndex: 'status',
          render: (status: keyof typeof batchColour, batch) => (
            <>
              <Tag color={batchColour[status]}>{t(`report.batchStatus.${status}`)}</Tag>
              {batch.refusal !== undefined && <Tag color="error">{batch.refusal}</Tag>}
              {batch.waiting !== undefined && (
                <Typography.Text type="secondary">{batch.waiting.message[currentLanguage()]}</Typography.Text>
              )}
            </>
          ),
        },
        { title: t('common.entry'), dataIndex: 'entry', align: 'right' },
        {
          title: t('report.acknowledgements'),
          dataIndex: 'acknowledgements',
          render: (organizations: readonly string[]) =>
            organizations.map((organization) => <Tag key={organization}>{organization}</Tag>),
        },
        {
          title: t('report.receipt'),
          key: 'receipt',
          render: (_, batch) =>
            batch.entry === undefined ? null : <ReceiptLinks entry={batch.entry} leaf={undefined} />,
        },
      ]}
    />
  );
};

export const ReportDetailPage = () => {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/frame/report/$id' });
  const { data: report, error, refetch } = useReport(Number(id));
  if (error !== null && report === undefined)
    return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (report === undefined) return <Waiting />;
  return (
    <>
      <PageTitle
        title={`${t('report.one')} #${report.id}`}
        extra={<Tag color={reportColour[report.status]}>{t(`report.status.${report.status}`)}</Tag>}
        actions={<Link to="/report">{t('report.back')}</Link>}
      />
      <State report={report} />
      <Card title={t('report.batches')} style={{ marginTop: 16 }}>
        <Batches batches={report.batches} />
      </Card>
    </>
  );
};
