/**
 * Civil dates as text, `YYYY-MM-DD`, which compare as text. Implements spec/battery.md, "Values".
 */

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** True when the day exists in the Gregorian calendar. */
export function isCivilDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1 || day > (DAYS[month - 1] ?? 0)) return false;
  if (month !== 2 || day < 29) return true;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Two digits of a number from 0 to 99. */
export function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}

/** The text of a day; does not check it. */
export function formatCivilDate(year: number, month: number, day: number): string {
  return `${String(year).padStart(4, '0')}-${twoDigits(month)}-${twoDigits(day)}`;
}

/** 0 for `YYYY-MM-DD` of a day that exists, 1 for another form, 2 for a day that does not exist (or year below 1900). */
export function civilDateFault(text: string): 0 | 1 | 2 {
  if (text.length !== 10) return 1;
  for (let i = 0; i < 10; i += 1) {
    const symbol = text.charCodeAt(i);
    if (i === 4 || i === 7 ? symbol !== 0x2d : symbol < 0x30 || symbol > 0x39) return 1;
  }
  const year = digitsAt(text, 0, 4);
  return year >= 1900 && isCivilDate(year, digitsAt(text, 5, 2), digitsAt(text, 8, 2)) ? 0 : 2;
}

/** A civil date as a number that compares like it: 20261120 for `2026-11-20`. */
export function civilDateNumber(date: string): number {
  return digitsAt(date, 0, 4) * 10_000 + digitsAt(date, 5, 2) * 100 + digitsAt(date, 8, 2);
}

/** The number that `count` decimal digits at `from` make; the caller has checked that they are digits. */
export function digitsAt(text: string, from: number, count: number): number {
  let value = 0;
  for (let i = from; i < from + count; i += 1) value = value * 10 + text.charCodeAt(i) - 0x30;
  return value;
}

/** The civil date in Asia/Shanghai, eight hours ahead of UTC, of a date or of a time with offset as records hold them. */
export function civilDateOfMoment(moment: string): string {
  return moment.length <= 10 ? moment : addMinutes(moment, 480 - offsetMinutes(moment)).slice(0, 10);
}

/** `YYYY-MM-DDThh:mm:ss` in Asia/Shanghai of a time with offset. Times so written compare as text. */
export function shanghaiTime(moment: string): string {
  return addMinutes(moment, 480 - offsetMinutes(moment));
}

function offsetMinutes(moment: string): number {
  const minutes = digitsAt(moment, 20, 2) * 60 + digitsAt(moment, 23, 2);
  return moment.charAt(19) === '-' ? -minutes : minutes;
}

function addMinutes(moment: string, minutes: number): string {
  const inDay = digitsAt(moment, 11, 2) * 60 + digitsAt(moment, 14, 2) + minutes;
  const days = Math.floor(inDay / 1_440);
  const rest = inDay - days * 1_440;
  const date = days === 0 ? moment.slice(0, 10) : addDays(moment.slice(0, 10), days);
  return `${date}T${twoDigits(Math.floor(rest / 60))}:${twoDigits(rest % 60)}${moment.slice(16, 19)}`;
}

/** The civil date so many days later (or earlier); the date must exist. */
export function addDays(date: string, days: number): string {
  return civilDateOfDay(dayNumber(date) + days);
}

/** Days since 1970-01-01 of a civil date that exists (Howard Hinnant, chrono-compatible low-level date algorithms). */
export function dayNumber(date: string): number {
  const month = digitsAt(date, 5, 2);
  const year = digitsAt(date, 0, 4) - (month <= 2 ? 1 : 0);
  const era = Math.floor(year / 400);
  const yearOfEra = year - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + digitsAt(date, 8, 2) - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function civilDateOfDay(day: number): string {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const place = Math.floor((5 * dayOfYear + 2) / 153);
  const month = place + (place < 10 ? 3 : -9);
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return formatCivilDate(year, month, dayOfYear - Math.floor((153 * place + 2) / 5) + 1);
}
