/** The acts of all organisations as the log has them, newest first. */
import { listGovernanceHistory, type AnswerOf } from '@suyuan/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Card, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../../client/call.ts';
import { currentLanguage } from '../../i18n/i18n.ts';
import { DataTable } from '../DataTable.tsx';
import { Moment } from '../Moment.tsx';
import { MoreButton } from '../MoreButton.tsx';
import { ProblemAlert } from '../ProblemAlert.tsx';

type Entry = AnswerOf<typeof listGovernanceHistory>['items'][number];

const colours = {
  applied: 'success',
  pending: 'processing',
  rejected: 'error',
  refused: 'error',
  lapsed: 'default',
} as const;

export const History = () => {
  const { t } = useTranslation();
  const history = useInfiniteQuery({
    queryKey: ['governance', 'history'],
    queryFn: ({ pageParam }) =>
      call(listGovernanceHistory, { query: pageParam === '' ? {} : { after: pageParam } }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });
  return (
    <Card title={t('governance.tab.history')}>
      {history.error !== null && <ProblemAlert error={history.error} />}
      <DataTable
        label={t('governance.tab.history')}
        rowKey="entry"
        loading={history.isPending}
        locale={{ emptyText: t('governance.history.none') }}
        dataSource={history.data?.pages.flatMap(({ items }) => items) ?? []}
        columns={[
          { title: t('common.entry'), dataIndex: 'entry' },
          { title: t('common.time'), dataIndex: 'at', render: (at?: string) => at && <Moment at={at} /> },
          { title: t('governance.history.issuer'), dataIndex: 'issuer' },
          {
            title: t('governance.history.act'),
            dataIndex: 'sentence',
            render: (sentence: Entry['sentence']) => sentence[currentLanguage()],
          },
          {
            title: t('common.status'),
            key: 'outcome',
            render: (_, { outcome, refusal }) => (
              <>
                <Tag color={colours[outcome]}>{t(`governance.history.outcome.${outcome}`)}</Tag>
                {refusal?.message[currentLanguage()]}
              </>
            ),
          },
        ]}
      />
      <MoreButton query={history} />
    </Card>
  );
};
