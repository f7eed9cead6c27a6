// Which cell styles of a workbook show their number as a date: xlsx has no date type, only numbers with a
// format (ECMA-376 part 1, 18.8.30). Times of day alone count as dates too; the schema then refuses them.
import { scanXml } from './xml-scanner.ts';

const stylesMax = 65_536;

/** Reads `styles.xml`; returns whether the style at an index of `cellXfs` shows dates. */
export function dateStyles(part: string, bytes: Buffer): (index: number) => boolean {
  const formats = new Map<number, boolean>();
  const shows: boolean[] = [];
  let inside = false;
  scanXml(part, bytes, {
    open(name, attributes) {
      if (name === 'cellXfs') inside = true;
      else if (name === 'numFmt') {
        const id = Number(attributes.get('numFmtId'));
        formats.set(id, isDateFormat(attributes.get('formatCode') ?? ''));
      } else if (name === 'xf' && inside && shows.length < stylesMax) {
        const id = Number(attributes.get('numFmtId') ?? 0);
        shows.push(formats.get(id) ?? isBuiltInDate(id));
      }
    },
    close(name) {
      if (name === 'cellXfs') inside = false;
    },
    text() {},
  });
  return (index) => shows[index] ?? false;
}

/** Built-in number formats that show dates, those of the East Asian editions included. */
function isBuiltInDate(id: number): boolean {
  return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
}

/** Whether a format code holds a date or time letter outside quotes, escapes, colours and conditions. */
function isDateFormat(code: string): boolean {
  const bare = code
    .slice(0, 1_000)
    .replace(/"[^"]*"?/g, '')
    .replace(/[\\_*]./g, '')
    .replace(/\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '')
    .replace(/general/gi, '');
  return /[ymdhs年月日]/i.test(bare);
}
