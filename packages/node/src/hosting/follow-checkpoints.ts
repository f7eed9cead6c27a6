// Hands the checkpoints of a host to an organisation that it hosts, as soon as they have a quorum: validators send theirs
// to the host only (spec/hosted.md, HO4). What is handed over is checked like anybody else's.
import { logSizeOf } from '@suyuan/ledger';
import { encodeUtf8 } from '@suyuan/log';
import type { Logger } from 'pino';

import type { Checkpoints } from '../checkpoint/checkpoints.ts';
import { encodeNotes } from '../checkpoint/exchange.ts';
import type { Ledger } from '../ledger-store/ledger.ts';
import { createSignal } from '../ordering/signal.ts';

/** Follows until it is stopped. */
export function followCheckpoints(options: {
  readonly host: { readonly organization: string; readonly checkpoints: Pick<Checkpoints, 'quorumNote'> };
  readonly hosted: {
    readonly ledger: Pick<Ledger, 'state' | 'onApplied'>;
    readonly checkpoints: Pick<Checkpoints, 'newest' | 'receive'>;
  };
  readonly logger: Logger;
}): { readonly stop: () => Promise<void> } {
  const { host, hosted, logger } = options;
  const stopping = new AbortController();
  const grown = createSignal();
  let given = 0;
  const follow = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const size = logSizeOf(hosted.ledger.state());
      if (size <= Math.max(given, hosted.checkpoints.newest()?.size ?? 0)) {
        await grown.wait();
        continue;
      }
      const note = await host.checkpoints.quorumNote(size, stopping.signal);
      given = size;
      const taken = await hosted.checkpoints.receive(host.organization, encodeNotes([encodeUtf8(note)]));
      if (!taken.ok) logger.warn({ code: taken.error.code, size }, 'a checkpoint of the host was refused');
    }
  };
  hosted.ledger.onApplied(grown.notify);
  const following = follow().catch((err: unknown) => {
    // The host stops, and gives up whoever waits.
    if (!stopping.signal.aborted) logger.debug({ err }, 'the host gives no more checkpoints');
  });
  return {
    stop: async () => {
      stopping.abort();
      grown.notify();
      await following;
    },
  };
}
