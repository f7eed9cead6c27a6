/** The batteries or vehicles that await a record of one kind, the one due first first. */
import { listMissingStages, type AnswerOf } from '@suyuan/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Card, Checkbox, Flex, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../client/call.ts';
import { CodeLink } from './CodeLink.tsx';
import { coverageActs } from './coverage-acts.ts';
import { DataTable } from './DataTable.tsx';
import { MoreButton } from './MoreButton.tsx';
import { ProblemAlert } from './ProblemAlert.tsx';
import { useKindLabel } from './use-kind-label.ts';

type Item = AnswerOf<typeof listMissingStages>['items'][number];

export const MissingStages = ({
  kind,
  product,
  onClose,
}: {
  readonly kind: string;
  readonly product: Item['product'];
  readonly onClose: () => void;
}) => {
  const { t } = useTranslation();
  const kindLabel = useKindLabel();
  const [overdue, setOverdue] = useState(false);
  const query = useInfiniteQuery({
    queryKey: ['coverage', 'missing', kind, product, overdue],
    queryFn: ({ pageParam }) =>
      call(listMissingStages, {
        query: { kind, product, overdue, ...(pageParam === '' ? {} : { after: pageParam }) },
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });
  const title = t('coverage.list', { product: t(`coverage.products.${product}`), kind: kindLabel(kind) });
  const actLabel = (act: string): string => {
    const known = coverageActs.find((one) => one === act);
    return known === undefined ? act : t(`coverage.acts.${known}`);
  };
  return (
    <Card title={title} extra={<Button onClick={onClose}>{t('coverage.close')}</Button>}>
      <Flex vertical gap="middle">
        <Checkbox checked={overdue} onChange={(event) => setOverdue(event.target.checked)}>
          {t('coverage.onlyOverdue')}
        </Checkbox>
        {query.error !== null && <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />}
        <DataTable<Item>
          label={title}
          rowKey="code"
          loading={query.isPending}
          dataSource={query.data?.pages.flatMap(({ items }) => items) ?? []}
          columns={[
            { title: t('search.code'), render: (_, { code }) => <CodeLink code={code} /> },
            { title: t('coverage.after'), render: (_, { after }) => actLabel(after) },
            { title: t('coverage.since'), dataIndex: 'since' },
            {
              title: t('coverage.dueOn'),
              render: (_, { dueOn, overdue: isLate }) => (
                <>
                  {dueOn} {isLate && <Tag color="error">{t('deadlines.overdue')}</Tag>}
                </>
              ),
            },
          ]}
        />
        <MoreButton query={query} />
      </Flex>
    </Card>
  );
};
