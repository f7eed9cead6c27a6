// A refusal over HTTP: handlers return a `Problem`; what is deep inside a stream throws a `ProblemError` instead.
import type { ProblemCode } from '@suyuan/api';

/** A refusal with its code and the facts that explain it. Made by `problem`. */
export class Problem<C extends ProblemCode = ProblemCode> {
  readonly code: C;
  readonly facts: object;
  constructor(code: C, facts: object) {
    this.code = code;
    this.facts = facts;
  }
}

/** A refusal to return from a handler; `facts` become members of the answer (a `detail` sentence among them). */
export function problem<C extends ProblemCode>(code: C, facts: object = {}): Problem<C> {
  return new Problem(code, facts);
}

/** A refusal where nothing can be returned, such as inside a body stream. The shell answers with it. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(code: ProblemCode, facts: object = {}) {
    super(code);
    this.name = 'ProblemError';
    this.problem = problem(code, facts);
  }
}
