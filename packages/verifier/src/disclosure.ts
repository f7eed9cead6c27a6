// The disclosure, `suyuan-disclosure/v1`: exact texts and salts of parts of one record, given away with a receipt by
// someone who holds them (spec/receipt.md, "The disclosure").
import type { Result } from '@suyuan/log';

import type { DocumentForm, DocumentRejection } from './document.ts';
import { encodeDocument, parseDocument } from './document.ts';
import type { Codec } from './json-codec.ts';
import { base64Bytes, hexHash, literal, object, someOf, text } from './json-codec.ts';

/** The most bytes of a disclosure: one record's text, every character escaped. */
export const DISCLOSURE_BYTES_MAX: number = 512 * 1024;

/** The opening of one commitment. */
export interface DisclosedPart {
  /** 32 bytes. */
  readonly salt: Uint8Array;
  /** The part's exact JSON text. */
  readonly text: string;
}

/** The parts a record has, in the order of their commitments. */
export const PART_NAMES = ['public', 'shared', 'private'] as const;

/** One of the three parts of a record. */
export type PartName = (typeof PART_NAMES)[number];

/** Openings of one record's parts: at least one of them. */
export interface Disclosure {
  readonly format: 'suyuan-disclosure/v1';
  readonly network: Uint8Array;
  /** `ENTRY/LEAF`. */
  readonly record: string;
  readonly kind: string;
  readonly parts: { readonly [name in PartName]?: DisclosedPart };
}

const RECORD_TEXT_LENGTH_MAX = 65_536;

const part: Codec<DisclosedPart> = object<DisclosedPart>({
  salt: base64Bytes(32, 32),
  text: text(RECORD_TEXT_LENGTH_MAX),
});

const disclosure: DocumentForm<Disclosure, 'disclosure'> = {
  name: 'disclosure',
  codec: object<Disclosure>({
    format: literal('suyuan-disclosure/v1'),
    network: hexHash,
    record: text(32),
    kind: text(32),
    parts: someOf<Disclosure['parts']>({ public: part, shared: part, private: part }),
  }),
  indent: 0,
  bytesMax: DISCLOSURE_BYTES_MAX,
};

/** The bytes of a disclosure. */
export function encodeDisclosure(value: Disclosure): Uint8Array {
  return encodeDocument(disclosure, value);
}

/** The disclosure in these bytes, refused unless `encodeDisclosure` gives the same bytes back. Never throws. */
export function parseDisclosure(bytes: Uint8Array): Result<Disclosure, DocumentRejection<'disclosure'>> {
  return parseDocument(disclosure, bytes);
}
