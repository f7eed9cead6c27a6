/** Who takes part and may do what, what waits for votes, and what was decided: for administrators. */
import { useQuery } from '@tanstack/react-query';
import { Tabs, type TabsProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { Channels } from '../parts/governance/Channels.tsx';
import { governanceQuery } from '../parts/governance/governance-queries.ts';
import { History } from '../parts/governance/History.tsx';
import { Joining } from '../parts/governance/Joining.tsx';
import { Keys } from '../parts/governance/Keys.tsx';
import { Organizations } from '../parts/governance/Organizations.tsx';
import { Proposals } from '../parts/governance/Proposals.tsx';
import { PageTitle } from '../parts/PageTitle.tsx';
import { ProblemAlert } from '../parts/ProblemAlert.tsx';
import { Waiting } from '../parts/Waiting.tsx';

export const GovernancePage = () => {
  const { t } = useTranslation();
  const governance = useQuery(governanceQuery);
  const now = governance.data;
  if (now === undefined) {
    return governance.error === null ? (
      <Waiting />
    ) : (
      <ProblemAlert error={governance.error} onRetry={() => void governance.refetch()} />
    );
  }
  const tab = (key: 'organizations' | 'proposals' | 'channels' | 'keys' | 'joining' | 'history') => ({
    key,
    label: t(`governance.tab.${key}`),
  });
  const items: NonNullable<TabsProps['items']> = [
    { ...tab('organizations'), children: <Organizations now={now} /> },
    { ...tab('proposals'), children: <Proposals /> },
    { ...tab('channels'), children: <Channels now={now} /> },
    { ...tab('keys'), children: <Keys now={now} /> },
    ...(now.organization === now.managing ? [{ ...tab('joining'), children: <Joining now={now} /> }] : []),
    { ...tab('history'), children: <History /> },
  ];
  return (
    <>
      <PageTitle title={t('governance.title')} />
      <Tabs items={items} />
    </>
  );
};
