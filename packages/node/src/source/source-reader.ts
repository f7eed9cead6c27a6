// What every way of reading a source hands on: rows, some at a time, with the cursor to keep once they are stored. A new
// kind of system is a new function of this form.
import type { Transaction } from '../database/database.ts';
import { SourceFault } from './source-fault.ts';
import type { SourceLimits } from './source-limits.ts';
import { cursorLengthMax } from './source-limits.ts';

/** Some rows of one record kind. */
export interface RowChunk {
  /** Values out of `JSON.parse`, or texts by column. */
  readonly rows: readonly unknown[];
  /** The names of all columns, where the source names them apart from its rows. */
  readonly columns?: readonly string[];
  /** Everything is text, as in CSV. */
  readonly isText?: boolean;
  /** The cursor to keep when these rows are stored; the one before stays where it is absent. */
  readonly cursor?: string;
  /** True for the first rows of a page or file. */
  readonly isNewPage: boolean;
  /** Writes what belongs to these rows in their transaction. */
  readonly remember?: (tx: Transaction) => Promise<void>;
}

/** The surroundings of one reading. */
export interface ReadContext {
  readonly cursor: string | undefined;
  readonly secret: string | undefined;
  readonly limits: SourceLimits;
  readonly signal: AbortSignal;
  /** Folder for answers that lie on disk while they are read. */
  readonly temporaryDir: string;
  /** Runs work again after faults that may pass. */
  readonly retry: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Rows of one record kind, from the cursor on. Throws a {@link SourceFault}. */
export type RowReading = AsyncGenerator<RowChunk, void, undefined>;

/** A value of a row or answer as a cursor; undefined where there is none. */
export function cursorOf(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const isPlain = typeof value === 'string' || typeof value === 'number';
  const text = isPlain ? String(value) : '';
  if (!isPlain || text.length > cursorLengthMax || text.includes('\0'))
    throw new SourceFault('cursor_malformed');
  return text;
}

/** The secret that a source needs. */
export function secretIn({ secret }: ReadContext): string {
  if (secret === undefined) throw new SourceFault('secret_missing');
  return secret;
}
