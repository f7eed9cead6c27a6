/**
 * One pass over a text that says all that parsing needs: plain, to be escaped, beyond ASCII, forbidden symbols, lone
 * surrogates. Implements spec/battery.md, "Values".
 */

/** Nothing special: printable ASCII without quote and backslash, so its JSON text is itself between quotes. */
export const textPlain = 0;
/** Holds a quote or a backslash. */
const textEscaped = 1;
/** Holds a symbol beyond ASCII. */
export const textWide = 2;

/** What a scan found: flags, and the place (from 0) of the first forbidden symbol or lone surrogate, else -1. */
export interface TextScan {
  readonly flags: number;
  readonly controlAt: number;
  readonly surrogateAt: number;
}

const PLAIN: TextScan = { flags: textPlain, controlAt: -1, surrogateAt: -1 };

/** Scans a text. The result for plain text is one shared value. */
export function scanText(text: string): TextScan {
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20 || unit > 0x7e || unit === 0x22 || unit === 0x5c) return scanFrom(text, i);
  }
  return PLAIN;
}

function scanFrom(text: string, from: number): TextScan {
  let flags = textPlain;
  for (let i = from; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit === 0x22 || unit === 0x5c) flags |= textEscaped;
    if (isForbidden(unit)) return { flags, controlAt: i, surrogateAt: -1 };
    if (unit < 0x80) continue;
    flags |= textWide;
    if (unit < 0xd800 || unit > 0xdfff) continue;
    const next = i + 1 < text.length ? text.charCodeAt(i + 1) : 0;
    if (unit > 0xdbff || next < 0xdc00 || next > 0xdfff) return { flags, controlAt: -1, surrogateAt: i };
    i += 1;
  }
  return { flags, controlAt: -1, surrogateAt: -1 };
}

/** C0, DEL and C1 controls, line and paragraph separators, marks that change direction, the byte order mark. */
function isForbidden(unit: number): boolean {
  if (unit < 0x20 || (unit >= 0x7f && unit <= 0x9f)) return true;
  if (unit < 0x200e) return false;
  if (unit <= 0x200f || (unit >= 0x2028 && unit <= 0x202e)) return true;
  return (unit >= 0x2066 && unit <= 0x2069) || unit === 0xfeff;
}

/** True for the blanks that people leave around values: space, tab, line breaks, no-break and ideographic space. */
export function isBlank(unit: number): boolean {
  return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d) || unit === 0xa0 || unit === 0x3000;
}

/** The text without blanks around it; the same string when there are none. */
export function trimBlanks(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isBlank(text.charCodeAt(from))) from += 1;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to -= 1;
  return from === 0 && to === text.length ? text : text.slice(from, to);
}

/** Bytes of the text in UTF-8; the text is well-formed. */
export function utf8Size(text: string): number {
  let size = text.length;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    size += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return size;
}

/** The text with forbidden symbols and lone surrogates replaced by U+FFFD, so that it can be shown and stored. */
export function showable(text: string): string {
  let shown = text;
  for (let scan = scanText(shown); scan.controlAt >= 0 || scan.surrogateAt >= 0; scan = scanText(shown)) {
    const at = scan.controlAt >= 0 ? scan.controlAt : scan.surrogateAt;
    shown = `${shown.slice(0, at)}\ufffd${shown.slice(at + 1)}`;
  }
  return shown;
}
