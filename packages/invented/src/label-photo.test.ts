// The photo and the digest under which records name it belong together.
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { labelPhoto, labelPhotoDigest } from './label-photo.ts';

it('is the file that its digest names', () => {
  expect(createHash('sha256').update(labelPhoto).digest('hex')).toBe(labelPhotoDigest);
});
