// The private keys of one node while they are replaced: a new key lies beside the old one as PURPOSE.next.pem, and each
// signature is made with the key that the ledger says is in force for the next block (spec/governance.md, N13 to N15).
import { rename, open } from 'node:fs/promises';
import { join } from 'node:path';

import type { KeyPurpose, KeyRegistration, LedgerState } from '@suyuan/ledger';
import { activeKeyOf, KEY_PURPOSES, registerKey, viewOf } from '@suyuan/ledger';
import type { Crypto, Signer } from '@suyuan/log';
import { assert, equalBytes } from '@suyuan/log';
import type { Logger } from 'pino';

import type { Signers } from '../genesis.ts';
import { openNextKey, readNextKey } from '../keys/key-files.ts';

/** What a ring needs. */
export interface KeyRingOptions {
  readonly signers: Signers;
  /** Folder of the key files. */
  readonly keysDir: string;
  readonly crypto: Crypto;
  readonly network: Uint8Array;
  readonly organization: string;
  readonly state: () => LedgerState;
  readonly logger: Logger;
}

/** Keys that change without a restart. */
export interface KeyRing {
  /** Each signs with the key in force when it is asked. */
  readonly signers: Signers;
  /** Makes or finds the next keys of purposes that this node holds; durable on return. Undefined for others. */
  readonly prepare: (purposes: readonly KeyPurpose[]) => Promise<readonly KeyRegistration[] | undefined>;
  /** Moves files of keys that are in force by now to their place. */
  readonly settle: () => Promise<void>;
}

/** Opens the ring with the next keys that an earlier process left. */
export async function openKeyRing(options: KeyRingOptions): Promise<KeyRing> {
  const { keysDir: folder, crypto, network, organization, state } = options;
  const current = new Map<KeyPurpose, Signer>();
  const next = new Map<KeyPurpose, Signer>();
  for (const purpose of KEY_PURPOSES) {
    const signer = options.signers[purpose];
    if (signer === undefined) continue;
    current.set(purpose, signer);
    const waiting = await readNextKey(folder, purpose);
    if (waiting !== undefined) next.set(purpose, waiting);
  }
  const isInForce = (purpose: KeyPurpose, signer: Signer): boolean => {
    const active = activeKeyOf(viewOf(crypto, state()), organization, purpose);
    return active !== undefined && equalBytes(active.publicKey, signer.publicKey);
  };
  const signerOf = (purpose: KeyPurpose): Signer => {
    const waiting = next.get(purpose);
    if (waiting !== undefined && isInForce(purpose, waiting)) return waiting;
    const signer = current.get(purpose);
    assert(signer !== undefined, 'only held keys are asked for');
    return signer;
  };
  const signers = Object.fromEntries(
    [...current.keys()].map((purpose) => [
      purpose,
      {
        get publicKey() {
          return signerOf(purpose).publicKey;
        },
        sign: (message: Uint8Array) => signerOf(purpose).sign(message),
      },
    ]),
  );
  return {
    signers,
    prepare: async (purposes) => {
      if (!purposes.every((purpose) => current.has(purpose))) return undefined;
      const registrations: KeyRegistration[] = [];
      for (const purpose of new Set(purposes)) {
        const signer = next.get(purpose) ?? (await openNextKey(folder, purpose));
        next.set(purpose, signer);
        registrations.push(registerKey({ context: network, organization, purpose }, signer));
      }
      return registrations;
    },
    settle: async () => {
      for (const [purpose, signer] of next) {
        if (!isInForce(purpose, signer)) continue;
        await rename(join(folder, `${purpose}.next.pem`), join(folder, `${purpose}.pem`));
        const handle = await open(folder, 'r');
        await handle.sync().finally(() => handle.close());
        current.set(purpose, signer);
        next.delete(purpose);
        options.logger.info({ purpose }, 'a new key is in force');
      }
    },
  };
}
