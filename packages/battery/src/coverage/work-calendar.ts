/**
 * The working days of China as data: public holidays from Monday to Friday, and the weekend days on which people work
 * instead, as the State Council announces them each November for the next year. Implements spec/coverage.md, "Working
 * days".
 */
import { addDays } from '../civil-date.ts';
import type { WorkCalendar } from '../deadlines.ts';

interface CalendarYear {
  readonly year: number;
  /** Day of the notice of the General Office of the State Council that these days are from (部分节假日安排的通知). */
  readonly noticeOf: string;
  /** First and last day of each holiday, MM-DD. */
  readonly holidays: readonly (readonly [string, string])[];
  /** Saturdays and Sundays on which people work, MM-DD. */
  readonly workdays: readonly string[];
}

/** Years whose announcement is built in; a network reports the next ones as `work_calendar_day`. */
export const calendarYears: readonly CalendarYear[] = [
  {
    year: 2024,
    noticeOf: '2023-10-25',
    holidays: [
      ['01-01', '01-01'],
      ['02-10', '02-17'],
      ['04-04', '04-06'],
      ['05-01', '05-05'],
      ['06-08', '06-10'],
      ['09-15', '09-17'],
      ['10-01', '10-07'],
    ],
    workdays: ['02-04', '02-18', '04-07', '04-28', '05-11', '09-14', '09-29', '10-12'],
  },
  {
    year: 2025,
    noticeOf: '2024-11-12',
    holidays: [
      ['01-01', '01-01'],
      ['01-28', '02-04'],
      ['04-04', '04-06'],
      ['05-01', '05-05'],
      ['05-31', '06-02'],
      ['10-01', '10-08'],
    ],
    workdays: ['01-26', '02-08', '04-27', '09-28', '10-11'],
  },
  {
    year: 2026,
    noticeOf: '2025-11-04',
    holidays: [
      ['01-01', '01-03'],
      ['02-15', '02-23'],
      ['04-04', '04-06'],
      ['05-01', '05-05'],
      ['06-19', '06-21'],
      ['09-25', '09-27'],
      ['10-01', '10-07'],
    ],
    workdays: ['01-04', '02-14', '02-28', '05-09', '09-20', '10-10'],
  },
];

/** Calendar days that a week of five working days takes. */
const WEEK_SHARE = 7 / 5;
/** A year has fewer public holidays on weekdays. */
const HOLIDAYS_MAX = 33;

/** A day that differs from its week. */
export interface CalendarDay {
  readonly day: string;
  readonly dayType: 'holiday' | 'workday' | 'ordinary';
}

function expand({ year, holidays }: CalendarYear): readonly string[] {
  return holidays.flatMap(([from, to]) => {
    const days: string[] = [];
    for (let day = `${year}-${from}`; day <= `${year}-${to}`; day = addDays(day, 1)) days.push(day);
    return days;
  });
}

/** The days of the built-in years. */
export const calendarDays: readonly CalendarDay[] = calendarYears.flatMap((year) => [
  ...expand(year).map((day) => ({ day, dayType: 'holiday' as const })),
  ...year.workdays.map((day) => ({ day: `${year.year}-${day}`, dayType: 'workday' as const })),
]);

/**
 * The calendar for a term that starts on some day, out of days of which none stands twice; undefined for a term that
 * may reach into a year without a holiday among them.
 */
export function calendarOf(
  days: readonly CalendarDay[],
): (start: string, workingDays: number) => WorkCalendar | undefined {
  const of = (type: CalendarDay['dayType']): ReadonlySet<string> =>
    new Set(days.filter(({ dayType }) => dayType === type).map(({ day }) => day));
  const calendar: WorkCalendar = { holidays: of('holiday'), workdays: of('workday') };
  const years = new Set([...calendar.holidays].map((day) => day.slice(0, 4)));
  return (start, workingDays) => {
    const reach = addDays(start, Math.ceil(workingDays * WEEK_SHARE) + HOLIDAYS_MAX);
    for (let year = Number(start.slice(0, 4)); year <= Number(reach.slice(0, 4)); year += 1)
      if (!years.has(String(year))) return undefined;
    return calendar;
  };
}
