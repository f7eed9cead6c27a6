/**
 * The state of reading one record: its findings, its values that passed, its subjects. Implements spec/battery.md,
 * "Findings".
 */
import { civilDateNumber } from './civil-date.ts';
import type { CodeSymbols } from './code/code-tables.ts';
import { builtInCodeTables } from './code/code-tables.ts';
import type { Finding, FindingCode, FindingFacts } from './finding.ts';
import { makeFinding } from './finding.ts';
import type { RecordContext, RecordValues, Subject, SubjectRole } from './kind.ts';

/** Findings kept of one record; further ones are counted only. */
export const findingsMax = 100;

/** What reading one record gathers. */
export class Reading implements RecordValues {
  readonly context: RecordContext;
  readonly findings: Finding[] = [];
  readonly subjects: Subject[] = [];
  /** For each field its value; null when it was given but is wrong, undefined when it was not given. */
  readonly values: unknown[];
  /** Today as a number, 20261120. */
  readonly today: number;
  /** What the symbols of battery codes mean today. */
  readonly symbols: CodeSymbols;
  errors = 0;
  readonly #places: ReadonlyMap<string, number>;

  constructor(
    context: RecordContext,
    fields: { readonly places: ReadonlyMap<string, number>; readonly blank: readonly unknown[] },
  ) {
    this.context = context;
    this.today = civilDateNumber(context.today);
    this.symbols = (context.tables ?? builtInCodeTables).symbolsOn(context.today);
    this.#places = fields.places;
    this.values = fields.blank.slice();
  }

  /** Notes a finding about a field. */
  say(code: FindingCode, field: string, facts: FindingFacts = {}): void {
    this.add(makeFinding(code, { ...facts, field }));
  }

  /** Notes a finding that is already made. */
  add(finding: Finding): void {
    if (finding.level === 'error') this.errors += 1;
    if (this.findings.length < findingsMax) this.findings.push(finding);
  }

  /** Adds a code under which the record can be found. */
  addSubject(code: string, role: SubjectRole): void {
    this.subjects.push({ code, role });
  }

  /** Notes that the field at this place was given, right or wrong; its reader replaces the null. */
  markGiven(place: number): void {
    this.values[place] = null;
  }

  given(field: string): boolean {
    return this.#valueOf(field) !== undefined;
  }

  text(field: string): string | undefined {
    const value = this.#valueOf(field);
    return typeof value === 'string' ? value : undefined;
  }

  number(field: string): number | undefined {
    const value = this.#valueOf(field);
    return typeof value === 'number' ? value : undefined;
  }

  flag(field: string): boolean | undefined {
    const value = this.#valueOf(field);
    return typeof value === 'boolean' ? value : undefined;
  }

  list(field: string): readonly string[] | undefined {
    const value = this.#valueOf(field);
    return Array.isArray(value) ? value : undefined;
  }

  #valueOf(field: string): unknown {
    const place = this.#places.get(field);
    return place === undefined ? undefined : this.values[place];
  }
}
