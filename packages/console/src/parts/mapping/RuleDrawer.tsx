/** Everything about the rule of one field, as a form: its source, and what the field can have done with the value. */
import type { Field, Rule } from '@suyuan/battery';
import { dateCounts, unitsFor } from '@suyuan/battery';
import { AutoComplete, Checkbox, Drawer, Flex, Form, Input, Segmented, Select, Typography } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { currentLanguage } from '../../i18n/i18n.ts';
import { LookupEditor, ValueInput } from './LookupEditor.tsx';

/** Members of a rule to set; those that are undefined are left out of it. */
type RuleChange = { readonly [member in keyof Rule]?: Rule[member] | undefined };

interface Part {
  readonly field: Field;
  readonly rule: Rule;
  readonly onChange: (change: RuleChange) => void;
}

const PATTERNS = [
  'yyyy-MM-dd',
  'yyyy/MM/dd',
  'yyyyMMdd',
  'yyyy年M月d日',
  'yyyy-MM-dd HH:mm:ss',
  'yyyy/MM/dd HH:mm',
  'yyyy-MM-ddTHH:mm:ssXXX',
  ...dateCounts,
];
const ZONES = ['+08:00', 'Z', '+09:00', '+01:00', '-05:00'];

const Labelled = ({ label, help, children }: { label: string; help?: string; children: ReactNode }) => (
  <Form.Item label={label} {...(help === undefined ? {} : { extra: help })} style={{ marginBottom: 16 }}>
    {children}
  </Form.Item>
);

const JoinPart = ({
  rule: { join },
  onChange,
  options,
}: Part & { readonly options: { value: string; label: string }[] }) => {
  const { t } = useTranslation();
  if (join === undefined) return null;
  return (
    <Labelled label={t('mapping.joined')}>
      <Flex gap="small">
        <Select
          aria-label={t('mapping.joined')}
          mode="tags"
          style={{ flex: 1 }}
          value={[...join.columns]}
          options={options}
          onChange={(columns: string[]) => onChange({ join: { ...join, columns } })}
        />
        <Input
          aria-label={t('mapping.joinWith')}
          style={{ width: 72 }}
          maxLength={8}
          value={join.with}
          onChange={({ target }) => onChange({ join: { ...join, with: target.value } })}
        />
      </Flex>
    </Labelled>
  );
};

const SourcePart = ({ field, rule, onChange, columns }: Part & { readonly columns: readonly string[] }) => {
  const { t } = useTranslation();
  const way = rule.constant !== undefined ? 'constant' : rule.join === undefined ? 'column' : 'join';
  const options = columns.map((name) => ({ value: name, label: name }));
  const none = { column: undefined, join: undefined, constant: undefined };
  const choose = (next: typeof way) => {
    if (next === 'column') onChange({ ...none, column: rule.join?.columns[0] ?? columns[0] ?? '' });
    else if (next === 'join')
      onChange({ ...none, join: { columns: rule.column === undefined ? [] : [rule.column], with: ' ' } });
    else {
      const empty = {
        split: undefined,
        strip: undefined,
        upper: undefined,
        lookup: undefined,
        date: undefined,
      };
      onChange({ ...none, ...empty, unit: undefined, text: undefined, default: undefined, constant: '' });
    }
  };
  return (
    <>
      <Segmented
        block
        style={{ marginBottom: 16 }}
        value={way}
        options={(['column', 'join', 'constant'] as const).map((value) => ({
          value,
          label: t(`mapping.way.${value}`),
        }))}
        onChange={choose}
      />
      {way === 'column' && (
        <Labelled label={t('mapping.column')} help={t('mapping.pathHelp')}>
          <AutoComplete
            aria-label={t('mapping.column')}
            value={rule.column ?? ''}
            options={options}
            showSearch
            onChange={(column: string) => onChange({ column })}
          />
        </Labelled>
      )}
      <JoinPart field={field} rule={rule} onChange={onChange} options={options} />
      {way === 'constant' && (
        <Labelled label={t('mapping.way.constant')}>
          <ValueInput
            field={field}
            label={t('mapping.way.constant')}
            value={rule.constant}
            onChange={(constant) => onChange({ constant: constant ?? '' })}
          />
        </Labelled>
      )}
    </>
  );
};

const TextParts = ({ field, rule, onChange }: Part) => {
  const { t } = useTranslation();
  if (['date', 'datetime', 'number', 'integer', 'boolean', 'attachments'].includes(field.type)) return null;
  return (
    <>
      {field.type === 'battery_codes' && (
        <Labelled label={t('mapping.split')} help={t('mapping.splitHelp')}>
          <Input
            aria-label={t('mapping.split')}
            maxLength={8}
            value={rule.split ?? ''}
            onChange={({ target }) => onChange({ split: target.value === '' ? undefined : target.value })}
          />
        </Labelled>
      )}
      <Labelled label={t('mapping.strip')} help={t('mapping.changeHelp')}>
        <Input
          aria-label={t('mapping.strip')}
          maxLength={32}
          value={rule.strip ?? ''}
          onChange={({ target }) => onChange({ strip: target.value === '' ? undefined : target.value })}
        />
      </Labelled>
      <Flex vertical gap="small" style={{ marginBottom: 16 }}>
        <Checkbox
          checked={rule.upper === true}
          onChange={({ target }) => onChange({ upper: target.checked ? true : undefined })}
        >
          {t('mapping.upper')}
        </Checkbox>
        {field.type === 'text' && (
          <Checkbox
            checked={rule.text === true}
            onChange={({ target }) => onChange({ text: target.checked ? true : undefined })}
          >
            {t('mapping.numbersAreText')}
          </Checkbox>
        )}
      </Flex>
    </>
  );
};

const DatePart = ({ field, rule, onChange }: Part) => {
  const { t } = useTranslation();
  if (field.type !== 'date' && field.type !== 'datetime') return null;
  const { date } = rule;
  return (
    <>
      <Labelled label={t('mapping.pattern')} help={t('mapping.patternHelp')}>
        <AutoComplete
          aria-label={t('mapping.pattern')}
          allowClear
          value={date?.pattern ?? ''}
          options={PATTERNS.map((value) => ({ value }))}
          onChange={(pattern?: string) =>
            onChange({ date: pattern === undefined || pattern === '' ? undefined : { ...date, pattern } })
          }
        />
      </Labelled>
      {date !== undefined && (
        <Labelled label={t('mapping.zone')} help={t('mapping.zoneHelp')}>
          <AutoComplete
            aria-label={t('mapping.zone')}
            value={date.offset ?? '+08:00'}
            options={ZONES.map((value) => ({ value }))}
            onChange={(offset: string) => onChange({ date: { ...date, offset } })}
          />
        </Labelled>
      )}
      {date !== undefined && field.type === 'datetime' && (
        <Labelled label={t('mapping.time')} help={t('mapping.timeHelp')}>
          <Input
            aria-label={t('mapping.time')}
            placeholder="08:00"
            value={date.time ?? ''}
            onChange={({ target }) => {
              const { time: _, ...rest } = date;
              onChange({ date: target.value === '' ? rest : { ...rest, time: target.value } });
            }}
          />
        </Labelled>
      )}
    </>
  );
};

const UnitPart = ({ field, rule, onChange }: Part) => {
  const { t } = useTranslation();
  if (field.type !== 'number' || field.unit === undefined) return null;
  const { unit } = rule;
  return (
    <Labelled label={t('mapping.unit', { unit: field.unit })}>
      <Flex gap="small" align="center" wrap>
        <Select
          aria-label={t('mapping.unit', { unit: field.unit })}
          allowClear
          style={{ width: 120 }}
          placeholder={field.unit}
          {...(unit === undefined ? {} : { value: unit.from })}
          options={unitsFor(field.unit).map((value) => ({ value, label: value }))}
          onChange={(from?: string) => onChange({ unit: from === undefined ? undefined : { ...unit, from } })}
        />
        <Checkbox
          disabled={unit === undefined}
          checked={unit?.round === true}
          onChange={({ target }) =>
            unit !== undefined && onChange({ unit: { ...unit, round: target.checked } })
          }
        >
          {t('mapping.round', { count: field.decimals })}
        </Checkbox>
      </Flex>
    </Labelled>
  );
};

const LookupPart = ({ field, rule, onChange, examples }: Part & { readonly examples: readonly string[] }) => {
  const { t } = useTranslation();
  if (field.type === 'attachments') return null;
  return (
    <>
      <Checkbox
        style={{ marginBottom: 8 }}
        checked={rule.lookup !== undefined}
        onChange={({ target }) =>
          onChange({ lookup: target.checked ? { table: [], otherwise: 'refuse' } : undefined })
        }
      >
        {t('mapping.lookup')}
      </Checkbox>
      {rule.lookup !== undefined && (
        <div style={{ marginBottom: 16 }}>
          <LookupEditor
            field={field}
            lookup={rule.lookup}
            examples={examples}
            onChange={(lookup) => onChange({ lookup })}
          />
        </div>
      )}
      <Labelled label={t('mapping.default')}>
        <ValueInput
          field={field}
          label={t('mapping.default')}
          value={rule.default}
          onChange={(value) => onChange({ default: value })}
        />
      </Labelled>
    </>
  );
};

/** The rule without the members that a change leaves undefined. */
const changed = (rule: Rule, change: RuleChange): Rule =>
  Object.fromEntries(Object.entries({ ...rule, ...change }).filter(([, value]) => value !== undefined));

export const RuleDrawer = ({
  field,
  rule = {},
  columns,
  examples,
  onRule,
  onClose,
}: {
  /** Undefined while the drawer is closed. */
  readonly field: Field | undefined;
  readonly rule: Rule | undefined;
  readonly columns: readonly string[];
  /** Values of the sample in the column that is read. */
  readonly examples: readonly string[];
  readonly onRule: (rule: Rule) => void;
  readonly onClose: () => void;
}) => {
  const { t } = useTranslation();
  const language = currentLanguage();
  if (field === undefined) return null;
  const part: Part = { field, rule, onChange: (change) => onRule(changed(rule, change)) };
  const isConstant = rule.constant !== undefined;
  return (
    <Drawer
      open
      title={field.label[language]}
      onClose={onClose}
      size={420}
      closable={{ 'aria-label': t('mapping.close') }}
    >
      <Typography.Paragraph type="secondary">{field.help[language]}</Typography.Paragraph>
      <Form layout="vertical">
        <SourcePart {...part} columns={columns} />
        {!isConstant && (
          <>
            <TextParts {...part} />
            <DatePart {...part} />
            <UnitPart {...part} />
            <LookupPart {...part} examples={examples} />
          </>
        )}
      </Form>
    </Drawer>
  );
};
