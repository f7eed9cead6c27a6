/** One node as this one sees it: whether it answers, how far it is, what its machine says where it is told. */
import type { AnswerOf, getMonitoring } from '@suyuan/api';
import { Card, Flex, Tag, Typography, type DescriptionsProps } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useOrganizationName } from '../use-organization-name.ts';
import { Facts } from '../Facts.tsx';
import { Moment } from '../Moment.tsx';

export type MonitoredNode = AnswerOf<typeof getMonitoring>['nodes'][number];
type Items = NonNullable<DescriptionsProps['items']>;

const stateColours = {
  good: 'success',
  behind: 'warning',
  unreachable: 'error',
  refusing: 'error',
  unknown: 'default',
} as const satisfies Record<MonitoredNode['state'], string>;

const gibibyte = 1_073_741_824;
const sizeOf = (bytes: number): string =>
  bytes < gibibyte ? `${Math.round(bytes / 1_048_576)} MiB` : `${(bytes / gibibyte).toFixed(1)} GiB`;

/** Tenths of a second; what rounds to nothing has no sign. */
const secondsOf = (ms: number): string => `${(Math.round(ms / 100) / 10 || 0).toFixed(1)} s`;

const Warn = ({ children }: { readonly children: ReactNode }) => (
  <Typography.Text type="danger">{children}</Typography.Text>
);

/** A fact, where it has a value. */
const fact = (key: string, label: string, children: ReactNode): Items =>
  children === undefined || children === false || children === '' ? [] : [{ key, label, children }];

const useCommonFacts = (node: MonitoredNode): Items => {
  const { t } = useTranslation();
  const nameOf = useOrganizationName();
  const { height, behindBlocks, cosignatures: signed, missingPayloads: missing, clockSkewMs } = node;
  const { since, lastBlockAt, toldAt, roundTripMs, state } = node;
  return [
    ...fact('since', t('network.stateSince'), since !== undefined && <Moment at={since} />),
    ...fact('reason', t('network.reason'), node.reason),
    ...fact(
      'height',
      t('network.height'),
      height !== undefined && (
        <span>
          {height} {behindBlocks > 0 && <Warn>{t('network.behind', { count: behindBlocks })}</Warn>}
        </span>
      ),
    ),
    ...fact('block', t('network.lastBlock'), lastBlockAt !== undefined && <Moment at={lastBlockAt} />),
    ...fact(
      'signed',
      t('network.signed'),
      signed !== undefined && (
        <span>
          {signed.signed} / {signed.checkpoints}{' '}
          {signed.missedInRow > 0 && <Warn>{t('network.missed', { count: signed.missedInRow })}</Warn>}
        </span>
      ),
    ),
    ...fact(
      'missing',
      t('network.missingPayloads'),
      missing === undefined || missing.count === 0 ? missing?.count : <Warn>{missing.count}</Warn>,
    ),
    ...fact(
      'ordering',
      t('network.ordering'),
      node.ordering === 'stopped' && <Warn>{t('network.orderings.stopped')}</Warn>,
    ),
    ...fact('hosts', t('network.hosts'), node.hosts.map(nameOf).join(', ')),
    ...fact('cut', t('network.unreachable'), node.unreachable.map(nameOf).join(', ')),
    ...fact('clock', t('network.clock'), clockSkewMs !== undefined && secondsOf(clockSkewMs)),
    ...fact('trip', t('network.roundTrip'), roundTripMs !== undefined && `${roundTripMs} ms`),
    ...fact('told', t('network.toldAt'), state !== 'good' && toldAt !== undefined && <Moment at={toldAt} />),
    ...fact('version', t('network.version'), node.version),
  ];
};

const useMachineFacts = ({ machine, certificateUntil }: MonitoredNode): Items => {
  const { t } = useTranslation();
  if (machine === undefined) return [];
  const { database, disk, acknowledgements, unordered, alerts } = machine;
  const more = (key: string, label: string, count: number): Items => fact(key, label, count > 0 && count);
  return [
    ...fact(
      'disk',
      t('network.disk'),
      disk && t('network.diskOf', { free: sizeOf(disk.freeBytes), total: sizeOf(disk.totalBytes) }),
    ),
    ...fact(
      'database',
      t('network.database'),
      database.reachable ? (
        database.bytes !== undefined && sizeOf(database.bytes)
      ) : (
        <Warn>{t('network.databaseAway')}</Warn>
      ),
    ),
    ...more('acknowledgements', t('network.acknowledgements'), acknowledgements.count),
    ...more('unordered', t('network.unordered'), unordered.count),
    ...more('alerts', t('network.openAlerts'), alerts),
    ...fact(
      'certificate',
      t('network.certificate'),
      certificateUntil !== undefined && <Moment at={certificateUntil} />,
    ),
  ];
};

export const NodeCard = ({ node }: { readonly node: MonitoredNode }) => {
  const { t } = useTranslation();
  const nameOf = useOrganizationName();
  const items = [...useCommonFacts(node), ...useMachineFacts(node)];
  return (
    <Card
      size="small"
      style={{ height: '100%' }}
      title={
        <Flex vertical style={{ paddingBlock: 6 }}>
          <span style={{ overflowWrap: 'anywhere', whiteSpace: 'normal' }}>{node.name}</span>
          <Typography.Text type="secondary" style={{ fontSize: 12, fontWeight: 'normal' }}>
            {[
              node.organization,
              node.host === undefined
                ? t(`network.role.${node.role}`)
                : t('network.hostedBy', { name: nameOf(node.host) }),
              ...(node.isSelf ? [t('network.self')] : []),
            ].join(' · ')}
          </Typography.Text>
        </Flex>
      }
      extra={<Tag color={stateColours[node.state]}>{t(`network.state.${node.state}`)}</Tag>}
    >
      <Facts layout="horizontal" colon items={items} />
    </Card>
  );
};
