// Reading what a node answered: an answer without the member that a command needs is refused with a sentence.
import { CommandFailure } from './failure.ts';

/** An answer of a node, or a part of one. */
export type Members = Readonly<Record<string, unknown>>;

/** The value as an object. */
export function asMembers(value: unknown): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed('an object');
  return { ...value };
}

/** The member as a list of objects. */
export function membersIn(value: Members, name: string): readonly Members[] {
  const list = value[name];
  if (!Array.isArray(list)) throw malformed(`a list named ${name}`);
  return list.map((item: unknown) => asMembers(item));
}

/** The member as a whole number. */
export function numberIn(value: Members, name: string): number {
  const number = value[name];
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) throw malformed(`a number named ${name}`);
  return number;
}

/** The member shown to people: nothing where it is missing. */
export function shown(value: Members, name: string): string {
  const member = value[name];
  if (typeof member === 'string') return member;
  return member === undefined || member === null ? '' : JSON.stringify(member);
}

function malformed(missing: string): CommandFailure {
  return new CommandFailure(
    'answer_malformed',
    `The node's answer lacks ${missing}; its version may not fit this command line's.`,
  );
}
