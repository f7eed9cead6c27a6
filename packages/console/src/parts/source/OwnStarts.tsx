/** For a member: what the managing organisation started of its sources, or tried to; shown once there is something. */
import { listSourceStarts } from '@suyuan/api';
import { useQuery } from '@tanstack/react-query';
import { Card } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../../client/call.ts';
import { organizationQuery } from '../../client/queries.ts';
import { StartLog } from './StartLog.tsx';

export const OwnStarts = () => {
  const { t } = useTranslation();
  const { data: organization } = useQuery(organizationQuery);
  const isMember = organization?.manages === false;
  const starts = useQuery({
    queryKey: ['sources', 'starts'],
    queryFn: () => call(listSourceStarts, { query: { limit: 100 } }),
    enabled: isMember,
  });
  const items = starts.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Card style={{ marginTop: 16 }}>
      <StartLog label={t('source.startsByManager')} starts={items} />
    </Card>
  );
};
