// Tells the other nodes where this one is now, where it has moved, and hears from them who else has: one exchange with
// each at the start, again after a growing pause with those that did not answer (spec/governance.md, N28).
import { setTimeout as pause } from 'node:timers/promises';

import type { View } from '@suyuan/ledger';
import { networkOf, organizationOf, organizationsOf } from '@suyuan/ledger';
import type { Crypto, Signer } from '@suyuan/log';
import { encodeCbor, isCborArray, isCborBytes, parseCbor } from '@suyuan/log';
import type { Logger } from 'pino';

import type { AppPlugin } from '../http/app.ts';
import { ProblemError } from '../http/problem.ts';
import type { PeerClient } from '../replication/peer-client.ts';
import { peerBody } from '../replication/peer-client.ts';
import type { PeerGuard } from '../replication/peer-guard.ts';
import { readAnnouncement, signAnnouncement } from './announcement.ts';
import type { Place } from './announcement.ts';
import type { PeerAddresses } from './peer-addresses.ts';

const PATH = '/peer/v1/announcements';
/** Announcements in one message: one of each organisation. */
const ANNOUNCEMENTS_MAX = 1_024;
const BYTES_MAX = 1_048_576;
const TIMEOUT_MS = 10_000;
const PAUSE_MIN_MS = 500;
const PAUSE_MAX_MS = 60_000;

/** What announcing needs. */
export interface AnnouncerOptions {
  readonly organization: string;
  readonly crypto: Crypto;
  readonly view: () => View;
  readonly peers: PeerAddresses;
  readonly client: Pick<PeerClient, 'send'>;
  readonly guard: PeerGuard;
  /** The transport key of this node. */
  readonly signer: Signer;
  /** Where `suyuan node move` has said that this node is; undefined where it has never moved. */
  readonly place: Place | undefined;
  readonly logger: Logger;
}

/** The exchange of addresses. */
export interface Announcer {
  readonly plugin: AppPlugin;
  readonly start: () => void;
  readonly stop: () => Promise<void>;
}

/** An announcer that asks nobody before `start`. */
export function createAnnouncer(options: AnnouncerOptions): Announcer {
  const { organization, crypto, view, peers, client, guard, logger } = options;
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  const { network } = networkOf(view());

  /** What is known here, this node's own word signed with the key of this moment. */
  const known = (): readonly Uint8Array[] => {
    const others = peers.announcements().filter((one) => one.organization !== organization);
    const own =
      options.place === undefined
        ? []
        : [signAnnouncement(crypto, network, organization, options.place, options.signer)];
    return [...own, ...others].map(({ bytes }) => bytes);
  };
  const take = async (list: readonly Uint8Array[]): Promise<void> => {
    for (const bytes of list) {
      const read = readAnnouncement(crypto, network, view(), bytes);
      if (read === undefined || read.organization === organization) continue;
      if (await peers.announce(read))
        logger.info({ of: read.organization, url: read.url }, 'an organisation is at another address now');
    }
  };
  const exchange = async (other: string): Promise<boolean> => {
    const sent = await client.send({
      organization: other,
      method: 'POST',
      target: PATH,
      body: peerBody(encodeCbor(known())),
      answerBytesMax: BYTES_MAX,
      timeoutMs: TIMEOUT_MS,
    });
    if (!sent.ok) return false;
    await take(parseList(sent.value) ?? []);
    return true;
  };
  const run = async (): Promise<void> => {
    const told = new Set<string>();
    let pauseMs = PAUSE_MIN_MS;
    while (!stopping.signal.aborted) {
      const missing = othersWithNode(options).filter((id) => !told.has(id));
      if (missing.length === 0) return;
      await Promise.all(missing.map(async (id) => ((await exchange(id)) ? told.add(id) : undefined)));
      // Who did not answer may have moved as well; one that did answer may know that by now.
      const [witness] = missing.every((id) => told.has(id)) ? [] : told;
      await pause(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (witness !== undefined) await exchange(witness);
      pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS);
    }
  };
  return {
    plugin: async (app) => {
      app.post(PATH, { config: { rateLimit: false } }, async (request, reply) => {
        const peer = await guard.admit(request);
        const list = parseList(await guard.readBody(request, peer, BYTES_MAX));
        if (list === undefined) throw new ProblemError('announcements_malformed');
        await take(list);
        return await reply.type('application/cbor').send(Buffer.from(encodeCbor(known())));
      });
    },
    start: () => {
      running = run().catch((err: unknown) => logger.warn({ err }, 'addresses could not be exchanged'));
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** Every other active organisation that has a node, its own or at a host that has told where. */
function othersWithNode({ view, organization, peers }: AnnouncerOptions): readonly string[] {
  const now = view();
  return organizationsOf(now).filter((id) => {
    const { status, role } = organizationOf(now, id) ?? {};
    const hasNode = role !== 'hosted' || peers.addressOf(id) !== undefined;
    return id !== organization && status === 'active' && hasNode;
  });
}

function parseList(bytes: Uint8Array): readonly Uint8Array[] | undefined {
  const parsed = parseCbor(bytes, BYTES_MAX);
  if (!parsed.ok || !isCborArray(parsed.value) || parsed.value.length > ANNOUNCEMENTS_MAX) return undefined;
  const list = parsed.value.filter(isCborBytes);
  return list.length === parsed.value.length ? list : undefined;
}
