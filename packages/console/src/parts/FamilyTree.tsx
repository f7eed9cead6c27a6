/** The family of a code as a tree of links: vehicle, pack, modules, cells, replaced parts. Long rows are folded. */
import type { AnswerOf, traceCode } from '@suyuan/api';
import { productTypeLabel, type ProductType } from '@suyuan/battery';
import { Tag, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { currentLanguage } from '../i18n/i18n.ts';
import { CodeLink } from './CodeLink.tsx';

type Node = AnswerOf<typeof traceCode>['family'][number];

/** Parts shown at once under one whole; the rest unfolds. */
const openPartsMax = 12;

const isProduct = (text: string): text is ProductType => text === 'P' || text === 'M' || text === 'C';

const Branch = ({
  node,
  partsOf,
  current,
}: {
  readonly node: Node;
  readonly partsOf: ReadonlyMap<string, readonly Node[]>;
  readonly current: string;
}) => {
  const { t } = useTranslation();
  const parts = partsOf.get(node.code) ?? [];
  return (
    <li style={{ margin: '4px 0', whiteSpace: 'nowrap' }}>
      {isProduct(node.product) && <Tag>{productTypeLabel(node.product)[currentLanguage()]}</Tag>}
      {node.product === 'V' && <Tag>{t('trace.vehicle')}</Tag>}
      {node.code === current ? (
        <Typography.Text strong style={{ fontFamily: 'ui-monospace, monospace', fontSize: 13 }}>
          {node.code}
        </Typography.Text>
      ) : (
        <CodeLink code={node.code} />
      )}{' '}
      {(node.relation === 'replaced' || node.relation === 'previous') && (
        <Tag color="warning">{t(`trace.relation.${node.relation}`)}</Tag>
      )}
      {node.records.length === 0 && (
        <Typography.Text type="secondary">{t('trace.mentioned')}</Typography.Text>
      )}
      <Branches nodes={parts} partsOf={partsOf} current={current} />
    </li>
  );
};

const Branches = ({
  nodes,
  partsOf,
  current,
}: {
  readonly nodes: readonly Node[];
  readonly partsOf: ReadonlyMap<string, readonly Node[]>;
  readonly current: string;
}) => {
  const { t } = useTranslation();
  if (nodes.length === 0) return null;
  const listed = (some: readonly Node[]) => (
    <ul style={{ listStyle: 'none', margin: 0, paddingInlineStart: nodes[0]?.depth === 0 ? 0 : 20 }}>
      {some.map((node) => (
        <Branch key={node.code} node={node} partsOf={partsOf} current={current} />
      ))}
    </ul>
  );
  const rest = nodes.slice(openPartsMax);
  return (
    <>
      {listed(nodes.slice(0, openPartsMax))}
      {rest.length > 0 && (
        <details open={rest.some(({ code }) => code === current)} style={{ paddingInlineStart: 20 }}>
          <summary>{t('trace.moreParts', { count: rest.length })}</summary>
          {listed(rest)}
        </details>
      )}
    </>
  );
};

export const FamilyTree = ({
  nodes,
  current,
}: {
  readonly nodes: readonly Node[];
  readonly current: string;
}) => {
  const partsOf = new Map<string, Node[]>();
  for (const node of nodes) {
    const parts = partsOf.get(node.parent ?? '') ?? [];
    parts.push(node);
    partsOf.set(node.parent ?? '', parts);
  }
  return (
    <div style={{ overflowX: 'auto' }}>
      <Branches nodes={partsOf.get('') ?? []} partsOf={partsOf} current={current} />
    </div>
  );
};
