/**
 * The record kind `vehicle_model` (车辆型号): what a vehicle model is announced with. Implements spec/battery.md, "Master
 * data".
 */
import type { RecordKind } from '../kind.ts';
import { flagField, numberField, textField, unitFields } from './event-fields.ts';
import { keyField, validityRule, versionFields } from './master-fields.ts';
import { vehicleTypeField } from './vehicle-production.ts';

/** Vehicle model, version 1. */
export const vehicleModel: RecordKind = {
  id: 'vehicle_model',
  version: 1,
  family: 'master',
  label: { zh: '车辆型号', en: 'Vehicle model' },
  help: {
    zh: '每个公告车型填一行；变更时以新的生效日期再填一行。',
    en: 'One row for each announced model; a change is another row with its own first day.',
  },
  eventDate: 'validFrom',
  fields: [
    keyField({
      id: 'vehicleModel',
      label: { zh: '车辆型号', en: 'Vehicle model' },
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
      help: { zh: '填写后与上报记录核对', en: 'When given, records are compared with it' },
      example: '示例牌',
    }),
    { ...vehicleTypeField, required: 'no' },
    ...unitFields(
      'maker',
      { zh: '生产企业', en: 'Maker' },
      { zh: '整车生产企业', en: 'Who makes the vehicle' },
      { codeExample: '91350100MA0TRY0028', nameExample: '示例汽车有限公司' },
    ),
    flagField({
      id: 'swapCapable',
      label: { zh: '换电车型', en: 'Swap capable' },
      part: 'public',
      help: { zh: '是 / 否，不填为不核对', en: 'Yes or no; empty means that it is not compared' },
      example: '是',
    }),
    numberField({
      id: 'packCount',
      label: { zh: '电池包数量', en: 'Number of packs' },
      part: 'public',
      type: 'integer',
      min: 1,
      max: 100,
      decimals: 0,
      help: { zh: '每辆车所装电池包数', en: 'Packs in each vehicle' },
      example: '1',
    }),
    textField({
      id: 'packModelId',
      label: { zh: '配套电池包型号', en: 'Model of its packs' },
      part: 'public',
      help: { zh: '供查阅，不核对', en: 'For information; it is not compared' },
      example: 'SYP-2S',
    }),
    ...versionFields,
  ],
  rules: [validityRule],
};
