/**
 * The record kind `vehicle_production` (车辆生产): a vehicle and the packs built into it. Implements spec/battery.md,
 * "Rules of a record".
 */
import { vehicleTypes, tableValues } from '../code/tables.ts';
import type { EnumField, RecordKind, RecordRule } from '../kind.ts';
import { recordIdField } from './battery-fields.ts';
import {
  attachmentsField,
  choiceField,
  codeDateRule,
  codesField,
  flagField,
  orderRule,
  textField,
  unitFields,
  vinField,
  whenField,
} from './event-fields.ts';

/** A whole vehicle names its system; a chassis names where it goes instead. Code and name of that unit go together. */
const chassisRule: RecordRule = (values, say) => {
  const code = values.given('chassisDirectionCode');
  const name = values.given('chassisDirectionName');
  if (code && !name) {
    say('value_needs_other', 'chassisDirectionName', {
      otherZh: '底盘去向企业代码',
      otherEn: 'Chassis destination code',
    });
  }
  if (name && !code) {
    say('value_needs_other', 'chassisDirectionCode', {
      otherZh: '底盘去向企业名称',
      otherEn: 'Chassis destination name',
    });
  }
  if (!code && !name && !values.given('systemCode')) say('value_missing', 'systemCode');
};

/** What sort of vehicle it is. */
export const vehicleTypeField: EnumField = choiceField({
  id: 'vehicleType',
  label: { zh: '车辆种类', en: 'Vehicle type' },
  part: 'public',
  values: tableValues(vehicleTypes),
  table: 'vehicle_type',
  help: { zh: '按公告', en: 'As announced' },
  example: '乘用车',
});

/** Vehicle production, version 1. */
export const vehicleProduction: RecordKind = {
  id: 'vehicle_production',
  version: 1,
  family: 'module',
  label: { zh: '车辆生产', en: 'Vehicle production' },
  help: {
    zh: '整车厂每下线一辆车填一行；所装电池包编码写在同一单元格内。',
    en: 'One row for each vehicle that left the line; the codes of its packs go into one cell of the sheet.',
  },
  eventDate: 'offlineTime',
  fields: [
    vinField({ role: 'subject' }),
    textField({
      id: 'vehicleModel',
      label: { zh: '车辆型号', en: 'Vehicle model' },
      part: 'public',
      required: 'yes',
      help: { zh: '公告型号', en: 'The model as announced' },
      example: 'SYV7000BEV',
    }),
    textField({
      id: 'vehicleName',
      label: { zh: '车辆名称', en: 'Vehicle name' },
      part: 'public',
      help: { zh: '公告名称', en: 'The name as announced' },
      example: '纯电动轿车',
    }),
    textField({
      id: 'vehicleBrand',
      label: { zh: '品牌', en: 'Brand' },
      part: 'public',
      required: 'yes',
      help: { zh: '车辆品牌', en: 'Brand of the vehicle' },
      example: '示例牌',
    }),
    vehicleTypeField,
    whenField({
      id: 'offlineTime',
      label: { zh: '下线时间', en: 'Off the line' },
      part: 'public',
      type: 'datetime',
      help: { zh: '车辆生产下线的时间', en: 'When the vehicle left the line' },
      example: '2026-11-09T09:30:00+08:00',
    }),
    codesField({
      id: 'packCodes',
      label: { zh: '电池包编码列表', en: 'Pack codes' },
      products: ['P'],
      role: 'child',
      itemsMax: 100,
      required: 'yes',
      help: {
        zh: '多个编码以换行、逗号、分号或空格分隔，第 4 位为 P',
        en: 'Several codes separated by line breaks, commas, semicolons or spaces; character 4 is P',
      },
      example: 'SY1PB01A000001GB20000001',
    }),
    textField({
      id: 'systemCode',
      label: { zh: '储能装置编码', en: 'System code' },
      part: 'public',
      role: 'reference',
      required: 'conditional',
      help: { zh: '整车必填；仅底盘可不填', en: 'Needed unless only the chassis is delivered' },
      example: 'SYS-2026-000001',
    }),
    whenField({
      id: 'certificateDate',
      label: { zh: '合格证日期', en: 'Certificate date' },
      help: { zh: '上报期限由此起算', en: 'The time to report runs from this day' },
      example: '2026-11-10',
    }),
    flagField({
      id: 'imported',
      label: { zh: '进口车辆', en: 'Imported' },
      help: { zh: '是 / 否，不填为否', en: 'Yes or no; empty means no' },
      example: '否',
    }),
    whenField({
      id: 'customsDate',
      label: { zh: '通关日期', en: 'Customs date' },
      required: 'conditional',
      requiredWhen: { field: 'imported', values: ['true'] },
      onlyWhen: { field: 'imported', values: ['true'] },
      help: {
        zh: '进口车辆通关并检验的日期',
        en: 'When customs and inspection of an imported vehicle ended',
      },
      example: '',
    }),
    flagField({
      id: 'swapCapable',
      label: { zh: '换电车型', en: 'Swap capable' },
      part: 'public',
      required: 'yes',
      help: { zh: '换电车型报废时可不带电池', en: 'Such vehicles may be scrapped without a battery' },
      example: '是',
    }),
    ...unitFields(
      'chassisDirection',
      { zh: '底盘去向企业', en: 'Chassis destination' },
      { zh: '改装车的底盘去向', en: 'Where the chassis of a converted vehicle goes' },
      { required: 'conditional', codeExample: '', nameExample: '' },
    ),
    attachmentsField,
    recordIdField,
  ],
  rules: [
    chassisRule,
    codeDateRule('offlineTime', ['packCodes']),
    orderRule('offlineTime', 'certificateDate', { zh: '下线时间', en: 'the time off the line' }),
  ],
};
