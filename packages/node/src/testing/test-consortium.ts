// Organisations whose statements are ordered by real CometBFT processes on this machine, each with a database of its
// own: for tests of the `cometbft` ordering. No HTTP, no payloads: those have tests of their own.
import { join } from 'node:path';

import type { OrganizationRole, StatementBody } from '@suyuan/ledger';
import { REQUIRED_KEYS, signStatement } from '@suyuan/ledger';
import { assert, encodeHex, encodeUtf8 } from '@suyuan/log';
import { nativeCrypto, nativeSigner } from '@suyuan/native-crypto';
import pino from 'pino';
import type { Logger } from 'pino';

import type { Reach } from '../crash-point.ts';
import { reachNothing } from '../crash-point.ts';
import type { Database } from '../database/database.ts';
import type { Signers } from '../genesis.ts';
import { channelOfAll, createNetwork, registerFounder } from '../genesis.ts';
import type { Ledger } from '../ledger-store/ledger.ts';
import { openLedger } from '../ledger-store/ledger.ts';
import { rememberSignatures } from '../ledger-store/remember-signatures.ts';
import { validatorKeysOf } from '../ledger-store/validator-changes.ts';
import type { CometbftOrdering } from '../ordering/cometbft/cometbft-ordering.ts';
import { reservePort } from '../free-port.ts';
import { createCometbftOrdering } from '../ordering/cometbft/cometbft-ordering.ts';
import type { Peer } from '../ordering/cometbft/engine-identity.ts';
import type { Application } from '../ordering/ordering.ts';

/** One organisation of the consortium. */
export interface TestMember {
  readonly organization: string;
  readonly home: string;
  readonly database: Database;
  readonly ledger: () => Ledger;
  readonly ordering: () => CometbftOrdering;
  readonly open: () => Promise<void>;
  readonly close: () => Promise<void>;
  readonly sign: (sequence: number, body?: StatementBody, lastValidHeight?: number) => Uint8Array;
  /** Resolves when the ledger satisfies this; asked after each block. */
  readonly until: (isReached: (ledger: Ledger) => boolean) => Promise<void>;
  /** What the ordering could not mend. */
  readonly faults: unknown[];
}

/** What a consortium is made of. */
export interface TestConsortiumOptions {
  readonly program: string;
  /** Folder of this consortium alone. */
  readonly folder: string;
  readonly members: readonly (readonly [id: string, role: OrganizationRole, database: Database])[];
  /** This member's CometBFT has a transport key that is not registered. */
  readonly stranger?: string | undefined;
  readonly reach?: Reach;
  readonly logger?: Logger;
  /** What the ordering of a member drives in place of its ledger. */
  readonly wrap?: (organization: string, application: Application) => Application;
}

/** The same name gives the same key in every run. Nothing here is secret. */
export function testSeed(name: string): Uint8Array {
  return nativeCrypto.sha256(encodeUtf8(name));
}

function seedOf(organization: string, purpose: string): Uint8Array {
  return testSeed(`${organization}/${purpose}`);
}

/** Makes it; no member is open yet. */
export async function makeTestConsortium(options: TestConsortiumOptions): Promise<readonly TestMember[]> {
  const random = new Uint8Array(16);
  // An observer has all keys of a validator too, so that it can become one.
  const signersOf = (id: string): Signers =>
    Object.fromEntries(
      REQUIRED_KEYS.validator.map((purpose) => [purpose, nativeSigner(seedOf(id, purpose))]),
    );
  const created = createNetwork(nativeCrypto, {
    random,
    origin: 'suyuan.example/consortium',
    managing: options.members[0]?.[0] ?? '',
    organizations: options.members.map(([organization, role]) =>
      registerFounder(random, {
        organization,
        role,
        recordKinds: [],
        signers: signersOf(organization),
      }),
    ),
    channels: [channelOfAll(options.members.map(([id]) => id))],
  });
  assert(created.ok, 'the test genesis is right');
  const places = await Promise.all(
    options.members.map(async ([id]) => ({ id, host: '127.0.0.1', port: await reservePort() })),
  );
  return options.members.map(([organization, , database], index) => {
    const listen = places[index];
    assert(listen !== undefined, 'every member has a place');
    const peers = places
      .filter(({ id }) => id !== organization)
      .map(({ id, host, port }) => ({
        organization: id,
        publicKey: nativeSigner(seedOf(id, 'transport')).publicKey,
        host,
        port,
      }));
    return makeMember({ ...options, ...created.value, organization, database, listen, peers });
  });
}

interface MemberOptions extends TestConsortiumOptions {
  readonly genesis: Uint8Array;
  readonly network: Uint8Array;
  readonly organization: string;
  readonly database: Database;
  readonly listen: { readonly host: string; readonly port: number };
  readonly peers: readonly Peer[];
}

function makeMember(options: MemberOptions): TestMember {
  const { organization, database, genesis, network, reach = reachNothing, wrap } = options;
  const home = join(options.folder, organization);
  const faults: unknown[] = [];
  const waiting = new Set<() => void>();
  const signer = nativeSigner(seedOf(organization, 'statement'));
  let open: { readonly ledger: Ledger; readonly ordering: CometbftOrdering } | undefined;
  const opened = (): NonNullable<typeof open> => {
    assert(open !== undefined, 'the member is open');
    return open;
  };
  return {
    organization,
    home,
    database,
    faults,
    ledger: () => opened().ledger,
    ordering: () => opened().ordering,
    open: async () => {
      const crypto = rememberSignatures(nativeCrypto);
      const ledger = await openLedger({ database, crypto, genesis, organization, reach });
      assert(ledger.ok, 'the test genesis is right');
      ledger.value.onApplied(() => {
        for (const look of waiting) look();
      });
      const ordering = createCometbftOrdering({
        ...options,
        home,
        crypto,
        identity: async () => ({
          validatorKey: { seed: seedOf(organization, 'validator') },
          transportKey: {
            seed: seedOf(organization === options.stranger ? 'nobody' : organization, 'transport'),
          },
          peers: options.peers,
          others: [],
          validators: validatorKeysOf(crypto, ledger.value.state()),
        }),
        profile: 'local',
        logger: options.logger ?? pino({ level: 'silent' }),
        onBroken: (error) => faults.push(error),
      });
      const { application } = ledger.value;
      await ordering.start(wrap?.(organization, application) ?? application);
      open = { ledger: ledger.value, ordering };
    },
    close: async () => {
      await open?.ordering.stop();
      open = undefined;
    },
    sign: (sequence, body = anchor(organization, sequence, network), lastValidHeight = 1_000_000) =>
      signStatement(nativeCrypto, { network, issuer: organization, sequence, lastValidHeight, body }, signer),
    until: (isReached) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (open === undefined || !isReached(open.ledger)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

function anchor(organization: string, sequence: number, digest: Uint8Array): StatementBody {
  const name = encodeHex(nativeCrypto.sha256(encodeUtf8(`${organization}/${sequence}`))).slice(0, 16);
  return { kind: 'anchor', fields: { purpose: 'audit_trail', name: `a${name}`, size: sequence, digest } };
}
