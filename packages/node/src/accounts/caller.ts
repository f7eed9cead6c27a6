// Who calls the node: the outcome of looking at a request's credentials.
import type { Role } from '@suyuan/api';

/** A signed-in user, or the holder of an API key. */
export interface Caller {
  /** Stable id: `user:...` or `key:...`. */
  readonly account: string;
  /** Name to show. */
  readonly name: string;
  readonly role: Role;
  readonly way: 'session' | 'api_key';
}
