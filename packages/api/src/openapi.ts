// The OpenAPI 3.1 document, generated from the routes. TypeBox schemas are JSON Schema already, so a route's schemas
// appear in it unchanged.
import { areas } from './route.ts';
import type { Answer, Route } from './route.ts';
import { generalProblems, problems } from './problem.ts';
import type { ProblemCode } from './problem.ts';

/** What stands at the head of the document. */
export interface DocumentInfo {
  readonly title: string;
  readonly version: string;
  readonly description: string;
}

type Json = { readonly [name: string]: unknown };

const problemReference = { $ref: '#/components/schemas/Problem' };

/** `/imports/:id` as OpenAPI writes it: `/imports/{id}`. */
function pathOf(route: Route): string {
  return `/api/v1${route.path.replaceAll(/:([a-zA-Z]+)/g, '{$1}')}`;
}

function requiredOf(object: Route['params']): readonly string[] {
  return object?.required ?? [];
}

function parametersOf(route: Route): readonly Json[] {
  const listed = (place: 'path' | 'query'): readonly Json[] => {
    const object = place === 'path' ? route.params : route.query;
    return Object.entries(object?.properties ?? {}).map(([name, schema]) => ({
      name,
      in: place,
      required: place === 'path' || requiredOf(object).includes(name),
      schema,
    }));
  };
  const header = {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description: 'Repeating a request with the same key gives the first answer again, for a day.',
    schema: { type: 'string', minLength: 1, maxLength: 128 },
  };
  return [...listed('path'), ...listed('query'), ...(route.idempotent === true ? [header] : [])];
}

function requestBodyOf(route: Route): Json {
  const { body } = route;
  if (body === undefined) return {};
  const description = `At most ${body.bytesMax} bytes.`;
  const binary = (types: readonly string[]): Json =>
    Object.fromEntries(types.map((type) => [type, { schema: { type: 'string', format: 'binary' } }]));
  const content =
    body.type === 'json'
      ? {
          'application/json': { schema: body.schema },
          ...('orStream' in body ? binary(body.orStream.mediaTypes) : {}),
        }
      : binary(body.mediaTypes);
  return { requestBody: { required: true, description, content } };
}

function successOf(answer: Answer): Json {
  switch (answer.type) {
    case 'json':
      return { description: 'Done.', content: { 'application/json': { schema: answer.schema } } };
    case 'empty':
      return { description: 'Done.' };
    case 'file':
      return {
        description: 'The file.',
        content: Object.fromEntries(
          answer.mediaTypes.map((type) => [type, { schema: { type: 'string', format: 'binary' } }]),
        ),
      };
    case 'events':
      return {
        description: 'Server-sent events; the data of each is JSON.',
        content: { 'text/event-stream': { schema: answer.schema } },
      };
    default:
      return {};
  }
}

function acceptedResponse(answer: Answer): Json {
  if (answer.type !== 'json' || answer.accepted === undefined) return {};
  const headers = { Location: { description: 'Where the outcome will be.', schema: { type: 'string' } } };
  const content = { 'application/json': { schema: answer.accepted } };
  return { 202: { description: 'Taken; the work goes on.', headers, content } };
}

/** Every problem that a route may answer with. */
export function problemsOf(route: Route): readonly ProblemCode[] {
  const codes = new Set<ProblemCode>([...generalProblems, ...(route.problems ?? [])]);
  if (route.access !== 'public') {
    codes.add('sign_in_required').add('api_key_invalid').add('role_insufficient').add('origin_refused');
  }
  if (route.body !== undefined) {
    codes.add('body_too_large').add('content_type_unsupported');
    if (route.body.type === 'json') codes.add('body_malformed');
    codes.add('disk_full');
  }
  if (route.idempotent === true) {
    codes.add('idempotency_key_invalid').add('idempotency_key_reused').add('idempotency_in_progress');
  }
  return [...codes];
}

/** One response an HTTP status, naming the codes that come with it. */
function problemResponses(route: Route): Json {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of problemsOf(route)) {
    const { status } = problems[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const sorted = [...byStatus].sort(([left], [right]) => left - right);
  return Object.fromEntries(
    sorted.map(([status, codes]) => [
      String(status),
      {
        description: codes
          .map((code) => `\`${code}\`: ${problems[code].en} (${problems[code].zh})`)
          .join('\n\n'),
        content: { 'application/problem+json': { schema: problemReference } },
      },
    ]),
  );
}

function operationOf(route: Route): Json {
  const who = route.access === 'public' ? 'Open to anyone.' : `Roles: ${route.access.join(', ')}.`;
  return {
    operationId: route.id,
    tags: [areas[route.area].en],
    summary: `${route.title.en} · ${route.title.zh}`,
    description: [route.description, who].filter((part) => part !== undefined).join('\n\n'),
    parameters: parametersOf(route),
    ...requestBodyOf(route),
    responses: {
      [String(route.answer.status)]: successOf(route.answer),
      ...acceptedResponse(route.answer),
      ...problemResponses(route),
    },
    security: route.access === 'public' ? [{}] : [{ apiKey: [] }, { session: [] }],
  };
}

function problemSchema(): Json {
  return {
    type: 'object',
    description:
      'RFC 9457. `code` is stable; `title` is in English, or in Chinese when Accept-Language asks for it.',
    required: ['type', 'title', 'status', 'code'],
    properties: {
      type: { type: 'string', description: '`urn:suyuan:problem:` and the code' },
      title: { type: 'string' },
      status: { type: 'integer' },
      code: { type: 'string', enum: Object.keys(problems) },
      detail: { type: 'string' },
    },
    additionalProperties: true,
  };
}

/** The document of a set of routes, in their order. */
export function openApiOf(routes: readonly Route[], info: DocumentInfo): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const path = (paths[pathOf(route)] ??= {});
    path[route.method.toLowerCase()] = operationOf(route);
  }
  return {
    openapi: '3.1.0',
    info,
    tags: Object.values(areas).map((area) => ({ name: area.en, description: area.zh })),
    paths,
    components: {
      schemas: { Problem: problemSchema() },
      securitySchemes: {
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key: `Authorization: Bearer suyuan_...`',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'session_token',
          description: 'The session cookie of a browser',
        },
      },
    },
  };
}
