// The one place that knows which reader a source's settings ask for.
import type { SourceSettings } from '@suyuan/api';

import { readFolder } from './read-folder.ts';
import type { FileChunk, FolderContext, WorkbookChunk } from './read-folder.ts';
import { readHttp } from './read-http.ts';
import { readSql } from './read-sql.ts';
import { SourceFault } from './source-fault.ts';
import type { RowChunk } from './source-reader.ts';

/** Everything that a reader hands on. */
export type ReadChunk = RowChunk | FileChunk | WorkbookChunk;

/** Reads the rows of one record kind. */
export function openReading(
  context: FolderContext,
  settings: SourceSettings,
  kind: string,
): AsyncGenerator<ReadChunk, void, undefined> {
  const missing = (): never => {
    throw new SourceFault('kind_not_permitted', { detail: kind });
  };
  if (settings.type === 'http')
    return readHttp(context, settings, settings.streams.find((stream) => stream.kind === kind) ?? missing());
  if (settings.type === 'folder')
    return readFolder(
      context,
      settings,
      settings.streams.find((stream) => stream.kind === kind) ?? missing(),
    );
  return readSql(context, settings, settings.streams.find((stream) => stream.kind === kind) ?? missing());
}
