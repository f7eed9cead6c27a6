/** A place in a value that is being checked: reads members and says problems by the place's path. */
import { isMembers } from '../members.ts';
import type { MappingProblem, MappingProblemCode, MappingValue } from './mapping.ts';
import { mappingLimits } from './mapping.ts';
import { mappingProblem } from './mapping-problems.ts';

const NAME_SHOWN_MAX = 64;

/** A value with its path. Every reader gives a value of its type, even when it says a problem. */
export class Checked {
  readonly value: unknown;
  readonly #path: string;
  readonly #problems: MappingProblem[];

  constructor(value: unknown, path: string, problems: MappingProblem[]) {
    this.value = value;
    this.#path = path;
    this.#problems = problems;
  }

  /** Notes a problem of this place. */
  say(code: MappingProblemCode, facts: Readonly<Record<string, string | number>> = {}): void {
    this.#problems.push(mappingProblem(this.#path, code, facts));
  }

  /** The place of a member, there or not. */
  member(name: string): Checked {
    const { value } = this;
    const member = isMembers(value) && Object.hasOwn(value, name) ? value[name] : undefined;
    const path = `${this.#path === '' ? '' : `${this.#path}.`}${name.slice(0, NAME_SHOWN_MAX)}`;
    return new Checked(member, path, this.#problems);
  }

  /** The place of a member that is there. */
  optional(name: string): Checked | undefined {
    const member = this.member(name);
    return member.value === undefined ? undefined : member;
  }

  /** Says when the value is no object, and names members beyond these. True for an object. */
  object(names: readonly string[]): boolean {
    const { value } = this;
    if (!isMembers(value)) {
      this.say('mapping_type', { expected: '{…}' });
      return false;
    }
    for (const name of Object.keys(value).slice(0, mappingLimits.columnsMax))
      if (!names.includes(name)) this.member(name).say('mapping_member_unknown', { name });
    return true;
  }

  /** The places of a list's items; none for another value. */
  list(max: number): readonly Checked[] {
    const { value } = this;
    if (!Array.isArray(value)) {
      this.say('mapping_type', { expected: '[…]' });
      return [];
    }
    if (value.length > max) this.say('mapping_too_long', { max });
    return value
      .slice(0, max)
      .map((item, index) => new Checked(item, `${this.#path}[${index}]`, this.#problems));
  }

  /** A text of at most so many characters; empty for another value. */
  text(max: number): string {
    const { value } = this;
    if (typeof value !== 'string') {
      this.say('mapping_type', { expected: '"…"' });
      return '';
    }
    if (value.length > max) this.say('mapping_too_long', { max });
    return value;
  }

  /** The name of a column. */
  columnName(): string {
    const name = this.text(mappingLimits.nameLengthMax);
    if (typeof this.value === 'string' && name.trim() === '') this.say('mapping_column_empty');
    return name;
  }

  /** One of these texts; the first for another value. */
  oneOf<const T extends string>(values: readonly [T, ...T[]]): T {
    const found = values.find((entry) => entry === this.value);
    if (found === undefined) this.say('mapping_type', { expected: values.join(' | ') });
    return found ?? values[0];
  }

  /** Yes or no. */
  flag(): boolean {
    if (typeof this.value !== 'boolean') this.say('mapping_type', { expected: 'true | false' });
    return this.value === true;
  }

  /** A whole number from 1 on. */
  count(max: number): number {
    const { value } = this;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max) return value;
    this.say('mapping_type', { expected: `1 – ${max}` });
    return 1;
  }

  /** A value that the mapping gives itself. */
  scalar(): MappingValue {
    const { value } = this;
    if (typeof value === 'string') return this.text(mappingLimits.textLengthMax);
    if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return value;
    this.say('mapping_type', { expected: '"…" | 0 | true' });
    return '';
  }
}
