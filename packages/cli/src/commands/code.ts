// `suyuan code`: checks and decodes codes by the rules of @suyuan/battery, without a node (docs/cli.md).
import type { Finding } from '@suyuan/battery';
import { checkBatteryCode, checkUscc, checkVin } from '@suyuan/battery';

import { lines } from '../answer.ts';
import type { Action } from '../definition.ts';
import { choiceOption } from '../option-values.ts';

const KINDS = ['battery', 'vin', 'uscc'] as const;

/** Checks codes. */
export const code: Action = async ({ arguments: given, options }) => {
  const codes = Array.isArray(given[0]) ? given[0].map(String) : [];
  const kind = choiceOption(options, 'kind', '--kind', KINDS);
  const rule = options['legacy'] === true ? 'legacy' : 'strict';
  const today = civilDateInShanghai(new Date());
  const checked = codes.map((one) => ({ code: one, ...check(one, kind ?? kindByLength(one), today, rule) }));
  return {
    json: { codes: checked },
    text: lines(...checked.flatMap((one) => [headline(one), ...one.findings.map(findingLine)])),
    isPositive: checked.every(({ valid }) => valid),
  };
};

interface CodeCheck {
  readonly kind: (typeof KINDS)[number];
  readonly valid: boolean;
  readonly decoded?: object;
  readonly findings: readonly Finding[];
}

function check(text: string, kind: CodeCheck['kind'], today: string, rule: 'strict' | 'legacy'): CodeCheck {
  if (kind === 'vin') return { kind, ...checkVin(text) };
  return kind === 'uscc'
    ? { kind, ...checkUscc(text) }
    : { kind, ...checkBatteryCode(text, { today, codes: rule }) };
}

function kindByLength(text: string): CodeCheck['kind'] {
  if (text.length === 17) return 'vin';
  return text.length === 18 ? 'uscc' : 'battery';
}

function headline({ code: text, kind, valid, decoded }: CodeCheck & { readonly code: string }): string {
  const facts = Object.entries(decoded ?? {}).map(([name, value]) => `${name} ${String(value)}`);
  return `${JSON.stringify(text).slice(1, -1)}  ${kind}  ${valid ? 'valid' : 'NOT VALID'}${facts.length > 0 ? `: ${facts.join(', ')}` : ''}`;
}

function findingLine({ level, code: finding, message, at }: Finding): string {
  return `  ${level} ${finding}${at === undefined ? '' : ` at ${at}`}: ${message.en} ${message.zh}`;
}

/** China has had one zone without summer time since 1992: eight hours ahead of UTC. */
function civilDateInShanghai(now: Date): string {
  return new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);
}
