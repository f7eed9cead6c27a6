/**
 * Fields and rules that the kinds about vehicles and about what happens to batteries have in common. Implements
 * spec/battery.md, "Rules of a record".
 */
import { batteryCodeDate, batteryCodeProduct, isReusedCode } from '../code/battery-code.ts';
import type { ProductType } from '../code/tables.ts';
import { productTypes } from '../code/tables.ts';
import { civilDateOfMoment, shanghaiTime } from '../civil-date.ts';
import type { Label } from '../finding.ts';
import type {
  AttachmentsField,
  BatteryCodeField,
  BatteryCodesField,
  EnumField,
  NumberField,
  OtherCodeField,
  RecordRule,
  SimpleField,
  TextField,
} from '../kind.ts';
import { childrenMax } from './battery-fields.ts';

/** What of a field has a usual value: seen by members of the channel, not required. */
type Usual<F extends { readonly type: string }, Given extends string> = Pick<F, Extract<keyof F, Given>> &
  Partial<F> & { readonly help: Label };

type Named = 'id' | 'label' | 'example';

/** A line of text. */
export const textField = (field: Usual<TextField, Named>): TextField => ({
  part: 'shared',
  type: 'text',
  maxLength: 64,
  required: 'no',
  ...field,
});

/** A number between bounds. */
export const numberField = (field: Usual<NumberField, Named | 'min' | 'max' | 'decimals'>): NumberField => ({
  part: 'shared',
  type: 'number',
  required: 'no',
  ...field,
});

/** One of a few values. */
export const choiceField = (field: Usual<EnumField, Named | 'values'>): EnumField => ({
  part: 'shared',
  type: 'enum',
  required: 'yes',
  ...field,
});

/** A date, or a time, of something that took place. */
export const whenField = (field: Usual<SimpleField, Named>): SimpleField => ({
  part: 'shared',
  type: 'date',
  past: true,
  required: 'yes',
  ...field,
});

/** Yes or no. */
export const flagField = (field: Usual<SimpleField, Named>): SimpleField => ({
  part: 'shared',
  type: 'boolean',
  required: 'no',
  ...field,
});

/** A code of a battery of any level. */
export const codeField = (field: Usual<BatteryCodeField, Named>): BatteryCodeField => ({
  part: 'public',
  type: 'battery_code',
  products: ['P', 'M', 'C'],
  required: 'yes',
  ...field,
});

/** A list of battery codes. */
export const codesField = (field: Usual<BatteryCodesField, Named>): BatteryCodesField => ({
  part: 'public',
  type: 'battery_codes',
  products: ['M', 'C'],
  itemsMin: 1,
  itemsMax: childrenMax,
  required: 'no',
  ...field,
});

/** The vehicle. */
export const vinField = (field: Partial<OtherCodeField> = {}): OtherCodeField => ({
  id: 'vin',
  label: { zh: '车辆识别代号', en: 'VIN' },
  part: 'public',
  type: 'vin',
  role: 'vehicle',
  required: 'yes',
  help: { zh: '17 位，不含 I、O、Q', en: '17 characters without I, O and Q' },
  example: 'LSYTESTE0TA000001',
  ...field,
});

/** Code and name of an organisation, as two fields. */
export function unitFields(
  id: string,
  label: Label,
  help: Label,
  options: Partial<Pick<TextField, 'required' | 'requiredWhen' | 'onlyWhen'>> & {
    readonly codeExample?: string;
    readonly nameExample?: string;
  } = {},
): readonly [OtherCodeField, TextField] {
  const { codeExample = '91350100M000100Y43', nameExample = '示例电池有限公司', ...rest } = options;
  const both = { part: 'shared', required: 'yes', ...rest } as const;
  return [
    {
      ...both,
      id: `${id}Code`,
      label: { zh: `${label.zh}代码`, en: `${label.en} code` },
      type: 'uscc',
      help: { zh: `${help.zh}；统一社会信用代码或邓白氏编码`, en: `${help.en}; credit code or DUNS number` },
      example: codeExample,
    },
    {
      ...both,
      id: `${id}Name`,
      label: { zh: `${label.zh}名称`, en: `${label.en} name` },
      type: 'text',
      maxLength: 128,
      help: { zh: '与营业执照一致', en: 'As on the business licence' },
      example: nameExample,
    },
  ];
}

/** Pack, module or cell; the same as the code says. */
export const levelField: EnumField = choiceField({
  id: 'level',
  label: { zh: '电池种类', en: 'Level' },
  part: 'public',
  values: productTypes.map(({ symbol, label }) => ({ id: symbol, label })),
  help: { zh: '与编码第 4 位一致', en: 'The same as character 4 of the code' },
  example: 'P 电池包',
});

/** Remarks without personal data. */
export const remarkField: TextField = textField({
  id: 'remark',
  label: { zh: '备注', en: 'Remark' },
  maxLength: 500,
  help: { zh: '请勿填写个人信息', en: 'Please no personal data' },
  example: '',
});

/** Files that belong to the record. */
export const attachmentsField: AttachmentsField = {
  id: 'attachments',
  label: { zh: '附件', en: 'Attachments' },
  part: 'shared',
  type: 'attachments',
  itemsMax: 10,
  required: 'no',
  help: {
    zh: '照片或 PDF；每行一个：文件的 SHA-256 摘要、空格、文件名',
    en: 'Photos or PDF; one to a line: SHA-256 digest of the file, blank, file name',
  },
  example: '',
};

/** The field must not lie before another one of the record. */
export function orderRule(earlier: string, later: string, label: Label): RecordRule {
  return (values, say) => {
    const [first, second] = [values.text(earlier), values.text(later)];
    if (first === undefined || second === undefined) return;
    const both = first.length > 10 && second.length > 10;
    const before = both
      ? shanghaiTime(second) < shanghaiTime(first)
      : civilDateOfMoment(second) < civilDateOfMoment(first);
    if (before)
      say('date_before', later, { value: second, otherZh: label.zh, otherEn: label.en, date: first });
  };
}

/** No code in these fields may be dated after the day of the record; re-used products are left out. */
export function codeDateRule(dateField: string, codeFields: readonly string[]): RecordRule {
  return (values, say, context) => {
    const moment = values.text(dateField);
    if (moment === undefined) return;
    const day = civilDateOfMoment(moment);
    for (const field of codeFields) {
      const single = values.text(field);
      for (const code of single === undefined ? (values.list(field) ?? []) : [single]) {
        const date = isReusedCode(code) ? undefined : batteryCodeDate(code, context);
        if (date === undefined || date <= day) continue;
        say('code_newer', field, { value: code, date });
        break;
      }
    }
  };
}

/** The level must be what the codes in these fields name. */
export function levelRule(codeFields: readonly string[]): RecordRule {
  return (values, say) => {
    const level = values.text('level');
    if (level === undefined) return;
    for (const field of codeFields) {
      const code = values.text(field);
      if (code === undefined || batteryCodeProduct(code) === level) continue;
      say('level_differs', 'level', { value: level, product: batteryCodeProduct(code) });
      return;
    }
  };
}

const PARTS_OF: { readonly [level in ProductType]: string } = { P: 'MC', M: 'C', C: '' };

/** Parts are of a lower level than what they are in: modules and cells of a pack, cells of a module. */
export function childLevelRule(listField: string): RecordRule {
  return (values, say) => {
    const level = values.text('level');
    if (level !== 'P' && level !== 'M' && level !== 'C') return;
    for (const [index, child] of (values.list(listField) ?? []).entries()) {
      if (PARTS_OF[level].includes(batteryCodeProduct(child))) continue;
      say('child_level', listField, { value: child, item: index + 1, product: level });
      return;
    }
  };
}

/** What comes on and what comes off are two different things. */
export const twoCodesRule: RecordRule = (values, say) => {
  const code = values.text('newCode');
  if (code !== undefined && code === values.text('oldCode')) say('codes_equal', 'newCode', { value: code });
};
