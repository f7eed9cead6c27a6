import { exampleContext, exampleRecords } from '@suyuan/testkit';
import { describe, expect, it } from 'vitest';
import { checkBatteryCode } from '../code/battery-code.ts';
import type { CodeTables } from '../code/code-tables.ts';
import { builtInCodeTables, codeTableIds } from '../code/code-tables.ts';
import { explainCode } from '../code/explain-code.ts';
import { codeTables } from '../code/tables.ts';
import { dueDate, lawVersions } from '../deadlines.ts';
import type { DueRules } from '../deadlines.ts';
import { jsonSchema } from '../json-schema.ts';
import type { RecordContext, RecordKind } from '../kind.ts';
import { recordKind } from '../kinds/record-kinds.ts';
import { parseRecord } from '../parse-record.ts';
import { parseRow } from '../parse-row.ts';
import { parseStoredRecord } from '../stored-record.ts';
import { templateOf } from '../template.ts';
import { builtInEntries } from './built-in-entries.ts';
import { builtInDueRules, codeTablesOf, dueRulesOf, reportedDueRules } from './judging-tables.ts';
import { entryOfMembers, MasterData } from './master-data.ts';
import type { MasterEntry, MasterKindId } from './master-data.ts';

type Members = Readonly<Record<string, unknown>>;

const kindOf = (id: string): RecordKind => {
  const kind = recordKind(id);
  if (kind === undefined) throw new Error(id);
  return kind;
};

/** Versions in the order of the log, each the kind's example with changes. */
function entries(
  kind: MasterKindId,
  versions: readonly (Members & { readonly voided?: boolean })[],
): MasterEntry[] {
  return versions.flatMap(({ voided = false, ...changes }, entry) => {
    const place = { entry, leaf: 0, reporter: 'managers', voided };
    return entryOfMembers(kind, { ...exampleRecords[kind], ...changes }, place) ?? [];
  });
}

const tablesOf = (...versions: readonly Members[]): CodeTables =>
  codeTablesOf(entries('code_table_entry', versions)) ?? builtInCodeTables;
const code = (type: string, date = 'GB2'): string => `SY1M${type}01A000001${date}0000001`;
/** 2026-11-02 is the date GB2, 2025-11-02 the date FB2. */
const sodium = { code: 'H', validFrom: '2026-01-01' };

describe('code tables', () => {
  it('[B63] without a report count as they are built in', () => {
    expect(codeTablesOf(entries('code_table_entry', [{ ...sodium, voided: true }]))).toBeUndefined();
    expect(codeTablesOf(builtInEntries())).toBeUndefined();
    for (const table of codeTableIds) {
      const { symbols } = codeTables[table];
      expect(builtInCodeTables.inForce(table, '2026-11-20').map(({ symbol }) => symbol)).toEqual(
        symbols.map(({ symbol }) => symbol),
      );
      expect(builtInEntries().filter(({ key }) => key.startsWith(`${table}:`))).toHaveLength(symbols.length);
    }
  });

  it('[B63] a reported battery type counts from its first day to its last, in the code doctor and in an import', () => {
    const context = { ...exampleContext, tables: tablesOf({ ...sodium, validTo: '2026-12-31' }) };
    const said = (text: string, more: RecordContext = context): unknown[] =>
      checkBatteryCode(text, more).findings.map((finding) => finding.code);
    expect(said(code('H'))).toEqual([]);
    expect(said(code('H'), exampleContext)).toEqual(['code_battery_type']);
    expect(said(code('H', 'FB2'))).toEqual(['code_battery_type']);
    expect(said(code('B', 'FB2'))).toEqual([]);
    expect(checkBatteryCode(code('X'), context).findings[0]?.message.en).toContain('A B C D E F G Z H');
    const meaningOf = (text: string): unknown => explainCode(text, context).pieces[2]?.meaning;
    expect(meaningOf(code('H'))).toEqual({ zh: '钠离子', en: 'sodium-ion' });
    expect(meaningOf(code('H', 'FB2'))).toMatchObject({ en: 'sodium-ion, not in force on 2025-11-02' });

    const record = { ...exampleRecords['battery_module'], moduleCode: code('H'), chemistry: 'H' };
    const module = kindOf('battery_module');
    const findings = (changes: Members): unknown[] =>
      parseRecord(module, { ...record, ...changes }, context).findings.map(({ field, code: what }) => [
        field,
        what,
      ]);
    expect(findings({})).toEqual([]);
    expect(findings({ productionDate: '2025-11-02' })).toContainEqual(['chemistry', 'enum_not_in_force']);
    expect(parseRecord(module, record, exampleContext).findings.map(({ field }) => field)).toEqual([
      'moduleCode',
      'chemistry',
    ]);
  });

  it('[B63] of several versions the last that has begun counts, and a built-in code can be ended', () => {
    const ended = { code: 'D', validFrom: '2018-02-01', validTo: '2025-12-31' };
    const tables = tablesOf({ ...sodium, nameEn: 'one' }, { ...sodium, nameEn: 'two' }, ended);
    expect(tables.find('battery_type', 'H', '2026-05-01')?.label.en).toBe('two');
    const context = { ...exampleContext, tables };
    expect(checkBatteryCode(code('D'), context).valid).toBe(false);
    expect(checkBatteryCode(code('D', 'FB2'), context).valid).toBe(true);
    expect(checkBatteryCode(code('D'), { ...context, codes: 'legacy' }).valid).toBe(true);
    // What is dated before the code rule is looked up on its first day.
    expect(tables.find('battery_type', 'D', '2012-01-01')?.symbol).toBe('D');
  });

  it('[B63] symbols of a date are read as they are in force today', () => {
    const tables = tablesOf(
      { table: 'day_symbol', code: 'Q', number: 31, nameZh: '31', nameEn: '31' },
      {
        table: 'year_symbol',
        code: '1',
        number: 2041,
        validFrom: '2041-01-01',
        nameZh: '2041',
        nameEn: '2041',
      },
    );
    const context = { ...exampleContext, tables };
    expect(checkBatteryCode(code('B', 'GAQ'), context).decoded?.date).toBe('2026-10-31');
    expect(checkBatteryCode(code('B', 'GAQ'), exampleContext).valid).toBe(false);
    const dateOn = (today: string): unknown =>
      checkBatteryCode(code('B', '112'), { ...context, today }).decoded?.date;
    expect([dateOn('2026-11-20'), dateOn('2042-01-01')]).toEqual(['2011-01-02', '2041-01-02']);
  });

  it('[B63] another product is explained, and no record takes it', () => {
    const tables = tablesOf({ table: 'product_type', code: 'S', nameZh: '储能装置', nameEn: 'system' });
    const context = { ...exampleContext, tables };
    const text = 'SY1SB01A000001GB20000001';
    expect(explainCode(text, context)).toMatchObject({ valid: true, decoded: { product: 'S' } });
    const record = { ...exampleRecords['battery_pack'], packCode: text };
    expect(parseRecord(kindOf('battery_pack'), record, context).findings).toMatchObject([
      { code: 'code_level' },
    ]);
  });

  it('[B63] values of lists come from the tables in cells, templates and schemas', () => {
    const kind = kindOf('vehicle_production');
    const added = { table: 'vehicle_type', code: 'tractor', nameZh: '牵引车', nameEn: 'tractor' };
    const tables = tablesOf(added, {
      table: 'vehicle_type',
      code: 'bus',
      nameZh: '公交',
      nameEn: 'city bus',
    });
    const today = { tables, today: exampleContext.today };
    const column = templateOf(kind, today).dataSheet.columns.find(({ field }) => field === 'vehicleType');
    expect(column?.choices).toEqual(['乘用车', '公交', '货车', '专用车', '其他', '牵引车']);
    expect(jsonSchema(kind, today).properties['vehicleType']?.['enum']).toContain('tractor');
    const ids = kind.fields.map(({ id }) => id);
    const layout = {
      places: ids.map((_, place) => place),
      columns: new Map(ids.map((id, i) => [id, i])),
      findings: [],
    };
    const example = exampleRecords['vehicle_production'] ?? {};
    const parse = (name: string, context = { ...exampleContext, tables }) => {
      const row = { ...example, vehicleType: name };
      const cells = ids.map((id) => {
        const value: unknown = Object(row)[id];
        return Array.isArray(value)
          ? value.join(' ')
          : typeof value === 'boolean' || typeof value === 'string'
            ? value
            : null;
      });
      return parseRow(kind, layout, cells, context).findings.map(({ code: what }) => what);
    };
    expect([parse('牵引车'), parse('tractor'), parse('公交'), parse('客车')]).toEqual([[], [], [], []]);
    expect(parse('牵引车', { ...exampleContext, tables: builtInCodeTables })).toEqual(['enum_value']);
  });

  it('[B64] a member that stores a record judges its codes by their form alone', () => {
    const tables = tablesOf(sodium, {
      table: 'day_symbol',
      code: 'Q',
      number: 31,
      nameZh: '31',
      nameEn: '31',
    });
    const module = kindOf('battery_module');
    const made = { moduleCode: code('H', 'GAQ'), chemistry: 'H', productionDate: '2026-10-31' };
    const input = { ...exampleRecords['battery_module'], ...made, shape: 'pouch' };
    const cellCodes = ['SY1CB01A000001GA10000001', 'SY1CB01A000001GA10000002'];
    const { record, findings } = parseRecord(module, { ...input, cellCodes }, { ...exampleContext, tables });
    expect(findings).toEqual([]);
    const { public: publicText = '', shared: sharedText = '' } = record ?? {};
    expect(parseStoredRecord(module, publicText, sharedText, 'strict').ok).toBe(true);
    for (const wrong of ['"h"', '"HH"', '"H\\u0022"'])
      expect(parseStoredRecord(module, publicText.replace('"H"', wrong), sharedText, 'strict').ok).toBe(
        false,
      );
  });

  it('[B63] an entry says what its table needs', () => {
    const said = (changes: Members): unknown[] => {
      const record = { ...exampleRecords['code_table_entry'], ...changes };
      return parseRecord(kindOf('code_table_entry'), record, exampleContext).findings.map(
        ({ field, code: what }) => [field, what],
      );
    };
    expect(said({ code: 'pouch' })).toEqual([['code', 'text_format']]);
    expect(said({ table: 'vehicle_type' })).toEqual([['code', 'text_format']]);
    expect(said({ number: 3 })).toEqual([['number', 'value_out_of_place']]);
    expect(said({ table: 'day_symbol' })).toEqual([['number', 'value_needed_here']]);
    expect(said({ table: 'month_symbol', number: 13 })).toEqual([['number', 'number_too_large']]);
    expect(said({ table: 'year_symbol', number: 1999 })).toEqual([['number', 'number_too_small']]);
  });
});

describe('reported deadlines', () => {
  const dueOf = (rules: DueRules, saleDate: string): unknown => {
    const found = dueDate('vehicle_sale', { saleDate }, rules);
    return found === undefined ? undefined : [found.date, found.deadline.law];
  };

  it('[B65] take the place of the built-in one from their first day on, voided ones do not', () => {
    const rules = reportedDueRules(entries('deadline_rule', [{ days: 20, validFrom: '2026-07-01' }]));
    expect(dueOf(rules, '2026-06-30')).toEqual(['2026-07-30', 'order_73']);
    expect(dueOf(rules, '2026-07-01')).toEqual(['2026-07-21', 'order_73']);
    const ended = { days: 20, validFrom: '2026-07-01', validTo: '2026-07-31' };
    expect(dueOf(reportedDueRules(entries('deadline_rule', [ended])), '2026-08-01')).toBeUndefined();
    expect(reportedDueRules([])).toBe(builtInDueRules);
    const voided = entries('deadline_rule', [{ days: 20, validFrom: '2026-07-01', voided: true }]);
    expect(dueOf(dueRulesOf(new MasterData([...builtInEntries(), ...voided])), '2026-07-02')).toEqual([
      '2026-08-01',
      'order_73',
    ]);
  });

  it('[B65] of another law are shown with it, and own deadlines are tried first', () => {
    const law = { law: 'rule_2027', lawNameZh: '新规', lawNameEn: 'the next rule', validFrom: '2027-01-01' };
    const rules = reportedDueRules(
      entries('deadline_rule', [
        { ...law, deadlineId: 'fleet_sale', days: 5 },
        { ...law, days: 10, validFrom: '2027-06-01', validTo: '2028-01-31' },
      ]),
    );
    expect(rules.laws.slice(lawVersions.length)).toEqual([
      { id: 'rule_2027', label: { zh: '新规', en: 'the next rule' }, validFrom: '2027-01-01' },
    ]);
    expect(dueOf(rules, '2027-07-01')).toEqual(['2027-07-06', 'rule_2027']);
    expect(rules.deadlines[0]).toMatchObject({
      id: 'fleet_sale',
      actor: { zh: '汽车生产企业', en: 'vehicle maker' },
    });
  });

  it('[B65] name fields and sub-types that their record kind has', () => {
    const said = (changes: Members): unknown[] => {
      const record = { ...exampleRecords['deadline_rule'], ...changes };
      return parseRecord(kindOf('deadline_rule'), record, exampleContext).findings.map(
        ({ field, code: what }) => [field, what],
      );
    };
    expect(said({ startFields: 'vin,saleDate' })).toEqual([['startFields', 'enum_value']]);
    expect(said({ subType: 'stock_in' })).toEqual([['subType', 'enum_value']]);
    const recycling = {
      recordKind: 'battery_recycling',
      startFields: 'scrapDate,storageDate',
      subType: 'stock_in',
    };
    expect(said(recycling)).toEqual([]);
  });

  it('[CV3] a year is announced when a holiday of it is reported; the last word on a day counts', () => {
    const days = entries('work_calendar_day', [
      { day: '2027-01-01' },
      { day: '2027-01-04' },
      { day: '2027-01-02', dayType: 'workday' },
      { day: '2027-01-04', dayType: 'ordinary' },
    ]);
    const rules = reportedDueRules(days);
    // 2026-12-21 is a Monday: eight more days to the year's end, then Saturday the 2nd and six from the 4th on.
    const due = dueDate('vehicle_production', { certificateDate: '2026-12-21' }, rules);
    expect([due?.date, due?.isExact]).toEqual(['2027-01-11', true]);
    expect(builtInDueRules.calendarFrom('2026-12-21', 15)).toBeUndefined();
  });
});
