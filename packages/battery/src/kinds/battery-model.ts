/**
 * The record kind `battery_model` (电池型号): what a model of a cell, module, pack or energy storage system is registered
 * with. Implements spec/battery.md, "Master data".
 */
import type { RecordKind } from '../kind.ts';
import { chemistryField, childrenMax, quantityField } from './battery-fields.ts';
import { choiceField, numberField, textField, unitFields } from './event-fields.ts';
import { keyField, validityRule, versionFields } from './master-fields.ts';

/** Battery model, version 1. */
export const batteryModel: RecordKind = {
  id: 'battery_model',
  version: 1,
  family: 'master',
  label: { zh: '电池型号', en: 'Battery model' },
  help: {
    zh: '单体、模块、电池包、储能装置的每个型号填一行；变更时以新的生效日期再填一行。',
    en: 'One row for each model of a cell, module, pack or energy storage system; a change is another row with its own first day.',
  },
  eventDate: 'validFrom',
  fields: [
    keyField({
      id: 'modelId',
      label: { zh: '型号', en: 'Model' },
      help: { zh: '与各模块填报的型号一致', en: 'As the records of the modules name it' },
      example: 'SYM-2S',
    }),
    choiceField({
      id: 'product',
      label: { zh: '产品种类', en: 'Product' },
      part: 'public',
      values: [
        { id: 'C', label: { zh: '单体', en: 'cell' } },
        { id: 'M', label: { zh: '模块', en: 'module' } },
        { id: 'P', label: { zh: '电池包', en: 'pack' } },
        { id: 'S', label: { zh: '储能装置', en: 'energy storage system' } },
      ],
      help: {
        zh: '同一型号名可用于不同种类的产品',
        en: 'Models of different products may have the same name',
      },
      example: '模块',
    }),
    textField({
      id: 'modelName',
      label: { zh: '型号名称', en: 'Model name' },
      part: 'public',
      maxLength: 128,
      help: { zh: '便于识别的名称', en: 'A name that people know it by' },
      example: '两串标准模块',
    }),
    ...unitFields('maker', { zh: '生产企业', en: 'Maker' }, { zh: '型号的生产企业', en: 'Who makes it' }),
    {
      ...chemistryField,
      required: 'no',
      help: { zh: '填写后与上报记录核对', en: 'When given, records are compared with it' },
    },
    quantityField('ratedCapacity', { zh: '额定容量', en: 'Rated capacity' }, 'Ah', '100', { required: 'no' }),
    quantityField('nominalVoltage', { zh: '标称电压', en: 'Nominal voltage' }, 'V', '6.4', {
      required: 'no',
      max: 2_000,
    }),
    quantityField('ratedEnergy', { zh: '额定能量', en: 'Rated energy' }, 'kWh', '0.64', { required: 'no' }),
    textField({
      id: 'connection',
      label: { zh: '串并联方式', en: 'Connection' },
      part: 'public',
      pattern: '[1-9][0-9]{0,3}P[1-9][0-9]{0,3}S',
      help: { zh: '如 1P2S', en: 'For example 1P2S' },
      example: '1P2S',
    }),
    numberField({
      id: 'partCount',
      label: { zh: '下级数量', en: 'Number of parts' },
      part: 'public',
      type: 'integer',
      min: 1,
      max: childrenMax,
      decimals: 0,
      help: {
        zh: '模块内的单体数；电池包内的模块数，无模块电池包为单体数',
        en: 'Cells of a module; modules of a pack, or its cells where it has no modules',
      },
      example: '2',
    }),
    textField({
      id: 'cellModelId',
      label: { zh: '所用单体型号', en: 'Model of its cells' },
      part: 'public',
      help: { zh: '模块、电池包所用单体的型号', en: 'Which cells a module or pack is made of' },
      example: 'SYC-100',
    }),
    ...versionFields,
  ],
  rules: [validityRule],
};
