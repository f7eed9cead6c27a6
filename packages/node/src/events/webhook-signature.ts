// Signatures of webhooks as Standard Webhooks 1.0 says: HMAC-SHA256 over id, timestamp and body
// (spec/events.md, W9).
import { createHmac } from 'node:crypto';

/** Bytes of a secret; the standard asks for 24 to 64. */
export const SECRET_BYTES = 32;

/** A secret as receivers' libraries take it. */
export function showSecret(secret: Uint8Array): string {
  return `whsec_${Buffer.from(secret).toString('base64')}`;
}

/** The value of `webhook-signature`. `id` and `timestamp` are the other two headers; `body` is what is sent. */
export function signMessage(secret: Uint8Array, id: string, timestamp: number, body: string): string {
  const signed = `${id}.${timestamp}.${body}`;
  return `v1,${createHmac('sha256', secret).update(signed, 'utf8').digest('base64')}`;
}
