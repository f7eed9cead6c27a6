// Loaded before `suyuan node` by the torture: parts of the node are wrapped so that it lies when DIR/lies.json says so,
// and is honest otherwise. A node has nothing in it that could lie; only who loads this file makes it one that can.
import { appendFileSync, readFileSync } from 'node:fs';
import { register } from 'node:module';
import { join } from 'node:path';

import type { AcknowledgedBatch, Acknowledgement } from '@suyuan/ledger';
import { keyIdOf, signAcknowledgement } from '@suyuan/ledger';
import type { Result, Signer } from '@suyuan/log';
import { encodeUtf8, ok, reject } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';

import type { Lie, Orders } from './liar-orders.ts';
import { ORDERS_FILE, TOLD_FILE } from './liar-orders.ts';

const folder = process.argv[process.argv.indexOf('--data') + 1] ?? '';
const honesty: Orders = { lies: [], clockMs: 0, freeBytes: null };

/** Read each time: orders change while the node runs. */
function orders(): Orders {
  try {
    return JSON.parse(readFileSync(join(folder, ORDERS_FILE), 'utf8'));
  } catch {
    return honesty;
  }
}

/** True where this lie is told now, which is then written down. */
function tells(lie: Lie): boolean {
  if (!orders().lies.includes(lie)) return false;
  appendFileSync(join(folder, TOLD_FILE), `${lie}\n`);
  return true;
}

function flipLast(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte, index) => (index === bytes.length - 1 ? byte ^ 1 : byte));
}

interface Message {
  readonly batch: Omit<AcknowledgedBatch, 'network' | 'size'>;
  readonly payload: Uint8Array;
}
type Receive = (sender: string, message: Message) => Promise<Result<Acknowledgement, { code: string }>>;
interface ReceiverOptions {
  readonly network: Uint8Array;
  readonly organization: string;
  readonly signer: Signer;
}
type Serve = (sender: string, entry: number) => Promise<Result<Uint8Array, { code: string }>>;
interface Application {
  readonly select: (candidates: readonly Uint8Array[], bytesMax: number) => Promise<readonly Uint8Array[]>;
  readonly accept: (statements: readonly Uint8Array[]) => Promise<boolean>;
}
interface Clock {
  readonly now: () => number;
}

/** What `liar-hooks.ts` puts in the place of the node's own, by the name under which the node exports it. */
export const lying = {
  systemClock: (honest: Clock): Clock => ({ now: () => honest.now() + orders().clockMs }),

  freeBytesOf:
    (honest: (folder: string) => Promise<number>) =>
    async (path: string): Promise<number> =>
      orders().freeBytes ?? (await honest(path)),

  createReceiver:
    (honest: (options: ReceiverOptions) => Receive) =>
    (options: ReceiverOptions): Receive => {
      const receive = honest(options);
      return async (sender, message) => {
        const batch = { ...message.batch, network: options.network, size: message.payload.length };
        const signature = signAcknowledgement(batch, options.signer);
        const word = {
          organization: options.organization,
          keyId: keyIdOf(nativeCrypto, options.signer.publicKey),
          signature,
        };
        if (tells('forges_acknowledgements')) return ok({ ...word, signature: flipLast(signature) });
        return tells('stores_nothing') ? ok(word) : await receive(sender, message);
      };
    },

  createPayloadServer:
    <Options>(honest: (options: Options) => Serve) =>
    (options: Options): Serve => {
      const serve = honest(options);
      return async (sender, entry) => {
        if (tells('withholds_payloads')) return reject({ code: 'payload_not_held' });
        const served = await serve(sender, entry);
        return served.ok && tells('alters_payloads') ? ok(flipLast(served.value)) : served;
      };
    },

  createAbciHandler:
    <Options extends { readonly application: Application }, Handler>(honest: (options: Options) => Handler) =>
    (options: Options): Handler => {
      const { application } = options;
      const wrapped: Application = {
        ...application,
        select: async (candidates, bytesMax) => {
          const chosen = await application.select(candidates, bytesMax);
          return tells('proposes_invalid') ? [...chosen, encodeUtf8('nobody has signed this')] : chosen;
        },
        accept: async (statements) =>
          orders().lies.includes('proposes_invalid') || (await application.accept(statements)),
      };
      return honest({ ...options, application: wrapped });
    },
} as const;

register('./liar-hooks.js', import.meta.url, { data: { liar: import.meta.url, names: Object.keys(lying) } });
