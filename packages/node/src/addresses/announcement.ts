// A signed word of an organisation on where its node and its CometBFT are now. Anyone may hand it on, since whoever
// reads it checks it by the transport key that the ledger has in force (spec/governance.md, N27).
//
//   body = ["suyuan/address/v1", network, organization, url, "HOST:PORT", at]      deterministic CBOR
//   announcement = [body, kid, Ed25519 signature over body]
import { isKeyValid, keyIdOf, keyOf } from '@suyuan/ledger';
import type { View } from '@suyuan/ledger';
import type { Crypto, Signer } from '@suyuan/log';
import { encodeCbor, equalBytes, isCborArray, isCborBytes, parseCbor } from '@suyuan/log';

import type { HostPort } from '../network-ordering.ts';
import { encodeHostPort, parseHostPort } from '../node-folder/host-port.ts';

const TAG = 'suyuan/address/v1';
const BYTES_MAX = 1_024;
const URL_CHARACTERS_MAX = 200;

/** Where an organisation is. */
export interface Place {
  readonly url: string;
  readonly consensus: HostPort;
  /** When it was decided, in milliseconds: the later one counts. */
  readonly at: number;
}

/** A place with who said it, and the bytes to hand on. */
export interface Announcement extends Place {
  readonly organization: string;
  readonly bytes: Uint8Array;
}

/** Signs a place of the signer's organisation. */
export function signAnnouncement(
  crypto: Crypto,
  network: Uint8Array,
  organization: string,
  { url, consensus, at }: Place,
  signer: Signer,
): Announcement {
  const body = encodeCbor([TAG, network, organization, url, encodeHostPort(consensus), at]);
  const bytes = encodeCbor([body, keyIdOf(crypto, signer.publicKey), signer.sign(body)]);
  return { organization, url, consensus, at, bytes };
}

/** The announcement in these bytes, where it is for this network and of a transport key in force. */
export function readAnnouncement(
  crypto: Crypto,
  network: Uint8Array,
  view: View,
  bytes: Uint8Array,
): Announcement | undefined {
  const outer = parseCbor(bytes, BYTES_MAX);
  if (!outer.ok || !isCborArray(outer.value) || outer.value.length !== 3) return undefined;
  const [body, keyId, signature] = outer.value;
  if (!isCborBytes(body) || !isCborBytes(keyId) || !isCborBytes(signature)) return undefined;
  const key = keyId.length === 32 ? keyOf(view, keyId) : undefined;
  if (key?.purpose !== 'transport' || !isKeyValid(key, view.height)) return undefined;
  if (!crypto.verifyEd25519(key.publicKey, body, signature)) return undefined;
  const read = readBody(network, body);
  return read?.organization === key.organization ? { ...read, bytes } : undefined;
}

function readBody(
  network: Uint8Array,
  body: Uint8Array,
): (Place & { readonly organization: string }) | undefined {
  const parsed = parseCbor(body, BYTES_MAX);
  if (!parsed.ok || !isCborArray(parsed.value) || parsed.value.length !== 6) return undefined;
  const [tag, inNetwork, organization, url, shown, at] = parsed.value;
  const consensus = typeof shown === 'string' ? parseHostPort(shown) : undefined;
  const isOurs = tag === TAG && isCborBytes(inNetwork) && equalBytes(inNetwork, network);
  if (!isOurs || typeof organization !== 'string' || typeof at !== 'number' || consensus === undefined)
    return undefined;
  return typeof url === 'string' && isNodeUrl(url) ? { organization, url, consensus, at } : undefined;
}

/** Whether it can be the base address of a node. */
export function isNodeUrl(url: string): boolean {
  return url.length <= URL_CHARACTERS_MAX && /^https?:\/\//u.test(url) && URL.canParse(url);
}
