/** Where each node was in the last hour: drawn by the minute, and in numbers every five minutes. */
import { getMonitoringHistory, type AnswerOf } from '@suyuan/api';
import { useQuery } from '@tanstack/react-query';
import { Empty, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../../client/call.ts';
import { DataTable } from '../DataTable.tsx';
import { Moment } from '../Moment.tsx';
import { HeightStrips } from './HeightStrips.tsx';
import type { MonitoredNode } from './NodeCard.tsx';

type Point = AnswerOf<typeof getMonitoringHistory>['items'][number];

/** Points are a minute apart. */
const every = 5;

const Height = ({ point, organization }: { readonly point: Point; readonly organization: string }) => {
  const height = point.heights[organization];
  if (height === undefined) return null;
  const behind = Math.max(...Object.values(point.heights)) - height;
  if (behind === 0) return height;
  return (
    <span style={{ whiteSpace: 'nowrap' }}>
      {height} <Typography.Text type="danger">(-{behind})</Typography.Text>
    </span>
  );
};

export const Heights = ({ nodes }: { readonly nodes: readonly MonitoredNode[] }) => {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ['monitoring', 'history'],
    queryFn: () => call(getMonitoringHistory),
    refetchInterval: 60_000,
  });
  const minutes = data?.items ?? [];
  const points = minutes.toReversed().filter((_, index) => index % every === 0);
  if (points.length === 0)
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('network.noHistory')} />;
  return (
    <>
      <HeightStrips points={minutes} nodes={nodes} />
      <details style={{ marginTop: 12 }}>
        <summary>{t('network.hourNumbers')}</summary>
        <Typography.Paragraph type="secondary">{t('network.hourHint')}</Typography.Paragraph>
        <DataTable<Point>
          label={t('network.hour')}
          rowKey="at"
          size="small"
          dataSource={points}
          columns={[
            { title: t('common.time'), dataIndex: 'at', render: (at: string) => <Moment at={at} /> },
            ...nodes.map(({ organization, name }) => ({
              title: name,
              key: organization,
              render: (_: unknown, point: Point) => <Height point={point} organization={organization} />,
            })),
          ]}
        />
      </details>
    </>
  );
};
