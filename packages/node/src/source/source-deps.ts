// What sources need from the rest of the node, as one named object.
import type { Logger } from 'pino';

import type { ImportDeps } from '../import/import-deps.ts';
import type { SavedMapping } from '../mapping/saved-mappings.ts';
import type { SourceLimits } from './source-limits.ts';
import type { SourceSecrets } from './source-secret.ts';

/** Given to everything of this folder that runs a source. */
export interface SourceDeps extends ImportDeps {
  /** Record kinds that this organisation may report now. */
  readonly modules: () => readonly string[];
  /** A saved mapping in its newest version; undefined where it is gone. */
  readonly mappingOf: (id: number) => Promise<SavedMapping | undefined>;
  readonly secrets: SourceSecrets;
  readonly limits: SourceLimits;
  /** Folders in which watched ones may lie; relative ones are below the first. */
  readonly folders: readonly string[];
  readonly temporaryDir: string;
  /** Takes up a report that was just committed. */
  readonly enqueueReport: (id: number) => void;
  readonly logger: Logger;
  /** Gets what no retry can mend: a bug. */
  readonly onBroken: (error: unknown) => void;
}
