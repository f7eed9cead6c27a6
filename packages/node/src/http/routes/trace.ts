// Tracing and the code doctor over HTTP (packages/api/src/trace.ts, packages/api/src/codes.ts).
import { explainCodes, pageSizeDefault, traceCode } from '@suyuan/api';
import type { AnswerOf } from '@suyuan/api';
import { explainCodes as explainAll } from '@suyuan/battery';
import type { CodeExplanation, Finding } from '@suyuan/battery';
import { viewOf } from '@suyuan/ledger';

import { codeContextOf, traceOf } from '../../trace/trace-code.ts';
import type { TraceOptions } from '../../trace/trace-code.ts';
import { handle } from '../handle.ts';
import type { Binding } from '../handle.ts';

type Explained = AnswerOf<typeof explainCodes>['items'][number];

function showCodeFinding({ level, code, message, at, value }: Finding): Explained['findings'][number] {
  return {
    level,
    code,
    message: { ...message },
    ...(at === undefined ? {} : { at }),
    ...(value === undefined ? {} : { value }),
  };
}

function showExplanation({ input, kind, valid, findings, pieces, decoded }: CodeExplanation): Explained {
  return {
    input,
    kind,
    valid,
    findings: findings.map(showCodeFinding),
    pieces: pieces.map(({ label, meaning, ...piece }) => ({
      label: { ...label },
      meaning: { ...meaning },
      ...piece,
    })),
    ...(decoded === undefined ? {} : { decoded: { ...decoded } }),
  };
}

/** The routes of tracing and of the code doctor. */
export function traceBindings(options: TraceOptions): readonly Binding[] {
  return [
    handle(traceCode, async ({ params, query }) => {
      return await traceOf(options, params.code, {
        after: query.after ?? 0,
        limit: query.limit ?? pageSizeDefault,
      });
    }),
    handle(explainCodes, async ({ body: { codes, kind } }) => {
      const context = await codeContextOf(options, viewOf(options.crypto, options.state()));
      const explained = explainAll(codes, { ...(kind === undefined ? {} : { kind }), ...context });
      return { items: explained.map(showExplanation) };
    }),
  ];
}
