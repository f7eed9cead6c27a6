/** Records of every kind for the ways in: the example of the kind with codes of its own in each record. */
import { moduleKinds, recordKind, recognizeHeader } from '@suyuan/battery';
import { writeXlsx } from 'hucre/xlsx';
import { exampleRecords } from '../packages/testkit/src/battery-examples.ts';
import { lifeVin } from '../packages/invented/src/lives.ts';

/** The nine record kinds that organisations report. */
export const nineKinds: readonly string[] = moduleKinds.map(({ id }) => id);

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Media type of a workbook. */
export const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

type Members = Readonly<Record<string, unknown>>;

/** Trace information of the examples' codes (characters 8 to 14), which is replaced by the record's own. */
const EXAMPLE_TRACE = /(?<=SY1[PMC]B01)A000001(?=[0-9A-Z]{10})/gu;
/** The VIN of the examples. */
const EXAMPLE_VIN = 'LSYTESTE0TA000001';

/** `count` valid records of a kind; those of different rounds, 0 to 25, have no code in common. */
export const recordsOfKind = (kind: string, count: number, round: number): readonly Members[] => {
  const { attachments: _attachments, ...example } = exampleRecords[kind] ?? {};
  const text = JSON.stringify(example);
  const letter = LETTERS.charAt(round);
  return Array.from({ length: count }, (_, index) => {
    const trace = letter + index.toString(36).toUpperCase().padStart(6, '0');
    const record: Members = JSON.parse(
      text.replaceAll(EXAMPLE_TRACE, trace).replaceAll(EXAMPLE_VIN, lifeVin(round, index)),
    );
    return record;
  });
};

/** One JSON value a line. */
export const linesOf = (records: readonly Members[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');

/** A filled-in workbook of the kind's template: a column for each member, codes as text. */
export const workbookOf = async (kindId: string, records: readonly Members[]): Promise<Uint8Array> => {
  const kind = recordKind(kindId);
  const [first] = records;
  if (kind === undefined || first === undefined) throw new Error(`nothing to write of ${kindId}`);
  const columns = kind.fields.map((field) => field.id).filter((id) => first[id] !== undefined);
  if (recognizeHeader(kind, [...columns]) === undefined) throw new Error('the header is not recognised');
  const rows = records.map((record) => columns.map((column) => cellOf(record[column])));
  return await writeXlsx({ sheets: [{ name: kindId, rows: [[...columns], ...rows] }] });
};

const cellOf = (value: unknown): string | number | boolean | null => {
  if (Array.isArray(value)) return value.join('\n');
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
};
