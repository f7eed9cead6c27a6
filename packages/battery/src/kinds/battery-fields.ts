/**
 * Fields and rules that the module and the pack have in common. Implements spec/battery.md, "Rules of a record".
 */
import { batteryCodeDate, isReusedCode } from '../code/battery-code.ts';
import { batteryTypes, tableValues } from '../code/tables.ts';
import type { Label } from '../finding.ts';
import type { EnumField, NumberField, RecordRule, SimpleField, TextField } from '../kind.ts';

/** Cells of one module, modules or cells of one pack. */
export const childrenMax = 1_000;

/** The reporter's own number of the record, so that its systems find it again. */
export const recordIdField: TextField = {
  id: 'recordId',
  label: { zh: '本单位记录号', en: 'Own record number' },
  part: 'shared',
  type: 'text',
  maxLength: 64,
  required: 'no',
  help: { zh: '本单位系统中的编号，便于对账', en: 'The number of this record in your own system' },
  example: 'MES-20261102-000017',
};

/** Chemistry, the letter of character 5 of the code. */
export const chemistryField: EnumField = {
  id: 'chemistry',
  label: { zh: '电池类型', en: 'Chemistry' },
  part: 'public',
  type: 'enum',
  values: tableValues(batteryTypes),
  table: 'battery_type',
  required: 'yes',
  help: { zh: '与编码第 5 位一致', en: 'The same as character 5 of the code' },
  example: 'B 磷酸铁锂',
};

/** The day on which the product was made. */
export const productionDateField: SimpleField = {
  id: 'productionDate',
  label: { zh: '生产日期', en: 'Production date' },
  part: 'public',
  type: 'date',
  past: true,
  required: 'yes',
  help: { zh: '与编码中的日期一致', en: 'The same as the date in the code' },
  example: '2026-11-02',
};

/** Makes the field of a measured quantity that must be more than zero. */
export function quantityField(
  id: string,
  label: Label,
  unit: string,
  example: string,
  options: Partial<Pick<NumberField, 'part' | 'required' | 'max' | 'decimals'>> & {
    readonly help?: Label;
  } = {},
): NumberField {
  const decimals = options.decimals ?? 3;
  return {
    id,
    label,
    part: options.part ?? 'public',
    type: 'number',
    unit,
    min: 10 ** -decimals,
    max: options.max ?? 100_000,
    decimals,
    required: options.required ?? 'yes',
    help: options.help ?? { zh: '大于 0', en: 'More than 0' },
    example,
  };
}

/** Chemistry and production date must agree with the code; a re-used product must name its previous code. */
export function codeRules(codeField: string): readonly RecordRule[] {
  return [
    (values, say, context) => {
      const code = values.text(codeField);
      const chemistry = values.text('chemistry');
      if (code === undefined || chemistry === undefined || code[4] === chemistry) return;
      say('chemistry_differs', 'chemistry', {
        value: chemistry,
        symbol: code.charAt(4),
        ...(context.codes === 'legacy' ? { level: 'warning' } : {}),
      });
    },
    (values, say, context) => {
      const code = values.text(codeField);
      const date = values.text('productionDate');
      if (code === undefined || date === undefined || isReusedCode(code)) return;
      const codeDate = batteryCodeDate(code, context);
      if (codeDate !== undefined && codeDate !== date) {
        say('production_date_differs', 'productionDate', { value: date, date: codeDate });
      }
    },
    (values, say) => {
      const code = values.text(codeField);
      if (code === undefined) return;
      if (isReusedCode(code) && !values.given('previousCode')) say('previous_code_missing', 'previousCode');
      if (values.text('previousCode') === code) say('previous_code_same', 'previousCode', { value: code });
    },
  ];
}

/** No child may be dated after the production of the whole; re-used children are left out. */
export function childDateRule(listField: string): RecordRule {
  return (values, say, context) => {
    const date = values.text('productionDate');
    const children = values.list(listField);
    if (date === undefined || children === undefined) return;
    for (const [index, child] of children.entries()) {
      const childDate = isReusedCode(child) ? undefined : batteryCodeDate(child, context);
      if (childDate === undefined || childDate <= date) continue;
      say('child_newer', listField, { value: child, item: index + 1, date: childDate });
      return;
    }
  };
}
