// Which alerts are open, judged from readings alone: raised when a value is at its threshold twice in a row, cleared
// when it is well below twice in a row, so that a value that trembles is told once (spec/monitoring.md, MO9 to MO11).
import { alertRules } from '@suyuan/api';
import type { AlertCode, AlertFacts, AlertRule } from '@suyuan/api';

/** Thresholds other than those of the rules; `off`: not watched for. */
export type AlertThresholds = Readonly<Partial<Record<AlertCode, number | 'off'>>>;

/** One value that was read about one organisation. */
export interface Reading {
  readonly code: AlertCode;
  readonly organization: string;
  /** Undefined: it cannot be known now, and changes nothing. */
  readonly value: number | undefined;
  readonly facts: AlertFacts;
}

/** An alert that is open. */
export interface OpenAlert {
  readonly code: AlertCode;
  readonly organization: string;
  readonly raisedAtMs: number;
  /** Of the last reading. */
  readonly value: number;
  readonly facts: AlertFacts;
}

/** What a round of readings has changed. */
export interface AlertChange {
  readonly state: 'raised' | 'cleared';
  readonly alert: OpenAlert;
  readonly atMs: number;
}

/** Readings in a row that raise, and that clear. */
const IN_ROW = 2;

interface Entry {
  open: OpenAlert | undefined;
  worse: number;
  better: number;
}

/** The alerts of one node. */
export class AlertBook {
  readonly #thresholds: AlertThresholds;
  readonly #entries = new Map<string, Entry>();

  /** `open`: what an earlier process has left open. */
  constructor(thresholds: AlertThresholds, open: readonly OpenAlert[]) {
    this.#thresholds = thresholds;
    for (const alert of open) this.#entries.set(keyOf(alert), { open: alert, worse: 0, better: 0 });
  }

  /** Takes a round of readings, all that there are: what nothing is read about any more is over. */
  judge(readings: readonly Reading[], nowMs: number): readonly AlertChange[] {
    const changes: AlertChange[] = [];
    const seen = new Set<string>();
    for (const reading of readings) {
      const threshold = this.#thresholds[reading.code] ?? alertRules[reading.code].threshold;
      if (threshold === 'off') continue;
      const key = keyOf(reading);
      seen.add(key);
      if (reading.value === undefined) continue;
      const change = this.#take(key, { ...reading, value: reading.value }, threshold, nowMs);
      if (change !== undefined) changes.push(change);
    }
    for (const [key, { open }] of this.#entries) {
      if (seen.has(key)) continue;
      this.#entries.delete(key);
      if (open !== undefined) changes.push({ state: 'cleared', alert: open, atMs: nowMs });
    }
    return changes;
  }

  /** What is open now, critical first, then the oldest. */
  open(): readonly OpenAlert[] {
    const open = [...this.#entries.values()].flatMap((entry) => entry.open ?? []);
    const rank = ({ code }: OpenAlert): number => (alertRules[code].level === 'critical' ? 0 : 1);
    return open.toSorted((a, b) => rank(a) - rank(b) || a.raisedAtMs - b.raisedAtMs);
  }

  #take(
    key: string,
    { code, organization, value, facts }: Reading & { readonly value: number },
    threshold: number,
    nowMs: number,
  ): AlertChange | undefined {
    const entry = this.#entries.get(key) ?? { open: undefined, worse: 0, better: 0 };
    const { isBad, isGood } = judgeValue(alertRules[code], threshold, value);
    entry.worse = isBad ? entry.worse + 1 : 0;
    entry.better = isGood ? entry.better + 1 : 0;
    if (entry.open !== undefined) {
      const alert = { code, organization, raisedAtMs: entry.open.raisedAtMs, value, facts };
      if (entry.better < IN_ROW) {
        // What it is judged by while it gets better would say that nothing is wrong.
        if (!isGood) entry.open = alert;
        return undefined;
      }
      this.#entries.delete(key);
      return { state: 'cleared', alert: entry.open, atMs: nowMs };
    }
    if (entry.worse === 0) {
      this.#entries.delete(key);
      return undefined;
    }
    this.#entries.set(key, entry);
    if (entry.worse < IN_ROW) return undefined;
    entry.open = { code, organization, raisedAtMs: nowMs, value, facts };
    return { state: 'raised', alert: entry.open, atMs: nowMs };
  }
}

/** One alert for each code and organisation. */
function keyOf({ code, organization }: Pick<OpenAlert, 'code' | 'organization'>): string {
  return `${code} ${organization}`;
}

function judgeValue(
  { worse, clearShare }: AlertRule,
  threshold: number,
  value: number,
): { readonly isBad: boolean; readonly isGood: boolean } {
  const clear = threshold * clearShare;
  if (worse === 'more') return { isBad: value >= threshold, isGood: value <= clear };
  return { isBad: value <= threshold, isGood: value >= clear && value > threshold };
}
