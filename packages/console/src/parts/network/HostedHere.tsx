/** The organisations whose nodes this one hosts, and why one of them is not served. */
import { hostedSentences, type AnswerOf, type getOrganization, type HostedCode } from '@suyuan/api';
import { useQuery } from '@tanstack/react-query';
import { Card, Flex, Tag, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { organizationQuery } from '../../client/queries.ts';
import { currentLanguage } from '../../i18n/i18n.ts';
import { DataTable } from '../DataTable.tsx';
import { useOrganizationName } from '../use-organization-name.ts';

type Hosted = AnswerOf<typeof getOrganization>['hosts'][number];

const colours = { open: 'success', waiting: 'processing', refused: 'error' } as const;

const isHostedCode = (code: string): code is HostedCode => Object.hasOwn(hostedSentences, code);

export const HostedHere = () => {
  const { t } = useTranslation();
  const nameOf = useOrganizationName();
  const { data } = useQuery(organizationQuery);
  if (data === undefined || data.hosts.length === 0) return undefined;
  return (
    <Card size="small" title={t('network.hostedHere')}>
      <DataTable<Hosted>
        label={t('network.hostedHere')}
        rowKey="organization"
        size="small"
        dataSource={data.hosts}
        columns={[
          {
            title: t('common.organization'),
            dataIndex: 'organization',
            render: (id: string) => (
              <Flex vertical>
                <span>{nameOf(id)}</span>
                <Typography.Text type="secondary">{id}</Typography.Text>
              </Flex>
            ),
          },
          {
            title: t('common.status'),
            dataIndex: 'state',
            render: (state: Hosted['state'], { code }) => (
              <Flex vertical align="start" gap={4}>
                <Tag color={colours[state]}>{t(`network.hostedState.${state}`)}</Tag>
                {code !== undefined && isHostedCode(code) && hostedSentences[code][currentLanguage()]}
              </Flex>
            ),
          },
          {
            title: 'URL',
            dataIndex: 'url',
            render: (url?: string) =>
              url === undefined ? (
                '–'
              ) : (
                <a href={url} target="_blank" rel="noreferrer">
                  {url}
                </a>
              ),
          },
        ]}
      />
    </Card>
  );
};
