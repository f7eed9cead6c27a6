/**
 * Recognises the header of a sheet exactly: a column is named by the field's id, its Chinese or English label, or the
 * bilingual heading that the template writes. Implements spec/battery.md, "Sheets".
 */
import type { Cell } from './cell.ts';
import { cellText } from './cell.ts';
import type { Finding } from './finding.ts';
import { makeFinding } from './finding.ts';
import type { Field, RecordKind } from './kind.ts';
import { trimBlanks } from './unicode.ts';

/** A finding about a header; `column` counts from 0 where it is about one of its columns. */
export interface HeaderFinding extends Finding {
  readonly column?: number;
}

/** Which field each column of a sheet holds. */
export interface HeaderLayout {
  /** For each column the place of its field in the kind, or -1. */
  readonly places: readonly number[];
  /** For each field id its column, counted from 0. */
  readonly columns: ReadonlyMap<string, number>;
  /** Unknown and repeated columns, and required ones that are missing. */
  readonly findings: readonly HeaderFinding[];
}

/** Rows at the top of a sheet among which the header is looked for. */
export const headerRowsMax = 10;

/** Columns of a sheet that are looked at. */
export const columnsMax = 200;

/** Longer texts are no headings. */
const HEADING_MAX = 200;

/** What the template writes above a column; required ones end in a star. */
export function headingOf(field: Field): string {
  const unit = field.type === 'number' && field.unit !== undefined ? ` (${field.unit})` : '';
  return `${field.label.zh}${unit}\n${field.label.en}${field.required === 'yes' ? ' *' : ''}`;
}

/** A heading without blanks, stars and letter case, for comparison. */
function normalized(text: string): string {
  return text.replace(/[\s*＊\u3000]/g, '').toLowerCase();
}

const headings = new WeakMap<RecordKind, ReadonlyMap<string, number>>();

function headingsOf(kind: RecordKind): ReadonlyMap<string, number> {
  const known = headings.get(kind);
  if (known !== undefined) return known;
  const places = new Map<string, number>();
  kind.fields.forEach((field, place) => {
    for (const name of [field.id, field.label.zh, field.label.en, headingOf(field)])
      places.set(normalized(name), place);
    const [zh = '', en = ''] = headingOf(field).split('\n');
    places.set(normalized(zh), place);
    places.set(normalized(en), place);
  });
  headings.set(kind, places);
  return places;
}

/** The place of the field whose cell marks a row as the sample: the subject's, or the first. */
export function markedPlace(kind: RecordKind): number {
  return Math.max(
    kind.fields.findIndex(({ role }) => role === 'subject'),
    0,
  );
}

/** The place of the field that a heading names, or undefined. */
export function fieldNamed(kind: RecordKind, heading: string): number | undefined {
  return heading.length > HEADING_MAX ? undefined : headingsOf(kind).get(normalized(heading));
}

/**
 * The layout that a row gives when it is a header of this kind: it names the field of the record's subject, or at
 * least three fields. Undefined for any other row.
 */
export function recognizeHeader(kind: RecordKind, cells: readonly Cell[]): HeaderLayout | undefined {
  const places: number[] = [];
  const columns = new Map<string, number>();
  const findings: HeaderFinding[] = [];
  let subjects = 0;
  for (const [column, cell] of cells.slice(0, columnsMax).entries()) {
    const text = trimBlanks(cellText(cell));
    const place = fieldNamed(kind, text);
    const field = place === undefined ? undefined : kind.fields[place];
    const repeated = field !== undefined && columns.has(field.id);
    if (place === undefined || field === undefined || repeated) {
      places.push(-1);
      if (text !== '')
        findings.push({
          ...makeFinding(repeated ? 'duplicate_column' : 'unknown_column', { value: text }),
          column,
        });
      continue;
    }
    places.push(place);
    columns.set(field.id, column);
    if (field.role === 'subject') subjects += 1;
  }
  if (subjects === 0 && columns.size < 3) return undefined;
  for (const { id, label, required } of kind.fields) {
    if (required !== 'yes' || columns.has(id)) continue;
    findings.push(makeFinding('missing_column', { field: id, labelZh: label.zh, labelEn: label.en }));
  }
  return { places, columns, findings };
}
