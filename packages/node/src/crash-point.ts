// Named steps at which a test can make the process die, so that restarting after every one of them is proven with
// real processes. In production a step is a function call that does nothing.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Every step at which a death is tested. */
export type Step =
  | 'import.received'
  | 'import.copying'
  | 'import.before_commit'
  | 'import.committed'
  | 'report.claimed'
  | 'report.merged'
  | 'report.read'
  | 'report.allotted'
  | 'report.sent'
  | 'report.acknowledged'
  | 'report.signed'
  | 'report.submitted'
  | 'governance.planned'
  | 'governance.signed'
  | 'governance.submitted'
  | 'payload.received'
  | 'payload.copied'
  | 'payload.stored'
  | 'order.before_block'
  | 'order.block_stored'
  | 'apply.before_commit'
  | 'apply.committed'
  | 'checkpoint.signed'
  | 'checkpoint.cosigned'
  | 'source.staged';

/** Told that a step was reached; awaited, because what dies there may be PostgreSQL. */
export type Reach = (step: Step) => Promise<void> | void;

/** Reaches every step without doing anything. */
export const reachNothing: Reach = () => undefined;

/**
 * The crash points that the environment asks for: `SUYUAN_HALT_AT=report.signed` kills this process with SIGKILL
 * there, `SUYUAN_HALT_AT=postgres:report.signed` kills the embedded PostgreSQL of `dataDir` there, once.
 */
export function crashPointsOf(environment: NodeJS.ProcessEnv, dataDir: string | undefined): Reach {
  const wanted = environment['SUYUAN_HALT_AT'];
  if (wanted === undefined || wanted === '') return reachNothing;
  const atPostgres = wanted.startsWith('postgres:');
  const step = atPostgres ? wanted.slice('postgres:'.length) : wanted;
  let done = false;
  return (reached) => {
    if (reached !== step || done) return;
    done = true;
    if (!atPostgres) process.kill(process.pid, 'SIGKILL');
    else if (dataDir !== undefined) killPostgres(dataDir);
  };
}

function killPostgres(dataDir: string): void {
  const pid = Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
  process.kill(pid, 'SIGKILL');
}
