/** A row of an import that has findings, as the node lists it. */
import type { AnswerOf, listImportRows } from '@suyuan/api';

/** A row of an import, as the node lists it. */
export type BadRow = AnswerOf<typeof listImportRows>['items'][number];

/** Colours of the states of a row. */
export const rowStateColour = {
  wrong: 'error',
  warned: 'warning',
  corrected: 'success',
  discarded: 'default',
  staged: 'success',
  sending: 'processing',
  reported: 'success',
} as const;

/** Where a row stands, for people: with its sheet where an import has several. */
export const placeOfRow = ({ sheet, sheetRow }: BadRow, row: string): string =>
  sheet === undefined || sheetRow === undefined ? row : `${sheet} ${row}`;
