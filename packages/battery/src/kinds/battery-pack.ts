/**
 * The record kind `battery_pack` (电池包信息): a pack, the system and order it belongs to and the modules inside.
 * Implements spec/battery.md, "Battery pack".
 */
import type { RecordKind, RecordRule, TextField } from '../kind.ts';
import {
  chemistryField,
  childDateRule,
  childrenMax,
  codeRules,
  productionDateField,
  quantityField,
  recordIdField,
} from './battery-fields.ts';

const CAPACITY_EXCESS = 1.1;
const ENERGY_TOLERANCE = 0.05;
/** Products of decimals are not exact in binary; this much does not count. */
const ROUNDING = 1e-9;

const childrenRule: RecordRule = (values, say) => {
  if (!values.given('moduleCodes') && !values.given('cellCodes')) say('children_missing', 'moduleCodes');
};

const capacityRule: RecordRule = (values, say) => {
  const rated = values.number('ratedCapacity');
  const actual = values.number('actualCapacity');
  if (rated !== undefined && actual !== undefined && actual > rated * CAPACITY_EXCESS + ROUNDING) {
    say('capacity_exceeds_rated', 'actualCapacity', { value: String(actual), rated });
  }
};

const energyRule: RecordRule = (values, say) => {
  const energy = values.number('ratedEnergy');
  const capacity = values.number('ratedCapacity');
  const voltage = values.number('nominalVoltage');
  if (energy === undefined || capacity === undefined || voltage === undefined) return;
  const expected = (capacity * voltage) / 1000;
  if (Math.abs(energy - expected) > expected * ENERGY_TOLERANCE + ROUNDING) {
    say('energy_differs', 'ratedEnergy', { value: String(energy), expected: expected.toFixed(3) });
  }
};

const voltageRule: RecordRule = (values, say) => {
  const nominal = values.number('nominalVoltage');
  if (nominal === undefined) return;
  const min = values.number('minVoltage') ?? nominal;
  const max = values.number('maxVoltage') ?? nominal;
  if (min > nominal) say('voltage_order', 'minVoltage', { value: String(min) });
  if (max < nominal) say('voltage_order', 'maxVoltage', { value: String(max) });
};

const line = (
  field: Pick<TextField, 'id' | 'label' | 'part' | 'required' | 'help' | 'example'> & Partial<TextField>,
): TextField => ({ type: 'text', maxLength: 64, ...field });

/** Battery pack, version 1. */
export const batteryPack: RecordKind = {
  id: 'battery_pack',
  version: 1,
  family: 'module',
  label: { zh: '电池包信息', en: 'Battery pack' },
  help: {
    zh: '电池厂每生产一个电池包填一行；模块编码写在同一单元格内。',
    en: 'One row for each pack made; the codes of its modules go into one cell of the sheet.',
  },
  eventDate: 'productionDate',
  fields: [
    {
      id: 'packCode',
      label: { zh: '电池包编码', en: 'Pack code' },
      part: 'public',
      type: 'battery_code',
      products: ['P'],
      role: 'subject',
      required: 'yes',
      help: { zh: 'GB/T 34014 编码，第 4 位为 P', en: 'Code by GB/T 34014, character 4 is P' },
      example: 'SY1PB01A000001GB20000001',
    },
    line({
      id: 'packModelId',
      label: { zh: '电池包型号', en: 'Pack model' },
      part: 'public',
      required: 'yes',
      help: { zh: '已备案的型号', en: 'The registered model' },
      example: 'SYP-102-400',
    }),
    {
      id: 'boxNo',
      label: { zh: '箱号', en: 'Box number' },
      part: 'shared',
      type: 'integer',
      min: 1,
      max: 1_000,
      decimals: 0,
      required: 'yes',
      help: { zh: '同一储能装置内从 1 起连续编号', en: 'From 1 without gaps inside one system' },
      example: '1',
    },
    line({
      id: 'systemCode',
      label: { zh: '储能装置编码', en: 'System code' },
      part: 'public',
      role: 'reference',
      required: 'yes',
      help: { zh: '所属储能装置的编码', en: 'Code of the energy storage system that the pack is in' },
      example: 'SYS-2026-000001',
    }),
    line({
      id: 'systemModelId',
      label: { zh: '储能装置型号', en: 'System model' },
      part: 'public',
      required: 'yes',
      help: { zh: '已备案的型号', en: 'The registered model' },
      example: 'SYS-40',
    }),
    line({
      id: 'factorySystemCode',
      label: { zh: '电池厂系统编号', en: "Maker's system number" },
      part: 'shared',
      required: 'no',
      help: { zh: '电池厂内部编号', en: "The maker's own number of the system" },
      example: '',
    }),
    line({
      id: 'orderNo',
      label: { zh: '订单号', en: 'Order number' },
      part: 'shared',
      role: 'reference',
      required: 'yes',
      help: { zh: '供货订单', en: 'The order under which the pack is supplied' },
      example: 'PO-2026-1102',
    }),
    line({
      id: 'supplierName',
      label: { zh: '供货电池厂名称', en: 'Name of the supplying maker' },
      part: 'shared',
      maxLength: 128,
      required: 'yes',
      help: { zh: '与营业执照一致', en: 'As on the business licence' },
      example: '示例电池有限公司',
    }),
    {
      id: 'supplierUscc',
      label: { zh: '统一社会信用代码', en: 'Social credit code of the supplying maker' },
      part: 'shared',
      type: 'uscc',
      required: 'yes',
      help: {
        zh: '18 位；境外企业可填 9 位邓白氏编码',
        en: '18 symbols; a DUNS number for companies abroad',
      },
      example: '91350100M000100Y43',
    },
    {
      id: 'systemCount',
      label: { zh: '所含储能装置数量', en: 'Systems in the order' },
      part: 'shared',
      type: 'integer',
      min: 1,
      max: 1_000_000,
      decimals: 0,
      required: 'yes',
      help: { zh: '该订单的储能装置总数', en: 'How many systems the order has in all' },
      example: '1',
    },
    {
      id: 'moduleCodes',
      label: { zh: '模块编码列表', en: 'Module codes' },
      part: 'public',
      type: 'battery_codes',
      products: ['M'],
      role: 'child',
      itemsMin: 1,
      itemsMax: childrenMax,
      required: 'conditional',
      help: {
        zh: '多个编码以换行、逗号、分号或空格分隔；无模块电池包可不填',
        en: 'Several codes separated by line breaks, commas, semicolons or spaces; not for packs without modules',
      },
      example: 'SY1MB01A000001GB20000001\nSY1MB01A000001GB20000002',
    },
    {
      id: 'cellCodes',
      label: { zh: '单体编码列表', en: 'Cell codes' },
      part: 'public',
      type: 'battery_codes',
      products: ['C'],
      role: 'child',
      itemsMin: 1,
      itemsMax: childrenMax,
      required: 'conditional',
      help: { zh: '仅无模块电池包填写', en: 'Only for packs without modules' },
      example: '',
    },
    quantityField('ratedCapacity', { zh: '额定容量', en: 'Rated capacity' }, 'Ah', '100'),
    quantityField('actualCapacity', { zh: '实际容量', en: 'Actual capacity' }, 'Ah', '101.5', {
      required: 'no',
    }),
    quantityField('ratedEnergy', { zh: '额定能量', en: 'Rated energy' }, 'kWh', '40', {
      help: {
        zh: '约等于额定容量 × 标称电压 ÷ 1000',
        en: 'About rated capacity times nominal voltage / 1000',
      },
    }),
    quantityField('nominalVoltage', { zh: '标称电压', en: 'Nominal voltage' }, 'V', '400', { max: 2_000 }),
    quantityField('minVoltage', { zh: '最低电压', en: 'Minimum voltage' }, 'V', '312', {
      max: 2_000,
      required: 'no',
    }),
    quantityField('maxVoltage', { zh: '最高电压', en: 'Maximum voltage' }, 'V', '456', {
      max: 2_000,
      required: 'no',
    }),
    quantityField('mass', { zh: '质量', en: 'Mass' }, 'kg', '285'),
    chemistryField,
    productionDateField,
    line({
      id: 'manufacturingPlace',
      label: { zh: '生产地', en: 'Place of manufacture' },
      part: 'public',
      maxLength: 128,
      required: 'no',
      help: { zh: '省、市', en: 'Province and city' },
      example: '福建省福州市',
    }),
    {
      id: 'previousCode',
      label: { zh: '原编码', en: 'Previous code' },
      part: 'public',
      type: 'battery_code',
      products: ['P'],
      role: 'previous',
      required: 'conditional',
      help: { zh: '再利用产品编码（19 位）必填', en: 'Needed when the code is that of a re-used product' },
      example: '',
    },
    recordIdField,
  ],
  rules: [
    childrenRule,
    capacityRule,
    energyRule,
    voltageRule,
    childDateRule('moduleCodes'),
    childDateRule('cellCodes'),
    ...codeRules('packCode'),
  ],
};
