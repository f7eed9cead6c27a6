// Why a run of a source ended without success, as codes with a sentence in both languages (spec/source.md).
import type { Text } from './problem.ts';

/** Every reason by its code. */
export const sourceFailures = {
  address_private: {
    en: 'The address lies in a private network and is not on the list of this source',
    zh: '地址位于内网，且不在本数据源允许的内网地址之列',
  },
  address_elsewhere: {
    en: 'The source points to another origin than the one named',
    zh: '数据源指向了登记以外的地址',
  },
  connection_failed: { en: 'No connection to the source', zh: '无法连接数据源' },
  timed_out: { en: 'The source did not answer in time', zh: '数据源未在规定时间内应答' },
  credentials_refused: { en: 'The source refuses the secret', zh: '数据源拒绝了所用凭据' },
  secret_missing: {
    en: 'The secret of the source is not in the data folder; enter it again',
    zh: '数据目录中没有该数据源的凭据，请重新填写',
  },
  answer_refused: { en: 'The source answered with an error', zh: '数据源返回错误' },
  answer_too_large: { en: 'An answer or a file of the source is too large', zh: '数据源的应答或文件过大' },
  answer_encoded: {
    en: 'The answer is in an encoding that is not read; gzip is',
    zh: '应答的压缩方式不受支持，支持 gzip',
  },
  answer_not_json: { en: 'The answer is not JSON', zh: '应答不是 JSON' },
  answer_not_list: { en: 'There is no list of rows at the path named', zh: '在所给路径下没有数据列表' },
  answer_not_table: {
    en: 'The answer or file is no table that can be read',
    zh: '应答或文件不是可读取的表格',
  },
  row_malformed: { en: 'A row is no object, or too long', zh: '有一行不是对象，或过长' },
  cursor_malformed: {
    en: 'The cursor is missing in a row, too long, or does not grow',
    zh: '某行缺少游标值，或游标过长、未递增',
  },
  pages_repeat: { en: 'The source repeats its pages without end', zh: '数据源无止境地重复同一页' },
  pages_too_many: {
    en: 'One run reached its most pages; the next goes on',
    zh: '已达单次运行的页数上限，下次继续',
  },
  run_too_long: {
    en: 'One run reached its longest time; the next goes on',
    zh: '已达单次运行的时限，下次继续',
  },
  folder_missing: { en: 'The folder cannot be read', zh: '无法读取该文件夹' },
  folder_refused: {
    en: 'The folder lies outside of the folders that this node watches',
    zh: '该文件夹不在本节点允许监视的范围内',
  },
  view_unreadable: { en: 'The view cannot be read', zh: '无法读取该视图' },
  source_columns_changed: {
    en: 'The columns of the source have changed; adapt its mapping, then go on',
    zh: '数据源的列已变化，请调整映射后继续',
  },
  mapping_missing: { en: 'The mapping of the source is not there', zh: '数据源所用的映射不存在' },
  kind_not_permitted: {
    en: 'This organisation may not report this record kind',
    zh: '本组织无权上报该记录种类',
  },
  run_interrupted: {
    en: 'The node stopped in the middle; the next run goes on',
    zh: '节点中途停止，下次运行继续',
  },
} as const satisfies Record<string, Text>;

/** A reason for which a run ended without success. */
export type SourceFailureCode = keyof typeof sourceFailures;

/** True for a text that is one of the codes. */
export function isSourceFailureCode(text: string): text is SourceFailureCode {
  return Object.hasOwn(sourceFailures, text);
}
