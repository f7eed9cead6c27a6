/** Starts by the managing organisation, as one node has written them down. */
import type { AnswerOf, listSourceStarts } from '@suyuan/api';
import { problems } from '@suyuan/api';
import { Flex, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { currentLanguage } from '../../i18n/i18n.ts';
import { DataTable } from '../DataTable.tsx';
import { Moment } from '../Moment.tsx';
import { useOrganizationName } from '../use-organization-name.ts';

export type Start = AnswerOf<typeof listSourceStarts>['items'][number];

const sentences: ReadonlyMap<string, { readonly zh: string; readonly en: string }> = new Map(
  Object.entries(problems),
);

export const StartLog = ({
  label,
  starts,
  isLoading = false,
  isUnmatched = () => false,
}: {
  readonly label: string;
  readonly starts: readonly Start[];
  readonly isLoading?: boolean;
  /** True for a start that the other side has not written down. */
  readonly isUnmatched?: (start: Start) => boolean;
}) => {
  const { t } = useTranslation();
  const organizationName = useOrganizationName();
  const byOf = (by: string): string =>
    by.startsWith('organization:') ? organizationName(by.slice('organization:'.length)) : by;
  return (
    <DataTable<Start & { readonly place: number }>
      label={label}
      title={() => label}
      size="small"
      rowKey="place"
      loading={isLoading}
      locale={{ emptyText: t('source.noStarts') }}
      dataSource={starts.map((start, place) => ({ ...start, place }))}
      columns={[
        { title: t('common.time'), dataIndex: 'at', render: (at: string) => <Moment at={at} /> },
        { title: t('source.one'), dataIndex: 'source', render: (id: number) => `#${id}` },
        { title: t('source.by'), dataIndex: 'by', render: (by: string) => byOf(by) },
        {
          title: t('source.outcome'),
          key: 'outcome',
          render: (_, start) => (
            <Flex gap="small" wrap>
              {start.outcome === 'accepted' ? (
                <Tag color="success">{t('source.accepted', { run: start.run ?? 0 })}</Tag>
              ) : (
                <span className="suyuan-sentence">
                  {sentences.get(start.outcome)?.[currentLanguage()] ?? start.outcome}
                </span>
              )}
              {isUnmatched(start) && <Tag color="error">{t('source.oneSided')}</Tag>}
            </Flex>
          ),
        },
      ]}
    />
  );
};
