// What a file is, by its first bytes and by nothing that its sender says (spec/attachment.md, AT1).

/** The kinds of files that are taken. */
export type AttachmentType = 'image/jpeg' | 'image/png' | 'image/webp' | 'application/pdf';

/** Bytes that are enough to tell. */
export const headBytes = 12;

const extensions: Readonly<Record<AttachmentType, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'application/pdf': 'pdf',
};

/** The type, or undefined for anything that is not taken. */
export function attachmentTypeOf(head: Uint8Array): AttachmentType | undefined {
  const starts = (bytes: readonly number[], at = 0): boolean =>
    bytes.every((byte, index) => head[at + index] === byte);
  if (starts([0xff, 0xd8, 0xff])) return 'image/jpeg';
  if (starts([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'image/png';
  if (starts([0x52, 0x49, 0x46, 0x46]) && starts([0x57, 0x45, 0x42, 0x50], 8)) return 'image/webp';
  if (starts([0x25, 0x50, 0x44, 0x46, 0x2d])) return 'application/pdf';
  return undefined;
}

/** The name under which a browser saves it: never one that came from outside. */
export function fileNameOf(digest: string, type: string): string {
  const [, extension = 'bin'] = Object.entries(extensions).find(([known]) => known === type) ?? [];
  return `${digest.slice(0, 16)}.${extension}`;
}
