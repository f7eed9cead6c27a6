// How the demonstration imports and reports: by HTTP with an operator's token, like anybody's program.
import type { Role } from '@suyuan/api';
import type { DemoOrganization } from './demo-document.ts';

/** A request that was answered with a problem. */
export class AnswerFault extends Error {
  readonly status: number;
  /** Of the problem. */
  readonly code: string;

  constructor(request: string, status: number, answer: unknown) {
    super(`${request} was answered with ${status}: ${JSON.stringify(answer)}`);
    this.name = 'AnswerFault';
    this.status = status;
    this.code = String(Object(answer).code);
  }
}

/** What is sent. */
export interface Question {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  /** An object goes as JSON. */
  readonly body?: object | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** The operator unless said. */
  readonly as?: Role;
}

const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Asks as somebody of the organisation; the JSON of the answer. Throws AnswerFault for a problem. */
export async function askNode(
  { url, tokens }: DemoOrganization,
  { method, path, body, headers = {}, signal, as = 'operator' }: Question,
): Promise<Readonly<Record<string, unknown>>> {
  const isFile = body instanceof Uint8Array;
  const type = body === undefined ? {} : { 'content-type': isFile ? xlsx : 'application/json' };
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${tokens[as]}`, ...type, ...headers },
    ...(body === undefined ? {} : { body: isFile ? body : JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
  const value: unknown = await answer.json();
  if (!answer.ok) throw new AnswerFault(`${method} ${path}`, answer.status, value);
  return { ...Object(value) };
}

/** Waits until a report has ended; the report. */
export async function followReport(
  organization: DemoOrganization,
  id: number,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const headers = { authorization: `Bearer ${organization.tokens.operator}` };
  const events = await fetch(`${organization.url}/api/v1/reports/${id}/events`, { headers, signal });
  await events.text(); // the stream ends with the report
  return await askNode(organization, { method: 'GET', path: `/reports/${id}`, signal });
}
