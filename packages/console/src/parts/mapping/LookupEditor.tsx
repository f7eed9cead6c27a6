/** A look-up as a small table: what the source writes, and what it stands for. */
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { mappingLimits, type Field, type Lookup, type MappingValue } from '@suyuan/battery';
import { Button, Flex, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useFieldChoices } from '../use-field-choices.ts';

type Entry = Lookup['table'][number];

/** One value of a field: chosen where there are few, else typed. */
export const ValueInput = ({
  field,
  label,
  value,
  onChange,
}: {
  readonly field: Field;
  readonly label: string;
  readonly value: MappingValue | undefined;
  readonly onChange: (value: MappingValue | undefined) => void;
}) => {
  const choices = useFieldChoices()(field);
  const text = value === undefined ? undefined : String(value);
  if (choices === undefined)
    return (
      <Input
        aria-label={label}
        value={text ?? ''}
        onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value)}
      />
    );
  return (
    <Select
      aria-label={label}
      allowClear
      style={{ minWidth: 140 }}
      {...(text === undefined ? {} : { value: text })}
      options={choices}
      onChange={(chosen: string | undefined) =>
        onChange(field.type === 'boolean' && chosen !== undefined ? chosen === 'true' : chosen)
      }
    />
  );
};

export const LookupEditor = ({
  field,
  lookup,
  examples,
  onChange,
}: {
  readonly field: Field;
  readonly lookup: Lookup;
  /** Values of the sample that may be missing in the table. */
  readonly examples: readonly string[];
  readonly onChange: (lookup: Lookup) => void;
}) => {
  const { t } = useTranslation();
  const { table, otherwise } = lookup;
  const change = (place: number, entry: Entry) => onChange({ otherwise, table: table.with(place, entry) });
  const unknown = examples.filter((value) => !table.some(({ from }) => from === value));
  const add = (values: readonly string[]) =>
    onChange({
      otherwise,
      table: [...table, ...values.map((from) => ({ from, to: '' }))].slice(0, mappingLimits.lookupMax),
    });
  return (
    <Flex vertical gap="small">
      {table.map((entry, place) => (
        <Flex key={place} gap="small" align="center">
          <Input
            aria-label={t('mapping.lookupFrom', { place: place + 1 })}
            value={entry.from}
            onChange={(event) => change(place, { ...entry, from: event.target.value })}
          />
          <span aria-hidden>→</span>
          <ValueInput
            field={field}
            label={t('mapping.lookupTo', { place: place + 1 })}
            value={entry.to === '' ? undefined : entry.to}
            onChange={(to) => change(place, { ...entry, to: to ?? '' })}
          />
          <Button
            type="text"
            icon={<DeleteOutlined />}
            aria-label={t('mapping.lookupRemove', { place: place + 1 })}
            onClick={() => onChange({ otherwise, table: table.toSpliced(place, 1) })}
          />
        </Flex>
      ))}
      <Flex gap="small" wrap>
        <Button size="small" icon={<PlusOutlined />} onClick={() => add([''])}>
          {t('mapping.lookupAdd')}
        </Button>
        {unknown.length > 0 && (
          <Button size="small" onClick={() => add(unknown)}>
            {t('mapping.lookupFill', { count: unknown.length })}
          </Button>
        )}
      </Flex>
      <Select
        aria-label={t('mapping.otherwise')}
        value={otherwise}
        options={(['refuse', 'keep', 'missing'] as const).map((value) => ({
          value,
          label: t(`mapping.otherwiseIs.${value}`),
        }))}
        onChange={(value) => onChange({ table, otherwise: value })}
      />
    </Flex>
  );
};
