// Runs, beside the node of a host, one node for each organisation that it hosts and whose folder it has. It looks for
// folders every few seconds and whenever the ledger changes an organisation, so none needs a restart; what is wrong with
// one of them holds up neither the host nor the others (spec/hosted.md).
import { join } from 'node:path';

import type { HostedOrganization } from '@suyuan/api';
import type { View } from '@suyuan/ledger';
import { organizationsOf, viewOf as ledgerViewOf } from '@suyuan/ledger';
import { assert } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';
import type { Logger } from 'pino';

import type { FirstAdministrator } from '../accounts/first-administrator.ts';
import type { Clock } from '../clock.ts';
import type { Signers } from '../genesis.ts';
import type { Node } from '../node.ts';
import { createHostedOrdering } from '../ordering/hosted-ordering.ts';
import type { HostedOrdering } from '../ordering/hosted-ordering.ts';
import type { Ordering } from '../ordering/ordering.ts';
import { followCheckpoints } from './follow-checkpoints.ts';
import type { HostedSettings } from './hosted-folder.ts';
import {
  answerNewPassword,
  hostedFolderOf,
  keepFirstAdministrator,
  listHosted,
  readHostedSettings,
} from './hosted-folder.ts';
import type { HostedRefusal } from './judge-hosted.ts';
import { judgeHosted, openHostedKeys, refusalOf } from './judge-hosted.ts';

/** Milliseconds between two looks for folders. */
const LOOK_MS = 5_000;
/** Milliseconds until a start that failed is tried again. */
const RETRY_MS = 30_000;

/** A node that may host. */
export interface Host {
  readonly node: Node;
  readonly ordering: Ordering;
}

/** What the node of a hosted organisation is made from, beside what all nodes of the process share. */
export interface HostedNode {
  readonly organization: string;
  readonly folder: string;
  readonly port: number | undefined;
  readonly signers: Signers;
  readonly ordering: Ordering;
  readonly onBroken: (error: unknown) => void;
}

/** What hosting needs. */
export interface HostingOptions {
  /** Hosted organisations are in `hosted/` of it. */
  readonly dataDir: string;
  readonly hosts: readonly Host[];
  readonly createNode: (hosted: HostedNode) => Promise<Node>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The hosted organisations of a process. */
export interface Hosting {
  /** Those of one host with a folder here, by the last look, ascending. */
  readonly list: (host: string) => readonly HostedOrganization[];
  /** The node of one that is served. */
  readonly nodeOf: (organization: string) => Node | undefined;
  /** Looks now; resolves after that look. */
  readonly look: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

interface Refused extends HostedRefusal {
  /** The host that refuses. */
  readonly of: string;
  readonly atMs: number;
  /** A start failed, and is tried again after a while. */
  readonly isFault: boolean;
}

/** Statements that may change who is hosted, and with which keys. */
const changing: readonly string[] = ['organization', 'key', 'vote'];

interface Open {
  readonly host: Host;
  readonly node: Node;
  readonly ordering: HostedOrdering;
  /** Where its folder asks for it. */
  readonly renewPassword: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Serves those whose folders are there, and begins to look for others. */
export async function startHosting(options: HostingOptions): Promise<Hosting> {
  const hosting = new FolderHosting(options);
  await hosting.look();
  return hosting;
}

class FolderHosting implements Hosting {
  readonly #options: HostingOptions;
  readonly #open = new Map<string, Open>();
  readonly #refused = new Map<string, Refused>();
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> = Promise.resolve();
  #isLookDue = false;
  #isStopped = false;

  constructor(options: HostingOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#lookSoon(), LOOK_MS).unref();
    for (const { node } of options.hosts)
      node.slices.ledger.onApplied(({ entries }) => {
        for (const open of this.#open.values()) if (open.host.node === node) open.ordering.wake();
        if (entries.some(({ statement }) => changing.includes(statement.body.kind))) this.#lookSoon();
      });
  }

  list(host: string): readonly HostedOrganization[] {
    const open = [...this.#open].map(([organization, one]) => ({
      of: one.host.node.organization,
      shown: {
        organization,
        state: 'open' as const,
        url: one.node.peers.addressOf(organization) ?? one.node.url,
      },
    }));
    const refused = [...this.#refused].map(([organization, { of, code, reason }]) => {
      const state = code === 'hosted_not_admitted' ? ('waiting' as const) : ('refused' as const);
      return { of, shown: { organization, state, code, reason } };
    });
    return [...open, ...refused]
      .flatMap(({ of, shown }): HostedOrganization[] => (of === host ? [shown] : []))
      .sort((a, b) => (a.organization < b.organization ? -1 : 1));
  }

  nodeOf(organization: string): Node | undefined {
    return this.#open.get(organization)?.node;
  }

  async look(): Promise<void> {
    const next = this.#looking.then(async () => await this.#lookOnce());
    this.#looking = next.catch(() => undefined);
    await next;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    await this.#looking;
    await Promise.all([...this.#open.keys()].map(async (organization) => await this.#close(organization)));
  }

  /** Once, however often it is asked for meanwhile. */
  #lookSoon(): void {
    if (this.#isLookDue || this.#isStopped) return;
    this.#isLookDue = true;
    void this.look().catch((err: unknown) =>
      this.#options.logger.error({ err }, 'hosted organisations could not be looked for'),
    );
  }

  async #lookOnce(): Promise<void> {
    this.#isLookDue = false;
    const found = await listHosted(this.#options.dataDir);
    for (const organization of new Set([...this.#open.keys(), ...this.#refused.keys()]))
      if (!found.includes(organization)) await this.#close(organization);
    for (const organization of found) {
      if (this.#isStopped) return;
      await this.#lookAt(organization);
      await this.#open
        .get(organization)
        ?.renewPassword()
        .catch((err: unknown) =>
          this.#options.logger.error({ err, hosted: organization }, 'no new password could be given'),
        );
    }
  }

  async #lookAt(organization: string): Promise<void> {
    const { hosts, logger } = this.#options;
    const judged = hosts.map((host) => ({
      host,
      refusal: judgeHosted(viewOf(host.node), host.node.organization, organization),
    }));
    const place = judged.find(({ refusal }) => refusal === undefined) ?? judged[0];
    assert(place !== undefined, 'a process has a node');
    const { host, refusal } = place;
    const open = this.#open.get(organization);
    if (open !== undefined && (refusal !== undefined || open.host !== host)) await this.#close(organization);
    if (refusal !== undefined) {
      this.#refuse(organization, host, refusal);
      return;
    }
    const before = this.#refused.get(organization);
    const isTooEarly = before?.isFault === true && this.#options.clock.now() - before.atMs < RETRY_MS;
    if (this.#open.has(organization) || isTooEarly) return;
    try {
      const refused = await this.#serve(organization, host);
      if (refused === undefined) this.#refused.delete(organization);
      else this.#refuse(organization, host, refused);
    } catch (error) {
      logger.error({ err: error, hosted: organization }, 'a hosted organisation could not be served');
      this.#refuse(organization, host, refusalOf(error), true);
    }
  }

  #refuse(organization: string, host: Host, refusal: HostedRefusal, isFault = false): void {
    if (this.#refused.get(organization)?.code !== refusal.code)
      this.#options.logger.warn({ hosted: organization, ...refusal }, 'a hosted organisation is not served');
    const atMs = this.#options.clock.now();
    this.#refused.set(organization, { ...refusal, of: host.node.organization, atMs, isFault });
  }

  async #serve(organization: string, host: Host): Promise<HostedRefusal | undefined> {
    const { dataDir, logger } = this.#options;
    const keys = await openHostedKeys(viewOf(host.node), dataDir, organization);
    if ('code' in keys) return keys;
    const settings = await readHostedSettings(dataDir, organization);
    let broken: { readonly by: unknown } | undefined;
    const breakDown = (error: unknown): void => {
      broken ??= { by: error };
      logger.error({ err: error, hosted: organization }, 'the node of a hosted organisation cannot go on');
      this.#refuse(organization, host, refusalOf(error), true);
      void this.#close(organization);
    };
    const { slices, database } = host.node;
    const ordering = createHostedOrdering({
      host: { ordering: host.ordering, database, height: () => slices.ledger.state().height },
      logger: logger.child({ organization }),
      onBroken: breakDown,
    });
    const node = await this.#options.createNode({
      organization,
      folder: join(hostedFolderOf(dataDir, organization), 'organizations', organization),
      port: settings.port,
      signers: keys,
      ordering,
      onBroken: breakDown,
    });
    const keep = async (administrator: FirstAdministrator): Promise<void> =>
      await keepFirstAdministrator(dataDir, organization, {
        ...administrator,
        url: settings.url ?? node.url,
      });
    const renewPassword = async (): Promise<void> =>
      await answerNewPassword(dataDir, organization, async () => {
        await keep(await node.renewFirstAdministrator());
        logger.warn({ hosted: organization }, 'its first administrator has a new password, as was asked for');
      });
    const following = followCheckpoints({
      host: { organization: host.node.organization, checkpoints: slices.checkpoints },
      hosted: node.slices,
      logger,
    });
    const stop = async (): Promise<void> => {
      await following.stop();
      await node.stop();
    };
    try {
      await this.#introduce(node, host, settings);
      await node.start();
      // oxlint-disable-next-line typescript/no-unnecessary-condition -- told while it starts
      if (broken !== undefined) throw broken.by;
      await node.makeFirstAdministrator(keep);
    } catch (error) {
      await stop();
      throw error;
    }
    this.#open.set(organization, { host, node, ordering, renewPassword, stop });
    logger.info({ hosted: organization, url: node.url }, 'a hosted organisation is served');
    return undefined;
  }

  /** It knows whom its host knows, and every node of this process knows it; the others it tells itself. */
  async #introduce(node: Node, { node: host }: Host, { name, url }: HostedSettings): Promise<void> {
    const own = { organization: node.organization, name, url: url ?? node.url };
    const known = organizationsOf(viewOf(host)).flatMap((organization) => {
      const address = host.peers.addressOf(organization);
      if (organization === node.organization || address === undefined) return [];
      const consensus = host.peers.consensusOf(organization);
      return [{ organization, name: host.peers.nameOf(organization), url: address, consensus }];
    });
    await node.peers.set([...known, own]);
    const here = [...this.#options.hosts, ...this.#open.values()];
    for (const one of here) await one.node.peers.set([own]);
  }

  async #close(organization: string): Promise<void> {
    const open = this.#open.get(organization);
    this.#open.delete(organization);
    if (open === undefined) this.#refused.delete(organization);
    else
      await open
        .stop()
        .catch((err: unknown) => this.#options.logger.error({ err, hosted: organization }, 'a stop failed'));
  }
}

function viewOf({ slices }: Node): View {
  return ledgerViewOf(nativeCrypto, slices.ledger.state());
}
