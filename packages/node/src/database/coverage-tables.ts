// The tables of coverage and deadlines (spec/coverage.md); part of tables.ts.
import type { CoveredProduct } from '@suyuan/battery';

/** What is counted of batteries, vehicles and reporters. */
export interface CoverageTables {
  /** What is known of a battery or vehicle by its stages. */
  coverage: {
    code: string;
    product: CoveredProduct;
    /** The latest date of each act, as JSON. */
    milestones: string;
    /** The record kind that is awaited, the act it follows, and the last day in time. */
    awaited: string | null;
    after: string | null;
    due_on: string | null;
  };
  coverage_stage: { product: CoveredProduct; act: string; codes: number };
  coverage_due: { awaited: string; product: CoveredProduct; due_on: string; codes: number };
  coverage_reporter: {
    kind: string;
    reporter: string;
    batches: number;
    records: number;
    last_entry: number;
    last_at: Date | null;
  };
  coverage_deadline: {
    kind: string;
    sub_type: string;
    law: string;
    month: string;
    in_time: number;
    late: number;
  };
}
