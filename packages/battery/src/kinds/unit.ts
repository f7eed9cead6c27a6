/**
 * The record kind `unit` (单位): an organisation that records name by its credit code or DUNS number, such as a
 * recycler, a swap station's operator or a dealer. Implements spec/battery.md, "Master data".
 */
import { unitTypes, tableValues } from '../code/tables.ts';
import type { OtherCodeField, RecordKind } from '../kind.ts';
import { choiceField, textField } from './event-fields.ts';
import { memberField, validityRule, versionFields } from './master-fields.ts';

const unitCodeField: OtherCodeField = {
  id: 'unitCode',
  label: { zh: '单位代码', en: 'Unit code' },
  part: 'public',
  type: 'uscc',
  role: 'reference',
  required: 'yes',
  help: { zh: '统一社会信用代码或邓白氏编码', en: 'Credit code or DUNS number' },
  example: '91350100MA0TRY005H',
};

/** Unit, version 1. */
export const unit: RecordKind = {
  id: 'unit',
  version: 1,
  family: 'master',
  label: { zh: '单位', en: 'Unit' },
  help: {
    zh: '上报记录中出现的每个单位填一行；更名时以新的生效日期再填一行。',
    en: 'One row for each organisation that records name; a change of name is another row with its own first day.',
  },
  eventDate: 'validFrom',
  fields: [
    unitCodeField,
    textField({
      id: 'unitName',
      label: { zh: '单位名称', en: 'Unit name' },
      part: 'public',
      maxLength: 128,
      required: 'yes',
      help: { zh: '与营业执照一致', en: 'As on the business licence' },
      example: '示例再生资源有限公司',
    }),
    choiceField({
      id: 'unitType',
      label: { zh: '单位类型', en: 'Kind of unit' },
      part: 'public',
      values: tableValues(unitTypes),
      table: 'unit_type',
      help: { zh: '单位的主要业务', en: 'What it mainly does' },
      example: '综合利用企业',
    }),
    textField({
      id: 'area',
      label: { zh: '所在地区', en: 'Area' },
      part: 'public',
      pattern: '[1-9][0-9]{5}',
      help: { zh: 'GB/T 2260 六位行政区划代码', en: 'Six digits by GB/T 2260' },
      example: '350102',
    }),
    textField({
      id: 'address',
      label: { zh: '地址', en: 'Address' },
      part: 'public',
      maxLength: 200,
      help: { zh: '经营场所', en: 'Place of business' },
      example: '',
    }),
    memberField({ zh: '该单位在本网络中的标识', en: 'Id of the unit in this network, if it is a member' }),
    ...versionFields,
  ],
  rules: [validityRule],
};
