// Names and addresses of organisations are not on the ledger. A node that hears of a new organisation asks the managing
// one for them; only nodes of the network are told (spec/governance.md, N22). Organisations that came
// later tell their own address when they start (spec/hosted.md, HO6).
import { setTimeout as pause } from 'node:timers/promises';

import type { Entry } from '@suyuan/ledger';
import { isActive, networkOf, organizationOf, organizationsOf, viewOf } from '@suyuan/ledger';
import { encodeUtf8 } from '@suyuan/log';

import type { AppPlugin } from '../../http/app.ts';
import { ProblemError } from '../../http/problem.ts';
import { parseHostPort } from '../../node-folder/host-port.ts';
import type { PeerAddress } from '../../addresses/peer-addresses.ts';
import { peerBody } from '../../replication/peer-client.ts';
import type { PeerClient } from '../../replication/peer-client.ts';
import type { PeerGuard } from '../../replication/peer-guard.ts';
import type { GovernanceContext } from '../governance-context.ts';
import { peersOf } from './invitations.ts';

const PATH = '/peer/v1/addresses';
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;
/** Bytes of what a node tells of itself. */
const TOLD_BYTES_MAX = 2_048;
const TIMEOUT_MS = 10_000;
/** Answers without what is missing after which it is given up until the next admission. */
const ANSWERS_MAX = 6;
const PAUSE_MIN_MS = 250;
const PAUSE_MAX_MS = 60_000;

/** Answers other nodes of the network, and takes the address that each tells of its own organisation. */
export function addressPlugin(context: GovernanceContext, guard: PeerGuard): AppPlugin {
  return async (app) => {
    app.get(PATH, { config: { rateLimit: false } }, async (request, reply) => {
      await guard.admit(request);
      return await reply.type('application/json').send(JSON.stringify(peersOf(context)));
    });
    app.post(PATH, { config: { rateLimit: false } }, async (request, reply) => {
      const peer = await guard.admit(request);
      const body = await guard.readBody(request, peer, TOLD_BYTES_MAX);
      const [told] = parseAddresses(Buffer.concat([Buffer.from('['), body, Buffer.from(']')]));
      if (told?.organization !== peer.organization) throw new ProblemError('address_malformed');
      // A name is given by who has admitted it.
      const known = context.peers.nameOf(told.organization);
      await context.peers.set([{ ...told, name: known === told.organization ? told.name : known }]);
      return await reply.code(204).send();
    });
  };
}

/** Keeps the address book complete. */
export interface AddressKeeper {
  /** Asks for what is missing, now and whenever an organisation is admitted. */
  readonly start: () => void;
  readonly stop: () => Promise<void>;
}

/** What it needs beside its surroundings. */
export interface AddressKeeperOptions extends GovernanceContext {
  readonly client: PeerClient;
  /** This node tells its address to all others that have a node of their own. */
  readonly tellsAddress?: boolean;
  readonly onApplied: (listener: (block: { readonly entries: readonly Entry[] }) => void) => void;
}

/** A keeper that does nothing before `start`. */
export function createAddressKeeper(options: AddressKeeperOptions): AddressKeeper {
  const { organization, crypto, peers, client } = options;
  const stopping = new AbortController();
  let isStarted = false;
  let running: Promise<void> | undefined;
  let telling: Promise<void> | undefined;
  const missing = (): readonly string[] =>
    organizationsOf(viewOf(crypto, options.state())).filter(
      (id) => id !== organization && peers.addressOf(id) === undefined && peers.nameOf(id) === id,
    );
  const ask = async (): Promise<void> => {
    const { managing } = networkOf(viewOf(crypto, options.state()));
    if (managing === organization) return;
    let pauseMs = PAUSE_MIN_MS;
    let answered = 0;
    while (missing().length > 0 && !stopping.signal.aborted) {
      const answer = await client.send({
        organization: managing,
        method: 'GET',
        target: PATH,
        answerBytesMax: ANSWER_BYTES_MAX,
        timeoutMs: TIMEOUT_MS,
      });
      const wanted = new Set(missing());
      const found = answer.ok
        ? parseAddresses(answer.value).filter((one) => wanted.has(one.organization))
        : [];
      if (found.length > 0) await peers.set(found);
      // It may not have applied the admission yet; and one that has no node will never have an address.
      if (answer.ok && (answered += 1) >= ANSWERS_MAX) return;
      await pause(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS);
    }
  };
  const wake = (): void => {
    if (!isStarted || stopping.signal.aborted || running !== undefined) return;
    running = ask()
      .catch((error: unknown) => options.logger.warn({ err: error }, 'addresses could not be fetched'))
      .finally(() => (running = undefined));
  };
  options.onApplied(({ entries }) => {
    if (entries.some(({ statement }) => statement.body.kind === 'organization')) wake();
  });
  return {
    start: () => {
      isStarted = true;
      wake();
      if (options.tellsAddress === true) telling = tellAddress(options, stopping.signal);
    },
    stop: async () => {
      stopping.abort();
      await running;
      await telling;
    },
  };
}

/** Tells this node's address to each organisation with a node of its own, until it has taken it. */
async function tellAddress(options: AddressKeeperOptions, signal: AbortSignal): Promise<void> {
  const { organization, crypto, client } = options;
  const view = viewOf(crypto, options.state());
  const own = peersOf(options).find((peer) => peer.organization === organization);
  if (own === undefined) return;
  const { name, url, consensus } = own;
  const body = peerBody(encodeUtf8(JSON.stringify({ organization, name, url, consensus })));
  const tell = async (to: string): Promise<void> => {
    let pauseMs = PAUSE_MIN_MS;
    while (!signal.aborted) {
      const told = await client.send({
        organization: to,
        method: 'POST',
        target: PATH,
        body,
        answerBytesMax: 0,
        timeoutMs: TIMEOUT_MS,
      });
      if (told.ok) return;
      await pause(pauseMs, undefined, { signal }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS);
    }
  };
  const others = organizationsOf(view).filter(
    (id) => id !== organization && isActive(view, id) && organizationOf(view, id)?.role !== 'hosted',
  );
  await Promise.all(others.map(tell));
}

/** What a node said; entries that are no addresses are left out. */
function parseAddresses(bytes: Uint8Array): readonly PeerAddress[] {
  let list: unknown;
  try {
    list = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return [];
  }
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown): PeerAddress[] => {
    const { organization, name, url, consensus }: Record<string, unknown> = { ...Object(item) };
    const isRight =
      typeof organization === 'string' &&
      typeof name === 'string' &&
      name.length <= 100 &&
      typeof url === 'string' &&
      url.length <= 200 &&
      URL.canParse(url) &&
      /^https?:$/.test(new URL(url).protocol);
    const place = typeof consensus === 'string' ? parseHostPort(consensus) : undefined;
    return isRight ? [{ organization, name, url, consensus: place }] : [];
  });
}
