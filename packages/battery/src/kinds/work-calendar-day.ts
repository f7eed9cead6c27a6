/**
 * The record kind `work_calendar_day` (工作日历): a day that differs from its week: a public holiday, or a weekend day
 * on which people work, as announced for each year. Implements spec/coverage.md, "Working days".
 */
import type { RecordKind } from '../kind.ts';
import { recordIdField } from './battery-fields.ts';
import { choiceField, remarkField, textField, whenField } from './event-fields.ts';

/** Work calendar day, version 1. */
export const workCalendarDay: RecordKind = {
  id: 'work_calendar_day',
  version: 1,
  family: 'master',
  label: { zh: '工作日历', en: 'Work calendar day' },
  help: {
    zh: '每个放假的日子、调休上班的周末各填一行；一年中填写了任一放假日，该年即视为已公布，请一次填全。',
    en: 'One row for each holiday and each weekend day that is worked. A year with any holiday given counts as announced, so give all of it together.',
  },
  eventDate: 'day',
  fields: [
    whenField({
      id: 'day',
      label: { zh: '日期', en: 'Day' },
      part: 'public',
      past: false,
      help: { zh: '放假或上班的那一天', en: 'The day itself' },
      example: '2027-01-01',
    }),
    choiceField({
      id: 'dayType',
      label: { zh: '类型', en: 'What it is' },
      part: 'public',
      values: [
        { id: 'holiday', label: { zh: '放假', en: 'holiday' } },
        { id: 'workday', label: { zh: '上班', en: 'worked' } },
        { id: 'ordinary', label: { zh: '按星期', en: 'as its week' } },
      ],
      help: { zh: '“按星期”取消此前公布的安排', en: 'As its week: what was announced before is called off' },
      example: '放假',
    }),
    textField({
      id: 'dayName',
      label: { zh: '名称', en: 'Name' },
      part: 'public',
      help: { zh: '节日名称', en: 'Of the holiday' },
      example: '元旦',
    }),
    remarkField,
    recordIdField,
  ],
  rules: [],
};
