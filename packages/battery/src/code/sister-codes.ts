/**
 * Finds codes of one file whose maker and specification (the first seven characters) differ from others only by O
 * for 0 or I for 1. Implements spec/battery.md, "Battery codes".
 */

const PREFIX = 7;

/** Distinct beginnings remembered; further ones are not compared. */
const PREFIXES_MAX = 10_000;

/** Remembers the beginnings of the codes of one file. Its memory is bounded. */
export class SisterCodes {
  readonly #first = new Map<string, string>();
  #last = '-';

  /** The beginning of an earlier code from which this one differs only by O/0 or I/1, else undefined. */
  see(code: string): string | undefined {
    if (code.startsWith(this.#last)) return undefined;
    const prefix = code.slice(0, PREFIX);
    const folded = prefix.replaceAll('O', '0').replaceAll('I', '1');
    const first = this.#first.get(folded);
    if (first === undefined && this.#first.size < PREFIXES_MAX) this.#first.set(folded, prefix);
    if (first !== undefined && first !== prefix) return first;
    this.#last = prefix;
    return undefined;
  }
}
