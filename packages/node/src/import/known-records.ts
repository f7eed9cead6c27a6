// A push that holds nothing but records whose numbers are reported or on their way is refused as a whole, naming each
// (spec/import.md, "Own record ids").
import type { ImportOutcome } from './import-outcome.ts';

/** Why nothing of a push is new. */
export interface KnownRecords {
  readonly code: 'record_reported' | 'record_sending';
  readonly records: readonly {
    readonly row: number;
    readonly recordId: string;
    readonly code: string;
    /** ENTRY/LEAF, when it is reported. */
    readonly record?: string;
    /** Address of its receipt. */
    readonly receipt?: string;
  }[];
}

/** The refusal, where every record of the push is known; undefined where anything else is in it. */
export function knownRecordsOf({ rows, staged, findings }: ImportOutcome): KnownRecords | undefined {
  if (staged > 0) return undefined;
  const known = findings.filter(({ code }) => code === 'record_reported' || code === 'record_sending');
  if (known.length === 0 || known.length < rows) return undefined;
  return {
    code: known.some(({ code }) => code === 'record_reported') ? 'record_reported' : 'record_sending',
    records: known.map(({ row, code, value = '', record, receipt }) => ({
      row,
      recordId: value,
      code,
      ...(record === undefined ? {} : { record }),
      ...(receipt === undefined ? {} : { receipt }),
    })),
  };
}
