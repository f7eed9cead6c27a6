/** A row of an import that has findings, as the node lists it. */
import type { AnswerOf, listImportRows } from '@suyuan/api';

export type BadRow = AnswerOf<typeof listImportRows>['items'][number];
