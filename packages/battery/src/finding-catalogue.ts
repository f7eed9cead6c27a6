/**
 * The catalogue of findings: every code with its usual level and its sentence in both languages. Implements
 * spec/battery.md, "Findings".
 */
import type { CatalogueEntry, FindingCode } from './finding.ts';

/** Makes an entry that is an error. */
const error = (zh: string, en: string): CatalogueEntry => ({ level: 'error', zh, en });
/** Makes an entry that is a warning. */
const warning = (zh: string, en: string): CatalogueEntry => ({ level: 'warning', zh, en });
/** Makes an entry that only informs. */
const info = (zh: string, en: string): CatalogueEntry => ({ level: 'info', zh, en });

/** Every finding code with its usual level and its sentence in both languages. */
export const findingCatalogue: { readonly [code in FindingCode]: CatalogueEntry } = {
  code_kind_unknown: error(
    '{length} 位不是电池编码、车辆识别代号或统一社会信用代码的长度',
    '{length} characters are neither a battery code, a VIN nor a unified social credit code',
  ),
  code_length: error(
    '电池编码应为 24 位（新电池）、19 位或 26 位（再利用产品），实际 {length} 位',
    'a battery code has 24 characters (new), 19 or 26 (re-used product), this one has {length}',
  ),
  code_lower_case: error(
    '第 {at} 位是小写字母，编码只用大写字母；系统不会自动改写',
    'character {at} is a small letter; codes use capital letters and are never changed for you',
  ),
  code_symbol: error('第 {at} 位不是 A–Z 或 0–9', 'character {at} is not one of A-Z and 0-9'),
  code_product_type: error(
    '第 4 位产品类型应为以下之一：{allowed}',
    'character 4, the product type, must be one of: {allowed}',
  ),
  code_battery_type: error(
    '第 5 位电池类型应为以下之一：{allowed}',
    'character 5, the battery type, must be one of: {allowed}',
  ),
  code_date_symbol: error(
    '第 {at} 位不是生产日期代码允许的字符（标准不用 I、O、Q、U、Z）',
    'character {at} is not a symbol of the production date (the standard leaves out I, O, Q, U and Z)',
  ),
  code_date_impossible: error(
    '编码中的生产日期 {date} 不存在',
    'the production date in the code, {date}, does not exist',
  ),
  code_date_future: warning(
    '编码中的生产日期 {date} 在今天之后',
    'the production date in the code, {date}, is after today',
  ),
  code_day_31: info(
    '日代码 0 按标准表示 31 日，部分系统解释不同',
    'day symbol 0 means the 31st by the standard; some systems read it otherwise',
  ),
  code_serial_letters: error(
    '第 {at} 位在序列号内，序列号应为数字',
    'character {at} is in the serial number, which holds digits only',
  ),
  code_serial_zero: warning(
    '序列号为 0，标准从 1 开始',
    'the serial number is zero; the standard starts at 1',
  ),
  code_lookalike: warning(
    '第 {at} 位是字母 {symbol}，请确认不是数字 {digit}',
    'character {at} is the letter {symbol}; make sure that it is not the digit {digit}',
  ),
  code_sister_lookalike: warning(
    '前 7 位与同一文件中的 {sister} 仅 O/0 或 I/1 不同，请核对',
    'the first 7 characters differ from {sister} in the same file only by O/0 or I/1; please compare',
  ),
  code_reused_mark: error(
    '再利用产品编码应以 R 加 P、M 或 C 结尾',
    'the code of a re-used product ends in R and one of P, M, C',
  ),
  code_reused_suffix: warning(
    '26 位写法（24 位加后缀）不是标准形式，标准为 19 位',
    'the form with 26 characters (24 and a suffix) is not the standard one, which has 19',
  ),
  code_level: error(
    '此处需要{expectedZh}编码（第 4 位 {expected}）',
    'a {expectedEn} code (character 4 is {expected}) belongs here',
  ),
  code_duplicate: error('同一列表中编码重复', 'the code is in the list twice'),
  vin_length: error(
    '车辆识别代号应为 17 位，实际 {length} 位',
    'a VIN has 17 characters, this one has {length}',
  ),
  vin_symbol: error(
    '第 {at} 位不是车辆识别代号允许的字符（不用 I、O、Q 和小写字母）',
    'character {at} is not a VIN symbol (I, O, Q and small letters are not used)',
  ),
  vin_trivial: error('车辆识别代号由同一字符组成', 'the VIN is one symbol repeated'),
  vin_check_digit: warning(
    '第 9 位校验位应为 {expected}；进口车辆可能没有校验位',
    'the check digit, character 9, should be {expected}; imported vehicles may have none',
  ),
  uscc_length: error(
    '统一社会信用代码应为 18 位（或 9 位邓白氏编码），实际 {length} 位',
    'a unified social credit code has 18 characters (a DUNS number 9), this one has {length}',
  ),
  uscc_symbol: error(
    '第 {at} 位不是统一社会信用代码允许的字符',
    'character {at} is not a symbol of a unified social credit code',
  ),
  uscc_check_digit: warning(
    '统一社会信用代码校验位应为 {expected}，请核对',
    'the check symbol of the unified social credit code should be {expected}; please compare',
  ),
  record_not_object: error('记录应为 JSON 对象', 'a record is a JSON object'),
  record_too_large: error(
    '记录超过 64 KiB（{size} 字节）',
    'the record is larger than 64 KiB ({size} bytes)',
  ),
  unknown_member: error('没有名为 {field} 的字段', 'there is no field named {field}'),
  unknown_column: warning('未识别的列：{value}', 'the column {value} is not known and is not read'),
  duplicate_column: error('列重复：{value}', 'the column {value} is there twice'),
  missing_column: error('缺少必填列：{labelZh}', 'the required column {labelEn} is missing'),
  value_missing: error('必填', 'a value is required'),
  value_type: error('类型不符，应为{expectedZh}', 'wrong type: {expectedEn} expected'),
  text_too_long: error('超过 {max} 个字符', 'longer than {max} characters'),
  text_control: error('第 {at} 个字符是控制字符', 'character {at} is a control character'),
  text_not_unicode: error('文本不是有效的 Unicode', 'the text is not well-formed Unicode'),
  text_not_composed: info(
    '文本不是 NFC 规范形式，按原样保存',
    'the text is not in Unicode form NFC; it is kept as it is',
  ),
  text_trimmed: warning('已去掉首尾空白', 'white space before or after the value was left out'),
  text_format: error('格式不符，例如 {example}', 'not of the form expected, for example {example}'),
  number_not_finite: error('不是有限的数', 'not a finite number'),
  number_not_integer: error('应为整数', 'a whole number is expected'),
  number_too_small: error('应不小于 {min}', 'must be at least {min}'),
  number_too_large: error('应不大于 {max}', 'must be at most {max}'),
  number_decimals: error('最多 {decimals} 位小数', 'at most {decimals} digits after the decimal point'),
  number_as_text: warning(
    '数值以文本形式填写，已按数值读取',
    'a number written as text; it was read as a number',
  ),
  text_as_number: warning(
    '文本列中的数值，前导零可能已丢失',
    'a number in a text column; leading zeros may have been lost',
  ),
  code_as_number: error(
    '编码列为数值格式，已丢失位数；请将该列设为文本后重新填写',
    'a number in a code column has lost digits; format the column as text and enter the code again',
  ),
  date_format: error('日期格式应为 YYYY-MM-DD', 'a date is written YYYY-MM-DD'),
  date_impossible: error('日期不存在', 'there is no such date'),
  date_future: error('日期在今天（{today}）之后', 'the date is after today ({today})'),
  date_read_as: info('读作 {date}', 'the date was read as {date}'),
  datetime_format: error(
    '时间格式应为 YYYY-MM-DDThh:mm:ss+08:00',
    'a time is written YYYY-MM-DDThh:mm:ss+08:00',
  ),
  enum_value: error('应为以下之一：{allowed}', 'must be one of: {allowed}'),
  enum_not_in_force: error('代码 {value} 在 {day} 无效', 'the code {value} is not in force on {day}'),
  boolean_value: error('应填 是 或 否', 'must be yes or no'),
  list_too_long: error('最多 {max} 项', 'at most {max} items'),
  list_empty: error('至少 {min} 项', 'at least {min} items'),
  cell_error: error('单元格为错误值 {value}', 'the cell holds the error {value}'),
  cell_formula: warning('单元格为公式，已读取其结果', 'the cell holds a formula; its result was read'),
  cell_formula_empty: error('单元格为公式但没有结果', 'the cell holds a formula without a result'),
  mapped_text_changed: info('映射改写为 {after}', 'the mapping changed it to {after}'),
  mapped_not_in_table: error('映射的对照表中没有该值', 'the look-up of the mapping does not have this value'),
  mapped_left_out: info(
    '映射的对照表中没有该值，已按空值处理',
    'the look-up of the mapping does not have this value; it was read as missing',
  ),
  mapped_date_form: error('不符合映射中的日期格式 {pattern}', 'not written as the mapping says: {pattern}'),
  mapped_rounded: info('已四舍五入为 {after}', 'it was rounded to {after}'),
  attachment_digest: error(
    '附件须注明 SHA-256 摘要（64 位小写十六进制）',
    'an attachment is named by its SHA-256 digest, 64 small hexadecimal digits',
  ),
  attachment_name: error(
    '附件名称应为 1 至 128 个字符，不含 / 和 \\',
    'the name of an attachment has 1 to 128 characters without / and \\',
  ),
  value_needed_here: error('“{whenZh}”为“{is}”时必填', 'a value is required when {whenEn} is {is}'),
  value_out_of_place: error('“{whenZh}”为“{is}”时不填此项', 'no value belongs here when {whenEn} is {is}'),
  value_needs_other: error('填写“{otherZh}”时必填', 'a value is required together with {otherEn}'),
  date_before: error('早于{otherZh} {date}', 'is before {otherEn}, {date}'),
  code_newer: warning(
    '编码 {value} 的日期 {date} 晚于本记录的日期',
    'the code {value} is dated {date}, after the date of this record',
  ),
  codes_equal: error('换上与换下的编码相同', 'what comes on and what comes off have the same code'),
  level_differs: error(
    '与编码所示种类 {product} 不一致',
    'differs from what the code names, which is {product}',
  ),
  child_level: error(
    '{value} 不能是种类 {product} 的下级',
    '{value} cannot be a part of something of level {product}',
  ),
  code_or_reason_missing: error(
    '须填写电池编码；无法识读时填写原因，车辆没有电池时注明',
    'the battery code is needed, or the reason why it cannot be read, or that the vehicle had no battery',
  ),
  photo_missing: error('编码无法识读时须附照片', 'a photo must be attached when the code cannot be read'),
  vehicle_missing: error('车辆没有电池时须填写来源车辆', 'a vehicle without a battery must be named'),
  owner_code_doubtful: warning(
    '购买方为单位，但代码不是有效的统一社会信用代码',
    'the buyer is a company, but the number is no valid unified social credit code',
  ),
  outputs_exceed_weight: warning(
    '再生产物合计 {sum} kg 超过电池重量 {weight} kg',
    'the products are {sum} kg together, more than the battery with {weight} kg',
  ),
  pack_code_missing: error(
    '非备件模块须填写所属电池包编码',
    'a module that is not a spare part needs the code of its pack',
  ),
  previous_code_missing: error('再利用产品须填写原编码', 'a re-used product needs its previous code'),
  previous_code_same: error('原编码与新编码相同', 'the previous code equals the new one'),
  chemistry_differs: error(
    '与编码第 5 位 {symbol} 不一致',
    'differs from character 5 of the code, which is {symbol}',
  ),
  production_date_differs: warning(
    '与编码中的生产日期 {date} 不一致',
    'differs from the production date in the code, {date}',
  ),
  child_newer: warning(
    '其编码日期 {date} 晚于本产品的生产日期',
    'its code is dated {date}, after the production date of this product',
  ),
  cell_count_differs: error(
    '与单体编码个数 {actual} 不一致',
    'differs from the number of cell codes, which is {actual}',
  ),
  connection_product: error(
    '串并联之积 {product} 与单体数量 {expected} 不一致',
    'parallel times serial is {product}, but the number of cells is {expected}',
  ),
  children_missing: error(
    '须填写模块编码；无模块电池包须填写单体编码',
    'module codes are needed, or cell codes in a pack without modules',
  ),
  capacity_exceeds_rated: warning(
    '实际容量超过额定容量 {rated} 的 110 %',
    'the actual capacity is more than 110 % of the rated {rated}',
  ),
  energy_differs: warning(
    '与额定容量乘标称电压（{expected} kWh）相差超过 5 %',
    'differs by more than 5 % from capacity times voltage ({expected} kWh)',
  ),
  voltage_order: error(
    '应满足 最低电压 ≤ 标称电压 ≤ 最高电压',
    'minimum, nominal and maximum voltage must be in this order',
  ),
  subject_repeated: error('该编码在第 {row} 行已出现', 'the code is already in row {row}'),
  subject_reported: warning(
    '该编码已有上报记录 {record}',
    'there is a reported record about this code: {record}',
  ),
  model_not_registered: warning(
    '主数据中没有 {day} 有效的型号 {value}',
    'no model {value} is registered for {day}',
  ),
  model_differs: warning(
    '与登记的型号 {model} 不一致，登记值为 {registered}',
    'differs from the registered model {model}, which has {registered}',
  ),
  prefix_not_registered: warning(
    '主数据中没有 {day} 有效的厂商代码 {prefix}',
    'no maker prefix {prefix} is registered for {day}',
  ),
  prefix_of_another_organization: warning(
    '厂商代码 {prefix} 登记在 {owner} 名下',
    'the maker prefix {prefix} is registered to {owner}',
  ),
  unit_not_registered: warning(
    '主数据中没有 {day} 有效的单位 {value}',
    'no unit {value} is registered for {day}',
  ),
  unit_name_differs: warning('与登记的单位名称不一致：{registered}', 'the registered name is {registered}'),
  custody_made_twice: warning(
    '另有记录 {record} 称其已生产',
    'another record, {record}, reports its production too',
  ),
  custody_before_made: warning(
    '生产之前已有记录 {record}',
    'there is a record from before it was made: {record}',
  ),
  custody_after_end: warning(
    '已退役或处理（记录 {record}），不应再有此事',
    'it had been retired or treated by then, says record {record}',
  ),
  custody_bound_elsewhere: warning(
    '当时装在另一辆车上（记录 {record}）',
    'it was on another vehicle then, says record {record}',
  ),
  custody_mounted_twice: warning(
    '当时已装在这辆车上（记录 {record}）',
    'it was on this vehicle already, says record {record}',
  ),
  custody_not_on_vehicle: warning(
    '当时不在这辆车上（记录 {record}）',
    'it was not on this vehicle then, says record {record}',
  ),
  custody_still_in_vehicle: warning(
    '当时仍装在车上（记录 {record}）',
    'it was still on a vehicle then, says record {record}',
  ),
  custody_in_two_wholes: warning(
    '同时属于另一个上级（记录 {record}）',
    'it is a part of something else too, says record {record}',
  ),
  custody_retired_twice: warning('已有退役记录 {record}', 'it was retired already by record {record}'),
  custody_treated_twice: warning('已有处理记录 {record}', 'it was treated already by record {record}'),
  custody_sold_twice: warning('已有销售记录 {record}', 'it was sold already by record {record}'),
  custody_outbound_late: warning(
    '出库晚于退役（记录 {record}）',
    'it went out only after its retirement, record {record}',
  ),
  custody_origin_unknown: info(
    '尚无生产或备件入库记录',
    'no record of its production or of its entry into stock as a spare part yet',
  ),
  custody_vehicle_origin_unknown: info(
    '尚无该车辆的生产记录',
    'no record of the production of the vehicle yet',
  ),
  custody_vehicle_unknown: info('尚无装车记录', 'no record of how it came onto the vehicle yet'),
  custody_not_from_stock: info('换上的电池尚无入库记录', 'no record that what went in was in stock yet'),
  custody_other_stock: info(
    '换上的电池在另一单位库中',
    'what went in is in the stock of another organisation',
  ),
  custody_entry_missing: info('尚无入库记录', 'no record of how it came in yet'),
  custody_outbound_missing: info('退役前尚无出库记录', 'no record of its dispatch before the retirement yet'),
  custody_text_missing: info(
    '有记录的内容本节点尚未取得',
    'this node does not have the text of a record about it',
  ),
  custody_earlier_than_known: info(
    '发生时间早于已知的 {date}',
    'it took place before the latest that is known, of {date}',
  ),
  trace_subject_repeated: warning(
    '该编码有 {count} 条有效记录',
    'there are {count} records about this code that are not voided',
  ),
  trace_parents_differ: warning(
    '该编码被记录在多个上级中：{parents}',
    'the code is recorded in several wholes: {parents}',
  ),
  trace_family_cycle: warning('上下级关系成环', 'the code is recorded as a part of itself'),
  trace_family_cut: info('家族树超过 {max} 个节点，只显示前面部分', 'the family tree is cut at {max} nodes'),
};
