// The slices of a node put together: ledger and checkpoints, replication, reporting, importing, receipts. Each brings
// its routes; the order of starting and stopping is here and nowhere else.
import {
  logSizeOf,
  modulesOf,
  networkOf,
  organizationOf,
  organizationsOf,
  policyOf,
  viewOf,
} from '@suyuan/ledger';
import type { LedgerState, View } from '@suyuan/ledger';
import { assert, equalBytes } from '@suyuan/log';
import type { Signer } from '@suyuan/log';
import { createAnnouncer } from './addresses/announcer.ts';
import type { Announcer } from './addresses/announcer.ts';
import { openAttachments } from './attachment/attachments.ts';
import type { Attachments } from './attachment/attachments.ts';
import { createBackground } from './background/background.ts';
import { addCheckpointMetrics } from './checkpoint/checkpoint-metrics.ts';
import { openCheckpoints } from './checkpoint/checkpoints.ts';
import type { Checkpoints } from './checkpoint/checkpoints.ts';
import { createExchange } from './checkpoint/exchange.ts';
import type { CheckpointExchange } from './checkpoint/exchange.ts';
import { createEvents } from './events/events.ts';
import type { Events } from './events/events.ts';
import { createCoverageWorker } from './coverage/coverage-worker.ts';
import { StartupFault } from './fault.ts';
import type { KeyRing } from './governance/key-ring.ts';
import { openKeyRing } from './governance/key-ring.ts';
import { openGovernance } from './governance/open-governance.ts';
import type { AppPlugin } from './http/app.ts';
import type { Binding } from './http/handle.ts';
import { attachmentBindings } from './http/routes/attachments.ts';
import { batchBindings } from './http/routes/batches.ts';
import { cosignaturePlugin } from './http/routes/cosignatures.ts';
import { eventBindings } from './http/routes/events.ts';
import { importBindings } from './http/routes/imports.ts';
import type { ImportRouteDeps } from './http/routes/imports.ts';
import { kindBindings } from './http/routes/kinds.ts';
import { logBindings, logPlugin } from './http/routes/log.ts';
import { mappingBindings } from './http/routes/mappings.ts';
import { masterBindings } from './http/routes/master.ts';
import { organizationBindings } from './http/routes/organization.ts';
import { receiptBindings } from './http/routes/receipts.ts';
import { recordBindings } from './http/routes/records.ts';
import { reportBindings } from './http/routes/reports.ts';
import { coverageBindings } from './http/routes/coverage.ts';
import { searchBindings } from './http/routes/search.ts';
import { stagingBindings } from './http/routes/staging.ts';
import { traceBindings } from './http/routes/trace.ts';
import { workbookRowsMax } from './import/import-deps.ts';
import { createImportJobs } from './import/jobs/import-jobs.ts';
import { createImportProgress } from './import/import-progress.ts';
import { numbersOf } from './import/number-source.ts';
import { openLedger } from './ledger-store/ledger.ts';
import type { Ledger } from './ledger-store/ledger.ts';
import { createMasterStore } from './master/master-store.ts';
import type { MasterStore } from './master/master-store.ts';
import { doubleVoteHook, keepDoubleVotes } from './monitoring/double-votes.ts';
import type { Monitor } from './monitoring/monitor.ts';
import { openMonitoring } from './monitoring/open-monitoring.ts';
import type { Ordering } from './ordering/ordering.ts';
import { createReceipts } from './receipt/receipts.ts';
import type { PullWorker } from './replication/pull-payloads.ts';
import { createLimiter } from './replication/limiter.ts';
import { createReplication } from './replication/replication.ts';
import type { Replication } from './replication/replication.ts';
import { createReportWorker } from './report/report-worker.ts';
import type { ReportWorker } from './report/report-worker.ts';
import { openSources } from './source/open-sources.ts';
import type { Surroundings } from './surroundings.ts';
import { version } from './version.ts';

/** The running parts of a node. */
export interface Slices {
  readonly ledger: Ledger;
  readonly checkpoints: Checkpoints;
  readonly replication: Replication;
  readonly worker: ReportWorker;
  readonly events: Events;
  readonly attachments: Attachments;
  readonly monitor: Monitor;
  readonly bindings: readonly Binding[];
  readonly plugins: readonly AppPlugin[];
  /** Begins to apply blocks and to report what an earlier process left. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Ids taken from the database at a time. */
const idsAhead = 64;

/** What the slices below share beside their surroundings. */
interface Core extends Surroundings {
  readonly keys: KeyRing;
  readonly network: Uint8Array;
  readonly ledger: Ledger;
  readonly state: () => LedgerState;
  readonly view: () => View;
  readonly modules: () => readonly string[];
  readonly onApplied: Ledger['onApplied'];
  readonly master: MasterStore;
}

function signerFor({ signers, organization }: Surroundings, purpose: 'statement' | 'transport'): Signer {
  const signer = signers[purpose];
  assert(signer !== undefined, `${organization} has a node and so a key for ${purpose}`);
  return signer;
}

async function openCore(surroundings: Surroundings): Promise<Core> {
  const opened = await openLedger({
    ...surroundings,
    onRefused: (door, code) => surroundings.metrics.statementsRefused.inc({ door, code }),
  });
  if (!opened.ok) {
    throw new StartupFault(
      'network_mismatch',
      `the genesis of this network is refused: ${opened.error.code}`,
    );
  }
  const ledger = opened.value;
  const state = (): LedgerState => ledger.state();
  const view = (): View => viewOf(surroundings.crypto, state());
  if (!equalBytes(networkOf(view()).network, surroundings.networkId)) {
    const message = `the database of ${surroundings.organization} belongs to another network than the genesis in its data folder. Put the right genesis.cbor back, or start with another folder and database.`;
    throw new StartupFault('network_mismatch', message);
  }
  const onApplied: Ledger['onApplied'] = (listener) => ledger.onApplied(listener);
  const network = surroundings.networkId;
  const keys = await openKeyRing({ ...surroundings, network, state });
  return {
    ...surroundings,
    signers: keys.signers,
    keys,
    network,
    ledger,
    state,
    view,
    modules: () => modulesOf(view(), surroundings.organization),
    onApplied,
    master: createMasterStore({ ...surroundings, state, onApplied }),
  };
}

async function openOwnCheckpoints(
  core: Core,
  { client }: Replication,
): Promise<{ exchange: CheckpointExchange; checkpoints: Checkpoints }> {
  const { signers, logger, metrics, organization } = core;
  const exchange = createExchange({
    client,
    peers: () => {
      const view = core.view();
      const others = organizationsOf(view).filter((id) => id !== organization);
      return others.filter((id) => organizationOf(view, id)?.role !== 'hosted');
    },
    onFailure: (failure) => logger.debug({ failure }, 'a node could not be reached for checkpoints'),
  });
  const checkpoints = await openCheckpoints({
    ...core,
    exchange,
    signers: () => {
      const { log, cosigning } = signers;
      return log === undefined || cosigning === undefined ? undefined : { log, cosigning };
    },
    onSplitView: (splitView) => {
      metrics.splitViews.inc({ signer: splitView.organization });
      logger.error({ splitView }, 'a validator has signed two different logs; the evidence is kept');
    },
  });
  addCheckpointMetrics(metrics.registry, core.ledger, checkpoints);
  return { exchange, checkpoints };
}

/** Files that are read at the same time. */
const importsAtOnceMax = 2;

function importDepsOf(core: Core): ImportRouteDeps {
  const deps = {
    ...core,
    codeMode: () => (policyOf(core.view()).codes === 'strict' ? 'strict' : 'legacy'),
    progress: createImportProgress(),
    importIds: numbersOf(core.database, 'import', idsAhead),
    batchIds: numbersOf(core.database, 'batch', idsAhead),
    rowsMax: workbookRowsMax,
    uploadFolder: core.temporaryDir,
    atOnce: createLimiter(importsAtOnceMax),
  };
  return { ...deps, jobs: createImportJobs(deps) };
}

function bindingsOf(
  core: Core,
  importDeps: ImportRouteDeps,
  checkpoints: Checkpoints,
  worker: ReportWorker,
  pull: PullWorker,
): readonly Binding[] {
  const { ledger, signers } = core;
  const receipts = createReceipts({
    ...core,
    checkpoints,
    get logSigner() {
      return signers.log;
    },
  });
  return [
    ...kindBindings(core),
    ...masterBindings(core),
    ...importBindings(importDeps),
    ...stagingBindings(importDeps),
    ...mappingBindings(importDeps),
    ...batchBindings(core),
    ...reportBindings({ ...core, worker }),
    ...traceBindings(core),
    ...searchBindings(core),
    ...coverageBindings(core),
    ...recordBindings({ ...core, pull }),
    ...receiptBindings({
      ...core,
      log: ledger.log,
      checkpoints,
      receipts,
      get logSigner() {
        return signers.log;
      },
    }),
    ...logBindings({ ...core, checkpoints }),
  ];
}

/** What nodes ask each other about payloads and checkpoints, and the tiles of the log. */
function pluginsOf(
  core: Core,
  { guard, plugin }: Replication,
  checkpoints: Checkpoints,
): readonly AppPlugin[] {
  return [
    plugin,
    cosignaturePlugin({ guard, checkpoints }),
    logPlugin({ ...core, log: core.ledger.log, checkpoints, guard }),
  ];
}

function openReplication(core: Core, statement: Signer): Replication {
  return createReplication({
    ...core,
    signers: { statement, transport: signerFor(core, 'transport') },
    addressOf: (organization) => core.peers.addressOf(organization),
  });
}

/** Undefined where the whole network is in this process. */
function openAnnouncer(core: Core, { client, guard }: Replication): Announcer | undefined {
  if (core.elsewhere === undefined) return undefined;
  const signer = signerFor(core, 'transport');
  return createAnnouncer({ ...core, client, guard, signer, place: core.elsewhere.movedTo });
}

/** Says of each block that it is applied: to the metrics, and to those who look for what is new. */
function followBlocks({ ledger, metrics }: Core, wakes: readonly (() => void)[]): void {
  ledger.onApplied(({ height, after }) => {
    metrics.height.set(height);
    metrics.logSize.set(logSizeOf(after));
    for (const wake of wakes) wake();
  });
}

/** Opens all slices. Nothing runs before `start`. */
export async function openSlices(surroundings: Surroundings, ordering: Ordering): Promise<Slices> {
  const core = await openCore(surroundings);
  const { ledger } = core;
  const statement = signerFor(core, 'statement');
  const replication = openReplication(core, statement);
  const { client, guard, pull } = replication;
  const submit: Ordering['submit'] = async (bytes) => await ordering.submit(bytes);
  const { exchange, checkpoints } = await openOwnCheckpoints(core, replication);
  const worker = createReportWorker({ ...core, signer: statement, client, submit });
  const governance = openGovernance({ ...core, signer: statement, client, guard, submit });
  const announcer = openAnnouncer(core, replication);
  const attachments = await openAttachments({ ...core, client, guard });
  const importDeps = importDepsOf(core);
  const background = createBackground(core);
  const events = createEvents({ ...core, background });
  const sources = openSources({ ...core, ...importDeps, client, guard, enqueueReport: worker.enqueue });
  const coverage = createCoverageWorker({ ...core, background });
  const monitoring = openMonitoring({ ...core, ...events, checkpoints, ordering, client, guard });
  ledger.join(doubleVoteHook);
  const doubleVotes = keepDoubleVotes({ ...core, ordering });
  followBlocks(core, [events.feed.wake, coverage.wake, guard.cutBarred]);
  return {
    ledger,
    checkpoints,
    replication,
    worker,
    events,
    attachments,
    monitor: monitoring.monitor,
    bindings: [
      ...organizationBindings({ ...core, version, orderingHealth: () => ordering.health?.() }),
      ...bindingsOf(core, importDeps, checkpoints, worker, pull),
      ...attachmentBindings({ ...core, progress: importDeps.progress, attachments }),
      ...governance.bindings,
      ...sources.bindings,
      ...eventBindings({ ...core, ...events, allowPrivate: core.webhookPrivate ?? false }),
      ...monitoring.bindings,
    ],
    plugins: [
      ...pluginsOf(core, replication, checkpoints),
      attachments.plugin,
      ...governance.plugins,
      ...(announcer === undefined ? [] : [announcer.plugin]),
      ...sources.plugins,
      ...monitoring.plugins,
    ],
    async start() {
      await events.start();
      await ordering.start(ledger.application);
      await worker.start();
      await governance.start();
      announcer?.start();
      await importDeps.jobs.start();
      await sources.start();
      pull.start();
      attachments.start();
      coverage.wake();
      doubleVotes.start();
      await monitoring.monitor.start();
    },
    async stop() {
      // First, so that nobody waits for members that do not answer.
      client.stop();
      for (const part of [monitoring.monitor, sources, importDeps.jobs, attachments]) await part.stop();
      for (const part of [worker, governance, announcer, replication, ordering]) await part?.stop();
      exchange.stop();
      await checkpoints.stop();
      // Together, so that what waits for a batch under way learns that it was cut off.
      await Promise.all([events.stop(), coverage.stop(), background.stop()]);
    },
  };
}
