/**
 * The record kind `vehicle_sale` (车辆销售): to whom a vehicle was sold. What identifies the buyer is private. Implements
 * spec/battery.md, "Rules of a record".
 */
import { checkUscc } from '../code/uscc.ts';
import type { RecordKind, RecordRule } from '../kind.ts';
import { recordIdField } from './battery-fields.ts';
import { attachmentsField, choiceField, textField, vinField, whenField } from './event-fields.ts';

/** A company is named by its credit code. Members see the buyer's commitment only and cannot judge. */
const ownerRule: RecordRule = (values, say) => {
  const id = values.text('ownerId');
  if (id === undefined || values.text('buyerType') !== 'company') return;
  const { valid, findings } = checkUscc(id);
  if (!valid || findings.length > 0) say('owner_code_doubtful', 'ownerId');
};

/** Vehicle sale, version 1. */
export const vehicleSale: RecordKind = {
  id: 'vehicle_sale',
  version: 1,
  family: 'module',
  label: { zh: '车辆销售', en: 'Vehicle sale' },
  help: {
    zh: '每销售一辆车填一行；所有人信息仅保存在本单位，不传给任何其他单位。',
    en: "One row for each vehicle sold; the owner's data stays with your organisation and goes to no other.",
  },
  eventDate: 'saleDate',
  fields: [
    vinField({ role: 'subject' }),
    textField({
      id: 'vehicleModel',
      label: { zh: '车辆型号', en: 'Vehicle model' },
      part: 'public',
      help: { zh: '与生产记录一致', en: 'The same as in the production record' },
      example: 'SYV7000BEV',
    }),
    whenField({
      id: 'saleDate',
      label: { zh: '销售日期', en: 'Sale date' },
      help: { zh: '开具发票的日期', en: 'The date of the invoice' },
      example: '2026-11-12',
    }),
    textField({
      id: 'saleArea',
      label: { zh: '销售区域', en: 'Sale area' },
      maxLength: 80,
      pattern: '[1-9][0-9]{5}( .{1,64})?',
      required: 'yes',
      help: { zh: 'GB/T 2260 六位区划代码，可加名称', en: 'Six digits by GB/T 2260, a name may follow' },
      example: '350102 福建省福州市鼓楼区',
    }),
    choiceField({
      id: 'buyerType',
      label: { zh: '购买方类型', en: 'Buyer type' },
      values: [
        { id: 'person', label: { zh: '个人', en: 'person' } },
        { id: 'company', label: { zh: '单位', en: 'company' } },
        { id: 'lessor', label: { zh: '租赁企业', en: 'lessor' } },
      ],
      help: { zh: '购买方', en: 'Who bought it' },
      example: '个人',
    }),
    textField({
      id: 'licensePlate',
      label: { zh: '车牌号', en: 'License plate' },
      part: 'private',
      maxLength: 8,
      pattern: '[\\u4e00-\\u9fa5][A-Z][A-HJ-NP-Z0-9]{5,6}',
      help: { zh: '新能源车牌 8 位', en: 'Eight characters for new-energy vehicles' },
      example: '闽AD12345',
    }),
    textField({
      id: 'ownerName',
      label: { zh: '所有人名称', en: 'Owner name' },
      part: 'private',
      maxLength: 128,
      required: 'yes',
      help: { zh: '仅保存在本单位', en: 'Stays with your organisation' },
      example: '张三',
    }),
    textField({
      id: 'ownerAddress',
      label: { zh: '所有人地址', en: 'Owner address' },
      part: 'private',
      maxLength: 256,
      required: 'yes',
      help: { zh: '仅保存在本单位', en: 'Stays with your organisation' },
      example: '福州市鼓楼区示例路 1 号',
    }),
    textField({
      id: 'ownerId',
      label: { zh: '所有人代码', en: 'Owner number' },
      part: 'private',
      maxLength: 32,
      required: 'yes',
      help: {
        zh: '身份证号或统一社会信用代码；仅保存在本单位',
        en: 'Identity number or credit code; stays with your organisation',
      },
      example: '350102199001010000',
    }),
    attachmentsField,
    recordIdField,
  ],
  rules: [ownerRule],
};
