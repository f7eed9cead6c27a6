// The private keys of one node while they are replaced: a new key lies beside the old one as PURPOSE.next.pem, and each
// signature is made with the key that the ledger says is in force for the next block (spec/governance.md, N13 to N15).
import { rename, open } from 'node:fs/promises';
import { join } from 'node:path';

import type { KeyPurpose, KeyRegistration, LedgerState } from '@suyuan/ledger';
import { activeKeyOf, registerKey, REQUIRED_KEYS, viewOf } from '@suyuan/ledger';
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
  /** Each signs with the key in force when it is asked. A purpose may come to be held while the node runs. */
  readonly signers: Signers;
  /** Makes or finds the next keys of these purposes; durable on return. Undefined where a node keeps no such key. */
  readonly prepare: (purposes: readonly KeyPurpose[]) => Promise<readonly KeyRegistration[] | undefined>;
  /** Moves files of keys that are in force by now to their place. */
  readonly settle: () => Promise<void>;
}

/** What a node signs with; the recovery key is kept elsewhere. */
const KEPT_PURPOSES: readonly KeyPurpose[] = REQUIRED_KEYS.validator;

/** Opens the ring with the next keys that an earlier process left. */
export async function openKeyRing(options: KeyRingOptions): Promise<KeyRing> {
  const { keysDir: folder, crypto, network, organization, state } = options;
  const current = new Map<KeyPurpose, Signer>();
  const next = new Map<KeyPurpose, Signer>();
  for (const purpose of KEPT_PURPOSES) {
    const signer = options.signers[purpose];
    if (signer !== undefined) current.set(purpose, signer);
    const waiting = await readNextKey(folder, purpose);
    if (waiting !== undefined) next.set(purpose, waiting);
  }
  const isInForce = (purpose: KeyPurpose, signer: Signer): boolean => {
    // CometBFT counts a vote two blocks after the one that decided on its key, the ledger one block after it.
    const height = state().height + (purpose === 'validator' ? 0 : 1);
    const active = activeKeyOf(viewOf(crypto, state(), height), organization, purpose);
    return active !== undefined && equalBytes(active.publicKey, signer.publicKey);
  };
  const signerOf = (purpose: KeyPurpose): Signer => {
    const waiting = next.get(purpose);
    if (waiting !== undefined && isInForce(purpose, waiting)) return waiting;
    const signer = current.get(purpose);
    assert(signer !== undefined, 'only held keys are asked for');
    return signer;
  };
  const signers = Object.defineProperties(
    {},
    Object.fromEntries(
      KEPT_PURPOSES.map((purpose) => {
        const signer = {
          get publicKey() {
            return signerOf(purpose).publicKey;
          },
          sign: (message: Uint8Array) => signerOf(purpose).sign(message),
        };
        const isHeld = (): boolean => current.has(purpose);
        return [purpose, { enumerable: true, get: () => (isHeld() ? signer : undefined) }];
      }),
    ),
  );
  const settleOnce = async (): Promise<void> => {
    for (const [purpose, signer] of next) {
      if (!isInForce(purpose, signer)) continue;
      await rename(join(folder, `${purpose}.next.pem`), join(folder, `${purpose}.pem`));
      const handle = await open(folder, 'r');
      await handle.sync().finally(() => handle.close());
      current.set(purpose, signer);
      next.delete(purpose);
      options.logger.info({ purpose }, 'a new key is in force');
    }
  };
  let settling: Promise<void> = Promise.resolve();
  return {
    signers,
    prepare: async (purposes) => {
      if (!purposes.every((purpose) => KEPT_PURPOSES.includes(purpose))) return undefined;
      const registrations: KeyRegistration[] = [];
      for (const purpose of new Set(purposes)) {
        const signer = next.get(purpose) ?? (await openNextKey(folder, purpose));
        next.set(purpose, signer);
        registrations.push(registerKey({ context: network, organization, purpose }, signer));
      }
      return registrations;
    },
    settle: async () => {
      // One after the other: blocks may follow each other while a file is being moved.
      settling = settling.catch(() => undefined).then(settleOnce);
      await settling;
    },
  };
}
