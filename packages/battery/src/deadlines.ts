/**
 * By when a record must be reported: the built-in deadlines by law version as data, and the date that follows from a
 * record and the deadlines in force. Working days are Monday to Friday where no calendar of holidays is known.
 * Implements spec/battery.md, "Deadlines".
 */
import { addDays, civilDateOfMoment, dayNumber } from './civil-date.ts';
import type { Label } from './finding.ts';
import type { Members } from './members.ts';

/** A law with the days on which it is in force. */
export interface LawVersion {
  /** lower_snake; built in are `rule_2018` and `order_73`. */
  readonly id: string;
  readonly label: Label;
  readonly validFrom: string;
  readonly validTo?: string;
}

/** A deadline. */
export interface Deadline {
  /** What it is known by, the same under each law; lower_snake. */
  readonly id: string;
  readonly law: LawVersion['id'];
  /** First and last civil date of the days that start the time. */
  readonly validFrom: string;
  readonly validTo?: string;
  /** Who has to report. */
  readonly actor: Label;
  readonly recordKind: string;
  /** Only records of this sub-type. */
  readonly subType?: string;
  /** The fields whose date starts the time; of several the first that is given. */
  readonly startFields: readonly string[];
  readonly days: number;
  readonly unit: 'working' | 'calendar';
  /**
   * `stated`: a source names it; `assumed`: the text in force could not be read, the number is the one of the earlier
   * rule or a common one.
   */
  readonly confidence: 'stated' | 'assumed';
  readonly source: string;
}

/** Days that differ from the week: holidays from Monday to Friday, and weekend days on which people work. */
export interface WorkCalendar {
  readonly holidays: ReadonlySet<string>;
  readonly workdays: ReadonlySet<string>;
}

/** What due dates follow from, as it stands at a node. */
export interface DueRules {
  /** In the order in which they are tried. */
  readonly deadlines: readonly Deadline[];
  /** In the order in which they came into force. */
  readonly laws: readonly LawVersion[];
  /**
   * The calendar for a term of so many working days that starts on this day; undefined where a year that it may reach
   * is not announced.
   */
  readonly calendarFrom: (start: string, days: number) => WorkCalendar | undefined;
}

/** When a record is due. */
export interface DueDate {
  readonly deadline: Deadline;
  readonly start: string;
  /** The last day in time. */
  readonly date: string;
  /** False for working days counted without a calendar: public holidays move the date to a later day. */
  readonly isExact: boolean;
}

/** The laws in the order in which they came into force. */
export const lawVersions: readonly LawVersion[] = [
  {
    id: 'rule_2018',
    label: { zh: '2018 年溯源管理暂行规定', en: 'traceability rule of 2018' },
    validFrom: '2018-08-01',
    validTo: '2026-03-31',
  },
  {
    id: 'order_73',
    label: { zh: '六部门令第 73 号', en: 'Order 73 of six ministries' },
    validFrom: '2026-04-01',
  },
];

const maker: Label = { zh: '汽车生产企业', en: 'vehicle maker' };
const repairer: Label = { zh: '汽车生产企业、维修企业', en: 'vehicle maker, repairer' };
const dismantler: Label = { zh: '报废机动车回收拆解企业', en: 'vehicle dismantler' };
const recycler: Label = { zh: '回收、综合利用企业', en: 'outlet, recycler' };

type Row = Omit<Deadline, 'law' | 'validFrom' | 'validTo' | 'confidence' | 'source'>;

/** What the rule of 2018 sets; the more particular start of the time stands before the general one. */
const production: Row = {
  id: 'production',
  actor: maker,
  recordKind: 'vehicle_production',
  startFields: ['customsDate', 'certificateDate'],
  days: 15,
  unit: 'working',
};
const sale: Row = {
  id: 'sale',
  actor: maker,
  recordKind: 'vehicle_sale',
  startFields: ['saleDate'],
  days: 30,
  unit: 'calendar',
};
const repair: Row = {
  id: 'repair',
  actor: repairer,
  recordKind: 'vehicle_repair',
  startFields: ['replaceDate'],
  days: 30,
  unit: 'working',
};
const scrap: Row = {
  id: 'scrap',
  actor: dismantler,
  recordKind: 'battery_recycling',
  subType: 'stock_in',
  startFields: ['scrapDate'],
  days: 15,
  unit: 'working',
};
const takenIn: Row = {
  id: 'taken_in',
  actor: recycler,
  recordKind: 'battery_recycling',
  subType: 'stock_in',
  startFields: ['storageDate'],
  days: 30,
  unit: 'working',
};
const dispatched: Row = { ...takenIn, id: 'dispatched', subType: 'dispatch', startFields: ['outDate'] };
const treated: Row = { ...takenIn, id: 'treated', subType: 'treatment', startFields: ['treatmentDate'] };
const calendar = { days: 30, unit: 'calendar' } as const;

/** A deadline counts as long as its law. */
const underLaw = (law: string, row: Row, confidence: Deadline['confidence'], source: string): Deadline => {
  const { validFrom = '', validTo } = lawVersions.find(({ id }) => id === law) ?? {};
  return { law, validFrom, ...(validTo === undefined ? {} : { validTo }), ...row, confidence, source };
};
const stated = (law: string, source: string, row: Row): Deadline => underLaw(law, row, 'stated', source);
const assumed = (law: string, source: string, row: Row): Deadline => underLaw(law, row, 'assumed', source);
const earlier = 'the number of the rule of 2018; the text in force is to be confirmed';

/** The built-in deadlines; of those that fit a record the first counts. */
export const deadlines: readonly Deadline[] = [
  stated('rule_2018', 'after the certificate; imports after customs and inspection', production),
  assumed('rule_2018', 'Article 9, number not confirmed', sale),
  stated('rule_2018', 'Article 10', repair),
  stated('rule_2018', 'Article 13', scrap),
  stated('rule_2018', 'Articles 11 and 15', takenIn),
  stated('rule_2018', 'Article 11', dispatched),
  stated('rule_2018', 'Article 15', treated),
  assumed('order_73', earlier, production),
  assumed('order_73', earlier, sale),
  assumed('order_73', earlier, repair),
  assumed('order_73', earlier, scrap),
  stated('order_73', 'Article 24 (7)', { ...takenIn, ...calendar }),
  stated('order_73', 'Article 24 (7)', { ...dispatched, ...calendar }),
  stated('order_73', 'Article 24 (7)', { ...treated, ...calendar }),
];

/**
 * When a record with these members must be reported, by what is in force on the day that starts the time; undefined
 * when no deadline is known for it. The day after the start is the first one counted.
 */
export function dueDate(
  recordKind: string,
  members: Members,
  { deadlines: inOrder, calendarFrom }: Pick<DueRules, 'deadlines' | 'calendarFrom'>,
): DueDate | undefined {
  for (const deadline of inOrder) {
    if (deadline.recordKind !== recordKind) continue;
    if (deadline.subType !== undefined && members['subType'] !== deadline.subType) continue;
    const start = startOf(deadline, members);
    if (start === undefined || !isInForce(deadline, start)) continue;
    if (deadline.unit === 'calendar')
      return { deadline, start, date: addDays(start, deadline.days), isExact: true };
    const workCalendar = calendarFrom(start, deadline.days);
    const date = addWorkingDays(start, deadline.days, workCalendar);
    return { deadline, start, date, isExact: workCalendar !== undefined };
  }
  return undefined;
}

function startOf({ startFields }: Deadline, members: Members): string | undefined {
  for (const field of startFields) {
    const value = members[field];
    if (typeof value === 'string') return civilDateOfMoment(value);
  }
  return undefined;
}

/** Whether a law or deadline is in force on a civil date. */
export function isInForce(
  { validFrom, validTo = '9999-12-31' }: Pick<LawVersion, 'validFrom' | 'validTo'>,
  date: string,
): boolean {
  return validFrom <= date && date <= validTo;
}

/** The date so many working days after the start. */
function addWorkingDays(start: string, days: number, workCalendar: WorkCalendar | undefined): string {
  let date = start;
  for (let left = days; left > 0;) {
    date = addDays(date, 1);
    if (isWorkingDay(date, workCalendar)) left -= 1;
  }
  return date;
}

/** 1970-01-01 was a Thursday, so day numbers 2 and 3 modulo 7 are Saturday and Sunday. */
function isWorkingDay(date: string, workCalendar: WorkCalendar | undefined): boolean {
  if (workCalendar?.workdays.has(date) === true) return true;
  if (workCalendar?.holidays.has(date) === true) return false;
  const weekday = ((dayNumber(date) % 7) + 7) % 7;
  return weekday !== 2 && weekday !== 3;
}
