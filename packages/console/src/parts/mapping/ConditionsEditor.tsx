/** Which rows of the source are taken: those whose columns have, or do not have, certain values. */
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import type { RowCondition } from '@suyuan/battery';
import { AutoComplete, Button, Flex, Select } from 'antd';
import { useTranslation } from 'react-i18next';

export const ConditionsEditor = ({
  conditions,
  columns,
  onChange,
}: {
  readonly conditions: readonly RowCondition[];
  readonly columns: readonly string[];
  readonly onChange: (conditions: readonly RowCondition[]) => void;
}) => {
  const { t } = useTranslation();
  const change = (place: number, condition: RowCondition) => onChange(conditions.with(place, condition));
  return (
    <Flex vertical gap="small">
      {conditions.map((condition, place) => (
        <Flex key={place} gap="small" wrap align="center">
          <AutoComplete
            aria-label={t('mapping.onlyColumn', { place: place + 1 })}
            style={{ width: 180 }}
            value={condition.column}
            options={columns.map((value) => ({ value }))}
            onChange={(column: string) => change(place, { ...condition, column })}
          />
          <Select
            aria-label={t('mapping.onlyIs', { place: place + 1 })}
            value={condition.is}
            options={(['one_of', 'none_of'] as const).map((value) => ({
              value,
              label: t(`mapping.only.${value}`),
            }))}
            onChange={(is) => change(place, { ...condition, is })}
          />
          <Select
            aria-label={t('mapping.onlyValues', { place: place + 1 })}
            mode="tags"
            style={{ minWidth: 200, flex: 1 }}
            value={[...condition.values]}
            onChange={(values: string[]) => change(place, { ...condition, values })}
          />
          <Button
            type="text"
            icon={<DeleteOutlined />}
            aria-label={t('mapping.onlyRemove', { place: place + 1 })}
            onClick={() => onChange(conditions.toSpliced(place, 1))}
          />
        </Flex>
      ))}
      <div>
        <Button
          size="small"
          icon={<PlusOutlined />}
          onClick={() => onChange([...conditions, { column: columns[0] ?? '', is: 'one_of', values: [] }])}
        >
          {t('mapping.onlyAdd')}
        </Button>
      </div>
    </Flex>
  );
};
