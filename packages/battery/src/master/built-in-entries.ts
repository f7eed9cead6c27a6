/**
 * What the product brings of the kinds that a network maintains itself, as master data: code tables, deadlines and the
 * work calendar. Reported versions come on top. Implements spec/battery.md, "Master data".
 */
import { codeTableIds } from '../code/code-tables.ts';
import { codeTables } from '../code/tables.ts';
import { calendarDays } from '../coverage/work-calendar.ts';
import { deadlines, lawVersions } from '../deadlines.ts';
import type { Members } from '../members.ts';
import type { MasterEntry, MasterKindId } from './master-data.ts';
import { entryOfMembers } from './master-data.ts';

/** In front of the log. */
const place = { entry: -1, leaf: 0, reporter: '', voided: false } as const;

/** Every built-in version, as if it had been reported before everything else. */
export function builtInEntries(): readonly MasterEntry[] {
  return [
    ...codeRows(),
    ...deadlineRows(),
    ...calendarDays.map((day) => builtIn('work_calendar_day', { ...day })),
  ].flat();
}

function builtIn(kind: MasterKindId, members: Members): readonly MasterEntry[] {
  const entry = entryOfMembers(kind, members, place);
  return entry === undefined ? [] : [{ isBuiltIn: true, ...entry }];
}

function codeRows(): readonly (readonly MasterEntry[])[] {
  return codeTableIds.flatMap((table) =>
    codeTables[table].symbols.map(({ symbol, label, ...more }) =>
      builtIn('code_table_entry', { table, code: symbol, nameZh: label.zh, nameEn: label.en, ...more }),
    ),
  );
}

function deadlineRows(): readonly (readonly MasterEntry[])[] {
  return deadlines.map(
    ({ id, actor, startFields, unit, recordKind, subType, days, validFrom, validTo, ...of }) => {
      const law = lawVersions.find((version) => version.id === of.law);
      return builtIn('deadline_rule', {
        deadlineId: id,
        startFields: startFields.join(','),
        dayUnit: unit,
        lawNameZh: law?.label.zh,
        lawNameEn: law?.label.en,
        actorZh: actor.zh,
        actorEn: actor.en,
        recordKind,
        subType,
        days,
        law: of.law,
        source: of.source,
        validFrom,
        validTo,
      });
    },
  );
}
