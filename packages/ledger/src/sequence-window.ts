// Which sequence numbers an organisation has used: the highest, and one bit for each of the 1,024 up to it
// (spec/statement.md, S13 to S16). Number n has bit n mod 1,024, counted from the first byte's most significant bit.
import type { Codec } from './codec.ts';
import { bytes, tuple, uint } from './codec.ts';

/** An immutable window. */
export interface SequenceWindow {
  readonly highest: number;
  readonly used: Uint8Array;
}

/** How many numbers the window remembers. */
const SEQUENCE_WINDOW = 1024;
/** How far a number may be above the highest one. */
export const SEQUENCE_JUMP_MAX: number = 2 ** 20;

/** A window as data. */
export const sequenceWindow: Codec<SequenceWindow> = tuple<SequenceWindow>({
  highest: uint(),
  used: bytes(SEQUENCE_WINDOW / 8),
});

/** No number used yet. The first one is 1. */
export const EMPTY_WINDOW: SequenceWindow = { highest: 0, used: new Uint8Array(SEQUENCE_WINDOW / 8) };

/** Whether a number can still be used: `free`, or why not. */
export function statusOfSequence(window: SequenceWindow, sequence: number): 'free' | 'spent' | 'too_far' {
  if (sequence > window.highest) return sequence - window.highest > SEQUENCE_JUMP_MAX ? 'too_far' : 'free';
  if (sequence < 1 || sequence <= window.highest - SEQUENCE_WINDOW) return 'spent';
  const bit = sequence % SEQUENCE_WINDOW;
  return ((window.used[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) === 0 ? 'free' : 'spent';
}

/** The window after a free number was used. */
export function useSequence(window: SequenceWindow, sequence: number): SequenceWindow {
  const used = window.used.slice();
  const passed = Math.min(sequence - window.highest, SEQUENCE_WINDOW);
  for (let n = sequence - passed + 1; n <= sequence; n++) {
    const bit = n % SEQUENCE_WINDOW;
    used[bit >> 3] = (used[bit >> 3] ?? 0) & ~(0x80 >> (bit & 7));
  }
  const bit = sequence % SEQUENCE_WINDOW;
  used[bit >> 3] = (used[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return { highest: Math.max(window.highest, sequence), used };
}
