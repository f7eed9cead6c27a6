/** What a bench reports: one measured figure, its baseline from the same run, and how both are printed. */
import { cpus, totalmem } from 'node:os';

/** A measured figure. `ratio` is value / baseline where there is a baseline. */
export interface Figure {
  /** `group.what`, stable across runs. */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The same work done the plain way, or the bound to hold, measured in this run; null where there is none. */
  readonly baseline: number | null;
  readonly ratio: number | null;
  /** What is asked at the least (or at the most), as text for the table. */
  readonly target: string;
}

/** Makes a figure and its ratio, rounded to what a reader can use. */
export const figure = (
  name: string,
  value: number,
  unit: string,
  target: string,
  baseline: number | null = null,
): Figure => ({
  name,
  value: round(value),
  unit,
  baseline: baseline === null ? null : round(baseline),
  ratio: baseline === null || baseline === 0 ? null : Number((value / baseline).toFixed(3)),
  target,
});

const round = (value: number): number => (value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));

/** The machine in one line. */
export const machine = (): string => {
  const [first] = cpus();
  const memoryGiB = (totalmem() / 2 ** 30).toFixed(0);
  return `${cpus().length} x ${first?.model ?? 'unknown processor'}, ${memoryGiB} GiB, Node ${process.version}, ${process.platform}`;
};

/** The figures as a table for a terminal or a document. */
export const tableOf = (figures: readonly Figure[]): string => {
  const rows = [
    ['figure', 'value', 'unit', 'baseline', 'ratio', 'asked'],
    ...figures.map((row) => [
      row.name,
      String(row.value),
      row.unit,
      row.baseline === null ? '' : String(row.baseline),
      row.ratio === null ? '' : String(row.ratio),
      row.target,
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body.map(line)].join(
    '\n',
  );
};

/** Milliseconds of each look-up, one after the other. */
export const timedEach = async (
  codes: readonly string[],
  look: (code: string) => Promise<void>,
): Promise<number[]> => {
  const times: number[] = [];
  for (const code of codes) {
    const begin = performance.now();
    await look(code);
    times.push(performance.now() - begin);
  }
  return times;
};

/** The value below which the share `quantile` of the samples lies. */
export const quantileOf = (samples: readonly number[], quantile: number): number => {
  const sorted = samples.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? Number.NaN;
};

/** The middle of the samples. */
export const medianOf = (samples: readonly number[]): number => quantileOf(samples, 0.5);
