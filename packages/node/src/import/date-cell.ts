// From the serial number of a date cell to the civil date and time that the spreadsheet program shows, for
// both epochs, the day 1900-02-29 that never was included (ECMA-376 part 1, 18.17.4).
import type { DateCell } from '@suyuan/battery';

const secondsPerDay = 86_400;
const dayMs = 86_400_000;
/** Serial number of 1970-01-01 in the 1900 system, counting the day that never was. */
const unixEpochSerial = 25_569;
const lastSerial = 2_958_465;

/** The date that serial `serial` shows; undefined where spreadsheet programs show no date. */
export function dateOfSerial(serial: number, epoch: 1900 | 1904): DateCell | undefined {
  const shifted = epoch === 1904 ? serial + 1_462 : serial;
  if (!(shifted >= 0 && shifted < lastSerial + 1)) return undefined;
  const seconds = Math.round(shifted * secondsPerDay);
  const day = Math.floor(seconds / secondsPerDay);
  const rest = seconds - day * secondsPerDay;
  return { kind: 'date', ...civilDate(day, epoch), ...timeOfDay(rest) };
}

function civilDate(day: number, epoch: 1900 | 1904): Pick<DateCell, 'year' | 'month' | 'day'> {
  if (epoch === 1900 && day === 0) return { year: 1900, month: 1, day: 0 };
  if (epoch === 1900 && day === 60) return { year: 1900, month: 2, day: 29 };
  const late = day > 60 || epoch === 1904 ? 0 : 1;
  const date = new Date((day - unixEpochSerial + late) * dayMs);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

function timeOfDay(seconds: number): Pick<DateCell, 'hour' | 'minute' | 'second'> {
  if (seconds === 0) return {};
  return { hour: Math.floor(seconds / 3_600), minute: Math.floor(seconds / 60) % 60, second: seconds % 60 };
}
