/** What is wrong with which cell, in the reader's language. */
import type { AnswerOf, createImport } from '@suyuan/api';
import { Grid, Tag, Typography, type TableColumnType } from 'antd';
import { useTranslation } from 'react-i18next';
import { DataTable } from './DataTable.tsx';
import { currentLanguage } from '../i18n/i18n.ts';

export type Finding = AnswerOf<typeof createImport>['findings'][number];

/** A finding with its place in the list, by which it is known. */
type Row = Finding & { readonly place: number };

const levelColour = { error: 'error', warning: 'warning', info: 'processing' } as const;

const Message = ({ finding }: { readonly finding: Finding }) => (
  <div className="suyuan-sentence">
    {finding.message[currentLanguage()]} <Typography.Text type="secondary">{finding.code}</Typography.Text>
  </div>
);

const Value = ({ value }: { readonly value: string | undefined }) =>
  value === undefined || value === '' ? null : (
    <div className="suyuan-name">
      <Typography.Text code>{value}</Typography.Text>
    </div>
  );

/** `Sheet1!C7`, or the name of the field where there is no sheet. */
const placeOf = ({ sheet, row, column, field }: Finding): string =>
  sheet === undefined ? `${row} · ${column ?? field ?? ''}` : `${sheet}!${column ?? ''}${row}`;

/** On a phone: what is wrong with what stands below where it is, so that nothing of it is off the screen. */
const narrowColumn = (title: string): TableColumnType<Row> => ({
  title,
  key: 'all',
  render: (_, finding) => (
    <>
      <Typography.Text strong className="suyuan-name">
        {placeOf(finding)}
      </Typography.Text>
      <Value value={finding.value} />
      <Message finding={finding} />
    </>
  ),
});

export const FindingsTable = ({ findings }: { readonly findings: readonly Finding[] }) => {
  const { t } = useTranslation();
  const isWide = Grid.useBreakpoint().sm ?? true;
  const wideColumns: TableColumnType<Row>[] = [
    { title: t('import.sheet'), dataIndex: 'sheet' },
    { title: t('import.row'), dataIndex: 'row', align: 'right' },
    { title: t('import.column'), key: 'column', render: (_, { column, field }) => column ?? field },
    { title: t('import.value'), dataIndex: 'value', render: (value?: string) => <Value value={value} /> },
    {
      title: t('import.message'),
      dataIndex: 'message',
      render: (_, finding) => <Message finding={finding} />,
    },
  ];
  return (
    <DataTable<Row>
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
        ...(isWide ? wideColumns : [narrowColumn(t('import.message'))]),
      ]}
    />
  );
};
