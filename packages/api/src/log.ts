// The log of the network as this node has it. Its entries and proofs are files below `/log` (C2SP tlog-tiles).
import { Type } from 'typebox';

import { defineRoute, everyone, json } from './route.ts';

const hash = Type.String({ description: 'SHA-256, base64' });

export const getLog = defineRoute({
  id: 'getLog',
  method: 'GET',
  path: '/log',
  area: 'log',
  title: { en: 'The log now', zh: '日志现状' },
  description:
    'Size and root of the log, and the newest checkpoint that enough validators have signed. Tiles and entries are files below `/log` as in C2SP tlog-tiles: `/log/checkpoint`, `/log/tile/...`.',
  access: everyone,
  answer: json(
    Type.Object({
      origin: Type.String(),
      size: Type.Integer(),
      height: Type.Integer(),
      root: hash,
      stateRoot: hash,
      checkpoint: Type.Union([
        Type.Object({ size: Type.Integer(), height: Type.Integer(), note: Type.String() }),
        Type.Null(),
      ]),
      quorum: Type.Integer({ description: 'validators that must sign' }),
      validators: Type.Array(
        Type.Object({
          organization: Type.String(),
          hasSigned: Type.Boolean({ description: 'the tree of this size' }),
        }),
      ),
      isPublic: Type.Boolean({ description: 'whether everyone may read the log' }),
    }),
  ),
});

/** All routes of this area. */
export const logRoutes = [getLog] as const;
