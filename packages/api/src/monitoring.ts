// The state of the network as this node sees it: its own, what the other nodes tell, and the alerts that follow
// (spec/monitoring.md).
import { Type } from 'typebox';
import { participation } from './governance-wish.ts';
import { moment, page, paging, text } from './paging.ts';
import { defineRoute, everyone, json } from './route.ts';

const count = Type.Integer({ minimum: 0 });
const moments = (description: string) => Type.String({ format: 'date-time', description });
const level = Type.Union([Type.Literal('warning'), Type.Literal('critical')]);

/** Things that wait, and since when the oldest of them does. */
const waiting = Type.Object({ count, since: Type.Optional(moment) });

/** An alert with what is wrong and what to do. */
export const alert = Type.Object({
  id: Type.Integer(),
  code: Type.String({ description: 'stable; new ones may come' }),
  level,
  organization: Type.String({ description: 'whom it is about' }),
  what: text,
  todo: text,
  raisedAt: moment,
  clearedAt: Type.Optional(moment),
});

const monitoredNode = Type.Object({
  organization: Type.String(),
  name: Type.String(),
  role: participation,
  host: Type.Optional(Type.String({ description: 'hosted: on whose node it lives' })),
  hosts: Type.Array(Type.String(), { description: 'organisations that live on this node' }),
  isSelf: Type.Boolean(),
  state: Type.Union(
    [
      Type.Literal('good'),
      Type.Literal('behind'),
      Type.Literal('unreachable'),
      Type.Literal('refusing'),
      Type.Literal('unknown'),
    ],
    {
      description:
        'behind: answers with an older height; unreachable: no answer; refusing: answers that it does not admit this node; unknown: not asked yet, or it tells nothing',
    },
  ),
  since: Type.Optional(moments('of the state; absent where it is good')),
  reason: Type.Optional(Type.String({ description: 'code of why there is no answer' })),
  toldAt: Type.Optional(moments('when it told what follows')),
  roundTripMs: Type.Optional(count),
  version: Type.Optional(Type.String()),
  height: Type.Optional(count),
  behindBlocks: count,
  lastBlockAt: Type.Optional(moment),
  logSize: Type.Optional(count),
  checkpointSize: Type.Optional(
    Type.Integer({ minimum: 0, description: 'log size that its checkpoints cover' }),
  ),
  ordering: Type.Optional(Type.Union([Type.Literal('running'), Type.Literal('stopped')])),
  unreachable: Type.Array(Type.String(), { description: 'organisations that do not answer it' }),
  missingPayloads: Type.Optional(waiting),
  cosignatures: Type.Optional(
    Type.Object(
      { checkpoints: count, signed: count, missedInRow: count },
      { description: 'validators: how many of the recent checkpoints it signed, seen from here' },
    ),
  ),
  clockSkewMs: Type.Optional(
    Type.Integer({ description: 'own: against the median of the others; another: against this node' }),
  ),
  certificateUntil: Type.Optional(moment),
  machine: Type.Optional(
    Type.Object(
      {
        database: Type.Object({ reachable: Type.Boolean(), bytes: Type.Optional(count) }),
        disk: Type.Optional(Type.Object({ freeBytes: count, totalBytes: count })),
        acknowledgements: waiting,
        unordered: waiting,
        alerts: count,
      },
      { description: 'of this node; of others at the managing organisation only' },
    ),
  ),
});

export const getMonitoring = defineRoute({
  id: 'getMonitoring',
  method: 'GET',
  path: '/monitoring',
  area: 'monitoring',
  title: { en: 'State of the network', zh: '网络状态' },
  description:
    'Every node as this one sees it, the channels of this organisation, and what is wrong now. Looked at every 20 seconds; `at` is when.',
  access: everyone,
  answer: json(
    Type.Object({
      at: Type.Optional(moments('absent until the node has looked around once')),
      nodes: Type.Array(monitoredNode, { description: 'its own first' }),
      validators: Type.Object({ count, needed: count, reachable: count }),
      checkpoint: Type.Object({ size: count, logSize: count, signedBy: Type.Array(Type.String()) }),
      channels: Type.Array(
        Type.Object({
          channel: Type.Integer(),
          status: Type.Union([Type.Literal('open'), Type.Literal('closed')]),
          members: Type.Array(Type.String()),
          kinds: Type.Array(Type.String(), { description: 'empty: every kind' }),
          missingPayloads: waiting,
        }),
      ),
      alerts: Type.Array(alert, { description: 'open ones, critical first' }),
    }),
  ),
});

export const getMonitoringHistory = defineRoute({
  id: 'getMonitoringHistory',
  method: 'GET',
  path: '/monitoring/history',
  area: 'monitoring',
  title: { en: 'Heights of the last hour', zh: '最近一小时区块高度' },
  description: 'One point a minute, oldest first, since this node was started.',
  access: everyone,
  answer: json(
    Type.Object({
      items: Type.Array(
        Type.Object({
          at: moment,
          heights: Type.Record(Type.String(), count, {
            description: 'by organisation; those that did not answer are absent',
          }),
        }),
      ),
    }),
  ),
});

export const listAlerts = defineRoute({
  id: 'listAlerts',
  method: 'GET',
  path: '/monitoring/alerts',
  area: 'monitoring',
  title: { en: 'Alerts, newest first', zh: '告警记录' },
  description: 'All that are open, and the newest 1,000 that are over.',
  access: everyone,
  query: Type.Object({ ...paging, open: Type.Optional(Type.Boolean()) }),
  answer: json(page(alert)),
});

export const listAlertRules = defineRoute({
  id: 'listAlertRules',
  method: 'GET',
  path: '/monitoring/rules',
  area: 'monitoring',
  title: { en: 'What is watched for', zh: '告警规则' },
  description:
    'The thresholds in force. `SUYUAN_ALERTS` sets others, such as `disk_low=20000,member_behind=off`.',
  access: everyone,
  answer: json(
    Type.Object({
      items: Type.Array(
        Type.Object({
          code: Type.String(),
          level,
          unit: Type.Union([
            Type.Literal('seconds'),
            Type.Literal('checkpoints'),
            Type.Literal('mebibytes'),
            Type.Literal('days'),
          ]),
          worse: Type.Union([Type.Literal('more'), Type.Literal('less')]),
          threshold: Type.Union([Type.Number(), Type.Literal('off')]),
          todo: text,
        }),
      ),
    }),
  ),
});

/** All routes of this area. */
export const monitoringRoutes = [getMonitoring, getMonitoringHistory, listAlerts, listAlertRules] as const;
