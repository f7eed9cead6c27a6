// A checkpoint on its way to a quorum: its text, the validators of its own state, and the signatures seen so far.
// Every validator gives two, one by its log key and one cosignature with a time (spec/log.md, L12 to L16).
import type { Crypto, Note, NoteKey, NoteSignature } from '@suyuan/log';
import {
  assert,
  encodeNote,
  isSignatureOf,
  NOTE_SIGNATURES_MAX,
  parseUtf8,
  verifyNoteSignature,
} from '@suyuan/log';

/** A validator's keys as readers of notes know them. */
export interface Signatory {
  readonly organization: string;
  readonly logKey: NoteKey;
  readonly cosigningKey: NoteKey;
}

/** A validator's two signatures under one checkpoint. */
export interface SignaturePair {
  readonly log: NoteSignature;
  readonly cosignature: NoteSignature;
}

/** A checkpoint of our own log, and who has signed it. Only `addSignatures` changes it. */
export interface Candidate {
  readonly size: number;
  readonly height: number;
  /** The note text. */
  readonly body: string;
  /** The validators in the state after this block. */
  readonly signatories: readonly Signatory[];
  /** Validators that must have signed. */
  readonly quorum: number;
  readonly pairs: Map<string, SignaturePair>;
}

/** What a note from outside held about a candidate. */
export interface Addition {
  /** Organisations whose valid pair is new. */
  readonly added: readonly string[];
  /** Organisations with a line under their key that is not valid. */
  readonly invalid: readonly string[];
}

/** Takes over the valid pairs of validators in a note with the candidate's own text. */
export function addSignatures(crypto: Crypto, candidate: Candidate, note: Note): Addition {
  assert(note.text === candidate.body, 'the note has the text of the candidate');
  const added: string[] = [];
  const invalid: string[] = [];
  for (const signatory of candidate.signatories) {
    if (candidate.pairs.has(signatory.organization)) continue;
    const log = note.signatures.find((line) => isSignatureOf(line, signatory.logKey));
    const cosignature = note.signatures.find((line) => isSignatureOf(line, signatory.cosigningKey));
    if (log === undefined || cosignature === undefined) continue;
    const valid =
      verifyNoteSignature(crypto, note.text, signatory.logKey, log) !== undefined &&
      verifyNoteSignature(crypto, note.text, signatory.cosigningKey, cosignature) !== undefined;
    if (valid) candidate.pairs.set(signatory.organization, { log, cosignature });
    (valid ? added : invalid).push(signatory.organization);
  }
  return { added, invalid };
}

/** Validators of this note text that really signed it, although the text is not ours: they show a split view. */
export function findSigners(
  crypto: Crypto,
  signatories: readonly Signatory[],
  note: Note,
): readonly { readonly organization: string; readonly line: NoteSignature }[] {
  return signatories.flatMap(({ organization, logKey, cosigningKey }) => {
    for (const key of [logKey, cosigningKey]) {
      const line = note.signatures.find((signature) => isSignatureOf(signature, key));
      if (line !== undefined && verifyNoteSignature(crypto, note.text, key, line) !== undefined)
        return [{ organization, line }];
    }
    return [];
  });
}

/** Whether enough validators have signed. */
export function hasQuorum({ pairs, quorum }: Candidate): boolean {
  return pairs.size >= quorum;
}

/**
 * The signed note as it is handed out, at most 100 signatures: all pairs where they fit; otherwise one log signature
 * and as many cosignatures as fit, since the trust policy counts cosignatures.
 */
export function encodeCandidate({ body, pairs }: Candidate): string {
  const all = [...pairs.values()];
  const signatures =
    all.length * 2 <= NOTE_SIGNATURES_MAX
      ? all.flatMap(({ log, cosignature }) => [log, cosignature])
      : [...all.slice(0, 1).map(({ log }) => log), ...all.map(({ cosignature }) => cosignature)];
  return encodeLines(body, signatures.slice(0, NOTE_SIGNATURES_MAX));
}

/** One validator's own note. */
export function encodePair(body: string, { log, cosignature }: SignaturePair): string {
  return encodeLines(body, [log, cosignature]);
}

function encodeLines(text: string, signatures: readonly NoteSignature[]): string {
  const encoded = parseUtf8(encodeNote({ text, signatures }));
  assert(encoded !== undefined, 'a note is text');
  return encoded;
}
