// The bounds of one source's answers and runs (spec/source.md, "Bounds"); tests make them smaller.

/** Every bound by name. */
export interface SourceLimits {
  /** Bytes of a JSON answer, unpacked: it is held in memory. */
  readonly jsonBytesMax: number;
  /** Bytes of an answer or file of lines or CSV, unpacked: it lies on disk while it is read. */
  readonly fileBytesMax: number;
  /** Time without a byte, and time for a whole answer. */
  readonly idleMs: number;
  readonly answerMs: number;
  /** Files that one run takes of a folder. */
  readonly filesMax: number;
  /** Time in which a file neither grows nor changes. */
  readonly settleMs: number;
  readonly pagesMax: number;
  readonly runMs: number;
  /** Attempts at one page, and the pause after the first; it doubles up to a minute. */
  readonly attemptsMax: number;
  readonly pauseMs: number;
}

/** Bounds in production. */
export const sourceLimits: SourceLimits = {
  jsonBytesMax: 32 * 1024 * 1024,
  fileBytesMax: 1024 * 1024 * 1024,
  filesMax: 1_000,
  idleMs: 30_000,
  answerMs: 600_000,
  settleMs: 2_000,
  pagesMax: 10_000,
  runMs: 6 * 3_600_000,
  attemptsMax: 5,
  pauseMs: 1_000,
};

/** Rows that are staged together, one import. */
export const chunkRowsMax = 1_000;
/** Characters of a cursor. */
export const cursorLengthMax = 1_000;
