// The sources of a node with their routes and with what the managing organisation may ask (spec/source.md).
import type { View } from '@suyuan/ledger';

import type { AppPlugin } from '../http/app.ts';
import type { Binding } from '../http/handle.ts';
import { peerSourcePlugin } from '../http/routes/peer-sources.ts';
import { sourceBindings } from '../http/routes/sources.ts';
import type { PeerClient } from '../replication/peer-client.ts';
import type { PeerGuard } from '../replication/peer-guard.ts';
import { createSources } from './sources.ts';
import type { Sources, SourcesOptions } from './sources.ts';

/** What the slice is made of. */
export interface SourceSliceOptions extends SourcesOptions {
  readonly client: PeerClient;
  readonly guard: PeerGuard;
  readonly view: () => View;
}

/** The slice. */
export interface SourceSlice extends Pick<Sources, 'start' | 'stop'> {
  readonly bindings: readonly Binding[];
  readonly plugins: readonly AppPlugin[];
}

/** Puts it together; nothing runs before `start`. */
export function openSources(options: SourceSliceOptions): SourceSlice {
  const sources = createSources(options);
  return {
    bindings: sourceBindings({ ...options, sources }),
    plugins: [peerSourcePlugin({ ...options, sources })],
    start: sources.start,
    stop: sources.stop,
  };
}
