/**
 * The record kind `maker_prefix` (厂商代码): to which organisation the first three characters of battery codes belong.
 * Implements spec/battery.md, "Master data".
 */
import type { RecordKind } from '../kind.ts';
import { unitFields } from './event-fields.ts';
import { keyField, memberField, validityRule, versionFields } from './master-fields.ts';

/** Maker prefix, version 1. */
export const makerPrefix: RecordKind = {
  id: 'maker_prefix',
  version: 1,
  family: 'master',
  label: { zh: '厂商代码', en: 'Maker prefix' },
  help: {
    zh: '每个备案的厂商代码（电池编码第 1 至 3 位）填一行。',
    en: 'One row for each maker prefix on file: characters 1 to 3 of a battery code.',
  },
  eventDate: 'validFrom',
  fields: [
    keyField({
      id: 'prefix',
      label: { zh: '厂商代码', en: 'Maker prefix' },
      maxLength: 3,
      pattern: '[A-Z0-9]{3}',
      help: { zh: '三位大写字母或数字', en: 'Three capital letters or digits' },
      example: 'SY1',
    }),
    ...unitFields(
      'maker',
      { zh: '备案企业', en: 'Owner' },
      { zh: '备案该代码的企业', en: 'The organisation that it is assigned to' },
    ),
    memberField({
      zh: '备案企业在本网络中的标识；填写后，其他成员用此代码上报生产时给出提示',
      en: 'Id of the owner in this network; when given, production that another member reports under the prefix is pointed out',
    }),
    ...versionFields,
  ],
  rules: [validityRule],
};
