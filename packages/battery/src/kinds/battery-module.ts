/**
 * The record kind `battery_module` (电池模块信息): a module, the pack it belongs to and the cells inside.
 * Implements spec/battery.md, "Battery module".
 */
import { cellShapes, tableValues } from '../code/tables.ts';
import type { RecordKind, RecordRule } from '../kind.ts';
import {
  chemistryField,
  childDateRule,
  childrenMax,
  codeRules,
  productionDateField,
  quantityField,
  recordIdField,
} from './battery-fields.ts';

const packCodeRule: RecordRule = (values, say) => {
  if (!values.given('packCode') && values.flag('sparePart') !== true) say('pack_code_missing', 'packCode');
};

const cellCountRule: RecordRule = (values, say) => {
  const count = values.number('cellCount');
  const cells = values.list('cellCodes');
  if (count !== undefined && cells !== undefined && cells.length !== count) {
    say('cell_count_differs', 'cellCount', { value: String(count), actual: cells.length });
  }
};

/** 2P10S: two cells in parallel, ten such groups in a row, twenty cells. */
const connectionRule: RecordRule = (values, say) => {
  const connection = values.text('connection');
  const count = values.number('cellCount');
  if (connection === undefined || count === undefined) return;
  const [parallel = '', serial = ''] = connection.split('P');
  const product = Number(parallel) * Number(serial.slice(0, -1));
  if (product !== count)
    say('connection_product', 'connection', { value: connection, product, expected: count });
};

/** Battery module, version 1. */
export const batteryModule: RecordKind = {
  id: 'battery_module',
  version: 1,
  family: 'module',
  label: { zh: '电池模块信息', en: 'Battery module' },
  help: {
    zh: '电池厂每生产一个模块填一行；单体编码写在同一单元格内。',
    en: 'One row for each module made; the codes of its cells go into one cell of the sheet.',
  },
  eventDate: 'productionDate',
  fields: [
    {
      id: 'moduleCode',
      label: { zh: '电池模块编码', en: 'Module code' },
      part: 'public',
      type: 'battery_code',
      products: ['M'],
      role: 'subject',
      required: 'yes',
      help: { zh: 'GB/T 34014 编码，第 4 位为 M', en: 'Code by GB/T 34014, character 4 is M' },
      example: 'SY1MB01A000001GB20000001',
    },
    {
      id: 'moduleModelId',
      label: { zh: '电池模块型号', en: 'Module model' },
      part: 'public',
      type: 'text',
      maxLength: 64,
      required: 'yes',
      help: { zh: '已备案的型号', en: 'The registered model' },
      example: 'SYM-8S-100',
    },
    {
      id: 'packCode',
      label: { zh: '所属电池包编码', en: 'Code of its pack' },
      part: 'public',
      type: 'battery_code',
      products: ['P'],
      role: 'parent',
      required: 'conditional',
      help: { zh: '备件可不填，其余必填', en: 'Needed unless the module is a spare part' },
      example: 'SY1PB01A000001GB20000001',
    },
    {
      id: 'cellModelId',
      label: { zh: '单体型号', en: 'Cell model' },
      part: 'public',
      type: 'text',
      maxLength: 64,
      required: 'yes',
      help: { zh: '已备案的型号', en: 'The registered model' },
      example: 'SYC-LFP-100',
    },
    {
      id: 'cellCodes',
      label: { zh: '单体电池编码', en: 'Cell codes' },
      part: 'public',
      type: 'battery_codes',
      products: ['C'],
      role: 'child',
      itemsMin: 1,
      itemsMax: childrenMax,
      required: 'yes',
      help: {
        zh: '多个编码以换行、逗号、分号或空格分隔，第 4 位为 C',
        en: 'Several codes separated by line breaks, commas, semicolons or spaces; character 4 is C',
      },
      example: 'SY1CB01A000001GB10000001\nSY1CB01A000001GB10000002',
    },
    {
      id: 'cellCount',
      label: { zh: '单体数量', en: 'Number of cells' },
      part: 'shared',
      type: 'integer',
      min: 1,
      max: childrenMax,
      decimals: 0,
      required: 'yes',
      help: { zh: '与单体编码个数一致', en: 'The number of cell codes given' },
      example: '2',
    },
    {
      id: 'connection',
      label: { zh: '串并联方式', en: 'Connection' },
      part: 'shared',
      type: 'text',
      maxLength: 10,
      pattern: '[1-9][0-9]{0,3}P[1-9][0-9]{0,3}S',
      required: 'yes',
      help: {
        zh: '并联数 P 串联数 S，乘积等于单体数量',
        en: 'Parallel P serial S; the product is the number of cells',
      },
      example: '1P2S',
    },
    quantityField('ratedCapacity', { zh: '额定容量', en: 'Rated capacity' }, 'Ah', '100'),
    quantityField('nominalVoltage', { zh: '标称电压', en: 'Nominal voltage' }, 'V', '6.4', { max: 2_000 }),
    chemistryField,
    quantityField('mass', { zh: '质量', en: 'Mass' }, 'kg', '4.6', { required: 'no' }),
    productionDateField,
    {
      id: 'previousCode',
      label: { zh: '原编码', en: 'Previous code' },
      part: 'public',
      type: 'battery_code',
      products: ['M'],
      role: 'previous',
      required: 'conditional',
      help: { zh: '再利用产品编码（19 位）必填', en: 'Needed when the code is that of a re-used product' },
      example: '',
    },
    {
      id: 'sparePart',
      label: { zh: '是否备件', en: 'Spare part' },
      part: 'shared',
      type: 'boolean',
      required: 'no',
      help: { zh: '是 / 否，不填为否', en: 'Yes or no; empty means no' },
      example: '否',
    },
    {
      id: 'shape',
      label: { zh: '外形', en: 'Shape' },
      part: 'shared',
      type: 'enum',
      values: tableValues(cellShapes),
      table: 'cell_shape',
      required: 'no',
      help: { zh: '单体外形', en: 'Shape of the cells' },
      example: '方形',
    },
    ...(['length', 'width', 'height'] as const).map((id, i) =>
      quantityField(
        id,
        { zh: ['长', '宽', '高'][i] ?? id, en: ['Length', 'Width', 'Height'][i] ?? id },
        'mm',
        ['355', '152', '108'][i] ?? '1',
        { part: 'shared', required: 'no', max: 10_000 },
      ),
    ),
    ...(['cathode', 'anode', 'electrolyte', 'separator'] as const).map((id, i) => ({
      id,
      label: {
        zh: ['正极材料', '负极材料', '电解液', '隔膜'][i] ?? id,
        en: ['Cathode material', 'Anode material', 'Electrolyte', 'Separator'][i] ?? id,
      },
      part: 'shared' as const,
      type: 'text' as const,
      maxLength: 64,
      required: 'no' as const,
      help: { zh: '仅通道成员可见', en: 'Seen by members of the channel only' },
      example: ['LiFePO4', '石墨', 'LiPF6', 'PE'][i] ?? '',
    })),
    recordIdField,
  ],
  rules: [
    packCodeRule,
    cellCountRule,
    connectionRule,
    childDateRule('cellCodes'),
    ...codeRules('moduleCode'),
  ],
};
