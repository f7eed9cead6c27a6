/** Saved mappings: how the columns of an organisation's own systems become fields of record kinds. */
import { PlusOutlined } from '@ant-design/icons';
import { listMappings } from '@suyuan/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Button, Card, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../client/call.ts';
import { useMayOperate } from '../client/use-may-operate.ts';
import { DataTable } from '../parts/DataTable.tsx';
import { Moment } from '../parts/Moment.tsx';
import { MoreButton } from '../parts/MoreButton.tsx';
import { PageTitle } from '../parts/PageTitle.tsx';
import { ProblemAlert } from '../parts/ProblemAlert.tsx';
import { useKindLabel } from '../parts/use-kind-label.ts';

export const MappingsPage = () => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayOperate = useMayOperate();
  const kindLabel = useKindLabel();
  const mappings = useInfiniteQuery({
    queryKey: ['mappings', 'list'],
    queryFn: ({ pageParam }) => call(listMappings, { query: pageParam === '' ? {} : { after: pageParam } }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });
  const add = (
    <Button
      type="primary"
      icon={<PlusOutlined />}
      onClick={() => void navigate({ to: '/mappings/$id', params: { id: 'new' } })}
    >
      {t('mapping.new')}
    </Button>
  );
  return (
    <>
      <PageTitle title={t('mapping.title')} {...(mayOperate ? { actions: add } : {})} />
      <Typography.Paragraph type="secondary">{t('mapping.what')}</Typography.Paragraph>
      <Card>
        {mappings.error !== null && (
          <ProblemAlert error={mappings.error} onRetry={() => void mappings.refetch()} />
        )}
        <DataTable
          label={t('mapping.title')}
          rowKey="id"
          loading={mappings.isPending}
          dataSource={mappings.data?.pages.flatMap((page) => page.items) ?? []}
          columns={[
            {
              title: t('mapping.name'),
              dataIndex: 'name',
              render: (name: string, { id }) => (
                <Link to="/mappings/$id" params={{ id: String(id) }}>
                  {name}
                </Link>
              ),
            },
            { title: t('common.kind'), dataIndex: 'kind', render: (kind: string) => kindLabel(kind) },
            { title: t('mapping.version'), dataIndex: 'version', align: 'right' },
            { title: t('import.by'), dataIndex: 'createdBy' },
            { title: t('common.time'), dataIndex: 'createdAt', render: (at: string) => <Moment at={at} /> },
          ]}
        />
        <MoreButton query={mappings} />
      </Card>
    </>
  );
};
