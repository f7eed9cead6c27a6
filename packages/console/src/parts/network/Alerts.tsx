/** What is wrong now with what to do, and what was. */
import { listAlerts, type AnswerOf } from '@suyuan/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Alert, Empty, Flex, Tag, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../../client/call.ts';
import { currentLanguage } from '../../i18n/i18n.ts';
import { DataTable } from '../DataTable.tsx';
import { Moment } from '../Moment.tsx';
import { MoreButton } from '../MoreButton.tsx';
import { useOrganizationName } from '../use-organization-name.ts';

type AlertItem = AnswerOf<typeof listAlerts>['items'][number];

const pageSize = 20;

export const OpenAlerts = ({ alerts }: { readonly alerts: readonly AlertItem[] }) => {
  const { t } = useTranslation();
  const language = currentLanguage();
  if (alerts.length === 0) return <Alert showIcon type="success" title={t('network.noAlerts')} />;
  return (
    <Flex vertical gap="small">
      {alerts.map(({ id, code, level, what, todo, raisedAt }) => (
        <Alert
          key={id}
          showIcon
          type={level === 'critical' ? 'error' : 'warning'}
          title={what[language]}
          description={
            <Flex vertical gap={4}>
              <span>{todo[language]}</span>
              <Typography.Text type="secondary">
                {t(`network.level.${level}`)} · {t('network.since')} <Moment at={raisedAt} /> · {code}
              </Typography.Text>
            </Flex>
          }
        />
      ))}
    </Flex>
  );
};

/** Newest first, a page at a time. */
export const PastAlerts = () => {
  const { t } = useTranslation();
  const nameOf = useOrganizationName();
  const language = currentLanguage();
  const query = useInfiniteQuery({
    queryKey: ['monitoring', 'past'],
    queryFn: ({ pageParam }) =>
      call(listAlerts, {
        query: { open: false, limit: pageSize, ...(pageParam === '' ? {} : { after: pageParam }) },
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  if (items.length === 0)
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('network.noPast')} />;
  return (
    <>
      <DataTable<AlertItem>
        label={t('network.pastAlerts')}
        rowKey="id"
        size="small"
        dataSource={items}
        columns={[
          {
            title: t('common.status'),
            dataIndex: 'level',
            render: (level: AlertItem['level']) => (
              <Tag color={level === 'critical' ? 'error' : 'warning'}>{t(`network.level.${level}`)}</Tag>
            ),
          },
          { title: t('network.what'), key: 'what', render: (_, { what }) => what[language] },
          {
            title: t('network.about'),
            dataIndex: 'organization',
            render: (id: string) => nameOf(id),
          },
          { title: t('network.raised'), dataIndex: 'raisedAt', render: (at: string) => <Moment at={at} /> },
          {
            title: t('network.cleared'),
            dataIndex: 'clearedAt',
            render: (at?: string) => at !== undefined && <Moment at={at} />,
          },
        ]}
      />
      <MoreButton query={query} />
    </>
  );
};
