/** Where each node was in the last hour, as a strip of minutes: at the highest block, behind it, or without an answer. */
import type { AnswerOf, getMonitoringHistory } from '@suyuan/api';
import { Flex, Typography } from 'antd';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { Moment } from '../Moment.tsx';
import { shareColours } from '../ShareBar.tsx';
import type { MonitoredNode } from './NodeCard.tsx';

type Point = AnswerOf<typeof getMonitoringHistory>['items'][number];
type Standing = 'highest' | 'behind' | 'silent';

/** Light for well, dark for bad: to be told apart without colours, too. */
const colours: Readonly<Record<Standing, string>> = {
  highest: '#a9d8b4',
  behind: shareColours.waiting,
  silent: shareColours.bad,
};
const standings: readonly Standing[] = ['highest', 'behind', 'silent'];

const standingOf = ({ heights }: Point, organization: string): Standing => {
  const height = heights[organization];
  if (height === undefined) return 'silent';
  return height === Math.max(...Object.values(heights)) ? 'highest' : 'behind';
};

const Strip = ({ points, node }: { readonly points: readonly Point[]; readonly node: MonitoredNode }) => {
  const { t } = useTranslation();
  const minutes = points.map((point) => standingOf(point, node.organization));
  const count = (standing: Standing): number => minutes.filter((one) => one === standing).length;
  const label = t('network.stripLabel', {
    name: node.name,
    all: minutes.length,
    highest: count('highest'),
    behind: count('behind'),
    silent: count('silent'),
  });
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${minutes.length} 1`}
      preserveAspectRatio="none"
      style={{ width: '100%', height: 18, display: 'block', borderRadius: 3 }}
    >
      <title>{label}</title>
      {minutes.map((standing, minute) => (
        // A little wider than its minute: no gaps by rounding.
        <rect
          key={points[minute]?.at}
          x={minute}
          width={1.02}
          height={1}
          fill={colours[standing]}
          shapeRendering="crispEdges"
        />
      ))}
    </svg>
  );
};

const Legend = () => {
  const { t } = useTranslation();
  return (
    <Flex wrap gap="middle">
      {standings.map((standing) => (
        <Flex key={standing} gap={6} align="center">
          <span
            aria-hidden
            style={{ width: 14, height: 14, borderRadius: 3, background: colours[standing] }}
          />
          {t(`network.standing.${standing}`)}
        </Flex>
      ))}
    </Flex>
  );
};

export const HeightStrips = ({
  points,
  nodes,
}: {
  /** Oldest first, one a minute, at least one. */
  readonly points: readonly Point[];
  readonly nodes: readonly MonitoredNode[];
}) => {
  const [first, last] = [points[0], points.at(-1)];
  return (
    <Flex vertical gap="small">
      <Legend />
      <div className="suyuan-strips">
        {nodes.map((node) => (
          <Fragment key={node.organization}>
            <Typography.Text>{node.name}</Typography.Text>
            <Strip points={points} node={node} />
          </Fragment>
        ))}
        <span />
        <Flex justify="space-between" gap="small">
          {first !== undefined && <Moment at={first.at} />}
          {last !== undefined && last !== first && <Moment at={last.at} />}
        </Flex>
      </div>
    </Flex>
  );
};
