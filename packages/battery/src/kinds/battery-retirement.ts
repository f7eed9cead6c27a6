/**
 * The record kind `battery_retirement` (电池退役): a battery ends its service in vehicles. Implements spec/battery.md,
 * "Rules of a record".
 */
import { batteryTypes, retirementReasons, tableValues } from '../code/tables.ts';
import type { RecordKind, RecordRule } from '../kind.ts';
import { quantityField, recordIdField } from './battery-fields.ts';
import {
  attachmentsField,
  choiceField,
  codeDateRule,
  codeField,
  levelField,
  levelRule,
  numberField,
  unitFields,
  whenField,
} from './event-fields.ts';

const batteryTypeRule: RecordRule = (values, say, context) => {
  const code = values.text('code');
  const type = values.text('batteryType');
  if (code === undefined || type === undefined || code[4] === type) return;
  say('chemistry_differs', 'batteryType', {
    value: type,
    symbol: code.charAt(4),
    ...(context.codes === 'legacy' ? { level: 'warning' } : {}),
  });
};

/** Battery retirement, version 1. */
export const batteryRetirement: RecordKind = {
  id: 'battery_retirement',
  version: 1,
  family: 'module',
  label: { zh: '电池退役', en: 'Battery retirement' },
  help: {
    zh: '每退役一个电池包、模块或单体填一行；须先有出库。',
    en: 'One row for each pack, module or cell that is retired; it must have been dispatched before.',
  },
  eventDate: 'retireDate',
  fields: [
    codeField({
      id: 'code',
      label: { zh: '电池编码', en: 'Battery code' },
      role: 'subject',
      help: { zh: '尚未退役的电池', en: 'A battery that is not retired yet' },
      example: 'SY1PB01A000001GB20000001',
    }),
    levelField,
    whenField({
      id: 'retireDate',
      label: { zh: '退役日期', en: 'Retired on' },
      help: { zh: '不早于此前的各项记录', en: 'Not before anything else that happened to it' },
      example: '2026-11-19',
    }),
    ...unitFields(
      'retireUnit',
      { zh: '退役单位', en: 'Retiring unit' },
      { zh: '办理退役的单位', en: 'Who retires the battery' },
    ),
    choiceField({
      id: 'retireUnitType',
      label: { zh: '退役主体', en: 'Kind of unit' },
      values: [
        { id: 'battery_maker', label: { zh: '电池厂', en: 'battery maker' } },
        { id: 'swap_operator', label: { zh: '换电运营单位', en: 'swap operator' } },
        { id: 'recovery_outlet', label: { zh: '回收网点', en: 'recovery outlet' } },
        { id: 'other', label: { zh: '其他', en: 'other' } },
      ],
      help: { zh: '退役单位的类型', en: 'What the retiring unit is' },
      example: '回收网点',
    }),
    choiceField({
      id: 'batteryType',
      label: { zh: '电池类型', en: 'Battery type' },
      part: 'public',
      values: tableValues(batteryTypes),
      table: 'battery_type',
      help: { zh: '与编码第 5 位一致', en: 'The same as character 5 of the code' },
      example: 'B 磷酸铁锂',
    }),
    quantityField('weight', { zh: '重量', en: 'Weight' }, 'kg', '61.8', {
      help: { zh: '千克，不是吨', en: 'Kilograms, not tonnes' },
    }),
    ...unitFields(
      'whereabouts',
      { zh: '去向单位', en: 'Destination' },
      { zh: '合法的综合利用单位', en: 'A lawful recycler' },
    ),
    choiceField({
      id: 'nextUse',
      label: { zh: '后续用途', en: 'Next use' },
      values: [
        { id: 'recycle', label: { zh: '再生利用', en: 'recycle' } },
        { id: 'reuse', label: { zh: '再利用', en: 're-use' } },
      ],
      help: {
        zh: '不得用于电动自行车等禁止领域',
        en: 'Use in e-bikes and other barred fields is not lawful',
      },
      example: '再生利用',
    }),
    numberField({
      id: 'soh',
      label: { zh: '健康状态', en: 'State of health' },
      unit: '%',
      min: 0,
      max: 100,
      decimals: 2,
      help: { zh: '退役时的 SOH', en: 'At retirement' },
      example: '71.5',
    }),
    numberField({
      id: 'cycles',
      label: { zh: '循环次数', en: 'Cycles' },
      type: 'integer',
      min: 0,
      max: 100_000,
      decimals: 0,
      help: { zh: '完整充放电次数', en: 'Full charging cycles' },
      example: '1450',
    }),
    choiceField({
      id: 'reason',
      label: { zh: '退役原因', en: 'Reason' },
      required: 'no',
      values: tableValues(retirementReasons),
      table: 'retirement_reason',
      help: { zh: '退役原因', en: 'Why it is retired' },
      example: '容量衰减',
    }),
    attachmentsField,
    recordIdField,
  ],
  rules: [levelRule(['code']), batteryTypeRule, codeDateRule('retireDate', ['code'])],
};
