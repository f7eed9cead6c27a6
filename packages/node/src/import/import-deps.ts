// What importing needs from the rest of the node, as one named object.
import type { CodeMode } from '@suyuan/battery';
import type { Clock, RandomBytes } from '../clock.ts';
import type { Reach } from '../crash-point.ts';
import type { Database } from '../database/database.ts';
import type { MasterStore } from '../master/master-store.ts';
import type { ImportProgress } from './import-progress.ts';
import type { NumberSource } from './number-source.ts';

/** Most data rows of one workbook (rule I9). */
export const workbookRowsMax = 200_000;

/** Given to every function of this folder that changes data. */
export interface ImportDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly reach: Reach;
  /** This organisation, the reporter of what is staged. */
  readonly organization: string;
  /** The network's policy for battery codes, as it stands now. */
  readonly codeMode: () => CodeMode;
  /** What models, prefixes and units that records name are compared with. */
  readonly master: Pick<MasterStore, 'context' | 'message'>;
  readonly progress: ImportProgress;
  readonly importIds: NumberSource;
  readonly batchIds: NumberSource;
  /** Most data rows of one workbook. */
  readonly rowsMax: number;
}
