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
