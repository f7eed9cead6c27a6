// Adds to `styles.xml` the colours of bad cells: for each style that a bad cell has, a copy with another fill,
// so that number formats, borders and fonts stay (ECMA-376 part 1, 18.8).
import { XmlScanner } from '../xml-scanner.ts';
import type { XmlAttributes, XmlHandler } from '../xml-scanner.ts';
import type { MarkedCell } from './marked-cells.ts';
import { rewriteWhole } from './xml-rewriter.ts';
import type { XmlEdit, XmlOutput } from './xml-rewriter.ts';

const colours: Readonly<Record<MarkedCell['level'], string>> = {
  error: 'FFFFC7CE',
  warning: 'FFFFEB9C',
  info: 'FFDDEBF7',
};
const levels = ['error', 'warning', 'info'] as const;

/** Hands out style indexes while a sheet is marked, and writes them down afterwards. */
export interface StyleMarking {
  readonly styleOf: (base: number, level: MarkedCell['level']) => number;
  /** The part with the styles that were handed out. */
  write(): Promise<Buffer>;
}

interface WantedStyle {
  readonly base: number;
  readonly fill: number;
}

/** Reads the part; undefined when it has no fills or no cell styles to copy. */
export function openStyles(part: string, bytes: Buffer): StyleMarking | undefined {
  const found = readStyles(part, bytes);
  if (found.fills === 0 || found.styles.length === 0) return undefined;
  const wanted = new Map<string, number>();
  const added: WantedStyle[] = [];
  return {
    styleOf(base, level) {
      const known = base < found.styles.length ? base : 0;
      const key = `${known} ${level}`;
      const index = wanted.get(key) ?? found.styles.length + added.length;
      if (!wanted.has(key)) {
        wanted.set(key, index);
        added.push({ base: known, fill: found.fills + levels.indexOf(level) });
      }
      return index;
    },
    write: async () => await rewriteWhole(part, bytes, (output) => new StyleEdit(output, found, added)),
  };
}

interface FoundStyles {
  readonly fills: number;
  /** Each style of `cellXfs` without what its fill says: attributes, and what is inside. */
  readonly styles: readonly { readonly tag: string; readonly attributes: string; readonly inside: string }[];
}

function readStyles(part: string, bytes: Buffer): FoundStyles {
  const styles: { tag: string; attributes: string; inside: string }[] = [];
  let fills = 0;
  let parent = '';
  let insideFrom = -1;
  const handler: XmlHandler = {
    open(name) {
      if (name === 'fills' || name === 'cellXfs') parent = name;
      else if (name === 'fill' && parent === 'fills') fills += 1;
      else if (name === 'xf' && parent === 'cellXfs') {
        const tag = scanner.bytes.toString('latin1', scanner.tagStart + 1, scanner.tagNameEnd);
        styles.push({ tag, attributes: otherAttributes(scanner), inside: '' });
        insideFrom = scanner.tagEnd;
      }
    },
    close(name) {
      if (name === parent) parent = '';
      const last = styles.at(-1);
      if (name === 'xf' && parent === 'cellXfs' && last !== undefined && !scanner.tagIsEmpty)
        last.inside = scanner.bytes.toString('utf8', insideFrom, scanner.tagStart);
    },
    text() {},
  };
  const scanner = new XmlScanner(part, handler);
  scanner.push(bytes);
  scanner.end();
  return { fills, styles };
}

/** The attributes of the tag but for its fill, as they are written. */
function otherAttributes(scanner: XmlScanner): string {
  return scanner.bytes
    .toString('utf8', scanner.tagNameEnd, scanner.tagEnd)
    .replace(/\/?>$/, '')
    .replace(/\s(?:fillId|applyFill)\s*=\s*(?:"[^"]*"|'[^']*')/g, '');
}

class StyleEdit implements XmlEdit {
  readonly #output: XmlOutput;
  readonly #found: FoundStyles;
  readonly #added: readonly WantedStyle[];

  constructor(output: XmlOutput, found: FoundStyles, added: readonly WantedStyle[]) {
    this.#output = output;
    this.#found = found;
    this.#added = added;
  }

  open(name: string, attributes: XmlAttributes): void {
    if (name === 'fills') this.#count(attributes, this.#found.fills + levels.length);
    else if (name === 'cellXfs') this.#count(attributes, this.#found.styles.length + this.#added.length);
  }

  close(name: string): void {
    if (name === 'fills') this.#output.insertBefore(this.#fills());
    else if (name === 'cellXfs')
      this.#output.insertBefore(this.#added.map((style) => this.#style(style)).join(''));
  }

  #count(attributes: XmlAttributes, count: number): void {
    const { scanner } = this.#output;
    const before = attributes.get('count');
    if (before === undefined) return;
    for (let index = 0; index < attributes.count; index += 1) {
      const [start = 0, end = 0] = [scanner.starts[index], scanner.ends[index]];
      const name = scanner.bytes.toString('latin1', start - 7, start - 2);
      if (name === 'count') this.#output.replace(start, end, String(count));
    }
  }

  #fills(): string {
    const prefix = this.#prefix();
    const fill = (level: MarkedCell['level']): string =>
      `<${prefix}fill><${prefix}patternFill patternType="solid"><${prefix}fgColor rgb="${colours[level]}"/><${prefix}bgColor indexed="64"/></${prefix}patternFill></${prefix}fill>`;
    return levels.map(fill).join('');
  }

  #style({ base, fill }: WantedStyle): string {
    const { tag, attributes, inside } = this.#found.styles[base] ?? { tag: 'xf', attributes: '', inside: '' };
    return `<${tag}${attributes} fillId="${fill}" applyFill="1">${inside}</${tag}>`;
  }

  #prefix(): string {
    const tag = this.#found.styles[0]?.tag ?? 'xf';
    return tag.slice(0, -2);
  }
}

/** The styles of a workbook that has none: one plain style. */
export const plainStyles: Buffer = Buffer.from(
  '<?xml version="1.0" encoding="UTF-8"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="1"><font/></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="1"><xf/></cellXfs></styleSheet>',
);
