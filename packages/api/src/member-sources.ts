// Sources of members: what the managing organisation sees of those that were opened to it, starting one, and what both nodes
// wrote of it. Implements spec/source.md, "Started by the managing organisation".
import { Type } from 'typebox';
import type { Static } from 'typebox';

import { idParams, moment, page, paging } from './paging.ts';
import { defineRoute, json, operators } from './route.ts';
import type { Role } from './route.ts';
import { sourceKind, sourceStreamsMax } from './source-settings.ts';
import { source, sourceRun } from './sources.ts';

const closed = { additionalProperties: false } as const;
const id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const kind = sourceKind;
const readers: readonly Role[] = ['administrator', 'operator', 'auditor'];

/** What a managing organisation sees of a source that was opened to it: state and counts. */
export const openedSource = Type.Object({
  id,
  kinds: Type.Array(kind, { maxItems: sourceStreamsMax }),
  state: source.properties.state,
  running: Type.Boolean(),
  lastRun: Type.Optional(
    Type.Object({
      id,
      status: sourceRun.properties.status,
      finishedAt: Type.Optional(moment),
      rows: Type.Integer(),
      staged: Type.Integer(),
      errors: Type.Integer(),
    }),
  ),
});
export type OpenedSource = Static<typeof openedSource>;

const memberParams = Type.Object({ organization: Type.String({ pattern: '^[a-z][a-z0-9-]{0,62}$' }) });

export const listOpenedSources = defineRoute({
  id: 'listOpenedSources',
  method: 'GET',
  path: '/members/:organization/sources',
  area: 'sources',
  title: { en: 'Sources that a member opened to us', zh: '成员向本组织开放的数据源' },
  description: 'For the managing organisation. Asked of the node of the member; shows state and counts only.',
  access: readers,
  params: memberParams,
  answer: json(page(openedSource)),
  problems: ['member_not_reached', 'member_refused'],
});

export const runOpenedSource = defineRoute({
  id: 'runOpenedSource',
  method: 'POST',
  path: '/members/:organization/sources/:id/runs',
  area: 'sources',
  title: { en: 'Start a source of a member', zh: '启动成员数据源' },
  description:
    'For the managing organisation, where the administrator of the member opened the source. Rows land in the database of the member only. Both nodes write it to their access log.',
  access: operators,
  params: Type.Object({ ...memberParams.properties, ...idParams.properties }),
  answer: json(Type.Object({ run: id }), 202),
  problems: ['member_not_reached', 'member_refused'],
});

/** A start that the managing organisation asked for, as one of the two nodes wrote it down. */
export const sourceStart = Type.Object({
  at: moment,
  member: Type.String({ description: 'whose source' }),
  source: id,
  by: Type.String({ description: 'who asked: a person of the managing organisation, or its node' }),
  outcome: Type.String({ description: '`accepted`, or why it was refused' }),
  run: Type.Optional(id),
});
export type SourceStart = Static<typeof sourceStart>;
/** Most starts that a member tells the managing organisation of. */
export const memberStartsMax = 100;

export const listSourceStarts = defineRoute({
  id: 'listSourceStarts',
  method: 'GET',
  path: '/sources/starts',
  area: 'sources',
  title: { en: 'Starts by the managing organisation, in our log', zh: '管理方启动记录（本节点）' },
  description:
    'At a member: who asked for its sources. At the managing organisation: what it asked of members. The newest first.',
  access: readers,
  query: Type.Object(
    { ...paging, member: Type.Optional(Type.String({ pattern: '^[a-z][a-z0-9-]{0,62}$' })) },
    closed,
  ),
  answer: json(page(sourceStart)),
});

export const listMemberStarts = defineRoute({
  id: 'listMemberStarts',
  method: 'GET',
  path: '/members/:organization/sources/starts',
  area: 'sources',
  title: { en: 'Starts by us, in the log of a member', zh: '管理方启动记录（成员节点）' },
  description:
    'For the managing organisation. Asked of the node of the member: the newest hundred starts that we asked for, to be compared with our own log.',
  access: readers,
  params: memberParams,
  answer: json(page(sourceStart)),
  problems: ['member_not_reached', 'member_refused'],
});

/** The routes of this chapter. */
export const memberSourceRoutes = [
  listOpenedSources,
  runOpenedSource,
  listSourceStarts,
  listMemberStarts,
] as const;
