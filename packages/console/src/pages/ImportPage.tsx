/** Import a workbook of one module, and the imports so far. */
import { listImports } from '@suyuan/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Card, Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import { DataTable } from '../parts/DataTable.tsx';
import { call } from '../client/call.ts';
import { useMayOperate } from '../client/use-may-operate.ts';
import { AttachmentUpload } from '../parts/AttachmentUpload.tsx';
import { NewImport } from '../parts/import/NewImport.tsx';
import { Moment } from '../parts/Moment.tsx';
import { CancelImport, ImportStatus, isUnderWay } from '../parts/ImportState.tsx';
import { MoreButton } from '../parts/MoreButton.tsx';
import { PageTitle } from '../parts/PageTitle.tsx';
import { ProblemAlert } from '../parts/ProblemAlert.tsx';
import { useKindLabel } from '../parts/use-kind-label.ts';

const History = () => {
  const { t } = useTranslation();
  const kindLabel = useKindLabel();
  const imports = useInfiniteQuery({
    queryKey: ['imports'],
    queryFn: ({ pageParam }) => call(listImports, { query: pageParam === '' ? {} : { after: pageParam } }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    refetchInterval: ({ state }) => (state.data?.pages[0]?.items.some(isUnderWay) === true ? 1_000 : false),
  });
  return (
    <Card title={t('import.history')} style={{ marginTop: 16 }}>
      {imports.error !== null && (
        <ProblemAlert error={imports.error} onRetry={() => void imports.refetch()} />
      )}
      <DataTable
        label={t('import.history')}
        rowKey="id"
        loading={imports.isPending}
        dataSource={imports.data?.pages.flatMap((page) => page.items) ?? []}
        columns={[
          {
            title: t('import.one'),
            dataIndex: 'id',
            render: (id: number) => (
              <Link to="/import/$id" params={{ id: String(id) }}>
                #{id}
              </Link>
            ),
          },
          { title: t('common.kind'), dataIndex: 'kind', render: (kind: string) => kindLabel(kind) },
          {
            title: t('import.file'),
            dataIndex: 'fileName',
            render: (name?: string) => <div className="suyuan-name">{name}</div>,
          },
          {
            title: t('common.status'),
            key: 'status',
            render: (_, found) => (
              <Flex gap="small" align="center">
                <ImportStatus found={found} />
                <CancelImport found={found} />
              </Flex>
            ),
          },
          { title: t('import.rows'), dataIndex: 'rows', align: 'right' },
          { title: t('import.stagedRows'), dataIndex: 'staged', align: 'right' },
          { title: t('import.errors'), dataIndex: 'errors', align: 'right' },
          { title: t('import.by'), dataIndex: 'createdBy' },
          { title: t('common.time'), dataIndex: 'createdAt', render: (at: string) => <Moment at={at} /> },
        ]}
      />
      <MoreButton query={imports} />
    </Card>
  );
};

export const ImportPage = () => {
  const { t } = useTranslation();
  const mayOperate = useMayOperate();
  return (
    <>
      <PageTitle title={t('import.title')} />
      {mayOperate && <NewImport />}
      {mayOperate && <AttachmentUpload />}
      <History />
    </>
  );
};
