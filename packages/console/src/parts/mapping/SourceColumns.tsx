/** The columns of the source with an example of each, and which fields take them. */
import { columnsOfRule, type Mapping, type RecordKind } from '@suyuan/battery';
import { Tag, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { currentLanguage } from '../../i18n/i18n.ts';
import { DataTable } from '../DataTable.tsx';
import { exampleOf, type Sample } from './sample.ts';

export const SourceColumns = ({
  kind,
  mapping,
  columns,
  sample,
}: {
  readonly kind: RecordKind;
  readonly mapping: Mapping;
  readonly columns: readonly string[];
  readonly sample: Sample | undefined;
}) => {
  const { t } = useTranslation();
  const language = currentLanguage();
  const takenBy = (column: string) =>
    kind.fields.filter(({ id }) => {
      const rule = mapping.fields[id];
      return rule !== undefined && columnsOfRule(rule).includes(column);
    });
  return (
    <DataTable
      label={t('mapping.columns')}
      rowKey="column"
      size="small"
      dataSource={columns.map((column) => ({ column, fields: takenBy(column) }))}
      columns={[
        {
          title: t('mapping.column'),
          dataIndex: 'column',
          render: (column: string) => (
            <div className="suyuan-name">
              <Typography.Text strong>{column}</Typography.Text>
              <br />
              <Typography.Text type="secondary">{exampleOf(sample, column)}</Typography.Text>
            </div>
          ),
        },
        {
          title: t('mapping.goesTo'),
          dataIndex: 'fields',
          render: (fields: RecordKind['fields']) =>
            fields.length === 0 ? (
              <Typography.Text type="secondary">{t('mapping.unused')}</Typography.Text>
            ) : (
              fields.map(({ id, label }) => <Tag key={id}>{label[language]}</Tag>)
            ),
        },
      ]}
    />
  );
};
