// Which errors of PostgreSQL are faults of the surroundings (and so answered with 503 or waited out), and which are
// left as they are because they are bugs of ours or meant for the caller (a unique violation).
import { Fault, systemCodeOf } from '../fault.ts';

/** What can be wrong with the database; `database_busy` is worth one more try of the whole transaction. */
export type DatabaseFaultCode = 'database_unavailable' | 'database_busy' | 'disk_full';

/** A database that cannot serve now. */
export class DatabaseFault extends Fault<DatabaseFaultCode> {
  /** False when nothing can have been stored; true when the answer to COMMIT was lost, so that it may have been. */
  readonly maybeStored: boolean;
  constructor(code: DatabaseFaultCode, message: string, cause: unknown, maybeStored: boolean) {
    super(code, message, cause);
    this.name = 'DatabaseFault';
    this.maybeStored = maybeStored;
  }
}

const network = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** SQLSTATE classes and codes, appendix A of the PostgreSQL manual. */
function faultCodeOf(error: Error): DatabaseFaultCode | undefined {
  const code = systemCodeOf(error);
  if (code === undefined) {
    const lost =
      /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered|Client was closed)/;
    return lost.test(error.message) ? 'database_unavailable' : undefined;
  }
  if (network.has(code)) return 'database_unavailable';
  if (code === '53100') return 'disk_full';
  if (code === '40P01' || code === '40001' || code === '55P03') return 'database_busy';
  if (code.startsWith('08') || code.startsWith('57P') || code === '53300' || code === '58030')
    return 'database_unavailable';
  return undefined;
}

/** The fault behind `error`, or `error` itself when it is none. */
export function databaseFaultOf(error: unknown, maybeStored = false): unknown {
  if (!(error instanceof Error) || error instanceof DatabaseFault) return error;
  const code = faultCodeOf(error);
  if (code === undefined) return error;
  return new DatabaseFault(code, `${code}: ${error.message}`, error, maybeStored);
}

/** True when `error` is a broken unique constraint (SQLSTATE 23505), of the given name when one is given. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (systemCodeOf(error) !== '23505') return false;
  if (constraint === undefined) return true;
  return (
    typeof error === 'object' && error !== null && 'constraint' in error && error.constraint === constraint
  );
}
