/**
 * The record kind `battery_recycling` (电池回收): a battery is taken in, passed on, or treated. Dispatch is a record of
 * its own, so that the outbound date follows later. Implements spec/battery.md, "Rules of a record".
 */
import { conditionGrades, tableValues } from '../code/tables.ts';
import type { FieldCondition, RecordKind, RecordRule } from '../kind.ts';
import { quantityField, recordIdField } from './battery-fields.ts';
import {
  attachmentsField,
  choiceField,
  codeDateRule,
  codeField,
  flagField,
  levelField,
  levelRule,
  orderRule,
  remarkField,
  textField,
  unitFields,
  vinField,
  whenField,
} from './event-fields.ts';

const when = (...values: readonly string[]): FieldCondition => ({ field: 'subType', values });
const takenIn = when('stock_in');
const dispatched = when('dispatch');
const treated = when('treatment');
/** Sums of decimals are not exact in binary; this much does not count. */
const ROUNDING = 1e-9;

/** What treatment yields, in the order of the columns. */
const outputs = [
  ['outputNickel', '镍', 'Nickel'],
  ['outputCobalt', '钴', 'Cobalt'],
  ['outputManganese', '锰', 'Manganese'],
  ['outputLithium', '锂', 'Lithium'],
  ['outputCopper', '铜', 'Copper'],
  ['outputAluminium', '铝', 'Aluminium'],
] as const;

/** A battery has a code, or there is a reason and a photo, or the vehicle had none. */
const codeRule: RecordRule = (values, say) => {
  if (values.flag('batteryPresent') === false) {
    if (!values.given('sourceVin')) say('vehicle_missing', 'sourceVin');
    return;
  }
  if (values.given('code')) return;
  if (!values.given('unreadableReason')) say('code_or_reason_missing', 'code');
  else if (!values.given('attachments')) say('photo_missing', 'attachments');
};

const scrapRule: RecordRule = (values, say) => {
  const number = values.given('scrapCertNo');
  const date = values.given('scrapDate');
  if (number && !date)
    say('value_needs_other', 'scrapDate', { otherZh: '报废证明号', otherEn: 'Scrap certificate' });
  if (date && !number)
    say('value_needs_other', 'scrapCertNo', { otherZh: '报废日期', otherEn: 'Scrapped on' });
};

const outputRule: RecordRule = (values, say) => {
  const weight = values.number('weight');
  if (weight === undefined) return;
  const sum = outputs.reduce((total, [id]) => total + (values.number(id) ?? 0), 0);
  if (sum > weight + ROUNDING) say('outputs_exceed_weight', 'weight', { sum: sum.toFixed(3), weight });
};

/** Battery recycling, version 1. */
export const batteryRecycling: RecordKind = {
  id: 'battery_recycling',
  version: 1,
  family: 'module',
  label: { zh: '电池回收', en: 'Battery recycling' },
  help: {
    zh: '回收网点、拆解企业、综合利用企业：入库、出库、处理各填一行；出库可以晚于入库单独上报。',
    en: 'Outlets, dismantlers and recyclers: one row each for taking in, dispatch and treatment; the dispatch may follow later.',
  },
  eventDate: ['treatmentDate', 'outDate', 'storageDate'],
  fields: [
    choiceField({
      id: 'subType',
      label: { zh: '业务类型', en: 'Business' },
      part: 'public',
      values: [
        { id: 'stock_in', label: { zh: '入库', en: 'taken in' } },
        { id: 'dispatch', label: { zh: '出库', en: 'dispatch' } },
        { id: 'treatment', label: { zh: '处理', en: 'treatment' } },
      ],
      help: { zh: '决定下面哪些列要填', en: 'Decides which of the columns below are filled in' },
      example: '入库',
    }),
    codeField({
      id: 'code',
      label: { zh: '电池编码', en: 'Battery code' },
      role: 'handled',
      required: 'conditional',
      help: {
        zh: '无法识读时不填，另填原因并附照片',
        en: 'Empty when it cannot be read; then give the reason and a photo',
      },
      example: 'SY1PB01A000001GB20000001',
    }),
    textField({
      id: 'unreadableReason',
      label: { zh: '编码无法识读原因', en: 'Why unreadable' },
      maxLength: 200,
      help: { zh: '须附照片', en: 'A photo must be attached' },
      example: '',
    }),
    levelField,
    whenField({
      id: 'storageDate',
      label: { zh: '入库日期', en: 'Taken in on' },
      required: 'conditional',
      requiredWhen: takenIn,
      help: { zh: '入库必填；出库时可重复填写以便核对', en: 'Needed when taken in; may be repeated later' },
      example: '2026-11-18',
    }),
    ...unitFields(
      'recoverUnit',
      { zh: '回收单位', en: 'Recovery unit' },
      { zh: '收到电池的单位', en: 'Who has taken the battery in' },
    ),
    ...unitFields(
      'source',
      { zh: '来源单位', en: 'Source' },
      { zh: '交来电池的单位；个人不填', en: 'Who handed the battery in; empty for persons' },
      { required: 'no', onlyWhen: takenIn },
    ),
    vinField({
      id: 'sourceVin',
      label: { zh: '来源车辆', en: 'Source vehicle' },
      required: 'conditional',
      onlyWhen: takenIn,
      help: { zh: '直接从车辆拆下时填写', en: 'When the battery was taken from the vehicle' },
    }),
    flagField({
      id: 'batteryPresent',
      label: { zh: '车辆带电池', en: 'Battery present' },
      onlyWhen: takenIn,
      help: { zh: '报废车辆没有电池时填否', en: 'No when a scrapped vehicle came without a battery' },
      example: '是',
    }),
    whenField({
      id: 'outDate',
      label: { zh: '出库日期', en: 'Dispatched on' },
      required: 'conditional',
      requiredWhen: dispatched,
      onlyWhen: dispatched,
      help: { zh: '不早于入库日期', en: 'Not before it was taken in' },
      example: '',
    }),
    ...unitFields(
      'dest',
      { zh: '去向企业', en: 'Destination' },
      { zh: '出库去向', en: 'Where it goes' },
      {
        required: 'conditional',
        requiredWhen: dispatched,
        onlyWhen: dispatched,
        codeExample: '',
        nameExample: '',
      },
    ),
    whenField({
      id: 'treatmentDate',
      label: { zh: '处理完成日期', en: 'Treated on' },
      required: 'conditional',
      requiredWhen: treated,
      onlyWhen: treated,
      help: { zh: '最终处理完成', en: 'When the final treatment ended' },
      example: '',
    }),
    quantityField('weight', { zh: '重量', en: 'Weight' }, 'kg', '61.8', { part: 'shared', required: 'no' }),
    textField({
      id: 'scrapCertNo',
      label: { zh: '报废证明号', en: 'Scrap certificate' },
      role: 'reference',
      required: 'conditional',
      onlyWhen: takenIn,
      help: { zh: '拆解企业填写', en: 'For dismantlers' },
      example: '',
    }),
    whenField({
      id: 'scrapDate',
      label: { zh: '报废日期', en: 'Scrapped on' },
      required: 'conditional',
      onlyWhen: takenIn,
      help: { zh: '报废证明的日期', en: 'The date of the certificate' },
      example: '',
    }),
    choiceField({
      id: 'conditionGrade',
      label: { zh: '电池状态', en: 'Condition' },
      required: 'no',
      values: tableValues(conditionGrades),
      table: 'condition_grade',
      help: { zh: '外观检查', en: 'As it looks' },
      example: '完好',
    }),
    ...outputs
      .map(([id, zh, en]) =>
        quantityField(id, { zh: `再生${zh}`, en: `${en} recovered` }, 'kg', '1', {
          part: 'shared',
          required: 'no',
          help: { zh: '处理得到的质量，没有则不填', en: 'Yield of the treatment; empty when none' },
        }),
      )
      .map((field) => ({ ...field, example: '', onlyWhen: treated })),
    remarkField,
    attachmentsField,
    recordIdField,
  ],
  rules: [
    codeRule,
    scrapRule,
    outputRule,
    levelRule(['code']),
    codeDateRule('storageDate', ['code']),
    orderRule('storageDate', 'outDate', { zh: '入库日期', en: 'the day it was taken in' }),
    orderRule('storageDate', 'treatmentDate', { zh: '入库日期', en: 'the day it was taken in' }),
    orderRule('scrapDate', 'storageDate', { zh: '报废日期', en: 'the day it was scrapped' }),
  ],
};
