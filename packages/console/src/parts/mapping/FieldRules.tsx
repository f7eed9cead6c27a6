/** The fields of a record kind, each with where its value comes from and what is done with it. */
import { EditOutlined } from '@ant-design/icons';
import {
  columnsOfRule,
  type Field,
  type Mapping,
  type MappingProblem,
  type RecordKind,
  type Rule,
} from '@suyuan/battery';
import { Button, Flex, Select, Tag, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { currentLanguage } from '../../i18n/i18n.ts';
import { DataTable } from '../DataTable.tsx';

/** What the rule does beside reading, in short words. */
const useRuleWords = (): ((rule: Rule, unit: string | undefined) => readonly string[]) => {
  const { t } = useTranslation();
  return (rule, unit) => [
    ...(rule.constant === undefined ? [] : [t('mapping.word.constant', { value: String(rule.constant) })]),
    ...(rule.join === undefined
      ? []
      : [t('mapping.word.join', { columns: rule.join.columns.join(rule.join.with) })]),
    ...(rule.split === undefined ? [] : [t('mapping.word.split', { at: rule.split })]),
    ...(rule.strip === undefined || rule.strip === ''
      ? []
      : [t('mapping.word.strip', { symbols: rule.strip })]),
    ...(rule.upper === true ? [t('mapping.word.upper')] : []),
    ...(rule.lookup === undefined ? [] : [t('mapping.word.lookup', { count: rule.lookup.table.length })]),
    ...(rule.date === undefined ? [] : [rule.date.pattern]),
    ...(rule.unit === undefined ? [] : [`${rule.unit.from} → ${unit ?? ''}`]),
    ...(rule.default === undefined ? [] : [t('mapping.word.default', { value: String(rule.default) })]),
  ];
};

/** The problems of one field's rule. */
const problemsOf = (problems: readonly MappingProblem[], id: string) =>
  problems.filter(({ path }) => path === `fields.${id}` || path.startsWith(`fields.${id}.`));

const SourceChoice = ({
  field,
  rule,
  columns,
  onRule,
}: {
  readonly field: Field;
  readonly rule: Rule | undefined;
  readonly columns: readonly string[];
  readonly onRule: (rule: Rule | undefined) => void;
}) => {
  const { t } = useTranslation();
  const language = currentLanguage();
  if (rule !== undefined && rule.column === undefined)
    return (
      <Typography.Text type="secondary">
        {columnsOfRule(rule).join(' + ') || t('mapping.ownValue')}
      </Typography.Text>
    );
  return (
    <Select
      aria-label={t('mapping.columnFor', { field: field.label[language] })}
      allowClear
      showSearch
      style={{ width: 200 }}
      placeholder={t('mapping.none')}
      {...(rule?.column === undefined ? {} : { value: rule.column })}
      options={[...new Set([...columns, ...(rule?.column === undefined ? [] : [rule.column])])].map(
        (name) => ({
          value: name,
          label: name,
        }),
      )}
      onChange={(column: string | undefined) =>
        onRule(column === undefined ? undefined : { ...rule, column })
      }
    />
  );
};

const FieldName = ({
  field: { id, label, required },
  problems,
}: {
  readonly field: Field;
  readonly problems: readonly MappingProblem[];
}) => {
  const language = currentLanguage();
  return (
    <>
      {label[language]}
      {required === 'yes' && <Typography.Text type="danger"> *</Typography.Text>}
      {problemsOf(problems, id).map(({ path, message }) => (
        <div key={path}>
          <Typography.Text type="danger">{message[language]}</Typography.Text>
        </div>
      ))}
    </>
  );
};

const RuleWords = ({
  field,
  rule,
  confidence = 1,
  onEdit,
}: {
  readonly field: Field;
  readonly rule: Rule | undefined;
  readonly confidence: number | undefined;
  readonly onEdit: (field: Field) => void;
}) => {
  const { t } = useTranslation();
  const words = useRuleWords();
  const unit = 'unit' in field ? field.unit : undefined;
  return (
    <Flex gap={4} wrap align="center">
      {rule !== undefined && words(rule, unit).map((word) => <Tag key={word}>{word}</Tag>)}
      {confidence < SURE && (
        <Tag color="gold">{t('mapping.guess', { percent: Math.round(confidence * 100) })}</Tag>
      )}
      <Button
        type="text"
        size="small"
        icon={<EditOutlined />}
        aria-label={t('mapping.editRule', { field: field.label[currentLanguage()] })}
        onClick={() => onEdit(field)}
      />
    </Flex>
  );
};

/** Guesses from here on are not marked. */
const SURE = 0.8;

export const FieldRules = ({
  kind,
  mapping,
  columns,
  confidence,
  problems,
  onRule,
  onEdit,
}: {
  readonly kind: RecordKind;
  readonly mapping: Mapping;
  readonly columns: readonly string[];
  /** Of fields whose rule was suggested and not touched since. */
  readonly confidence: ReadonlyMap<string, number>;
  readonly problems: readonly MappingProblem[];
  readonly onRule: (field: string, rule: Rule | undefined) => void;
  readonly onEdit: (field: Field) => void;
}) => {
  const { t } = useTranslation();
  return (
    <DataTable<Field>
      label={t('mapping.fields')}
      rowKey="id"
      size="small"
      dataSource={kind.fields}
      columns={[
        {
          title: t('mapping.field'),
          key: 'field',
          render: (_, field) => <FieldName field={field} problems={problems} />,
        },
        {
          title: t('mapping.from'),
          key: 'from',
          render: (_, field) => (
            <SourceChoice
              field={field}
              rule={mapping.fields[field.id]}
              columns={columns}
              onRule={(rule) => onRule(field.id, rule)}
            />
          ),
        },
        {
          title: t('mapping.treatment'),
          key: 'then',
          render: (_, field) => (
            <RuleWords
              field={field}
              rule={mapping.fields[field.id]}
              confidence={confidence.get(field.id)}
              onEdit={onEdit}
            />
          ),
        },
      ]}
    />
  );
};
