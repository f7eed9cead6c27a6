import type { Action } from '../definition.ts';
import { CommandFailure } from '../failure.ts';

export const node: Action = async () => {
  throw new CommandFailure('not_ready', 'soon');
};
