// Reads new files of a watched folder: each when it is complete, once by its digest, in the order of their times. Nothing
// is moved, changed or followed out of the folder (spec/source.md, "Folder").
import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import type { FolderSettings } from '@suyuan/api';

import { uploadBytesMax } from '../import/upload.ts';
import { rowsOfCsv } from './rows-of-text.ts';
import { SourceFault } from './source-fault.ts';
import type { ReadContext, RowChunk } from './source-reader.ts';
import { spoolAnswer } from './spool-answer.ts';
import type { Spooled } from './spool-answer.ts';
import { findWatchedFolder } from './watched-folder.ts';

type FolderStream = FolderSettings['streams'][number];

/** What a folder is read with besides. */
export interface FolderContext extends ReadContext {
  /** Folders in which watched ones may lie. */
  readonly roots: readonly string[];
  /** Whether a file with these bytes was taken. */
  readonly isTaken: (digest: Uint8Array) => Promise<boolean>;
  /** Files known to be taken, by name, size and time, so that they are not read again; filled here. */
  readonly known: Set<string>;
}

/** A workbook as a whole. */
export interface WorkbookChunk {
  readonly workbook: { readonly path: string; readonly size: number; readonly digest: Buffer };
  readonly name: string;
  readonly digest: Buffer;
  /** Says that the file cannot be read: the run goes on with the others, and fails. */
  readonly refuse: (code: string) => void;
}

/** Rows of a CSV file; `taken` with the last ones of it. */
export interface FileChunk extends RowChunk {
  readonly name: string;
  readonly taken?: Buffer;
}

/** A file that may be read. */
interface Candidate {
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
}

const namesMax = 100_000;
const knownMax = 50_000;
/** Names that programs give to files which they are still writing, and hidden ones. */
const unfinished = /^(?:\.|~\$)|(?:\.tmp|\.part|\.partial|\.crdownload|~)$/i;

/** Reads the files that are complete. One that cannot be read does not keep the others from it; the run then fails. */
export async function* readFolder(
  context: FolderContext,
  settings: FolderSettings,
  stream: FolderStream,
): AsyncGenerator<FileChunk | WorkbookChunk, void, undefined> {
  const folder = await findWatchedFolder(settings.folder, context.roots);
  if (folder === undefined) throw new SourceFault('folder_refused');
  let failure: SourceFault | undefined;
  let taken = 0;
  for (const candidate of await completeFiles(folder, stream.files, context)) {
    if (taken >= context.limits.filesMax) break;
    try {
      if (yield* readFile(candidate, context)) taken += 1;
      if (context.known.size < knownMax) context.known.add(keyOf(candidate));
    } catch (error) {
      if (!(error instanceof SourceFault) || error.isTemporary) throw error;
      const detail = [candidate.name, error.detail].filter((part) => part !== undefined).join(': ');
      failure ??= new SourceFault(error.code, { detail: detail.slice(0, 300), cause: error });
    }
  }
  if (failure !== undefined) throw failure;
}

function keyOf({ path, size, mtimeMs }: Candidate): string {
  return `${path}:${size}:${mtimeMs}`;
}

/** The files that are not known and whose size and time stay as they are for a moment, oldest first. */
async function completeFiles(
  folder: string,
  pattern: string,
  { limits, signal, known }: FolderContext,
): Promise<readonly Candidate[]> {
  const listed = await listFiles(folder, pattern);
  // What was taken stays in the folder: it neither waits nor counts.
  const before = listed.filter((candidate) => !known.has(keyOf(candidate)));
  if (before.length === 0) return [];
  await delay(limits.settleMs, undefined, { signal });
  const complete: Candidate[] = [];
  for (const candidate of before) {
    const now = await lookAt(folder, candidate.name);
    if (now?.size === candidate.size && now.mtimeMs === candidate.mtimeMs) complete.push(candidate);
  }
  return complete;
}

async function listFiles(folder: string, pattern: string): Promise<readonly Candidate[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new SourceFault('folder_missing', { cause });
  });
  const matches = matcherOf(pattern);
  const found: Candidate[] = [];
  for (const name of names.slice(0, namesMax)) {
    if (unfinished.test(name) || !matches(name)) continue;
    const candidate = await lookAt(folder, name);
    if (candidate !== undefined) found.push(candidate);
  }
  return found.toSorted((a, b) => a.mtimeMs - b.mtimeMs || (a.name < b.name ? -1 : 1));
}

/** Whether a name fits a pattern with at most one star. */
export function matcherOf(pattern: string): (name: string) => boolean {
  const [start = '', end] = pattern.split('*');
  if (end === undefined) return (name) => name === pattern;
  return (name) => name.length >= start.length + end.length && name.startsWith(start) && name.endsWith(end);
}

/** A regular file; links, folders and devices are none. */
async function lookAt(folder: string, name: string): Promise<Candidate | undefined> {
  const path = join(folder, name);
  const found = await lstat(path).catch(() => undefined);
  return found?.isFile() === true ? { name, path, size: found.size, mtimeMs: found.mtimeMs } : undefined;
}

/** Reads a file; false for one that was taken before or is not to be had now. */
async function* readFile(
  candidate: Candidate,
  context: FolderContext,
): AsyncGenerator<FileChunk | WorkbookChunk, boolean, undefined> {
  const { name } = candidate;
  if (candidate.size > context.limits.fileBytesMax)
    throw new SourceFault('answer_too_large', { detail: `${context.limits.fileBytesMax} bytes` });
  await using copy = await copyFile(candidate, context);
  if (copy === undefined || (await context.isTaken(copy.digest))) return false;
  if (/\.xlsx$/i.test(name)) {
    if (copy.source.size > uploadBytesMax) throw new SourceFault('answer_too_large');
    const { path, digest } = copy;
    let refusal: string | undefined;
    const refuse = (code: string): void => void (refusal = code);
    yield { workbook: { path, size: copy.source.size, digest }, name, digest, refuse };
    if (refusal !== undefined) throw new SourceFault('answer_not_table', { detail: refusal });
    return true;
  }
  const { columns, chunks } = rowsOfCsv(copy.source);
  let held: FileChunk | undefined;
  for await (const rows of chunks) {
    if (held !== undefined) yield held;
    held = {
      name,
      rows,
      isText: true,
      isNewPage: held === undefined,
      ...(columns === undefined ? {} : { columns }),
    };
  }
  if (held !== undefined) yield Object.assign(held, { taken: copy.digest });
  return true;
}

/** The bytes of a file as they are now; undefined where it is being written, or is no file any more. */
async function copyFile(candidate: Candidate, { temporaryDir }: FolderContext): Promise<Spooled | undefined> {
  const file = await open(candidate.path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const found = await file.stat();
    if (!found.isFile() || found.size !== candidate.size) return undefined;
    // One byte more than there was tells that it grows.
    const stream = file.createReadStream({ end: candidate.size, autoClose: false });
    const copy = await spoolAnswer(stream, temporaryDir);
    if (copy.source.size === candidate.size) return copy;
    await copy[Symbol.asyncDispose]();
    return undefined;
  } finally {
    await file.close();
  }
}
