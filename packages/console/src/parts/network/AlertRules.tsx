/** What is watched for, and from which value on. */
import { listAlertRules, type AnswerOf } from '@suyuan/api';
import { useQuery } from '@tanstack/react-query';
import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../../client/call.ts';
import { currentLanguage } from '../../i18n/i18n.ts';
import { DataTable } from '../DataTable.tsx';

type Rule = AnswerOf<typeof listAlertRules>['items'][number];

export const AlertRules = () => {
  const { t } = useTranslation();
  const language = currentLanguage();
  const { data } = useQuery({
    queryKey: ['monitoring', 'rules'],
    queryFn: () => call(listAlertRules),
    staleTime: Infinity,
  });
  return (
    <DataTable<Rule>
      label={t('network.rules')}
      rowKey="code"
      size="small"
      dataSource={[...(data?.items ?? [])]}
      columns={[
        { title: t('network.what'), dataIndex: 'code' },
        {
          title: t('common.status'),
          dataIndex: 'level',
          render: (level: Rule['level']) => (
            <Tag color={level === 'critical' ? 'error' : 'warning'}>{t(`network.level.${level}`)}</Tag>
          ),
        },
        { title: t('network.todo'), key: 'todo', render: (_, { todo }) => todo[language] },
        {
          title: t('network.threshold'),
          key: 'threshold',
          render: (_, { threshold, unit, worse }) =>
            threshold === 'off'
              ? t('network.off')
              : `${t(`network.worse.${worse}`)} ${threshold} ${t(`network.units.${unit}`)}`,
        },
      ]}
    />
  );
};
