/** A place in a value that is being checked: reads members and says problems by the place's path. */
import { isMembers } from '../members.ts';
import type { MappingProblem, MappingProblemCode, MappingValue } from './mapping.ts';
import { mappingLimits } from './mapping.ts';
import { mappingProblem } from './mapping-problems.ts';

/** A value with its path; every reader gives a value of its type even when it said a problem. */
export interface Checked {
  readonly value: unknown;
  readonly problems: MappingProblem[];
  say(code: MappingProblemCode, facts?: Readonly<Record<string, string | number>>): void;
  /** The place of a member, there or not. */
  member(name: string): Checked;
  /** The place of a member that is there. */
  optional(name: string): Checked | undefined;
  /** Says when the value is no object, and names members beyond these. True for an object. */
  object(names: readonly string[]): boolean;
  /** Names members beyond these. */
  onlyMembers(names: readonly string[]): void;
  /** The places of a list's items; none for another value. */
  list(max: number): readonly Checked[];
  text(max: number): string | undefined;
  columnName(): string;
  oneOf<const T extends string>(values: readonly T[]): T | undefined;
  flag(): boolean;
  scalar(): MappingValue;
}

const NAME_SHOWN_MAX = 64;

/** The place of a whole value, or of a part of it. */
export function checkedAt(value: unknown, path: string, problems: MappingProblem[]): Checked {
  const say: Checked['say'] = (code, facts = {}) => void problems.push(mappingProblem(path, code, facts));
  const memberOf = (name: string): unknown =>
    isMembers(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  const pathOf = (name: string): string => `${path === '' ? '' : `${path}.`}${name.slice(0, NAME_SHOWN_MAX)}`;
  const text = (max: number): string | undefined => {
    if (typeof value !== 'string') {
      say('mapping_type', { expected: '"…"' });
      return undefined;
    }
    if (value.length > max) say('mapping_too_long', { max });
    return value;
  };
  return {
    value,
    problems,
    say,
    member: (name) => checkedAt(memberOf(name), pathOf(name), problems),
    optional: (name) => {
      const member = memberOf(name);
      return member === undefined ? undefined : checkedAt(member, pathOf(name), problems);
    },
    object(names) {
      if (!isMembers(value)) {
        say('mapping_type', { expected: '{…}' });
        return false;
      }
      this.onlyMembers(names);
      return true;
    },
    onlyMembers(names) {
      for (const name of isMembers(value) ? Object.keys(value).slice(0, mappingLimits.columnsMax) : []) {
        if (!names.includes(name)) {
          problems.push(mappingProblem(pathOf(name), 'mapping_member_unknown', { name }));
        }
      }
    },
    list(max) {
      if (!Array.isArray(value)) {
        say('mapping_type', { expected: '[…]' });
        return [];
      }
      if (value.length > max) say('mapping_too_long', { max });
      return value.slice(0, max).map((item, index) => checkedAt(item, `${path}[${index}]`, problems));
    },
    text,
    columnName() {
      const name = text(mappingLimits.nameLengthMax);
      if (name !== undefined && name.trim() === '') say('mapping_column_empty');
      return name ?? '';
    },
    oneOf(values) {
      const found = values.find((entry) => entry === value);
      if (found === undefined) say('mapping_type', { expected: values.join(' | ') });
      return found;
    },
    flag() {
      if (typeof value !== 'boolean') say('mapping_type', { expected: 'true | false' });
      return value === true;
    },
    scalar() {
      if (typeof value === 'string') return text(mappingLimits.textLengthMax) ?? '';
      if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return value;
      say('mapping_type', { expected: '"…" | 0 | true' });
      return '';
    },
  };
}
