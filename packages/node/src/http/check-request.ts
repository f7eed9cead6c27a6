// Checks of one route's parameters, query and JSON body against its schemas; compiled on first use.
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Validator } from 'typebox/compile';
import { Convert } from 'typebox/value';
import type { Route } from '@suyuan/api';
import { ProblemError } from './problem.ts';

const errorsMax = 20;
const compiled = new WeakMap<TSchema, Validator>();

function validatorOf(schema: TSchema): Validator {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const validator: Validator = Compile(schema);
  compiled.set(schema, validator);
  return validator;
}

/** Returns `value` when it fits, else throws `request_invalid` with the places that do not. */
function check(schema: TSchema, value: unknown, where: string): unknown {
  const validator = validatorOf(schema);
  if (validator.Check(value)) return value;
  const errors = validator
    .Errors(value)
    .slice(0, errorsMax)
    .map((error) => ({ path: `${where}${error.instancePath}`, message: error.message }));
  throw new ProblemError('request_invalid', { errors });
}

/** The checked path parameters and query, numbers and booleans read from their text. */
export function checkAddress(
  route: Route,
  params: unknown,
  query: unknown,
): { params: unknown; query: unknown } {
  const known = Object.keys(route.query?.properties ?? {});
  const unknown = Object.keys(Object(query)).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    const errors = unknown
      .slice(0, errorsMax)
      .map((name) => ({ path: `query/${name}`, message: 'is not a parameter here' }));
    throw new ProblemError('request_invalid', { errors });
  }
  return {
    params:
      route.params === undefined
        ? {}
        : check(route.params, Convert(route.params, { ...Object(params) }), 'path'),
    query:
      route.query === undefined
        ? {}
        : check(route.query, Convert(route.query, { ...Object(query) }), 'query'),
  };
}

/** The checked JSON body. */
export function checkJson(schema: TSchema, value: unknown): unknown {
  return check(schema, value, 'body');
}

/** True when an answer has the form that the contract promises; used by tests. */
export function answerErrors(schema: TSchema, value: unknown): readonly string[] {
  // What goes out is what JSON makes of it (undefined members vanish).
  const sent: unknown = JSON.parse(JSON.stringify(value));
  const validator = validatorOf(schema);
  if (validator.Check(sent)) return [];
  return validator.Errors(sent).map((error) => `${error.instancePath}: ${error.message}`);
}
