/** The log of a source's runs; one under way can be cancelled. */
import { cancelSourceRun, listSourceRuns, type AnswerOf } from '@suyuan/api';
import { keepPreviousData, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Card, Tag, Typography, type TableProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../../client/call.ts';
import { useMayOperate } from '../../client/use-may-operate.ts';
import { currentLanguage } from '../../i18n/i18n.ts';
import { DataTable } from '../DataTable.tsx';
import { Moment } from '../Moment.tsx';
import { MoreButton } from '../MoreButton.tsx';
import { ProblemAlert } from '../ProblemAlert.tsx';

type Run = AnswerOf<typeof listSourceRuns>['items'][number];

const colour = { running: 'processing', done: 'success', failed: 'error', cancelled: 'default' } as const;

const Outcome = ({ run }: { readonly run: Run }) => {
  const { t } = useTranslation();
  if (run.report !== undefined)
    return (
      <Link to="/report/$id" params={{ id: String(run.report) }}>
        {t('report.one')} #{run.report}
      </Link>
    );
  if (run.failure === undefined) return null;
  const { code, detail, message } = run.failure;
  return (
    <div className="suyuan-sentence">
      {message[currentLanguage()]}
      <div>
        <Typography.Text type="secondary">
          {[code, detail].filter((part) => part !== undefined).join(' · ')}
        </Typography.Text>
      </div>
    </div>
  );
};

const useColumns = (cancelling: {
  readonly isPending: boolean;
  readonly mutate: (run: number) => void;
}): NonNullable<TableProps<Run>['columns']> => {
  const { t } = useTranslation();
  const mayOperate = useMayOperate();
  return [
    { title: t('common.time'), dataIndex: 'startedAt', render: (at: string) => <Moment at={at} /> },
    {
      title: t('common.status'),
      dataIndex: 'status',
      render: (status: Run['status']) => <Tag color={colour[status]}>{t(`source.status.${status}`)}</Tag>,
    },
    {
      title: t('import.by'),
      dataIndex: 'startedBy',
      render: (by: Run['startedBy']) => t(`source.startedBy.${by}`),
    },
    { title: t('source.rows'), dataIndex: 'rows', align: 'right' },
    { title: t('source.staged'), dataIndex: 'staged', align: 'right' },
    { title: t('source.unchanged'), dataIndex: 'unchanged', align: 'right' },
    { title: t('source.wrong'), dataIndex: 'errors', align: 'right' },
    { title: t('source.reason'), key: 'reason', render: (_, run) => <Outcome run={run} /> },
    ...(mayOperate
      ? [
          {
            title: t('common.act'),
            key: 'act',
            render: (_: unknown, { id, status }: Run) =>
              status === 'running' && (
                <Button danger loading={cancelling.isPending} onClick={() => cancelling.mutate(id)}>
                  {t('source.cancel')}
                </Button>
              ),
          },
        ]
      : []),
  ];
};

export const SourceRuns = ({ id, runs: version }: { readonly id: number; readonly runs: string }) => {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const runs = useInfiniteQuery({
    queryKey: ['sources', id, 'runs', version],
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam }) =>
      call(listSourceRuns, { params: { id }, query: pageParam === '' ? {} : { after: pageParam } }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });
  const cancelling = useMutation({
    mutationFn: (run: number) => call(cancelSourceRun, { params: { id, run } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['sources'] }),
  });
  const columns = useColumns(cancelling);
  const failure = runs.error ?? cancelling.error;
  return (
    <Card title={t('source.runs')} style={{ marginTop: 16 }}>
      {failure !== null && <ProblemAlert error={failure} />}
      <DataTable<Run>
        label={t('source.runs')}
        rowKey="id"
        loading={runs.isPending}
        dataSource={runs.data?.pages.flatMap((page) => page.items) ?? []}
        locale={{ emptyText: t('source.neverRun') }}
        columns={columns}
      />
      <MoreButton query={runs} />
    </Card>
  );
};
