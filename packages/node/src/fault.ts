// The form of every fault of a node: something outside went wrong (database, disk, port), not the input and not
// the program. Thrown, never returned; shown to people by its message, to programs by its code.

/** A failure of the surroundings. `code` is lower_snake; the message says what to do where something can be done. */
export class Fault<C extends string = string> extends Error {
  readonly code: C;
  constructor(code: C, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'Fault';
    this.code = code;
  }
}

/** Why a node cannot start. */
export type StartupCode =
  | 'data_folder_unreadable'
  | 'data_folder_not_traversable'
  | 'data_folder_incompatible'
  | 'instance_running'
  | 'address_in_use'
  | 'postgres_unavailable'
  | 'key_file_open'
  | 'key_file_invalid'
  | 'network_mismatch'
  | 'configuration_invalid'
  | 'cometbft_missing'
  | 'consensus_genesis_differs'
  | 'consensus_blocks_missing'
  | 'consensus_state_missing'
  | 'network_missing'
  | 'network_exists'
  | 'node_not_started'
  | 'load_failed';

/** A node that cannot start; the message is meant for the person who started it. */
export class StartupFault extends Fault<StartupCode> {
  constructor(code: StartupCode, message: string, cause?: unknown) {
    super(code, message, cause);
    this.name = 'StartupFault';
  }
}

/** `code` of a Node.js system error such as `ENOENT`, or undefined. */
export function systemCodeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Whether the system refused to write for want of room: the disk is full, or what the user may have of it. */
export function isDiskFull(error: unknown): boolean {
  const code = systemCodeOf(error);
  return code === 'ENOSPC' || code === 'EDQUOT';
}
