// Orders statements of one organisation on a database until it has used a number of sequence numbers, and tells what
// there is then. Run again after any interruption it goes on; its keys and genesis are always the same.
import { setTimeout } from 'node:timers/promises';

import {
  logSizeOf,
  REQUIRED_KEYS,
  sequenceOf,
  signStatement,
  statusOfSequence,
  viewOf,
} from '@suyuan/ledger';
import { assert, encodeHex, encodeUtf8 } from '@suyuan/log';
import { nativeCrypto, nativeSigner } from '@suyuan/native-crypto';

import { openCheckpoints } from '../checkpoint/checkpoints.ts';
import { createExchange } from '../checkpoint/exchange.ts';
import { systemClock } from '../clock.ts';
import type { Reach } from '../crash-point.ts';
import type { Database } from '../database/database.ts';
import type { Signers } from '../genesis.ts';
import { channelOfAll, createNetwork, registerFounder } from '../genesis.ts';
import type { Ledger } from '../ledger-store/ledger.ts';
import { openLedger } from '../ledger-store/ledger.ts';
import { createLogger } from '../logger.ts';
import type { Ordering } from '../ordering/ordering.ts';
import { openSoloSequencer } from '../ordering/solo-sequencer.ts';

/** What there is in the end. */
export interface Ordered {
  readonly size: number;
  readonly height: number;
  readonly appHash: string;
  /** The first note with a quorum that covers everything. */
  readonly note: string;
}

const organization = 'acme';
// Nothing here is secret.
const signers: Signers = Object.fromEntries(
  REQUIRED_KEYS.validator.map((purpose) => [purpose, nativeSigner(nativeCrypto.sha256(encodeUtf8(purpose)))]),
);
const random = new Uint8Array(16);
const created = createNetwork(nativeCrypto, {
  random,
  origin: 'suyuan.example/crash',
  managing: organization,
  organizations: [registerFounder(random, { organization, role: 'validator', recordKinds: [], signers })],
  channels: [channelOfAll([organization])],
});
assert(created.ok && signers.statement && signers.log && signers.cosigning, 'the genesis is right');
const { genesis, network } = created.value;
const { statement, log, cosigning } = signers;

function sign(sequence: number): Uint8Array {
  const fields = { purpose: 'audit_trail', name: `a${sequence}`, size: sequence, digest: network } as const;
  const body = { kind: 'anchor', fields } as const;
  const content = { network, issuer: organization, sequence, lastValidHeight: 1e6, body };
  return signStatement(nativeCrypto, content, statement);
}

/** Submits every number that is not used, again and again, until all are used. */
async function useAll(ledger: Ledger, ordering: Ordering, numbers: number): Promise<void> {
  const all = Array.from({ length: numbers }, (_, i) => i + 1);
  for (;;) {
    const window = sequenceOf(viewOf(nativeCrypto, ledger.state()), organization);
    const free = all.filter((sequence) => statusOfSequence(window, sequence) === 'free');
    if (free.length === 0) return;
    for (const sequence of free) await ordering.submit(sign(sequence));
    await setTimeout(5);
  }
}

/** Uses the sequence numbers 1 to `numbers` on a migrated database. */
export async function orderAll(database: Database, numbers: number, reach: Reach): Promise<Ordered> {
  let onBroken: (error: unknown) => void = () => undefined;
  const broken = new Promise<never>((_, reject) => (onBroken = reject));
  const shared = { database, logger: createLogger('silent'), clock: systemClock, reach, onBroken };
  const sequencer = await openSoloSequencer(shared);
  const opened = await openLedger({ ...shared, crypto: nativeCrypto, genesis, organization });
  assert(opened.ok, 'the genesis is right');
  const ledger = opened.value;
  const exchange = createExchange({
    client: { send: () => Promise.reject(new Error('there are no peers')) },
    peers: () => [],
    onFailure: () => undefined,
  });
  const checkpoints = await openCheckpoints({
    ...shared,
    crypto: nativeCrypto,
    ledger,
    organization,
    signers: () => ({ log, cosigning }),
    exchange,
    onSplitView: () => undefined,
  });
  const ordering = sequencer.connect();
  await ordering.start(ledger.application);
  await Promise.race([useAll(ledger, ordering, numbers), broken]);
  const size = logSizeOf(ledger.state());
  const note = await Promise.race([checkpoints.quorumNote(size), broken]);
  const { height, appHash } = await ledger.application.status();
  await ordering.stop();
  await checkpoints.stop();
  await sequencer.close();
  return { size, height, appHash: encodeHex(appHash), note };
}
