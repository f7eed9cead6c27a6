/** The photo of a label that nobody can read: the file that invented records of such batteries name. */

const hex =
  '89504e470d0a1a0a0000000d49484452000000100000001008000000003a98a0bd000000224944415478da6360483961340d89' +
  '6098862e628426c270024d045d430ac3d0351400eefc639dc8eadc940000000049454e44ae426082';

/** A PNG image. */
export const labelPhoto: Uint8Array<ArrayBuffer> = Uint8Array.from(hex.match(/../g) ?? [], (byte) =>
  Number.parseInt(byte, 16),
);

/** SHA-256 of its bytes. */
export const labelPhotoDigest = '5a882b28657de4b1574414ff06b363ff7807547c388d76f79ed6f6fe6c95f7e7';
