// `suyuan code`: checks and decodes codes by the rules of @suyuan/battery, without a node (docs/cli.md).
import type { CodeExplanation, CodePiece, Finding } from '@suyuan/battery';
import { explainCodes } from '@suyuan/battery';

import { lines } from '../answer.ts';
import type { Action } from '../definition.ts';
import { choiceOption } from '../option-values.ts';

const KINDS = ['battery_code', 'vin', 'uscc'] as const;

/** Checks codes; they are compared with each other for letters that look like digits. */
export const code: Action = async ({ arguments: given, options }) => {
  const codes = Array.isArray(given[0]) ? given[0].map(String) : [];
  const kind = choiceOption(options, 'kind', '--kind', KINDS);
  const explained = explainCodes(codes, {
    today: civilDateInShanghai(new Date()),
    codes: options['legacy'] === true ? 'legacy' : 'strict',
    ...(kind === undefined ? {} : { kind }),
  });
  return {
    json: explained.map(({ decoded, ...rest }) => ({ ...rest, ...decoded })),
    text: lines(...explained.flatMap(explanationLines)),
    isPositive: explained.every(({ valid }) => valid),
  };
};

function explanationLines({ input, kind, valid, pieces, findings }: CodeExplanation): readonly string[] {
  return [
    `${shown(input)}  ${kind}  ${valid ? 'valid' : 'NOT VALID'}`,
    ...pieces.map(pieceLine),
    ...findings.map(findingLine),
  ];
}

/** The text with symbols that a terminal would act on made visible. */
function shown(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function pieceLine({ from, to, text, label, meaning, level }: CodePiece): string {
  const place = from === to ? `${from}` : `${from}-${to}`;
  const mark = level === undefined ? '' : `  <- ${level}`;
  return `  ${place.padEnd(6)}${shown(text).padEnd(10)}${label.en} ${label.zh}: ${meaning.en} ${meaning.zh}${mark}`;
}

function findingLine({ level, code: finding, message, at }: Finding): string {
  return `  ${level} ${finding}${at === undefined ? '' : ` at ${at}`}: ${message.en} ${message.zh}`;
}

/** China has had one zone without summer time since 1992: eight hours ahead of UTC. */
function civilDateInShanghai(now: Date): string {
  return new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);
}
