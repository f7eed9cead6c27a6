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

/** The members of a record's public and shared texts together, as far as the texts are there. */
export function membersOfRecord(record: {
  readonly publicText: string | undefined;
  readonly sharedText?: string | undefined;
}): Members {
  // Not two spreads: what is added to a spread object V8 keeps until the next full collection.
  return Object.assign({}, membersOf(record.publicText), membersOf(record.sharedText));
}
