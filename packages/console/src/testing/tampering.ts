// For browser tests: receipts with one bit changed, in each piece that a verdict rests on.

/** A receipt bundle as far as tampering needs it. */
interface Bundle {
  readonly entry: number;
  readonly statement: string;
  readonly checkpoint: string;
  readonly inclusion: readonly string[];
  readonly state: { readonly batch: string; readonly key: string };
  readonly records: readonly {
    readonly leaf: number;
    readonly commitments: readonly string[];
    readonly path: readonly string[];
  }[];
}

/** A receipt in which one piece was changed. */
export interface Tampering {
  readonly piece: string;
  readonly text: string;
}

const origin = 'suyuan.example/demo';
const badSignature = 'checkpoint_signature_invalid';

/** The reason that the page gives for a changed bit in each piece of a receipt. */
export const tamperingReasons = {
  statement: 'statement_not_in_log',
  'proof that the statement is in the log': 'statement_not_in_log',
  record: 'record_path_wrong',
  'proof that the record is in the batch': 'record_path_wrong',
  'proof of the batch in the state': 'batch_proof_wrong',
  'proof of the key in the state': 'key_proof_wrong',
  [`signature of ${origin}`]: badSignature,
  [`signature of ${origin}/battery-maker`]: badSignature,
  [`signature of ${origin}/manager`]: badSignature,
  [`signature of ${origin}/vehicle-maker`]: badSignature,
};

/** The file with one bit changed in the last byte of this base64 text, which stands in it; nothing else moves. */
function flipIn(file: string, base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  const last = bytes.length - 1;
  bytes[last] = (bytes[last] ?? 0) ^ 1;
  return file.replace(base64, bytes.toString('base64'));
}

/** Signatures that the verdict needs: the first one of the log, and every cosignature. */
function neededSignatures(checkpoint: string): readonly (readonly [name: string, signature: string])[] {
  const [origin] = checkpoint.split('\n');
  const lines = checkpoint.split('\n').flatMap((line) => {
    const [dash, name, signature] = line.split(' ');
    return dash === '—' && name !== undefined && signature !== undefined ? [[name, signature] as const] : [];
  });
  const ofLog = lines.find(([name]) => name === origin);
  return [...(ofLog === undefined ? [] : [ofLog]), ...lines.filter(([name]) => name !== origin)];
}

/** Every tampering of a bundle of one record. */
export function tamperingsOf(file: string): readonly Tampering[] {
  const bundle: Bundle = JSON.parse(file);
  const [record] = bundle.records;
  const pieces: readonly (readonly [piece: string, base64: string | undefined])[] = [
    ['statement', bundle.statement],
    ['proof that the statement is in the log', bundle.inclusion[0]],
    ['record', record?.commitments[0]],
    ['proof that the record is in the batch', record?.path[0]],
    ['proof of the batch in the state', bundle.state.batch],
    ['proof of the key in the state', bundle.state.key],
    ...neededSignatures(bundle.checkpoint).map(
      ([name, signature]) => [`signature of ${name}`, signature] as const,
    ),
  ];
  return pieces.flatMap(([piece, base64]) =>
    base64 === undefined ? [] : [{ piece, text: flipIn(file, base64) }],
  );
}
