// Where a watched folder may lie: in `watched/` of the node's folder or in one of those that its operator named
// (spec/source.md, D24).
import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/**
 * The real path of a folder that lies within one of `roots`, or will once it is there; undefined for any other. A
 * relative one is below the first root.
 */
export async function findWatchedFolder(
  folder: string,
  roots: readonly string[],
): Promise<string | undefined> {
  const [first] = roots;
  if (first === undefined) return undefined;
  const path = await realPathOf(resolve(first, folder));
  for (const root of roots) {
    const way = relative(await realPathOf(resolve(root)), path);
    if (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)) return path;
  }
  return undefined;
}

/** With every link followed, as far as the path is there. */
async function realPathOf(path: string): Promise<string> {
  const parent = dirname(path);
  try {
    return await realpath(path);
  } catch (error) {
    if (parent === path) throw error;
    return join(await realPathOf(parent), basename(path));
  }
}
