/**
 * Fields that the kinds of master data have in common: how long an entry counts, who made something, which member of
 * the network an organisation is. Implements spec/battery.md, "Master data".
 */
import type { Label } from '../finding.ts';
import type { Field, RecordRule, SimpleField, TextField } from '../kind.ts';
import { recordIdField } from './battery-fields.ts';
import { orderRule, remarkField, textField, whenField } from './event-fields.ts';

/** The first day on which the entry counts; it may lie ahead. */
const validFromField: SimpleField = whenField({
  id: 'validFrom',
  label: { zh: '生效日期', en: 'Valid from' },
  part: 'public',
  past: false,
  help: {
    zh: '自该日起有效；同一条目的新版本从其生效日期起取代旧版本',
    en: 'Counts from this day; a later version of the same entry takes its place from its own day on',
  },
  example: '2026-01-01',
});

/** The last day on which the entry counts. */
const validToField: SimpleField = whenField({
  id: 'validTo',
  label: { zh: '失效日期', en: 'Valid to' },
  part: 'public',
  past: false,
  required: 'no',
  help: { zh: '最后有效的一天，不填为长期有效', en: 'The last day on which it counts; empty means no end' },
  example: '',
});

/** What every kind of master data ends with. */
export const versionFields: readonly Field[] = [validFromField, validToField, remarkField, recordIdField];

/** The last day is not before the first. */
export const validityRule: RecordRule = orderRule('validFrom', 'validTo', {
  zh: '生效日期',
  en: 'the first day',
});

/** The key of an entry: the code or name by which records of the nine modules mean it. */
export const keyField = (
  field: Pick<TextField, 'id' | 'label' | 'help' | 'example'> & Partial<TextField>,
): TextField => textField({ part: 'public', required: 'yes', role: 'reference', ...field });

/** Which organisation of the network this is: the id under which it signs. */
export function memberField(help: Label): TextField {
  return textField({
    id: 'organization',
    label: { zh: '网络成员标识', en: 'Member of the network' },
    part: 'public',
    maxLength: 31,
    pattern: '[a-z0-9][a-z0-9-]{1,30}',
    help,
    example: '',
  });
}
