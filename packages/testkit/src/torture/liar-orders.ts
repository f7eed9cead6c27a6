// What a node that was loaded with `liar.ts` can be told, and the files by which it is told.

/** What a node can lie about. */
export type Lie =
  /** Acknowledges payloads with a signature that is not its own. */
  | 'forges_acknowledgements'
  /** Acknowledges payloads, rightly signed, and stores nothing. */
  | 'stores_nothing'
  /** Says that it has no payload when another member asks for one. */
  | 'withholds_payloads'
  /** Gives other bytes when another member asks for a payload. */
  | 'alters_payloads'
  /** Puts a statement that nobody has signed into each block that it proposes, and votes for all others' blocks. */
  | 'proposes_invalid';

/** The content of DIR/lies.json. */
export interface Orders {
  readonly lies: readonly Lie[];
  /** Milliseconds by which its clock is wrong. */
  readonly clockMs: number;
  /** What its disk says is free; null: what is. */
  readonly freeBytes: number | null;
}

/** In the data folder of a node: what it is told to lie about, and what it has lied about, a line for each time. */
export const ORDERS_FILE = 'lies.json';
export const TOLD_FILE = 'lies.told';
