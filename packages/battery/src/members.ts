/** The members of a record's part out of its exact text. Implements spec/battery.md, "Canonical text". */

/** Members of a JSON object by name. */
export type Members = Readonly<Record<string, unknown>>;

const NONE: Members = {};

/** True for a JSON object. */
export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The members of a text that is a JSON object; none for a missing text or any other. */
export function membersOf(text: string | undefined): Members {
  if (text === undefined) return NONE;
  try {
    const value: unknown = JSON.parse(text);
    return isMembers(value) ? value : NONE;
  } catch {
    return NONE;
  }
}
