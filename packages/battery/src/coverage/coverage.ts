/**
 * Which stages of a battery's life are reported, and which should be by now: milestones that are gathered record by
 * record in any order, and what is awaited after them. Implements spec/coverage.md, "Stages".
 */
import { addDays, civilDateOfMoment } from '../civil-date.ts';
import { batteryCodeProduct } from '../code/battery-code.ts';
import { vinLength } from '../code/vin.ts';
import type { CustodyAct } from '../custody/custody-move.ts';
import { custodyMoves } from '../custody/custody-move.ts';
import { isInForce } from '../deadlines.ts';
import type { DueRules } from '../deadlines.ts';
import type { FoundRecord } from '../family.ts';
import { coverageRules } from './coverage-rules.ts';
import type { CoveredProduct, CoverageRule } from './coverage-rules.ts';

/** The latest date of each act that is known of a code. */
export type Milestones = { readonly [act in CustodyAct]?: string };

/** One act of one code, as a record reports it. */
export interface CoverageStep {
  readonly code: string;
  readonly product: CoveredProduct;
  readonly act: CustodyAct;
  /** Civil date in Asia/Shanghai. */
  readonly on: string;
}

/** A stage that is awaited. */
export interface AwaitedStage {
  readonly recordKind: string;
  /** The act that it follows. */
  readonly after: CustodyAct;
  readonly since: string;
  /** The last day in time. */
  readonly dueOn: string;
}

function productOf(code: string): CoveredProduct | undefined {
  if (code.length === vinLength) return 'V';
  const product = batteryCodeProduct(code);
  return product === 'P' || product === 'M' ? product : undefined;
}

/** What a record says of the stages of packs, modules and vehicles; nothing for a voided one. */
export function coverageSteps(record: FoundRecord): readonly CoverageStep[] {
  if (record.voided) return [];
  const isCovered = (code: string): boolean => productOf(code) !== undefined;
  return custodyMoves(record, isCovered).flatMap(({ code, act, at }) => {
    const product = productOf(code);
    return product === undefined ? [] : [{ code, product, act, on: civilDateOfMoment(at) }];
  });
}

/** The milestones with one more act; the same whatever the order in which they are added. */
export function addMilestone(
  milestones: Milestones,
  { act, on }: Pick<CoverageStep, 'act' | 'on'>,
): Milestones {
  const known = milestones[act];
  // Not a spread: V8 keeps such an object until the next full collection, and this is done for each step.
  return known !== undefined && known >= on ? milestones : Object.assign({}, milestones, { [act]: on });
}

/** The stage that was or will be due first of those awaited, by the deadlines in force; undefined when none is. */
export function awaitedStage(
  product: CoveredProduct,
  milestones: Milestones,
  rules: Pick<DueRules, 'deadlines'>,
): AwaitedStage | undefined {
  let first: AwaitedStage | undefined;
  for (const rule of coverageRules) {
    const awaited = rule.product === product ? awaitedBy(rule, milestones, rules) : undefined;
    if (awaited !== undefined && (first === undefined || awaited.dueOn < first.dueOn)) first = awaited;
  }
  return first;
}

function awaitedBy(
  rule: CoverageRule,
  milestones: Milestones,
  rules: Pick<DueRules, 'deadlines'>,
): AwaitedStage | undefined {
  let after: CustodyAct | undefined;
  let since = '';
  for (const act of rule.after) {
    const on = milestones[act];
    if (on === undefined || on <= since) continue;
    after = act;
    since = on;
  }
  if (after === undefined) return undefined;
  const isDone = rule.until.some((act) => {
    const on = milestones[act];
    return on !== undefined && (rule.anyTime === true || on >= since);
  });
  if (isDone) return undefined;
  const stageOn = addDays(since, rule.days);
  const dueOn = addDays(stageOn, reportDays(rule.recordKind, stageOn, rules));
  return { recordKind: rule.recordKind, after, since, dueOn };
}

/** Calendar days for reporting where no deadline is known. */
const REPORT_DAYS = 30;
/** Calendar days that a week of five working days takes. */
const WEEK_SHARE = 7 / 5;

/** The longest time that the law in force on that day gives for reporting a record of the kind, in calendar days. */
function reportDays(recordKind: string, on: string, { deadlines }: Pick<DueRules, 'deadlines'>): number {
  const days = deadlines
    .filter((deadline) => deadline.recordKind === recordKind && isInForce(deadline, on))
    .map((deadline) => (deadline.unit === 'working' ? Math.ceil(deadline.days * WEEK_SHARE) : deadline.days));
  return days.length === 0 ? REPORT_DAYS : Math.max(...days);
}
