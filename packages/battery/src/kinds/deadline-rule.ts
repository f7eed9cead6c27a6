/**
 * The record kind `deadline_rule` (上报期限): by when records of a kind must be reported, under which law, from which
 * day on. Implements spec/battery.md, "Deadlines".
 */
import type { Field, RecordKind, RecordRule } from '../kind.ts';
import { choiceField, numberField, textField } from './event-fields.ts';
import { keyField, validityRule, versionFields } from './master-fields.ts';
import { moduleKinds } from './module-kinds.ts';

const fieldOf = (kind: string | undefined, id: string): Field | undefined =>
  moduleKinds.find((one) => one.id === kind)?.fields.find((field) => field.id === id);

/** The fields that start the time are dates of the kind, and the sub-type is one of its sub-types. */
const namesRule: RecordRule = (values, say) => {
  const kind = values.text('recordKind');
  if (kind === undefined) return;
  const starts = values.text('startFields');
  const wrong = starts?.split(',').find((id) => {
    const type = fieldOf(kind, id)?.type;
    return type !== 'date' && type !== 'datetime';
  });
  if (wrong !== undefined) {
    const dates = moduleKinds
      .find((one) => one.id === kind)
      ?.fields.filter(({ type }) => type.startsWith('date'));
    say('enum_value', 'startFields', { value: wrong, allowed: (dates ?? []).map(({ id }) => id).join(', ') });
  }
  const subType = values.text('subType');
  const subTypes = fieldOf(kind, 'subType');
  const allowed = subTypes?.type === 'enum' ? subTypes.values.map(({ id }) => id) : [];
  if (subType !== undefined && !allowed.includes(subType))
    say('enum_value', 'subType', { value: subType, allowed: allowed.join(', ') });
};

const name = (id: string, zh: string, en: string, helpZh: string, helpEn: string, example: string): Field =>
  textField({
    id,
    label: { zh, en },
    part: 'public',
    maxLength: 128,
    help: { zh: helpZh, en: helpEn },
    example,
  });

/** Deadline rule, version 1. */
export const deadlineRule: RecordKind = {
  id: 'deadline_rule',
  version: 1,
  family: 'master',
  label: { zh: '上报期限', en: 'Deadline' },
  help: {
    zh: '每条期限填一行；标识与内置期限相同时自生效日期起取代它，按起算日所在的版本计算。',
    en: 'One row for each deadline. Under the id of a built-in one it takes its place from its first day on; the version in force on the day that starts the time counts.',
  },
  eventDate: 'validFrom',
  fields: [
    keyField({
      id: 'deadlineId',
      label: { zh: '期限标识', en: 'Id of the deadline' },
      maxLength: 31,
      pattern: '[a-z][a-z0-9_]{1,30}',
      help: {
        zh: '小写英文；内置：production、sale、repair 等',
        en: 'Small letters; built in: production, sale, repair and others',
      },
      example: 'sale',
    }),
    choiceField({
      id: 'recordKind',
      label: { zh: '模块', en: 'Record kind' },
      part: 'public',
      values: moduleKinds.map(({ id, label }) => ({ id, label })),
      help: { zh: '按期上报的模块', en: 'What must be reported in time' },
      example: '车辆销售',
    }),
    name(
      'subType',
      '业务类型',
      'Sub-type',
      '仅限该业务类型时填写，如 stock_in',
      'Only when it is for one, such as stock_in',
      '',
    ),
    textField({
      id: 'startFields',
      label: { zh: '起算字段', en: 'Starts with' },
      part: 'public',
      maxLength: 128,
      required: 'yes',
      pattern: '[a-z][A-Za-z0-9]{0,39}(,[a-z][A-Za-z0-9]{0,39}){0,3}',
      help: {
        zh: '开始计算期限的日期字段；多个用英文逗号分隔，取第一个有值的',
        en: 'The field with the day that starts the time; of several, separated by commas, the first that is given',
      },
      example: 'saleDate',
    }),
    numberField({
      id: 'days',
      label: { zh: '天数', en: 'Days' },
      part: 'public',
      type: 'integer',
      required: 'yes',
      min: 1,
      max: 366,
      decimals: 0,
      help: { zh: '起算日的次日为第一天', en: 'The day after the start is the first' },
      example: '20',
    }),
    choiceField({
      id: 'dayUnit',
      label: { zh: '按', en: 'Counted in' },
      part: 'public',
      values: [
        { id: 'working', label: { zh: '工作日', en: 'working days' } },
        { id: 'calendar', label: { zh: '自然日', en: 'calendar days' } },
      ],
      help: { zh: '工作日按工作日历', en: 'Working days by the work calendar' },
      example: '自然日',
    }),
    textField({
      id: 'law',
      label: { zh: '法规标识', en: 'Law' },
      part: 'public',
      maxLength: 31,
      pattern: '[a-z][a-z0-9_]{1,30}',
      required: 'yes',
      help: { zh: '小写英文；内置：rule_2018、order_73', en: 'Small letters; built in: rule_2018, order_73' },
      example: 'order_73',
    }),
    name(
      'lawNameZh',
      '法规名称',
      'Chinese name of the law',
      '新法规须填',
      'Of a law that is not built in',
      '',
    ),
    name('lawNameEn', '法规英文名称', 'English name of the law', '可不填', 'May be left out', ''),
    name('actorZh', '责任主体', 'Who reports, in Chinese', '由谁上报', 'Who has to report', '汽车生产企业'),
    name('actorEn', '责任主体（英文）', 'Who reports', '可不填', 'May be left out', 'vehicle maker'),
    name('source', '依据', 'Source', '条款', 'The article', '第九条'),
    ...versionFields,
  ],
  rules: [namesRule, validityRule],
};
