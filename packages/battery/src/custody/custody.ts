/**
 * Custody: where every battery and vehicle is, in what, since when and in which status, folded from the records found.
 * The same records give the same result in whatever order they arrive. Implements spec/custody.md, "Fold".
 */
import { vinLength } from '../code/vin.ts';
import type { FoundRecord } from '../family.ts';
import type { Finding } from '../finding.ts';
import { makeFinding } from '../finding.ts';
import type { CustodyAct, CustodyMove, RecordName } from './custody-move.ts';
import { custodyMoves, nameOfRecord } from './custody-move.ts';
import type { Doubt, Standing } from './custody-rules.ts';
import { afterBattery, afterVehicle, judgeBattery, judgeVehicle, nothingKnown } from './custody-rules.ts';

/** How the parties settled a conflict: of the records named, only those upheld count. */
export interface CustodyResolution {
  readonly entry: number;
  readonly records: readonly RecordName[];
  readonly upheld: readonly RecordName[];
}

/** Records that contradict each other about one code. */
export interface CustodyConflict {
  readonly code: string;
  readonly finding: Finding;
  /** The record that is flagged first on the time line, and the one that meets it. */
  readonly records: readonly [RecordName, RecordName];
  /** True when a resolution names both records and upholds both. */
  readonly isSettled: boolean;
}

/** One move on the time line of a code. */
export interface CustodyStep {
  readonly record: RecordName;
  readonly recordKind: string;
  readonly act: CustodyAct;
  readonly at: string;
  /** What is known after it. */
  readonly standing: Standing;
  /** `provisional`: something earlier is missing; `conflict`: another record says otherwise. */
  readonly verdict: 'sound' | 'provisional' | 'conflict';
  /** What is missing or contradicted at this step. */
  readonly findings: readonly Finding[];
  /** True when something that happened later stands earlier in the log. */
  readonly isLate: boolean;
}

/** What is known of one code. */
export interface CustodyState extends Standing {
  readonly code: string;
  readonly kind: 'battery' | 'vehicle';
  /** For a vehicle: what is mounted now, in the order of mounting. */
  readonly batteries: readonly string[];
  /** The vehicle that it is in, directly or through the wholes it is part of. */
  readonly vehicle?: string;
  readonly steps: readonly CustodyStep[];
  readonly conflicts: readonly CustodyConflict[];
  /** What is missing; empty when the state is not provisional. */
  readonly missing: readonly Finding[];
}

/** Wholes followed up from a code at most. */
const DEPTH_MAX = 16;

/** A code while the moves are gone through. */
interface Running {
  standing: Standing;
  /** Where it was before it came off a vehicle last. */
  lastPlace: string | undefined;
  readonly steps: CustodyStep[];
  readonly conflicts: CustodyConflict[];
  readonly missing: Finding[];
  readonly batteries: Set<string>;
}

/** The folded custody of all codes that the records name. */
export class Custody {
  readonly #running = new Map<string, Running>();
  readonly #unread = new Set<string>();
  readonly #settled: readonly CustodyResolution[];

  /**
   * `found` in any order; of records found twice one is used. Voided records and those not upheld do not count. With
   * `codes` nothing is folded of others.
   */
  constructor(
    found: readonly FoundRecord[],
    resolutions: readonly CustodyResolution[] = [],
    codes?: ReadonlySet<string>,
  ) {
    this.#settled = resolutions.toSorted((a, b) => a.entry - b.entry);
    const dropped = droppedBy(this.#settled);
    const seen = new Set<string>();
    const moves: CustodyMove[] = [];
    const isWanted = codes && ((code: string) => codes.has(code));
    for (const record of found) {
      const name = nameOfRecord(record);
      if (record.voided || dropped.has(name) || seen.has(name)) continue;
      seen.add(name);
      if (record.publicText === undefined) for (const { code } of record.subjects) this.#unread.add(code);
      for (const move of custodyMoves(record, isWanted)) moves.push(move);
    }
    // The moves of all codes in one order, so that what is known of another code is what was known at that moment.
    moves.sort((a, b) => (a.key < b.key ? -1 : 1));
    for (const move of moves) this.#apply(move);
  }

  /** Codes of which a move is known. */
  codes(): readonly string[] {
    return [...this.#running.keys()];
  }

  /** What is known of a code; status `unknown` when no record places it. */
  state(code: string): CustodyState {
    const { standing, steps, conflicts, missing, batteries } = this.#running.get(code) ?? begin();
    const kind = code.length === vinLength ? 'vehicle' : 'battery';
    const vehicle = kind === 'vehicle' ? undefined : this.#vehicleOf(standing);
    const unread = this.#unread.has(code) ? [makeFinding('custody_text_missing', { value: code })] : [];
    return {
      code,
      kind,
      ...standing,
      batteries: [...batteries],
      ...(vehicle === undefined ? {} : { vehicle }),
      steps: markLate(steps),
      conflicts,
      missing: [...missing, ...unread],
    };
  }

  /** The vehicle or the whole that a code is in, as its state says. */
  place(code: string): string | undefined {
    return this.#running.get(code)?.standing.in;
  }

  /** Conflicts about any code, each once for every code that it is about. */
  conflicts(): readonly CustodyConflict[] {
    return [...this.#running.values()].flatMap(({ conflicts }) => conflicts);
  }

  #apply(move: CustodyMove): void {
    const { code, record, recordKind, act, at } = move;
    let running = this.#running.get(code);
    if (running === undefined) {
      running = begin();
      this.#running.set(code, running);
    }
    const before = running.standing;
    const isVehicle = code.length === vinLength;
    const doubts = isVehicle
      ? judgeVehicle(move, before)
      : judgeBattery(move, before, this.#vehicleOf(before));
    const now = running;
    const findings = doubts.map((doubt) => this.#note(now, move, doubt));
    if (move.battery !== undefined) {
      // The battery's own move stands before the vehicle's; a part inside a pack is not counted beside the pack.
      const isOn = this.#running.get(move.battery)?.standing.in === code;
      if (act === 'mounted' && isOn) running.batteries.add(move.battery);
      else if (act === 'unmounted') running.batteries.delete(move.battery);
    }
    if (act === 'unmounted') running.lastPlace = before.in;
    running.standing = isVehicle
      ? afterVehicle(move, before)
      : afterBattery(move, before, act === 'mounted' ? this.#placeOf(move) : undefined);
    const verdict = verdictOf(doubts);
    const { standing } = running;
    running.steps.push({ record, recordKind, act, at, standing, verdict, findings, isLate: false });
  }

  #note(running: Running, { code, record }: CustodyMove, doubt: Doubt): Finding {
    const finding = makeFinding(doubt.code, { value: code, ...factsOf(doubt) });
    if (doubt.against === undefined) {
      if (running.missing.every((one) => one.code !== doubt.code)) running.missing.push(finding);
      return finding;
    }
    const names = [nameOfRecord(doubt.against), nameOfRecord(record)];
    const isSettled = this.#settled.some(({ records }) => {
      const named = new Set(records.map(nameOfRecord));
      return names.every((name) => named.has(name));
    });
    running.conflicts.push({ code, finding, records: [doubt.against, record], isSettled });
    return finding;
  }

  /** Where a mounted part goes: into the whole that the replaced part was in, else onto the vehicle. */
  #placeOf(move: CustodyMove): string | undefined {
    if (move.replaces === undefined) return move.vehicle;
    const place = this.#running.get(move.replaces)?.lastPlace;
    return place === undefined || place.length === vinLength || place === move.code ? move.vehicle : place;
  }

  /** The vehicle that a place is in, through the wholes; undefined when it is in none, or in a circle. */
  #vehicleOf(standing: Standing): string | undefined {
    let place = standing.in;
    for (let depth = 0; place !== undefined && depth < DEPTH_MAX; depth += 1) {
      if (place.length === vinLength) return place;
      place = this.#running.get(place)?.standing.in;
    }
    return undefined;
  }
}

function begin(): Running {
  return {
    standing: nothingKnown,
    lastPlace: undefined,
    steps: [],
    conflicts: [],
    missing: [],
    batteries: new Set(),
  };
}

/** Names of records that a resolution leaves out; of several resolutions the last one counts. */
function droppedBy(resolutions: readonly CustodyResolution[]): ReadonlySet<string> {
  const dropped = new Set<string>();
  for (const { records, upheld } of resolutions) {
    for (const record of records) dropped.add(nameOfRecord(record));
    for (const record of upheld) dropped.delete(nameOfRecord(record));
  }
  return dropped;
}

function factsOf({ against }: Doubt): Record<string, string> {
  return against === undefined ? {} : { record: nameOfRecord(against) };
}

function verdictOf(doubts: readonly Doubt[]): CustodyStep['verdict'] {
  if (doubts.some(({ against }) => against !== undefined)) return 'conflict';
  return doubts.length === 0 ? 'sound' : 'provisional';
}

/** Marks the steps behind which a step of an earlier entry stands. */
function markLate(steps: readonly CustodyStep[]): readonly CustodyStep[] {
  let lowest = Infinity;
  return steps
    .toReversed()
    .map((step) => {
      const isLate = step.record.entry > lowest;
      lowest = Math.min(lowest, step.record.entry);
      return isLate ? { ...step, isLate } : step;
    })
    .toReversed();
}

/** Folds the records found; with `codes` what they say of these alone. */
export function foldCustody(
  found: readonly FoundRecord[],
  resolutions: readonly CustodyResolution[] = [],
  codes?: ReadonlySet<string>,
): Custody {
  return new Custody(found, resolutions, codes);
}
