/**
 * Code tables as a value: what is built in and what a network reported on top, by the day on which it counts. Functions
 * that read codes take one; without it the built-in tables count. Implements spec/battery.md, "Code tables".
 */
import type { Label } from '../finding.ts';
import type { CodeSymbol, CodeTableId } from './tables.ts';
import { codeRule, codeTables } from './tables.ts';

/** One version of a code of a table. */
export interface CodeTableRow extends CodeSymbol {
  readonly table: CodeTableId;
}

/** For each ASCII symbol what it counts or 1 where it may stand, else 0: the quick form of the tables on one day. */
export interface CodeSymbols {
  /** Products and battery types that are in force on every day. */
  readonly products: Uint8Array;
  readonly types: Uint8Array;
  /** Whole years, such as 2026. */
  readonly years: Uint16Array;
  readonly months: Uint8Array;
  readonly days: Uint8Array;
}

/** Tables by name. */
export const codeTableIds: readonly CodeTableId[] = Object.keys(codeTables).filter(isCodeTable);

/** What a code of any table looks like; those of symbols have one character. */
export const tableCodePattern = '[A-Z0-9]|[a-z][a-z0-9_]{1,30}';

const ASCII = 128;
const tableCode = new RegExp(`^(?:${tableCodePattern})$`);

/** True for the name of a table. */
export function isCodeTable(table: string): table is CodeTableId {
  return Object.hasOwn(codeTables, table);
}

/** Versions of codes by table and code. Look-ups only; the same rows give the same answers. */
export class CodeTables {
  /** True for the tables of a member that only stores: any code of the right form may stand. */
  readonly isOpen: boolean;
  readonly #versions = new Map<string, CodeTableRow[]>();
  readonly #changed = new Set<CodeTableId>();
  #symbols: { readonly day: string; readonly symbols: CodeSymbols } | undefined;

  /** `reported` in the order of the log: of versions from the same day the last counts. */
  constructor(reported: Iterable<CodeTableRow> = [], { isOpen = false }: { readonly isOpen?: boolean } = {}) {
    this.isOpen = isOpen;
    for (const table of codeTableIds) {
      for (const symbol of codeTables[table].symbols) this.#add({ table, ...symbol });
    }
    for (const row of reported) {
      this.#add(row);
      this.#changed.add(row.table);
    }
    // Stable: of the same first day the order of the log stays.
    for (const rows of this.#versions.values()) rows.sort((a, b) => compareTexts(a.validFrom, b.validFrom));
  }

  #add(row: CodeTableRow): void {
    const key = `${row.table}:${row.symbol}`;
    const rows = this.#versions.get(key);
    if (rows === undefined) this.#versions.set(key, [row]);
    else rows.push(row);
  }

  /** True when something of the table was reported. */
  isChanged(table: CodeTableId): boolean {
    return this.#changed.has(table);
  }

  /**
   * The version of a code in force on a civil date, else undefined. What is dated before the code rule came into force
   * is looked up on its first day.
   */
  find(table: CodeTableId, code: string, day: string): CodeTableRow | undefined {
    const asOf = day < codeRule.validFrom ? codeRule.validFrom : day;
    const version = this.#versions.get(`${table}:${code}`)?.findLast(({ validFrom }) => validFrom <= asOf);
    return version?.validTo !== undefined && version.validTo < asOf ? undefined : version;
  }

  /** The latest version of a code, whether in force or not. */
  latest(table: CodeTableId, code: string): CodeTableRow | undefined {
    return this.#versions.get(`${table}:${code}`)?.at(-1);
  }

  /** True when the code may be read at all: it has a version, or the tables are open. */
  has(table: CodeTableId, code: string): boolean {
    return this.#versions.has(`${table}:${code}`) || (this.isOpen && tableCode.test(code));
  }

  /** What is in force on a civil date, the built-in codes first. */
  inForce(table: CodeTableId, day: string): readonly CodeTableRow[] {
    const rows: CodeTableRow[] = [];
    for (const versions of this.#versions.values()) {
      const [first] = versions;
      if (first?.table !== table) continue;
      const row = this.find(table, first.symbol, day);
      if (row !== undefined) rows.push(row);
    }
    return rows;
  }

  /** The code that a person means by its name in either language, of those that have a version; else undefined. */
  codeNamed(table: CodeTableId, name: string): string | undefined {
    for (const versions of this.#versions.values()) {
      const [first] = versions;
      if (first?.table !== table) continue;
      const isMeant = versions.some(
        ({ symbol, label }) =>
          name === label.zh || name === label.en || name === symbol || name === `${symbol} ${label.zh}`,
      );
      if (isMeant) return first.symbol;
    }
    return undefined;
  }

  /** The quick form as of a civil date, made once for each day in turn. */
  symbolsOn(day: string): CodeSymbols {
    if (this.#symbols?.day === day) return this.#symbols.symbols;
    const symbols: CodeSymbols = {
      products: this.#always('product_type'),
      types: this.#always('battery_type'),
      years: this.#count('year_symbol', day, new Uint16Array(ASCII)),
      months: this.#count('month_symbol', day, new Uint8Array(ASCII)),
      days: this.#count('day_symbol', day, new Uint8Array(ASCII)),
    };
    this.#symbols = { day, symbols };
    return symbols;
  }

  /** Symbols with one version without an end: the day does not matter. */
  #always(table: CodeTableId): Uint8Array {
    const places = new Uint8Array(ASCII);
    for (const [first, ...later] of this.#versions.values()) {
      if (first?.table !== table || first.validFrom > codeRule.validFrom) continue;
      if ([first, ...later].every(({ validTo }) => validTo === undefined))
        places[symbolPlace(first.symbol)] = 1;
    }
    return places;
  }

  #count<P extends Uint8Array | Uint16Array>(table: CodeTableId, day: string, places: P): P {
    for (const { symbol, number = 0 } of this.inForce(table, day)) places[symbolPlace(symbol)] = number;
    return places;
  }
}

/** The place of a symbol of one character; of anything else one where no symbol of a code stands. */
function symbolPlace(symbol: string): number {
  return symbol.length === 1 ? symbol.charCodeAt(0) % ASCII : 0;
}

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** What counts where nothing was reported. */
export const builtInCodeTables: CodeTables = new CodeTables();

/** What a member that stores a record judges by: forms alone, since tables reach members at different times. */
export const openCodeTables: CodeTables = new CodeTables([], { isOpen: true });

/** What the code of a table means on a day, in words; undefined for one that never meant anything. */
export function codeMeaning(
  tables: CodeTables,
  table: CodeTableId,
  code: string,
  day: string,
): Label | undefined {
  const row = tables.find(table, code, day);
  if (row !== undefined) return row.label;
  const other = tables.latest(table, code)?.label;
  return other && { zh: `${other.zh}（${day} 无效）`, en: `${other.en}, not in force on ${day}` };
}
