/** The characters of a battery code and what they mean. Implements spec/battery.md, "Code doctor". */
import type { Label } from '../finding.ts';
import { shorten } from '../finding.ts';
import type { CodeContext } from './battery-code.ts';
import { batteryCodeDate } from './battery-code.ts';
import { builtInCodeTables, codeMeaning } from './code-tables.ts';
import type { CodePiece } from './explain-code.ts';
import type { CodeTableId } from './tables.ts';
import { codeRule } from './tables.ts';

const UNKNOWN: Label = { zh: '不是允许的代码', en: 'not a symbol of the table' };

/** Names of the pieces in the order of the code with 24 characters. */
const labels = {
  maker: { zh: '厂商代码', en: 'maker' },
  product: { zh: '产品类型代码', en: 'product type' },
  batteryType: { zh: '电池类型代码', en: 'battery type' },
  spec: { zh: '规格代码', en: 'specification' },
  trace: { zh: '追溯信息代码', en: 'trace information' },
  year: { zh: '年', en: 'year' },
  month: { zh: '月', en: 'month' },
  day: { zh: '日', en: 'day' },
  serial: { zh: '序列号', en: 'serial number' },
  mark: { zh: '再利用标志', en: 'mark of a re-used product' },
  reusedAs: { zh: '再利用产品类型', en: 'what it is now' },
} as const;

/** The pieces of a code with 24, 19 or 26 characters, by the tables of the context; none for any other length. */
export function explainBatteryCode(
  code: string,
  context: Pick<CodeContext, 'today' | 'tables'>,
): readonly CodePiece[] {
  const { today, tables = builtInCodeTables } = context;
  const reused = code.length === codeRule.reusedLength;
  const suffixed = code.length === codeRule.reusedSuffixedLength;
  if (!reused && !suffixed && code.length !== codeRule.newLength) return [];
  const pieces: CodePiece[] = [];
  let next = 0;
  const add = (label: Label, length: number, meaning: (text: string) => Label): void => {
    const text = code.slice(next, next + length);
    pieces.push({ from: next + 1, to: next + length, text, label, meaning: meaning(text) });
    next += length;
  };
  const date = batteryCodeDate(code, context);
  const meant = (table: CodeTableId, symbol: string, day: string): Label =>
    codeMeaning(tables, table, symbol, day) ?? UNKNOWN;
  add(labels.maker, 3, () => ({ zh: '编码备案系统分配', en: 'assigned by the filing system' }));
  add(labels.product, 1, (text) => meant('product_type', text, date ?? today));
  add(labels.batteryType, 1, (text) => meant('battery_type', text, date ?? today));
  add(labels.spec, 2, () => ({ zh: '企业自定并备案', en: "the maker's own, filed" }));
  if (!reused) add(labels.trace, 7, () => ({ zh: '企业自定并备案', en: "the maker's own, filed" }));
  const { years, months, days } = tables.symbolsOn(today);
  add(labels.year, 1, (text) => counted(years, text));
  add(labels.month, 1, (text) => counted(months, text));
  add(labels.day, 1, (text) =>
    date === undefined
      ? counted(days, text)
      : { zh: `${Number(date.slice(8))}，即 ${date}`, en: `${Number(date.slice(8))}, so ${date}` },
  );
  add(labels.serial, 7, (text) => ({
    zh: `当日第 ${shorten(text)} 件`,
    en: `number ${shorten(text)} of that day`,
  }));
  if (!reused && !suffixed) return pieces;
  add(labels.mark, 1, (text) => (text === 'R' ? { zh: '再利用产品', en: 're-used product' } : UNKNOWN));
  add(labels.reusedAs, 1, (text) => meant('product_type', text, today));
  return pieces;
}

/** What a symbol of a date counts. */
function counted(symbols: Uint8Array | Uint16Array, symbol: string): Label {
  const count = symbols[symbol.charCodeAt(0)] ?? 0;
  return count === 0 ? UNKNOWN : { zh: String(count), en: String(count) };
}
