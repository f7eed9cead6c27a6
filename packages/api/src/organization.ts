// This node's organisation and the others of the network.
import { Type } from 'typebox';
import { hostedOrganization } from './hosted.ts';
import { defineRoute, everyone, json } from './route.ts';

const Participation = Type.Union(
  [Type.Literal('validator'), Type.Literal('observer'), Type.Literal('hosted')],
  {
    description: 'how the organisation takes part in ordering',
  },
);

const host = Type.Optional(Type.String({ description: 'hosted: on whose node it lives' }));

const OtherOrganization = Type.Object({
  id: Type.String(),
  name: Type.String({ description: 'display name; equals the id where none is known' }),
  role: Participation,
  host,
  manages: Type.Boolean({ description: 'true for the managing organisation' }),
  url: Type.Union([Type.String(), Type.Null()]),
});

export const getOrganization = defineRoute({
  id: 'getOrganization',
  method: 'GET',
  path: '/organization',
  area: 'organization',
  title: { en: 'This organisation and its network', zh: '本组织与网络' },
  access: everyone,
  answer: json(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      role: Participation,
      host,
      manages: Type.Boolean(),
      network: Type.String({ description: 'network id, hexadecimal' }),
      origin: Type.String({ description: 'origin line of the checkpoints' }),
      height: Type.Integer(),
      logSize: Type.Integer(),
      modules: Type.Array(Type.String(), { description: 'record kinds that this organisation may report' }),
      channels: Type.Array(
        Type.Object({
          channel: Type.Integer(),
          members: Type.Array(Type.String()),
          kinds: Type.Array(Type.String()),
        }),
      ),
      organizations: Type.Array(OtherOrganization, { description: 'the other ones' }),
      hosts: Type.Array(hostedOrganization, {
        description: 'organisations with a folder at this node, which hosts them',
      }),
      ordering: Type.Object(
        { waitingFor: Type.Integer({ minimum: 0 }), silent: Type.Array(Type.String()) },
        {
          description:
            'how many organisations must be back before anything new is ordered, and which of those that vote do not answer now',
        },
      ),
    }),
  ),
});

/** All routes of this area. */
export const organizationRoutes = [getOrganization] as const;
