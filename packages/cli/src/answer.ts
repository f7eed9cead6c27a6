// What a command answers: one JSON value for programs, text for people, and yes or no for the exit code.

/** The answer of a command. Both forms say the same. */
export interface Answer {
  /** Printed alone on standard output with `--json`. */
  readonly json: unknown;
  /** Printed without it, line feed included where there is one. */
  readonly text: string;
  /** False makes the exit code 1. */
  readonly isPositive: boolean;
}

/** A positive answer. */
export function answer(json: unknown, text: string): Answer {
  return { json, text, isPositive: true };
}

/** Lines of text, each ended. */
export function lines(...all: readonly (string | undefined)[]): string {
  return all.flatMap((line) => (line === undefined ? [] : [`${line}\n`])).join('');
}

/** Rows in columns of equal width, two spaces between them. Full-width characters count as two. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, widthOf(cell))));
  }
  const padded = rows.map((row) =>
    row.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell))).join('  '),
  );
  return padded.map((row) => `${row.trimEnd()}\n`).join('');
}

function widthOf(text: string): number {
  let width = 0;
  for (const character of text)
    width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\uff60\uffe0-\uffe6]/u.test(
      character,
    )
      ? 2
      : 1;
  return width;
}
