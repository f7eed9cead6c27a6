// A network for tests: organisations with keys from fixed seeds, and a chain of blocks that is easy to extend.
import { nativeCrypto, nativeSigner } from '@suyuan/native-crypto';
import type { Rejection, Result, Signer } from '@suyuan/log';
import { assert } from '@suyuan/log';

import type { AcknowledgedBatch } from './acknowledgement.ts';
import { signAcknowledgement } from './acknowledgement.ts';
import type { AppliedBlock } from './apply-block.ts';
import { applyBlock } from './apply-block.ts';
import type { Genesis } from './genesis.ts';
import { encodeGenesis, genesisState, networkIdOf } from './genesis.ts';
import type { KeyPurpose } from './key.ts';
import { KEY_PURPOSES, keyIdOf, registerKey } from './key.ts';
import type { LedgerState } from './ledger-state.ts';
import { DEFAULT_POLICY } from './policy.ts';
import type { Outcome } from './rules/act.ts';
import type { BatchFields } from './statement-fields.ts';
import type { StatementBody } from './statement.ts';
import { signStatement } from './statement.ts';

export const crypto = nativeCrypto;

/** The key of an organisation for a purpose; `generation` tells the keys of a rotation apart. */
export function signerOf(organization: string, purpose: KeyPurpose, generation = 0): Signer {
  const name = `${organization} ${purpose} ${generation}`;
  const known = signers.get(name);
  if (known !== undefined) return known;
  const seed = crypto.sha256(Uint8Array.from(name, (character) => character.charCodeAt(0)));
  const signer = nativeSigner(seed);
  signers.set(name, signer);
  return signer;
}

const signers = new Map<string, Signer>();

/** 32 bytes that differ from those of other names. */
export function digestOf(name: string): Uint8Array {
  return Uint8Array.from(crypto.sha256(Uint8Array.from(name, (character) => character.charCodeAt(0))));
}

/** A genesis with these validators, observers and hosted organisations (host), all in channel 1. */
export function makeGenesis(options: {
  readonly validators: readonly string[];
  readonly observers?: readonly string[];
  readonly hosted?: Readonly<Record<string, string>>;
  readonly purposes?: readonly KeyPurpose[];
}): Genesis {
  const { validators, observers = [], hosted = {}, purposes = KEY_PURPOSES } = options;
  const random = digestOf('random').slice(0, 16);
  const ids = [...validators, ...observers, ...Object.keys(hosted)].sort();
  return {
    random,
    origin: 'suyuan.example/test',
    managing: validators[0] ?? '',
    organizations: ids.map((organization) => ({
      organization,
      role: validators.includes(organization)
        ? 'validator'
        : observers.includes(organization)
          ? 'observer'
          : 'hosted',
      host: hosted[organization] ?? null,
      keys: purposes.map((purpose) =>
        registerKey({ context: random, organization, purpose }, signerOf(organization, purpose)),
      ),
      recordKinds: ['battery_module', 'battery_pack'],
    })),
    policy: { ...DEFAULT_POLICY, pendingBlocksMax: 10 },
    channels: [
      {
        members: ids.map((organization) => ({ organization, keepsPayloads: true })),
        recordKinds: ['battery_module', 'battery_pack'],
        acknowledgements: 0,
      },
    ],
  };
}

export interface SignOptions {
  readonly sequence?: number;
  readonly lastValidHeight?: number;
  readonly signer?: Signer;
}

/** A chain of one network: the newest state, and ways to extend it. */
export interface TestNetwork {
  readonly id: Uint8Array;
  readonly state: () => LedgerState;
  /** A statement, with the next sequence number of its issuer unless told otherwise. */
  readonly sign: (issuer: string, body: StatementBody, options?: SignOptions) => Uint8Array;
  /** One block of these statements. */
  readonly apply: (...statements: readonly Uint8Array[]) => AppliedBlock;
  /** Signs and applies in a block of its own; gives entry and outcome. */
  readonly act: (
    issuer: string,
    body: StatementBody,
    options?: SignOptions,
  ) => { entry: number; outcome: Outcome };
  /** A batch body that is acceptable next, acknowledged by these members. */
  readonly batch: (
    reporter: string,
    members: readonly string[],
    fields?: Partial<BatchFields>,
  ) => StatementBody;
  /** Empty blocks up to this height. */
  readonly wait: (height: number) => void;
}

export function startNetwork(genesis: Genesis): TestNetwork {
  const encoded = encodeGenesis(genesis);
  const id = networkIdOf(crypto, encoded);
  const first = genesisState(crypto, encoded);
  assert(first.ok, 'the genesis of a test is right');
  let state = first.value;
  const used = new Map<string, number>();

  const sign: TestNetwork['sign'] = (issuer, body, options = {}) => {
    const sequence = options.sequence ?? (used.get(issuer) ?? 0) + 1;
    used.set(issuer, Math.max(sequence, used.get(issuer) ?? 0));
    const { lastValidHeight = 1_000_000, signer = signerOf(issuer, 'statement') } = options;
    return signStatement(crypto, { network: id, issuer, sequence, lastValidHeight, body }, signer);
  };
  const apply: TestNetwork['apply'] = (...statements) => {
    const applied = applyBlock(crypto, state, { height: state.height + 1, statements });
    state = applied.state;
    return applied;
  };
  return {
    id,
    state: () => state,
    sign,
    apply,
    act: (issuer, body, options) => {
      const applied = apply(sign(issuer, body, options));
      const entry = applied.entries[0];
      assert(entry !== undefined, `ordered, not dropped: ${JSON.stringify(applied.dropped)}`);
      return { entry: entry.entry, outcome: entry.outcome };
    },
    batch: (reporter, members, fields = {}) => {
      const sequence = (used.get(reporter) ?? 0) + 1;
      const batch = { ...batchFields(), ...fields };
      const acknowledged = { ...batch, network: id, reporter, sequence };
      const acknowledgements = [...members].sort().map((member) => acknowledge(member, acknowledged));
      return {
        kind: 'batch',
        fields: { ...batch, acknowledgements: fields.acknowledgements ?? acknowledgements },
      };
    },
    wait: (height) => {
      state = applyBlock(crypto, state, { height, statements: [] }).state;
    },
  };
}

export function acknowledge(
  member: string,
  batch: AcknowledgedBatch,
): { organization: string; keyId: Uint8Array; signature: Uint8Array } {
  const signer = signerOf(member, 'statement');
  return {
    organization: member,
    keyId: keyIdOf(crypto, signer.publicKey),
    signature: signAcknowledgement(batch, signer),
  };
}

function batchFields(): BatchFields {
  return {
    channel: 1,
    recordKind: 'battery_pack',
    count: 10,
    root: digestOf('root'),
    size: 5000,
    createdAt: 1_795_000_000,
    acknowledgements: [],
  };
}

/** The value of a result that a test counts on. */
export function must<T>(result: Result<T, Rejection>): T {
  assert(result.ok, `accepted, not refused: ${result.ok ? '' : result.error.code}`);
  return result.value;
}

/** The code of an outcome: `accepted`, `pending`, or why it was refused. */
export function codeOf({ outcome }: { readonly outcome: Outcome }): string {
  return outcome.status === 'refused' ? outcome.rejection.code : outcome.status;
}
