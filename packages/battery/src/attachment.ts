/**
 * Attachments of a record: each a file that is named by its SHA-256 digest and a file name; the file itself is kept
 * where the record is. Implements spec/battery.md, "Values".
 */
import type { AttachmentsField } from './kind.ts';
import { isMembers } from './members.ts';
import type { ReadValue } from './read-value.ts';
import { scanText, trimBlanks } from './unicode.ts';

/** One attachment as the record holds it. */
export interface Attachment {
  /** SHA-256 of the file's bytes, 64 small hexadecimal digits. */
  readonly digest: string;
  readonly name: string;
}

const NAME_MAX = 128;
const DIGEST = /^[0-9a-f]{64}$/;

/** JSON Schema of one attachment. */
export const attachmentSchema: { readonly [keyword: string]: unknown } = {
  type: 'object',
  properties: {
    digest: { type: 'string', pattern: '^[0-9a-f]{64}$' },
    name: { type: 'string', minLength: 1, maxLength: NAME_MAX },
  },
  required: ['digest', 'name'],
  additionalProperties: false,
};

/** Compiles the reader of a list of attachments: digests distinct, names plain file names. */
export function readAttachments(field: AttachmentsField): ReadValue {
  return (value, reading, place) => {
    if (!Array.isArray(value)) {
      reading.say('value_type', field.id, { expectedZh: '附件列表', expectedEn: 'a list of attachments' });
      return undefined;
    }
    if (value.length > field.itemsMax) {
      reading.say('list_too_long', field.id, { max: field.itemsMax, value: String(value.length) });
      return undefined;
    }
    const digests: string[] = [];
    const texts: string[] = [];
    for (const [index, entry] of value.entries()) {
      const item = index + 1;
      const attachment = readAttachment(entry);
      if (typeof attachment === 'string') reading.say(attachment, field.id, { item });
      else if (digests.includes(attachment.digest)) {
        reading.say('code_duplicate', field.id, { item, value: attachment.digest });
      } else {
        digests.push(attachment.digest);
        texts.push(`{"digest":"${attachment.digest}","name":${JSON.stringify(attachment.name)}}`);
      }
    }
    if (texts.length !== value.length) return undefined;
    reading.values[place] = digests;
    for (const digest of digests) reading.addSubject(digest, 'attachment');
    return `[${texts.join(',')}]`;
  };
}

function readAttachment(entry: unknown): Attachment | 'attachment_digest' | 'attachment_name' {
  const { digest, name, ...others } = isMembers(entry) ? entry : {};
  if (typeof digest !== 'string' || !DIGEST.test(digest)) return 'attachment_digest';
  if (typeof name !== 'string' || Object.keys(others).length > 0) return 'attachment_name';
  const { controlAt, surrogateAt } = scanText(name);
  const isPlain = controlAt < 0 && surrogateAt < 0 && !/[/\\]/.test(name) && trimBlanks(name) === name;
  return isPlain && name.length > 0 && name.length <= NAME_MAX ? { digest, name } : 'attachment_name';
}

/** The attachments of a cell: one to a line, digest, blank, name. */
export function splitAttachments(text: string): readonly Attachment[] {
  return text
    .split('\n')
    .map(trimBlanks)
    .filter((line) => line !== '')
    .map((line) => ({ digest: line.slice(0, 64), name: trimBlanks(line.slice(64)) }));
}

/** The cell of a list of attachments; null for any other value. */
export function attachmentsText(value: unknown): string | null {
  if (!Array.isArray(value)) return null;
  return value
    .filter(isMembers)
    .map(({ digest, name }) => `${String(digest)} ${String(name)}`)
    .join('\n');
}

/** The digests in a list of attachments as a record holds them; none for any other value. */
export function attachmentDigests(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isMembers).flatMap(({ digest }) => (typeof digest === 'string' ? [digest] : []));
}
