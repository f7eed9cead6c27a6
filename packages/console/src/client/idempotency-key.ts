/** Keys by which the node knows a request that was sent before. */

/** A fresh random key. Not `crypto.randomUUID`: browsers hide that on plain HTTP, and nodes in a plant's own network use it. */
export const newIdempotencyKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
