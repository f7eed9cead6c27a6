/**
 * By when a record must be reported: deadlines by law version as data, and the date that follows from a record. Working
 * days are Monday to Friday unless a calendar of holidays is given. Implements spec/battery.md, "Deadlines".
 */
import { addDays, civilDateOfMoment, dayNumber } from './civil-date.ts';
import type { Label } from './finding.ts';
import type { Members } from './members.ts';

/** A law with the days on which it is in force. */
export interface LawVersion {
  readonly id: 'rule_2018' | 'order_73';
  readonly label: Label;
  readonly validFrom: string;
  readonly validTo?: string;
}

/** A deadline. */
export interface Deadline {
  readonly law: LawVersion['id'];
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

type Row = Omit<Deadline, 'law' | 'confidence' | 'source'>;

/** What the rule of 2018 sets; the more particular start of the time stands before the general one. */
const production: Row = {
  actor: maker,
  recordKind: 'vehicle_production',
  startFields: ['customsDate', 'certificateDate'],
  days: 15,
  unit: 'working',
};
const sale: Row = {
  actor: maker,
  recordKind: 'vehicle_sale',
  startFields: ['saleDate'],
  days: 30,
  unit: 'calendar',
};
const repair: Row = {
  actor: repairer,
  recordKind: 'vehicle_repair',
  startFields: ['replaceDate'],
  days: 30,
  unit: 'working',
};
const scrap: Row = {
  actor: dismantler,
  recordKind: 'battery_recycling',
  subType: 'stock_in',
  startFields: ['scrapDate'],
  days: 15,
  unit: 'working',
};
const takenIn: Row = {
  actor: recycler,
  recordKind: 'battery_recycling',
  subType: 'stock_in',
  startFields: ['storageDate'],
  days: 30,
  unit: 'working',
};
const dispatched: Row = { ...takenIn, subType: 'dispatch', startFields: ['outDate'] };
const treated: Row = { ...takenIn, subType: 'treatment', startFields: ['treatmentDate'] };
const calendar = { days: 30, unit: 'calendar' } as const;

const stated = (law: Deadline['law'], source: string, row: Row): Deadline => ({
  law,
  ...row,
  confidence: 'stated',
  source,
});
const assumed = (law: Deadline['law'], source: string, row: Row): Deadline => ({
  law,
  ...row,
  confidence: 'assumed',
  source,
});
const earlier = 'the number of the rule of 2018; the text in force is to be confirmed';

/** Every deadline; of those that fit a record the first counts. */
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
 * When a record with these members must be reported, by the law in force on the day that starts the time; undefined
 * when no deadline is known for it. The day after the start is the first one counted.
 */
export function dueDate(
  recordKind: string,
  members: Members,
  workCalendar?: WorkCalendar,
): DueDate | undefined {
  for (const deadline of deadlines) {
    if (deadline.recordKind !== recordKind) continue;
    if (deadline.subType !== undefined && members['subType'] !== deadline.subType) continue;
    const start = startOf(deadline, members);
    if (start === undefined || !isLawInForce(deadline.law, start)) continue;
    const working = deadline.unit === 'working';
    return {
      deadline,
      start,
      date: working ? addWorkingDays(start, deadline.days, workCalendar) : addDays(start, deadline.days),
      isExact: !working || workCalendar !== undefined,
    };
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

/** Whether a law is in force on a civil date. */
export function isLawInForce(law: LawVersion['id'], date: string): boolean {
  const version = lawVersions.find(({ id }) => id === law);
  return version !== undefined && version.validFrom <= date && date <= (version.validTo ?? '9999-12-31');
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
