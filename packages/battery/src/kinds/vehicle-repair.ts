/**
 * The record kind `vehicle_repair` (车辆维修): a pack, module or cell of a vehicle is replaced by another one. Implements
 * spec/battery.md, "Rules of a record".
 */
import type { RecordKind } from '../kind.ts';
import { recordIdField } from './battery-fields.ts';
import {
  attachmentsField,
  childLevelRule,
  choiceField,
  codeDateRule,
  codeField,
  codesField,
  levelField,
  levelRule,
  textField,
  twoCodesRule,
  unitFields,
  vinField,
  whenField,
} from './event-fields.ts';

/** Vehicle repair, version 1. */
export const vehicleRepair: RecordKind = {
  id: 'vehicle_repair',
  version: 1,
  family: 'module',
  label: { zh: '车辆维修', en: 'Vehicle repair' },
  help: {
    zh: '每更换一个电池包、模块或单体填一行。',
    en: 'One row for each pack, module or cell that was replaced.',
  },
  eventDate: 'replaceDate',
  fields: [
    vinField(),
    whenField({
      id: 'replaceDate',
      label: { zh: '维修更换日期', en: 'Replaced on' },
      help: { zh: '更换完成的日期', en: 'The day on which it was replaced' },
      example: '2026-11-16',
    }),
    {
      ...levelField,
      label: { zh: '更换电池种类', en: 'Level' },
      help: { zh: '与两个编码第 4 位一致', en: 'The same as character 4 of both codes' },
      example: 'M 模块',
    },
    codeField({
      id: 'oldCode',
      label: { zh: '更换前编码', en: 'Old code' },
      role: 'removed',
      help: { zh: '从车上换下的', en: 'What came off the vehicle' },
      example: 'SY1MB01A000001GB20000001',
    }),
    codeField({
      id: 'newCode',
      label: { zh: '更换后编码', en: 'New code' },
      role: 'installed',
      help: { zh: '换上的，应在售后备件中', en: 'What went in; it should be among the spare parts' },
      example: 'SY1MB01A000001GB20000009',
    }),
    ...unitFields(
      'whereabouts',
      { zh: '旧电池去向单位', en: 'Old battery destination' },
      { zh: '旧电池交给的单位', en: 'Who takes the old battery' },
    ),
    codesField({
      id: 'newCodeTree',
      label: { zh: '新编码结构', en: 'Parts of the new code' },
      role: 'child',
      onlyWhen: { field: 'level', values: ['P', 'M'] },
      help: {
        zh: '电池厂维修时填写换上件的下级',
        en: 'When the battery maker repairs: parts of what went in',
      },
      example: '',
    }),
    choiceField({
      id: 'maintainStatus',
      label: { zh: '维修状态', en: 'Repair status' },
      required: 'no',
      values: [
        { id: 'done', label: { zh: '已完成', en: 'done' } },
        { id: 'in_progress', label: { zh: '进行中', en: 'in progress' } },
      ],
      help: { zh: '不填为已完成', en: 'Empty means done' },
      example: '已完成',
    }),
    textField({
      id: 'faultCode',
      label: { zh: '故障码', en: 'Fault code' },
      help: { zh: '诊断仪读数', en: 'As the diagnosis shows it' },
      example: 'P0A80',
    }),
    textField({
      id: 'faultText',
      label: { zh: '故障描述', en: 'Fault' },
      maxLength: 500,
      help: { zh: '请勿填写个人信息', en: 'Please no personal data' },
      example: '模块电压偏低',
    }),
    textField({
      id: 'repairUnit',
      label: { zh: '维修单位', en: 'Repairer' },
      maxLength: 128,
      help: { zh: '与营业执照一致', en: 'As on the business licence' },
      example: '示例汽车维修有限公司',
    }),
    attachmentsField,
    recordIdField,
  ],
  rules: [
    levelRule(['oldCode', 'newCode']),
    twoCodesRule,
    codeDateRule('replaceDate', ['oldCode', 'newCode', 'newCodeTree']),
    childLevelRule('newCodeTree'),
  ],
};
