// The form of every refusal: a value, never a throw.

/** Either a value or the reason why there is none. */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

/** A rule-based refusal: a stable `code`, and the facts that explain it. */
export type Rejection<C extends string = string> = { readonly code: C };

/** A success. */
export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** A refusal. */
export function reject<E extends Rejection>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error };
}
