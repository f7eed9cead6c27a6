// The answer of every import, by workbook or by push.
import type { ImportFinding } from './import-finding.ts';

/** What an import did. `id` is null for a dry run, which is not kept. */
export interface ImportOutcome {
  readonly id: number | null;
  readonly kind: string;
  readonly dryRun: boolean;
  readonly rows: number;
  readonly staged: number;
  readonly errors: number;
  readonly warnings: number;
  /** Rows that a mapping passed over; they are not in `rows`. */
  readonly skipped?: number;
  /** The first thousand. */
  readonly findings: readonly ImportFinding[];
}
