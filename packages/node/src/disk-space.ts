// Refuses new data while the disk is nearly full, because PostgreSQL stops altogether when it cannot write its log:
// what is left is kept so that reading, and finishing what has begun, go on.
import { statfs } from 'node:fs/promises';
import type { Clock } from './clock.ts';

/** Tells whether new data may be taken. */
export type HasRoom = () => Promise<boolean>;

/** Bytes that are kept free. */
export const reserveBytes: number = 256 * 1024 * 1024;
const checkedMs = 1_000;

/** Free bytes, for this user, of the disk that `folder` is on. */
export async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** Looks at most once a second. A disk that cannot be asked counts as having room. */
export function createHasRoom(freeBytes: () => Promise<number>, clock: Clock): HasRoom {
  let checkedAt = Number.NEGATIVE_INFINITY;
  let hasRoom = true;
  return async () => {
    const now = clock.now();
    // A clock that was put back must not keep an old answer.
    if (now >= checkedAt && now - checkedAt < checkedMs) return hasRoom;
    checkedAt = now;
    hasRoom = (await freeBytes().catch(() => Number.POSITIVE_INFINITY)) >= reserveBytes;
    return hasRoom;
  };
}
