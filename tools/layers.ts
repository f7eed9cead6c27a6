/**
 * The table of layers: which package may import what. The tidy test enforces it and ARCHITECTURE.md shows it.
 */

/** One package of the workspace and the bounds of its imports. */
export interface Layer {
  /** Folder under `packages/` and, behind `@suyuan/`, the package's name. */
  readonly name: string;
  /** What the package is, in one line. */
  readonly what: string;
  /** A pure package does no I/O; its compiler options hide the platform. */
  readonly pure: boolean;
  /** Packages of this workspace it may import. */
  readonly ours: readonly string[];
  /** Packages of others it may import; `'any'` where the list is its own package.json. */
  readonly others: readonly string[] | 'any';
}

const domain = ['ledger', 'log'] as const;

/** All packages, lowest first. A package may import only what stands above it here and is named in `ours`. */
export const layers: readonly Layer[] = [
  {
    name: 'log',
    what: 'a tamper-evident log: Merkle tree, proofs, signed note, checkpoint, cosignature, receipt',
    pure: true,
    ours: [],
    others: ['@noble/curves', '@noble/hashes', '@scure/base', 'cborg'],
  },
  {
    name: 'ledger',
    what: 'what a statement means: the deterministic state machine',
    pure: true,
    ours: ['log'],
    others: [],
  },
  {
    name: 'battery',
    what: 'record kinds and rules of battery traceability',
    pure: true,
    ours: domain,
    others: [],
  },
  {
    name: 'verifier',
    what: 'receipt and trust policy to verdict; the same code in the command line and the browser',
    pure: true,
    ours: domain,
    others: [],
  },
  {
    name: 'api',
    what: 'the HTTP contract: routes, schemas, problem codes',
    pure: true,
    ours: ['log', 'ledger', 'battery'],
    others: ['typebox'],
  },
  {
    name: 'native-crypto',
    what: 'SHA-256 and Ed25519 of node:crypto behind the port of log',
    pure: false,
    ours: ['log'],
    others: [],
  },
  {
    name: 'invented',
    what: 'invented batteries, vehicles and organisations: for the demonstration, samples, tests and benches',
    pure: true,
    ours: ['battery'],
    others: [],
  },
  {
    name: 'testkit',
    what: 'generators and servers for tests and benches only',
    pure: false,
    ours: ['log', 'ledger', 'battery', 'verifier', 'native-crypto', 'invented', 'node'],
    others: 'any',
  },
  {
    name: 'node',
    what: 'the server of one organisation',
    pure: false,
    ours: ['log', 'ledger', 'battery', 'verifier', 'api', 'native-crypto', 'invented'],
    others: 'any',
  },
  {
    name: 'console',
    what: 'the browser client',
    pure: false,
    ours: ['log', 'ledger', 'battery', 'verifier', 'api'],
    others: 'any',
  },
  {
    name: 'cli',
    what: 'the command line suyuan',
    pure: false,
    ours: ['log', 'ledger', 'battery', 'verifier', 'api', 'native-crypto', 'node'],
    others: 'any',
  },
];
