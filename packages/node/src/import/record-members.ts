// The members of a stored record together, as a person edits them or an API push sends them.

/** Texts of a stored record. */
export interface StoredTexts {
  readonly public_text: string;
  readonly shared_text: string;
  readonly private_text: string | null;
}

/** All members of a stored record by field id; the texts are our own canonical JSON. */
export function recordMembers(record: StoredTexts): Readonly<Record<string, unknown>> {
  return {
    ...objectOf(record.public_text),
    ...objectOf(record.shared_text),
    ...objectOf(record.private_text ?? '{}'),
  };
}

function objectOf(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
