/**
 * The working days of China as data: public holidays from Monday to Friday, and the weekend days on which people work
 * instead, as the State Council announces them each November for the next year. Implements spec/coverage.md, "Working
 * days".
 */
import { addDays } from '../civil-date.ts';
import type { WorkCalendar } from '../deadlines.ts';

interface CalendarYear {
  readonly year: number;
  /** First and last day of each holiday, MM-DD. */
  readonly holidays: readonly (readonly [string, string])[];
  /** Saturdays and Sundays on which people work, MM-DD. */
  readonly workdays: readonly string[];
}

/** Years that are announced. */
export const calendarYears: readonly CalendarYear[] = [
  {
    year: 2024,
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

/** Days that a term of working days may take at most, holidays included. */
const TERM_DAYS_MAX = 75;

function expand({ year, holidays }: CalendarYear): readonly string[] {
  return holidays.flatMap(([from, to]) => {
    const days: string[] = [];
    for (let day = `${year}-${from}`; day <= `${year}-${to}`; day = addDays(day, 1)) days.push(day);
    return days;
  });
}

/** The announced years together. */
export const workCalendar: WorkCalendar = {
  holidays: new Set(calendarYears.flatMap(expand)),
  workdays: new Set(calendarYears.flatMap(({ year, workdays }) => workdays.map((day) => `${year}-${day}`))),
};

/** The calendar for a term that starts on this day; undefined where a year that it may reach is not announced. */
export function workCalendarFrom(start: string): WorkCalendar | undefined {
  const known = new Set(calendarYears.map(({ year }) => String(year)));
  return known.has(start.slice(0, 4)) && known.has(addDays(start, TERM_DAYS_MAX).slice(0, 4))
    ? workCalendar
    : undefined;
}
