/** The first rows of a source as they come, and which columns do not fit. */
import type { AnswerOf, previewSource } from '@suyuan/api';
import { Alert, Card } from 'antd';
import { useTranslation } from 'react-i18next';
import { DataTable } from '../DataTable.tsx';
import { ColumnDifference } from './ColumnDifference.tsx';

export const SourcePreview = ({ preview }: { readonly preview: AnswerOf<typeof previewSource> }) => {
  const { t } = useTranslation();
  const { columns, rows, changed } = preview;
  if (columns.length === 0) return <Alert type="success" showIcon title={t('source.testedNone')} />;
  return (
    <Card size="small" title={t('source.tested')} style={{ marginBottom: 16 }}>
      {changed !== undefined && <ColumnDifference changed={changed} />}
      <DataTable<{ readonly place: number; readonly cells: readonly string[] }>
        label={t('source.tested')}
        size="small"
        rowKey="place"
        scroll={{ x: 'max-content', y: 240 }}
        dataSource={rows.map((cells, place) => ({ place, cells }))}
        columns={columns.map((title, column) => ({
          title,
          key: title,
          render: (_, { cells }) => cells[column],
        }))}
      />
    </Card>
  );
};
