// Problems of imports, of their rows and of staged records: the part of the catalogue (problem.ts) that is theirs.
import type { ProblemEntry } from './problem.ts';

/** The problems of imports by their codes. */
export const importProblems = {
  import_not_found: { status: 404, en: 'There is no such import', zh: '没有该导入' },
  import_row_not_found: {
    status: 404,
    en: 'The import has no such row with findings',
    zh: '该导入没有此问题行',
  },
  import_repeated: {
    status: 409,
    en: 'This file was imported already; nothing was staged. Import it again only if that is meant',
    zh: '该文件已导入过，未暂存任何记录；如确需再次导入，请明确确认',
  },
  import_queue_full: {
    status: 429,
    en: 'As many imports wait as this node takes; try again when some are done',
    zh: '等待中的导入已达上限，请待部分完成后再试',
  },
  import_job_died: {
    status: 500,
    en: 'The node died of this import several times; it was given up',
    zh: '节点多次因该导入而中断，已放弃',
  },
  module_withdrawn: {
    status: 409,
    en: 'This organisation may no longer report these record kinds; what is staged stays. Ask the managing organisation for the module, or discard the records',
    zh: '本组织已无权上报这些记录种类，待上报记录仍保留；请联系管理方开通模块，或放弃这些记录',
  },
  attachments_missing: {
    status: 409,
    en: 'Files that these records name are not here; upload them, then report',
    zh: '这些记录所列附件尚未上传，请先上传再上报',
  },
  import_closed: { status: 409, en: 'This import can no longer be changed', zh: '该导入已不能更改' },
  staged_record_not_found: { status: 404, en: 'There is no such staged record', zh: '没有该待上报记录' },
  record_reported: {
    status: 409,
    en: 'Records of these numbers are reported; to correct one, report another and void it',
    zh: '这些记录号已上报；如需更正请另报后作废',
  },
  record_sending: {
    status: 409,
    en: 'Records of these numbers are being reported; send them again when that is done',
    zh: '这些记录号正在上报，请待上报结束后再试',
  },
  import_without_workbook: {
    status: 404,
    en: 'This import came neither as a workbook nor as a CSV file',
    zh: '该导入不是以工作簿或 CSV 文件提交的',
  },
  workbook_not_xlsx: { status: 422, en: 'The file is not an .xlsx workbook', zh: '文件不是 .xlsx 工作簿' },
  workbook_encrypted: {
    status: 422,
    en: 'The workbook is protected by a password; save it without one',
    zh: '工作簿设有密码，请去除密码后保存',
  },
  workbook_old_format: {
    status: 422,
    en: 'The file is in the old .xls format; save it as .xlsx',
    zh: '文件为旧版 .xls 格式，请另存为 .xlsx',
  },
  workbook_has_macros: {
    status: 422,
    en: 'The workbook holds macros; save it as .xlsx without them',
    zh: '工作簿含有宏，请另存为不含宏的 .xlsx',
  },
  workbook_damaged: { status: 422, en: 'The workbook is damaged', zh: '工作簿已损坏' },
  workbook_has_dtd: {
    status: 422,
    en: 'The workbook declares XML entities, which no spreadsheet program does',
    zh: '工作簿含有 XML 实体声明，已拒绝',
  },
  workbook_too_large: {
    status: 422,
    en: 'The workbook is too large once unpacked; split it',
    zh: '工作簿解压后过大，请拆分后导入',
  },
  workbook_sheet_missing: {
    status: 422,
    en: 'No sheet of the workbook has the header of this record kind',
    zh: '工作簿中没有本类记录的表头',
  },
  workbook_too_many_rows: {
    status: 422,
    en: 'The sheet has more rows than one import takes; split it',
    zh: '行数超过单次导入上限，请拆分后导入',
  },
  csv_not_text: {
    status: 422,
    en: 'The file is not a text of comma-separated values',
    zh: '文件不是 CSV 文本',
  },
  csv_charset_wrong: {
    status: 422,
    en: 'The file is not in the text encoding named; UTF-8 and GB 18030 are read',
    zh: '文件与所述文本编码不符，支持 UTF-8 与 GB 18030',
  },
  csv_header_missing: {
    status: 422,
    en: 'The first rows of the file hold no header of this record kind',
    zh: '文件开头没有本类记录的表头',
  },
  csv_quote_open: {
    status: 422,
    en: 'A quotation mark that opens in this row is never closed',
    zh: '该行的引号没有闭合',
  },
  csv_quote_misplaced: {
    status: 422,
    en: 'A quotation mark stands within a value of this row; double it and quote the whole value',
    zh: '该行的值中有未转义的引号，请双写引号并将整个值用引号括起',
  },
  lines_too_many: {
    status: 422,
    en: 'A push has at most 100,000 lines; send it in several',
    zh: '单次推送最多 100,000 行，请分次发送',
  },
  line_too_long: { status: 422, en: 'A line is longer than 512 KiB', zh: '有一行超过 512 KiB' },
  csv_row_too_long: { status: 422, en: 'A row is longer than 1 MiB', zh: '有一行超过 1 MiB' },
} as const satisfies Record<string, ProblemEntry>;
