// What ends a run of a source: a fault of the source, with a code that people get a sentence for (spec/source.md).
import type { SourceFailureCode } from '@suyuan/api';

import { Fault } from '../fault.ts';

/** What is known of a fault besides its code. */
export interface SourceFaultFacts {
  /** Such as `http_500`; never a secret, never text of the source. */
  readonly detail?: string;
  /** Trying again may help. */
  readonly isTemporary?: boolean;
  /** What the source asks to wait. */
  readonly waitMs?: number;
  readonly cause?: unknown;
}

/** A source that does not give what it is bound to give. */
export class SourceFault extends Fault<SourceFailureCode> {
  readonly detail: string | undefined;
  readonly isTemporary: boolean;
  readonly waitMs: number;

  constructor(code: SourceFailureCode, facts: SourceFaultFacts = {}) {
    super(code, facts.detail === undefined ? code : `${code}: ${facts.detail}`, facts.cause);
    this.name = 'SourceFault';
    this.detail = facts.detail;
    this.isTemporary = facts.isTemporary ?? false;
    this.waitMs = facts.waitMs ?? 0;
  }
}
