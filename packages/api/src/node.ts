// The node itself: whether it serves.
import { Type } from 'typebox';
import { defineRoute, json } from './route.ts';

export const getHealth = defineRoute({
  id: 'getHealth',
  method: 'GET',
  path: '/health',
  area: 'node',
  title: { en: 'Does the node serve', zh: '节点健康状况' },
  description:
    'Answers 200 while the node can serve; the answer of a node whose database is away is a problem with 503.',
  access: 'public',
  answer: json(
    Type.Object({
      status: Type.Literal('ready'),
      version: Type.String(),
      organization: Type.String(),
      network: Type.String({ description: 'network id, hexadecimal' }),
      height: Type.Integer(),
      waitingFor: Type.Integer({
        minimum: 0,
        description:
          'organisations that must be back before anything new is ordered; reading goes on, and what is reported waits and is ordered by itself then',
      }),
      hosts: Type.Array(Type.String(), {
        description: 'organisations whose nodes this one hosts and serves',
      }),
    }),
  ),
});

/** All routes of this area. */
export const nodeRoutes = [getHealth] as const;
