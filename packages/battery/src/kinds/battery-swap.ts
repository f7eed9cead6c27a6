/**
 * The record kind `battery_swap` (车辆换电): what comes into and goes out of a swap operator's stock, and what is swapped
 * at a vehicle. Implements spec/battery.md, "Rules of a record".
 */
import type { RecordKind } from '../kind.ts';
import { recordIdField } from './battery-fields.ts';
import {
  attachmentsField,
  choiceField,
  codeDateRule,
  codeField,
  codesField,
  numberField,
  orderRule,
  remarkField,
  textField,
  twoCodesRule,
  unitFields,
  vinField,
  whenField,
} from './event-fields.ts';

const leaving = { field: 'subType', values: ['repair_out', 'out'] } as const;
const entering = { field: 'subType', values: ['stock_in'] } as const;
const atVehicle = { field: 'subType', values: ['swap', 'vehicle'] } as const;

/** Vehicle battery swap, version 1. */
export const batterySwap: RecordKind = {
  id: 'battery_swap',
  version: 1,
  family: 'module',
  label: { zh: '车辆换电', en: 'Battery swap' },
  help: {
    zh: '换电运营单位：电池入库、换电、送修出库、出库、换电车辆登记，各填一行。',
    en: 'Swap operators: one row each for a battery into stock, a swap, a battery out for repair, a battery out, a vehicle registered.',
  },
  eventDate: 'swapTime',
  fields: [
    choiceField({
      id: 'subType',
      label: { zh: '业务类型', en: 'Business' },
      part: 'public',
      values: [
        { id: 'stock_in', label: { zh: '入库', en: 'into stock' } },
        { id: 'swap', label: { zh: '换电', en: 'swap' } },
        { id: 'repair_out', label: { zh: '送修出库', en: 'out for repair' } },
        { id: 'out', label: { zh: '出库', en: 'out' } },
        { id: 'vehicle', label: { zh: '换电车辆', en: 'vehicle registered' } },
      ],
      help: { zh: '决定下面哪些列要填', en: 'Decides which of the columns below are filled in' },
      example: '换电',
    }),
    vinField({
      required: 'conditional',
      requiredWhen: atVehicle,
      onlyWhen: atVehicle,
      help: { zh: '换电、换电车辆必填', en: 'Needed for a swap and for a vehicle' },
    }),
    codeField({
      id: 'oldCode',
      label: { zh: '换下电池编码', en: 'Old code' },
      products: ['P'],
      role: 'removed',
      required: 'conditional',
      requiredWhen: { field: 'subType', values: ['swap', 'repair_out', 'out'] },
      onlyWhen: { field: 'subType', values: ['swap', 'repair_out', 'out'] },
      help: {
        zh: '从车上换下或出库的电池',
        en: 'The battery that comes off the vehicle or goes out of stock',
      },
      example: 'SY1PB01A000001GB20000001',
    }),
    codeField({
      id: 'newCode',
      label: { zh: '换上电池编码', en: 'New code' },
      products: ['P'],
      role: 'installed',
      required: 'conditional',
      requiredWhen: { field: 'subType', values: ['swap', 'stock_in'] },
      onlyWhen: { field: 'subType', values: ['swap', 'stock_in'] },
      help: { zh: '换到车上或入库的电池', en: 'The battery that goes on the vehicle or into stock' },
      example: 'SY1PB01A000001GB20000002',
    }),
    ...unitFields(
      'replaceUnit',
      { zh: '换电单位', en: 'Swap operator' },
      { zh: '换电运营单位', en: 'Who runs the station' },
    ),
    whenField({
      id: 'swapTime',
      label: { zh: '换电时间', en: 'Swap time' },
      part: 'shared',
      type: 'datetime',
      help: { zh: '发生的时间，精确到秒', en: 'When it took place, to the second' },
      example: '2026-11-15T14:03:20+08:00',
    }),
    codesField({
      id: 'moduleList',
      label: { zh: '包内模块或单体', en: 'Modules or cells inside' },
      role: 'child',
      onlyWhen: entering,
      help: { zh: '入库的电池尚无生产记录时填写', en: 'For a battery that has no production record yet' },
      example: '',
    }),
    whenField({
      id: 'repairDate',
      label: { zh: '维修日期', en: 'Repair date' },
      required: 'conditional',
      requiredWhen: { field: 'subType', values: ['repair_out'] },
      onlyWhen: { field: 'subType', values: ['repair_out'] },
      help: { zh: '送修的日期', en: 'The day of sending it to repair' },
      example: '',
    }),
    ...unitFields(
      'whereabouts',
      { zh: '去向单位', en: 'Destination' },
      { zh: '电池送往的单位', en: 'Where the battery goes' },
      {
        required: 'conditional',
        requiredWhen: leaving,
        onlyWhen: leaving,
        codeExample: '',
        nameExample: '',
      },
    ),
    textField({
      id: 'stationId',
      label: { zh: '换电站', en: 'Station' },
      help: { zh: '换电站编号', en: 'Number of the station' },
      example: 'FZ-007',
    }),
    numberField({
      id: 'soc',
      label: { zh: '荷电状态', en: 'State of charge' },
      unit: '%',
      min: 0,
      max: 100,
      decimals: 2,
      help: { zh: '换下电池的 SOC', en: 'Of the battery that came off' },
      example: '18.5',
    }),
    numberField({
      id: 'soh',
      label: { zh: '健康状态', en: 'State of health' },
      unit: '%',
      min: 0,
      max: 100,
      decimals: 2,
      help: { zh: '换下电池的 SOH', en: 'Of the battery that came off' },
      example: '97',
    }),
    numberField({
      id: 'odometer',
      label: { zh: '里程', en: 'Odometer' },
      unit: 'km',
      min: 0,
      max: 10_000_000,
      decimals: 1,
      help: { zh: '车辆里程表读数', en: 'As the vehicle shows it' },
      example: '1204',
    }),
    remarkField,
    attachmentsField,
    recordIdField,
  ],
  rules: [
    twoCodesRule,
    codeDateRule('swapTime', ['oldCode', 'newCode', 'moduleList']),
    orderRule('swapTime', 'repairDate', { zh: '换电时间', en: 'the swap time' }),
  ],
};
