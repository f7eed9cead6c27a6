/** Says on every page that too few organisations are there for anything new to be ordered, as long as that is so. */
import { getHealth } from '@suyuan/api';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../client/call.ts';

/** Milliseconds between two looks. */
const lookMs = 10_000;

export const WaitingBanner = () => {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ['health'],
    queryFn: () => call(getHealth),
    refetchInterval: lookMs,
    retry: false,
  });
  const count = data?.waitingFor ?? 0;
  if (count === 0) return null;
  return (
    <Alert
      banner
      showIcon
      type="warning"
      title={t('waitingFor.title', { count })}
      description={t('waitingFor.means')}
      action={<Link to="/network">{t('waitingFor.who')}</Link>}
    />
  );
};
