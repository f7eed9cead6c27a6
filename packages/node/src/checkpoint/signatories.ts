// Who signs the checkpoint of a block, by the state after that block, and what exactly is signed (spec/checkpoint.md, C5).
import type { LedgerState, NamedKey } from '@suyuan/ledger';
import {
  activeKeyOf,
  logRootOf,
  logSizeOf,
  networkOf,
  quorumOf,
  stateRootOf,
  validatorsOf,
  viewOf,
} from '@suyuan/ledger';
import type { Crypto, NoteAlgorithm, NoteKey, Signer } from '@suyuan/log';
import {
  assert,
  cosignNote,
  encodeCheckpoint,
  encodeHex,
  encodeStateExtension,
  equalBytes,
  makeNoteKey,
  signNote,
} from '@suyuan/log';

import type { Signatory, SignaturePair } from './candidate.ts';

/** The private keys with which a validator signs checkpoints. */
export interface CheckpointSigners {
  readonly log: Signer;
  readonly cosigning: Signer;
}

/** Keys remembered. */
const KNOWN_KEYS_MAX = 1_024;

/** Who can sign, and how many must. */
export interface Electorate {
  readonly signatories: readonly Signatory[];
  readonly quorum: number;
}

/** The name under which an organisation cosigns. The log key of every validator has the origin as its name. */
export function cosignerName(origin: string, organization: string): string {
  return `${origin}/${organization}`;
}

/** Tells the validators after a block, with their keys of that height, ascending. */
export type ElectorateOf = (state: LedgerState) => Electorate;

/** Remembers the keys it has seen, since to check that a key may be used takes milliseconds. */
export function createElectorateOf(crypto: Crypto): ElectorateOf {
  const known = new Map<string, NoteKey>();
  const noteKeyOf = (algorithm: NoteAlgorithm, name: string, key: NamedKey): NoteKey => {
    const id = `${name}/${encodeHex(key.keyId)}`;
    const found = known.get(id);
    if (found !== undefined) return found;
    const made = makeNoteKey(crypto.sha256, algorithm, name, key.publicKey);
    assert(made.ok, 'the ledger admits only usable keys and names');
    if (known.size >= KNOWN_KEYS_MAX) known.clear();
    known.set(id, made.value);
    return made.value;
  };
  return (state) => {
    const view = viewOf(crypto, state, state.height);
    const { origin } = networkOf(view);
    const validators = validatorsOf(view);
    const signatories = validators.flatMap((organization) => {
      const log = activeKeyOf(view, organization, 'log');
      const cosigning = activeKeyOf(view, organization, 'cosigning');
      if (log === undefined || cosigning === undefined) return [];
      const name = cosignerName(origin, organization);
      return [
        {
          organization,
          logKey: noteKeyOf('ed25519', origin, log),
          cosigningKey: noteKeyOf('cosignature_v1', name, cosigning),
        },
      ];
    });
    return { signatories, quorum: quorumOf(validators.length) };
  };
}

/** The checkpoint text of a state: the same at every node. */
export function checkpointBodyOf(crypto: Crypto, state: LedgerState): string {
  return encodeCheckpoint({
    origin: networkOf(viewOf(crypto, state)).origin,
    size: logSizeOf(state),
    root: logRootOf(crypto, state),
    extensions: [encodeStateExtension(stateRootOf(crypto, state))],
  });
}

/** Signs with both keys; undefined where these are not the keys of one of the signatories. */
export function signCheckpoint(
  crypto: Crypto,
  body: string,
  signatories: readonly Signatory[],
  signers: CheckpointSigners,
  timeSeconds: number,
): { readonly organization: string; readonly pair: SignaturePair } | undefined {
  const own = signatories.find(
    ({ logKey, cosigningKey }) =>
      equalBytes(logKey.publicKey, signers.log.publicKey) &&
      equalBytes(cosigningKey.publicKey, signers.cosigning.publicKey),
  );
  if (own === undefined) return undefined;
  const log = signNote(crypto.sha256, body, own.logKey.name, signers.log);
  const cosignature = cosignNote(crypto.sha256, body, own.cosigningKey.name, signers.cosigning, timeSeconds);
  return { organization: own.organization, pair: { log, cosignature } };
}
