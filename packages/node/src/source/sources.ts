// The sources of one node put together. What runs them is loaded when there is a source to run, so that a node without
// one carries neither its code nor a timer (spec/source.md).
import { join } from 'node:path';

import type { ImportDeps } from '../import/import-deps.ts';
import { findSavedMapping } from '../mapping/saved-mappings.ts';
import type { SourceDeps } from './source-deps.ts';
import { sourceLimits } from './source-limits.ts';
import type { SourceLimits } from './source-limits.ts';
import { createSourceSecrets } from './source-secret.ts';
import type { SourceWorker } from './source-worker.ts';

/** What the sources of a node are made of. */
export interface SourcesOptions
  extends Omit<SourceDeps, 'secrets' | 'limits' | 'folders' | 'mappingOf' | keyof ImportDeps>, ImportDeps {
  /** Folder of the node; secrets go to `sources/` in it, and `watched/` may be watched. */
  readonly dataDir: string;
  /** Further folders that may be watched. */
  readonly sourceFolders?: readonly string[];
  readonly sourceLimits?: Partial<SourceLimits>;
}

/** The sources of one node. */
export interface Sources {
  readonly deps: SourceDeps;
  /** The worker, loaded at its first use. */
  readonly worker: () => Promise<SourceWorker>;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Makes them; nothing runs before `start`. */
export function createSources(options: SourcesOptions): Sources {
  const { dataDir, sourceFolders = [] } = options;
  const deps: SourceDeps = {
    ...options,
    secrets: createSourceSecrets(dataDir),
    limits: { ...sourceLimits, ...options.sourceLimits },
    folders: [join(dataDir, 'watched'), ...sourceFolders],
    mappingOf: async (id) => await findSavedMapping(options.database, id),
  };
  let loading: Promise<SourceWorker> | undefined;
  const load = async (): Promise<SourceWorker> => {
    const { createSourceWorker } = await import('./source-worker.ts');
    return createSourceWorker(deps);
  };
  const worker = async (): Promise<SourceWorker> => await (loading ??= load());
  return {
    deps,
    worker,
    start: async () => {
      const found = await deps.database.read((db) =>
        db.selectFrom('source').select('id').limit(1).executeTakeFirst(),
      );
      if (found !== undefined) await (await worker()).start();
    },
    stop: async () => await (await loading)?.stop(),
  };
}
