// `suyuan code`: checks and decodes codes by the rules of @suyuan/battery, without a node or by the tables of one
// (docs/cli.md).
import type { AnswerOf, explainCodes as explainRoute } from '@suyuan/api';
import type { CodeExplanation, CodePiece, Finding } from '@suyuan/battery';
import { explainCodes } from '@suyuan/battery';

import { lines } from '../answer.ts';
import type { Action } from '../definition.ts';
import type { NodeClient } from '../node-client.ts';
import { connectNode } from '../node-client.ts';
import { choiceOption } from '../option-values.ts';

const KINDS = ['battery_code', 'vin', 'uscc'] as const;

/** Checks codes; they are compared with each other for letters that look like digits. */
export const code: Action = async ({ arguments: given, options, terminal }) => {
  const codes = Array.isArray(given[0]) ? given[0].map(String) : [];
  const kind = choiceOption(options, 'kind', '--kind', KINDS);
  const chosen = kind === undefined ? {} : { kind };
  const explained: readonly Explained[] =
    options['byNode'] === true
      ? await explainByNode(connectNode(options, terminal), { codes, ...chosen })
      : explainCodes(codes, {
          today: civilDateInShanghai(new Date()),
          codes: options['legacy'] === true ? 'legacy' : 'strict',
          ...chosen,
        });
  return {
    json: explained.map(({ decoded, ...rest }) => ({ ...rest, ...decoded })),
    text: lines(...explained.flatMap(explanationLines)),
    isPositive: explained.every(({ valid }) => valid),
  };
};

/** What is shown of a finding; a node may be newer and know others. */
type ShownFinding = Omit<Finding, 'code'> & { readonly code: string };

/** An explanation of this program or of a node. */
interface Explained extends Omit<CodeExplanation, 'findings' | 'decoded'> {
  readonly findings: readonly ShownFinding[];
  readonly decoded?: object;
}

async function explainByNode(
  node: NodeClient,
  question: { readonly codes: readonly string[] },
): Promise<readonly Explained[]> {
  const { items }: AnswerOf<typeof explainRoute> = Object(
    await node.ask('codes', { method: 'POST', json: question }),
  );
  return items;
}

function explanationLines({ input, kind, valid, pieces, findings }: Explained): readonly string[] {
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

function findingLine({ level, code: finding, message, at }: ShownFinding): string {
  return `  ${level} ${finding}${at === undefined ? '' : ` at ${at}`}: ${message.en} ${message.zh}`;
}

/** China has had one zone without summer time since 1992: eight hours ahead of UTC. */
function civilDateInShanghai(now: Date): string {
  return new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);
}
