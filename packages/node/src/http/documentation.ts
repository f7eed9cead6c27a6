// The contract for people and programs: OpenAPI 3.1 at /api/v1/openapi.json and a page at /api/docs, both generated
// from the routes that this node serves.
import { openApiOf } from '@suyuan/api';
import type { Route } from '@suyuan/api';
import type { FastifyInstance } from 'fastify';

const description = `HTTP interface of one organisation's node.

Every refusal is a problem (RFC 9457) with a stable \`code\`. Programs send an API key as \`Authorization: Bearer\`.
Lists are paged: \`after\` takes what \`next\` said. Times are RFC 3339 in UTC; civil dates are dates in Asia/Shanghai.`;

/** Adds both addresses. The page's own files come from this node; nothing is fetched from elsewhere. */
export async function addDocumentation(
  app: FastifyInstance,
  routes: readonly Route[],
  version: string,
): Promise<void> {
  const document = openApiOf(routes, { title: 'Suyuan 溯源', version, description });
  const text = JSON.stringify(document);
  app.get('/api/v1/openapi.json', async (_request, reply) => {
    reply.header('cache-control', 'no-cache');
    return await reply.type('application/json; charset=utf-8').send(text);
  });
  const { default: swagger } = await import('@fastify/swagger');
  const { default: swaggerUi } = await import('@fastify/swagger-ui');
  await app.register(swagger, { mode: 'static', specification: { document: JSON.parse(text) } });
  await app.register(swaggerUi, {
    routePrefix: '/api/docs',
    theme: { title: 'Suyuan 溯源 API' },
    // The node's own content security policy holds for the page as well, and no validator elsewhere is asked.
    staticCSP: false,
    uiConfig: {
      layout: 'BaseLayout',
      docExpansion: 'list',
      deepLinking: true,
      displayRequestDuration: true,
      persistAuthorization: false,
      validatorUrl: null,
    },
  });
}
