// When a source runs next. Daily times are times in Asia/Shanghai, which has no summer time (spec/source.md, D16).
import type { SourceSchedule } from '@suyuan/api';

const minuteMs = 60_000;
const dayMs = 86_400_000;
const offsetMs = 8 * 3_600_000;
const retryMaxMs = 3_600_000;

/** The next moment after `nowMs`. */
export function nextRunAt(schedule: SourceSchedule, nowMs: number): number {
  if ('every' in schedule) return nowMs + schedule.every * minuteMs;
  const [hours = 0, minutes = 0] = schedule.daily.split(':').map(Number);
  const day = Math.floor((nowMs + offsetMs) / dayMs) * dayMs - offsetMs;
  const today = day + hours * 3_600_000 + minutes * minuteMs;
  return today > nowMs ? today : today + dayMs;
}

/** How long to wait after so many failed runs in a row: a minute, twice as long each time, an hour at most. */
export function retryPauseMs(failures: number, share: number): number {
  const pause = Math.min(minuteMs * 2 ** Math.min(failures, 10), retryMaxMs);
  return Math.round(pause * (1 + share / 5));
}
