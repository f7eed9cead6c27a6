/**
 * The record kind `after_sales_service` (售后服务): spare batteries that come into the stock of a service unit. Implements
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
  unitFields,
  whenField,
} from './event-fields.ts';

/** After-sales service, version 1. */
export const afterSalesService: RecordKind = {
  id: 'after_sales_service',
  version: 1,
  family: 'module',
  label: { zh: '售后服务', en: 'After-sales service' },
  help: {
    zh: '售后备件电池每入库一件填一行；维修时换上的电池应先在此入库。',
    en: 'One row for each spare battery that comes into stock; what a repair puts in should be here first.',
  },
  eventDate: 'storageDate',
  fields: [
    codeField({
      id: 'code',
      label: { zh: '电池编码', en: 'Battery code' },
      role: 'subject',
      help: { zh: '新的或未使用的电池', en: 'A battery that is new or not used' },
      example: 'SY1MB01A000001GB20000009',
    }),
    { ...levelField, example: 'M 模块' },
    textField({
      id: 'modelId',
      label: { zh: '型号', en: 'Model' },
      part: 'public',
      required: 'yes',
      help: { zh: '已备案的型号', en: 'The registered model' },
      example: 'SYM-8S-100',
    }),
    codesField({
      id: 'childCodes',
      label: { zh: '下级编码', en: 'Codes of its parts' },
      role: 'child',
      onlyWhen: { field: 'level', values: ['P', 'M'] },
      help: {
        zh: '电池包填模块或单体，模块填单体；已有生产记录可不填',
        en: 'Modules or cells of a pack, cells of a module; not needed when production was reported',
      },
      example: '',
    }),
    textField({
      id: 'orderCode',
      label: { zh: '售后订单号', en: 'Service order' },
      role: 'reference',
      required: 'yes',
      help: { zh: '备件订单', en: 'The order of the spare part' },
      example: 'SO-2026-0031',
    }),
    whenField({
      id: 'storageDate',
      label: { zh: '入库日期', en: 'Stored on' },
      help: { zh: '进入备件库的日期', en: 'The day on which it came into stock' },
      example: '2026-11-10',
    }),
    ...unitFields(
      'serviceUnit',
      { zh: '服务单位', en: 'Service unit' },
      { zh: '保管备件的单位', en: 'Who keeps the spare part' },
    ),
    ...unitFields(
      'direction',
      { zh: '去向企业', en: 'Destination' },
      { zh: '转给改装企业时填写', en: 'When it is passed on to a converter' },
      { required: 'no', codeExample: '', nameExample: '' },
    ),
    choiceField({
      id: 'serviceType',
      label: { zh: '服务类型', en: 'Service type' },
      required: 'no',
      values: [
        { id: 'inspection', label: { zh: '检测', en: 'inspection' } },
        { id: 'warranty', label: { zh: '质保', en: 'warranty' } },
        { id: 'recall', label: { zh: '召回', en: 'recall' } },
        { id: 'other', label: { zh: '其他', en: 'other' } },
      ],
      help: { zh: '备件用途', en: 'What the spare part is for' },
      example: '质保',
    }),
    attachmentsField,
    recordIdField,
  ],
  rules: [
    levelRule(['code']),
    childLevelRule('childCodes'),
    codeDateRule('storageDate', ['code', 'childCodes']),
  ],
};
