// The form of every bug: a broken invariant stops the program. Never caught, never for outside input.

/** Throws unless `condition` holds; `sentence` says what should have been true. */
export function assert(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new Error(`broken invariant: ${sentence}`);
}
