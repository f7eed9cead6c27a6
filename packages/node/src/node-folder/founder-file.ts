// What an organisation hands to whoever writes the genesis: who it is, where its node will be, and its public keys,
// each with a proof of possession in the context of this network to be. Nothing in it is secret.
import type { GenesisOrganization, KeyRegistration, OrganizationRole } from '@suyuan/ledger';
import { KEY_PURPOSES } from '@suyuan/ledger';
import { encodeBase64, encodeHex, parseBase64, parseHex } from '@suyuan/log';

import type { RemoteMember } from '../network-ordering.ts';
import { encodeHostPort } from './host-port.ts';
import { parsePeers } from './peers-file.ts';

/** One organisation that wants to found a network with others. */
export interface FounderFile {
  /** 16 bytes, the same in the files of all founders. */
  readonly context: Uint8Array;
  readonly registration: GenesisOrganization;
  readonly place: RemoteMember;
}

const FORMAT = 'suyuan-founder/v1';
const CONTEXT_BYTES = 16;

/** The content of a founder file. */
export function encodeFounder({ context, registration, place }: FounderFile): string {
  const { organization: id, name, url, consensus } = place;
  const content = {
    format: FORMAT,
    context: encodeHex(context),
    id,
    name,
    url,
    consensus: encodeHostPort(consensus),
    role: registration.role,
    recordKinds: registration.recordKinds,
    keys: registration.keys.map(({ purpose, publicKey, proof }) => ({
      purpose,
      publicKey: encodeBase64(publicKey),
      proof: encodeBase64(proof),
    })),
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

/** Reads one; a sentence where the text is none. Whether the proofs hold is checked when the genesis is made. */
export function parseFounder(text: string): FounderFile | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'it is no JSON';
  }
  const content: Readonly<Record<string, unknown>> = Object(value);
  if (content['format'] !== FORMAT) return `it is no file of the format ${FORMAT}`;
  const context = readBytes(content['context'], parseHex);
  if (context?.length !== CONTEXT_BYTES) return 'it has no right "context"';
  const places = parsePeers(JSON.stringify({ organizations: [content] }));
  if (typeof places === 'string') return places;
  const [place] = places;
  const role = readRole(content['role']);
  const keys = readKeys(content['keys']);
  const recordKinds = readTexts(content['recordKinds']);
  if (place === undefined || role === undefined) return 'it has no right "role", validator or observer';
  if (recordKinds === undefined) return 'it has no right "recordKinds"';
  if (keys === undefined) return 'it has no right "keys"';
  const registration = { organization: place.organization, role, host: null, keys, recordKinds };
  return { context, registration, place };
}

function readRole(value: unknown): OrganizationRole | undefined {
  return value === 'validator' || value === 'observer' ? value : undefined;
}

function readTexts(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length > 256) return undefined;
  const texts = value.filter((item): item is string => typeof item === 'string' && item.length < 100);
  return texts.length === value.length ? texts.toSorted() : undefined;
}

function readBytes(value: unknown, parse: (text: string) => Uint8Array | undefined): Uint8Array | undefined {
  return typeof value === 'string' && value.length < 1_000 ? parse(value) : undefined;
}

function readKeys(value: unknown): readonly KeyRegistration[] | undefined {
  if (!Array.isArray(value) || value.length > KEY_PURPOSES.length) return undefined;
  const keys: KeyRegistration[] = [];
  for (const item of value) {
    const { purpose, publicKey, proof }: Readonly<Record<string, unknown>> = Object(item);
    const known = KEY_PURPOSES.find((one) => one === purpose);
    const [key, signature] = [readBytes(publicKey, parseBase64), readBytes(proof, parseBase64)];
    if (known === undefined || key?.length !== 32 || signature?.length !== 64) return undefined;
    keys.push({ purpose: known, publicKey: key, proof: signature });
  }
  return keys;
}
