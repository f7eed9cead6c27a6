/**
 * The record kind `code_table_entry` (代码表): one code of a code table with its name and the days between which it is
 * in force. Implements spec/battery.md, "Code tables".
 */
import { codeTableIds, isCodeTable, tableCodePattern } from '../code/code-tables.ts';
import { codeTables } from '../code/tables.ts';
import type { RecordKind, RecordRule } from '../kind.ts';
import { choiceField, numberField, textField } from './event-fields.ts';
import { validityRule, versionFields } from './master-fields.ts';

/** Tables whose codes are single symbols of a battery code. */
const symbolTables: ReadonlySet<string> = new Set([
  'battery_type',
  'product_type',
  'year_symbol',
  'month_symbol',
  'day_symbol',
]);

const countingTables = codeTableIds.filter((id) => codeTables[id].counts !== undefined);

/** Symbols of a battery code have one character, values of a list more; what a symbol counts lies in its bounds. */
const tableRule: RecordRule = (values, say) => {
  const table = values.text('table');
  const code = values.text('code');
  if (table === undefined || !isCodeTable(table)) return;
  const { symbols, counts } = codeTables[table];
  if (code !== undefined && symbolTables.has(table) !== (code.length === 1))
    say('text_format', 'code', { value: code, example: symbols[0]?.symbol ?? '' });
  const number = values.number('number');
  if (counts === undefined || number === undefined) return;
  if (number < counts.min) say('number_too_small', 'number', { value: String(number), min: counts.min });
  if (number > counts.max) say('number_too_large', 'number', { value: String(number), max: counts.max });
};

/** Code table entry, version 1. */
export const codeTableEntry: RecordKind = {
  id: 'code_table_entry',
  version: 1,
  family: 'master',
  label: { zh: '代码表', en: 'Code table entry' },
  help: {
    zh: '每个代码填一行，自生效日期起补充或取代系统内置的代码；停用代码时填写失效日期。',
    en: 'One row for each code; from its first day on it adds to what is built in or takes its place. To end a code give its last day.',
  },
  eventDate: 'validFrom',
  fields: [
    choiceField({
      id: 'table',
      label: { zh: '代码表', en: 'Table' },
      part: 'public',
      values: codeTableIds.map((id) => ({ id, label: codeTables[id].label })),
      help: { zh: '代码所属的表', en: 'The table that the code is of' },
      example: '电池类型（编码第 5 位）',
    }),
    textField({
      id: 'code',
      label: { zh: '代码', en: 'Code' },
      part: 'public',
      maxLength: 31,
      pattern: tableCodePattern,
      required: 'yes',
      help: {
        zh: '电池编码中的字符填一位大写字母或数字，其他代码填小写英文',
        en: 'One capital letter or digit for a symbol of battery codes, else small letters',
      },
      example: 'H',
    }),
    textField({
      id: 'nameZh',
      label: { zh: '中文名称', en: 'Chinese name' },
      part: 'public',
      maxLength: 64,
      required: 'yes',
      help: { zh: '页面和模板中显示的名称', en: 'As pages and templates show it' },
      example: '钠离子',
    }),
    textField({
      id: 'nameEn',
      label: { zh: '英文名称', en: 'English name' },
      part: 'public',
      maxLength: 64,
      required: 'yes',
      help: { zh: '英文界面显示的名称', en: 'As English pages show it' },
      example: 'sodium-ion',
    }),
    numberField({
      id: 'number',
      label: { zh: '代表的数', en: 'Number' },
      part: 'public',
      type: 'integer',
      required: 'conditional',
      min: 1,
      max: 2_099,
      decimals: 0,
      requiredWhen: { field: 'table', values: countingTables },
      onlyWhen: { field: 'table', values: countingTables },
      help: {
        zh: '仅用于年、月、日代码：代表的年、月、日',
        en: 'Of symbols of a date only: which year, month or day',
      },
      example: '',
    }),
    ...versionFields,
  ],
  rules: [tableRule, validityRule],
};
