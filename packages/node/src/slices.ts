// The slices of a node put together: ledger and checkpoints, replication, reporting, importing, tracing. Each brings
// its routes; the order of starting and stopping is here and nowhere else.
import { keyIdOf, logSizeOf, modulesOf, organizationOf, organizationsOf, viewOf } from '@suyuan/ledger';
import { assert, encodeHex } from '@suyuan/log';
import type { Signer } from '@suyuan/log';
import { openCheckpoints } from './checkpoint/checkpoints.ts';
import type { Checkpoints } from './checkpoint/checkpoints.ts';
import { createExchange } from './checkpoint/exchange.ts';
import type { CheckpointExchange } from './checkpoint/exchange.ts';
import { StartupFault } from './fault.ts';
import type { AppPlugin } from './http/app.ts';
import type { Binding } from './http/handle.ts';
import { kindBindings } from './http/routes/kinds.ts';
import { organizationBindings } from './http/routes/organization.ts';
import { peerPlugin } from './http/routes/peer.ts';
import { reportBindings } from './http/routes/reports.ts';
import { openLedger } from './ledger-store/ledger.ts';
import type { Ledger } from './ledger-store/ledger.ts';
import type { Ordering } from './ordering/ordering.ts';
import { createPeerClient } from './replication/peer-client.ts';
import type { PeerClient } from './replication/peer-client.ts';
import { createPeerGuard } from './replication/peer-guard.ts';
import { createPullWorker } from './replication/pull-payloads.ts';
import { createReceiver } from './replication/receive-payload.ts';
import { createPayloadServer } from './replication/serve-payload.ts';
import { createReportWorker } from './report/report-worker.ts';
import type { ReportWorker } from './report/report-worker.ts';
import type { Surroundings } from './surroundings.ts';
import { version } from './version.ts';

/** The running parts of a node. */
export interface Slices {
  readonly ledger: Ledger;
  readonly checkpoints: Checkpoints;
  readonly worker: ReportWorker;
  readonly bindings: readonly Binding[];
  readonly plugins: readonly AppPlugin[];
  /** Begins to apply blocks and to report what an earlier process left. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

function signerFor(surroundings: Surroundings, purpose: 'statement' | 'transport'): Signer {
  const signer = surroundings.signers[purpose];
  assert(signer !== undefined, `an organisation with a node has a key for ${purpose}`);
  return signer;
}

/** Organisations with a node of their own, but this one. */
function nodesOf(surroundings: Surroundings, ledger: Ledger): readonly string[] {
  const view = viewOf(surroundings.crypto, ledger.state());
  return organizationsOf(view).filter(
    (id) => id !== surroundings.organization && organizationOf(view, id)?.role !== 'hosted',
  );
}

async function openStoredLedger(surroundings: Surroundings): Promise<Ledger> {
  const opened = await openLedger(surroundings);
  if (opened.ok) return opened.value;
  throw new StartupFault('network_mismatch', `the genesis of this network is refused: ${opened.error.code}`);
}

function openClient(surroundings: Surroundings): PeerClient {
  const transport = signerFor(surroundings, 'transport');
  return createPeerClient({
    networkHex: encodeHex(surroundings.networkId),
    keyIdHex: encodeHex(keyIdOf(surroundings.crypto, transport.publicKey)),
    signer: transport,
    addressOf: (organization) => surroundings.peers.addressOf(organization),
    nowMs: () => surroundings.clock.now(),
    random: surroundings.random,
  });
}

async function openOwnCheckpoints(
  surroundings: Surroundings,
  ledger: Ledger,
  client: PeerClient,
): Promise<{ exchange: CheckpointExchange; checkpoints: Checkpoints }> {
  const { signers, logger, metrics } = surroundings;
  const exchange = createExchange({
    client,
    peers: () => nodesOf(surroundings, ledger),
    onFailure: (failure) => logger.debug({ failure }, 'a node could not be reached for checkpoints'),
  });
  const { log, cosigning } = signers;
  const checkpoints = await openCheckpoints({
    ...surroundings,
    ledger,
    exchange,
    signers: log === undefined || cosigning === undefined ? undefined : { log, cosigning },
    onSplitView: (splitView) => {
      metrics.splitViews.inc({ signer: splitView.organization });
      logger.error({ splitView }, 'a validator has signed two different logs; the evidence is kept');
    },
  });
  return { exchange, checkpoints };
}

/** Opens all slices. Nothing runs before `start`. */
export async function openSlices(surroundings: Surroundings, ordering: Ordering): Promise<Slices> {
  const { organization, networkId: network, database, crypto, logger, metrics } = surroundings;
  const ledger = await openStoredLedger(surroundings);
  const state = (): ReturnType<Ledger['state']> => ledger.state();
  const client = openClient(surroundings);
  const { exchange, checkpoints } = await openOwnCheckpoints(surroundings, ledger, client);
  const signer = signerFor(surroundings, 'statement');
  const worker = createReportWorker({
    ...surroundings,
    network,
    state,
    signer,
    client,
    submit: async (statement) => await ordering.submit(statement),
    onApplied: (listener) => ledger.onApplied(listener),
  });
  const pull = createPullWorker({
    ...surroundings,
    network,
    state,
    client,
    onApplied: (listener) => ledger.onApplied(listener),
  });
  const guard = createPeerGuard({ ...surroundings, network, state });
  const receive = createReceiver({ ...surroundings, network, state, signer });
  ledger.onApplied(({ height, after }) => {
    metrics.height.set(height);
    metrics.logSize.set(logSizeOf(after));
  });
  return {
    ledger,
    checkpoints,
    worker,
    bindings: [
      ...organizationBindings({ organization, networkId: network, version, database, crypto, state }),
      ...kindBindings({ modules: () => modulesOf(viewOf(crypto, state()), organization) }),
      ...reportBindings({ ...surroundings, worker }),
    ],
    plugins: [
      peerPlugin({
        guard,
        receive,
        serve: createPayloadServer({ database, state, network }),
        metrics,
        logger,
      }),
    ],
    async start() {
      await ordering.start(ledger.application);
      await worker.start();
      pull.start();
    },
    async stop() {
      client.stop();
      await pull.stop();
      await worker.stop();
      await ordering.stop();
      exchange.stop();
      await checkpoints.stop();
    },
  };
}
