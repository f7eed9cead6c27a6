/**
 * Code tables, deadlines and the work calendar as they follow from master data: the built-in ones and what the managing
 * organisation reported. Implements spec/battery.md, "Code tables" and "Deadlines".
 */
import { addDays } from '../civil-date.ts';
import type { CodeTableRow } from '../code/code-tables.ts';
import { CodeTables, isCodeTable } from '../code/code-tables.ts';
import { calendarOf } from '../coverage/work-calendar.ts';
import type { CalendarDay } from '../coverage/work-calendar.ts';
import type { Deadline, DueRules, LawVersion } from '../deadlines.ts';
import { deadlines as builtInDeadlines, lawVersions } from '../deadlines.ts';
import type { Members } from '../members.ts';
import { builtInEntries } from './built-in-entries.ts';
import type { MasterEntry } from './master-data.ts';
import { MasterData } from './master-data.ts';

/** The tables with the reported versions among these entries, given in the order of the log; undefined without any. */
export function codeTablesOf(entries: Iterable<MasterEntry>): CodeTables | undefined {
  const rows: CodeTableRow[] = [];
  for (const { kind, voided, isBuiltIn, members, validFrom, validTo } of entries) {
    if (kind !== 'code_table_entry' || voided || isBuiltIn === true) continue;
    const { table, code, nameZh, nameEn, number } = members;
    if (typeof table !== 'string' || !isCodeTable(table) || typeof code !== 'string') continue;
    rows.push({
      table,
      symbol: code,
      label: { zh: textOf(nameZh) || code, en: textOf(nameEn) || code },
      validFrom,
      ...(typeof number === 'number' ? { number } : {}),
      ...(validTo === undefined ? {} : { validTo }),
    });
  }
  return rows.length === 0 ? undefined : new CodeTables(rows);
}

/**
 * Deadlines, laws and calendar out of master data with the built-in entries in it. Of a deadline each version counts up
 * to the day before the next one's first.
 */
export function dueRulesOf(data: MasterData): DueRules {
  const deadlines = data.entries('deadline_rule').flatMap(deadlineVersions).sort(inTrialOrder);
  return { deadlines, laws: lawsOf(data), calendarFrom: calendarOf(calendarDaysOf(data)) };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function deadlineVersions(versions: readonly MasterEntry[]): readonly Deadline[] {
  const standing = versions.filter(
    ({ voided, validFrom }, index) =>
      !voided && !versions.slice(index + 1).some((later) => !later.voided && later.validFrom === validFrom),
  );
  return standing.flatMap((version, index) => {
    const next = standing[index + 1]?.validFrom;
    return deadlineOf(version, next === undefined ? undefined : addDays(next, -1)) ?? [];
  });
}

function deadlineOf(
  { key, members, validFrom, validTo, isBuiltIn }: MasterEntry,
  until?: string,
): Deadline | undefined {
  const { days, dayUnit, subType, law, recordKind } = members;
  const startFields = textOf(members['startFields']).split(',');
  if (typeof days !== 'number' || typeof recordKind !== 'string' || typeof law !== 'string') return undefined;
  const end = validTo !== undefined && until !== undefined && until < validTo ? until : (validTo ?? until);
  const known =
    isBuiltIn === true ? builtInDeadlines.find((one) => one.id === key && one.law === law) : undefined;
  return {
    id: key,
    law,
    validFrom,
    ...(end === undefined ? {} : { validTo: end }),
    actor: namesOf(members, 'actor') ?? { zh: '', en: '' },
    recordKind,
    ...(typeof subType === 'string' ? { subType } : {}),
    startFields,
    days,
    unit: dayUnit === 'working' ? 'working' : 'calendar',
    confidence: known?.confidence ?? 'stated',
    source: textOf(members['source']),
  };
}

/** A name in both languages, where it is given in one of them at least. */
function namesOf(members: Members, field: string): { readonly zh: string; readonly en: string } | undefined {
  const zh = textOf(members[`${field}Zh`]);
  const en = textOf(members[`${field}En`]);
  return zh === '' && en === '' ? undefined : { zh: zh || en, en: en || zh };
}

const builtInIds: readonly string[] = [...new Set(builtInDeadlines.map(({ id }) => id))];

/** Own deadlines of the network first, then the built-in ones in their order: the particular before the general. */
function inTrialOrder(a: Deadline, b: Deadline): number {
  return builtInIds.indexOf(a.id) - builtInIds.indexOf(b.id);
}

/** The built-in laws, and those that only reported deadlines name, from the first to the last day of these. */
function lawsOf(data: MasterData): readonly LawVersion[] {
  const laws = new Map<string, LawVersion>();
  for (const { voided, isBuiltIn, members, validFrom, validTo } of data.entries('deadline_rule').flat()) {
    const id = textOf(members['law']);
    if (voided || isBuiltIn === true || id === '' || lawVersions.some((law) => law.id === id)) continue;
    const known = laws.get(id);
    const label = namesOf(members, 'lawName') ?? known?.label ?? { zh: id, en: id };
    const from = known !== undefined && known.validFrom < validFrom ? known.validFrom : validFrom;
    const end = known === undefined ? validTo : laterEnd(validTo, known.validTo);
    laws.set(id, { id, label, validFrom: from, ...(end === undefined ? {} : { validTo: end }) });
  }
  return [...lawVersions, ...laws.values()].sort((a, b) => (a.validFrom < b.validFrom ? -1 : 1));
}

/** Of two ends the later one; undefined is no end. */
function laterEnd(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return undefined;
  return a > b ? a : b;
}

function calendarDaysOf(data: MasterData): readonly CalendarDay[] {
  return data.entries('work_calendar_day').flatMap((versions) => {
    const last = versions.findLast(({ voided }) => !voided)?.members;
    const { day, dayType } = last ?? {};
    if (typeof day !== 'string') return [];
    if (dayType !== 'holiday' && dayType !== 'workday' && dayType !== 'ordinary') return [];
    return [{ day, dayType }];
  });
}

/** The rules with these reported versions of deadlines and calendar days on top of what is built in. */
export function reportedDueRules(entries: readonly MasterEntry[]): DueRules {
  return entries.length === 0
    ? builtInDueRules
    : dueRulesOf(new MasterData([...builtInEntries(), ...entries]));
}

/** What counts where nothing was reported. */
export const builtInDueRules: DueRules = dueRulesOf(new MasterData(builtInEntries()));
