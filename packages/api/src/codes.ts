// The code doctor: what a code is, what each of its characters means, and what is wrong or doubtful about it, by the
// network's policy and its code tables (spec/battery.md, "Code doctor").
import { Type } from 'typebox';

import { text } from './paging.ts';
import { defineRoute, everyone, json, jsonBody } from './route.ts';

const kind = Type.Union([Type.Literal('battery_code'), Type.Literal('vin'), Type.Literal('uscc')]);
const level = Type.Union([Type.Literal('error'), Type.Literal('warning'), Type.Literal('info')]);
const position = Type.Integer({ description: 'counted from 1' });

/** What the doctor says about one code. */
export const codeExplanation = Type.Object({
  input: Type.String(),
  kind: Type.Union([...kind.anyOf, Type.Literal('unknown')]),
  valid: Type.Boolean({ description: 'no finding is an error' }),
  findings: Type.Array(
    Type.Object({
      level,
      code: Type.String(),
      message: text,
      at: Type.Optional(position),
      value: Type.Optional(Type.String()),
    }),
  ),
  pieces: Type.Array(
    Type.Object({
      from: position,
      to: position,
      text: Type.String(),
      label: text,
      meaning: text,
      level: Type.Optional(level),
    }),
    { description: 'together the very text; none where the length fits no kind' },
  ),
  decoded: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: 'the pieces as values' })),
});

export const explainCodes = defineRoute({
  id: 'explainCodes',
  method: 'POST',
  path: '/codes',
  area: 'trace',
  title: { en: 'Check and explain codes', zh: '编码检查与解释' },
  description:
    'Battery codes, VINs, credit codes and DUNS numbers, by the code tables as the managing organisation has changed them. Codes that come together are compared with each other for letters that look like digits. Nothing is stored.',
  access: everyone,
  body: jsonBody(
    Type.Object(
      {
        codes: Type.Array(Type.String({ maxLength: 64 }), { minItems: 1, maxItems: 500 }),
        kind: Type.Optional(kind),
      },
      { additionalProperties: false },
    ),
  ),
  answer: json(Type.Object({ items: Type.Array(codeExplanation) })),
});

/** The routes of this chapter. */
export const codeRoutes = [explainCodes] as const;
