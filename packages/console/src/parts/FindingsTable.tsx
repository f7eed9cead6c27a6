/** What is wrong with which cell, in the reader's language. */
import type { AnswerOf, createImport } from '@suyuan/api';
import { Tag, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { DataTable } from './DataTable.tsx';
import { currentLanguage } from '../i18n/i18n.ts';

export type Finding = AnswerOf<typeof createImport>['findings'][number];

const levelColour = { error: 'error', warning: 'warning', info: 'processing' } as const;

export const FindingsTable = ({ findings }: { readonly findings: readonly Finding[] }) => {
  const { t } = useTranslation();
  const language = currentLanguage();
  return (
    <DataTable<Finding & { readonly place: number }>
      label={t('import.findings')}
      rowKey="place"
      size="small"
      dataSource={findings.map((finding, place) => ({ ...finding, place }))}
      pagination={{ hideOnSinglePage: true, defaultPageSize: 20, showSizeChanger: true }}
      columns={[
        {
          title: t('common.status'),
          dataIndex: 'level',
          filters: (['error', 'warning', 'info'] as const).map((value) => ({
            value,
            text: t(`import.level.${value}`),
          })),
          onFilter: (value, finding) => finding.level === value,
          render: (level: Finding['level']) => (
            <Tag color={levelColour[level]}>{t(`import.level.${level}`)}</Tag>
          ),
        },
        { title: t('import.sheet'), dataIndex: 'sheet' },
        { title: t('import.row'), dataIndex: 'row', align: 'right' },
        { title: t('import.column'), key: 'column', render: (_, { column, field }) => column ?? field },
        {
          title: t('import.value'),
          dataIndex: 'value',
          render: (value?: string) =>
            value === undefined || value === '' ? null : (
              <div className="suyuan-name">
                <Typography.Text code>{value}</Typography.Text>
              </div>
            ),
        },
        {
          title: t('import.message'),
          dataIndex: 'message',
          render: (message: Finding['message'], finding) => (
            <div className="suyuan-sentence">
              {message[language]} <Typography.Text type="secondary">{finding.code}</Typography.Text>
            </div>
          ),
        },
      ]}
    />
  );
};
