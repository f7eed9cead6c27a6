/** Who reports which module and who should but does not, how far batteries and vehicles got, and which stages are missing. */
import { getCoverage, type AnswerOf } from '@suyuan/api';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Alert, Button, Card, Col, Empty, Flex, Row, Tag, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../client/call.ts';
import { coverageActs } from '../parts/coverage-acts.ts';
import { MissingStages } from '../parts/MissingStages.tsx';
import { PageTitle } from '../parts/PageTitle.tsx';
import { ProblemAlert } from '../parts/ProblemAlert.tsx';
import { ShareBar, shareColours } from '../parts/ShareBar.tsx';
import { useKindLabel } from '../parts/use-kind-label.ts';
import { Waiting } from '../parts/Waiting.tsx';

type Coverage = AnswerOf<typeof getCoverage>;
type Product = Coverage['stages'][number]['product'];

const stateColours = { active: 'success', quiet: 'warning', silent: 'error', unassigned: 'default' } as const;
const products: readonly Product[] = ['P', 'M', 'V'];

const Module = ({ module }: { readonly module: Coverage['modules'][number] }) => {
  const { t } = useTranslation();
  const kindLabel = useKindLabel();
  return (
    <Card
      size="small"
      style={{ height: '100%' }}
      title={kindLabel(module.kind)}
      extra={<Tag color={stateColours[module.state]}>{t(`coverage.states.${module.state}`)}</Tag>}
    >
      <Flex vertical gap={4}>
        <Typography.Text strong>{t('coverage.records', { count: module.records })}</Typography.Text>
        {module.reporters.length === 0 && (
          <Typography.Text type="secondary">{t('coverage.nobody')}</Typography.Text>
        )}
        {module.reporters.map(({ organization, permitted, records, lastEntry }) => (
          <Typography.Text key={organization} type="secondary">
            {organization}: {t('coverage.records', { count: records })}
            {lastEntry !== undefined && `, ${t('coverage.last', { entry: lastEntry })}`}
            {!permitted && `, ${t('coverage.notPermitted')}`}
          </Typography.Text>
        ))}
      </Flex>
    </Card>
  );
};

const Stages = ({ product, coverage }: { readonly product: Product; readonly coverage: Coverage }) => {
  const { t } = useTranslation();
  const stages = coverage.stages.filter((stage) => stage.product === product);
  const most = Math.max(1, ...stages.map(({ codes }) => codes));
  return (
    <Card size="small" style={{ height: '100%' }} title={t(`coverage.products.${product}`)}>
      {stages.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} />}
      {coverageActs.map((act) => {
        const codes = stages.find((stage) => stage.act === act)?.codes;
        if (codes === undefined) return null;
        const label = t(`coverage.acts.${act}`);
        return (
          <div key={act} style={{ marginBottom: 8 }}>
            <Flex justify="space-between">
              <span>{label}</span>
              <span>{codes.toLocaleString()}</span>
            </Flex>
            <ShareBar
              label={`${label}: ${codes}`}
              whole={most}
              parts={[{ value: codes, colour: shareColours.plain }]}
            />
          </div>
        );
      })}
    </Card>
  );
};

const Missing = ({
  coverage,
  onOpen,
}: {
  readonly coverage: Coverage;
  readonly onOpen: (kind: string, product: Product) => void;
}) => {
  const { t } = useTranslation();
  const kindLabel = useKindLabel();
  const awaited = coverage.awaited.filter(({ overdue, waiting }) => overdue + waiting > 0);
  const most = Math.max(1, ...awaited.map(({ overdue, waiting }) => overdue + waiting));
  if (awaited.length === 0) return <Empty description={t('coverage.missingNone')} />;
  return (
    <Flex vertical gap="middle">
      {awaited.map(({ product, kind, overdue, waiting }) => {
        const counts = `${t('coverage.overdue', { count: overdue })} · ${t('coverage.waiting', { count: waiting })}`;
        const title = t('coverage.awaits', {
          product: t(`coverage.products.${product}`),
          kind: kindLabel(kind),
        });
        return (
          <div key={`${product} ${kind}`}>
            <Flex justify="space-between" wrap gap="small">
              <Button type="link" style={{ padding: 0 }} onClick={() => onOpen(kind, product)}>
                {title}
              </Button>
              <span>{counts}</span>
            </Flex>
            <ShareBar
              label={`${title}: ${counts}`}
              whole={most}
              parts={[
                { value: overdue, colour: shareColours.bad },
                { value: waiting, colour: shareColours.waiting },
              ]}
            />
          </div>
        );
      })}
    </Flex>
  );
};

const Overview = ({ coverage }: { readonly coverage: Coverage }) => {
  const { t } = useTranslation();
  return (
    <>
      <section aria-label={t('coverage.modules')}>
        <Typography.Title level={2} style={{ fontSize: 16 }}>
          {t('coverage.modules')}
        </Typography.Title>
        <Row gutter={[12, 12]}>
          {coverage.modules.map((module) => (
            <Col key={module.kind} xs={24} md={12} xl={8}>
              <Module module={module} />
            </Col>
          ))}
        </Row>
      </section>
      <section aria-label={t('coverage.stages')}>
        <Typography.Title level={2} style={{ fontSize: 16 }}>
          {t('coverage.stages')}
        </Typography.Title>
        <Row gutter={[12, 12]}>
          {products.map((one) => (
            <Col key={one} xs={24} md={8}>
              <Stages product={one} coverage={coverage} />
            </Col>
          ))}
        </Row>
      </section>
    </>
  );
};

export const CoveragePage = () => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { kind, product } = useSearch({ from: '/frame/coverage' });
  const query = useQuery({
    queryKey: ['coverage'],
    queryFn: () => call(getCoverage),
    refetchInterval: 30_000,
  });
  const coverage = query.data;
  const title = <PageTitle title={t('coverage.title')} />;
  if (coverage === undefined) {
    const state =
      query.error === null ? (
        <Waiting />
      ) : (
        <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />
      );
    return (
      <>
        {title}
        {state}
      </>
    );
  }
  const { batchesLeft } = coverage.progress;
  return (
    <>
      {title}
      <Flex vertical gap="large">
        {batchesLeft > 0 && (
          <Alert showIcon type="info" title={t('coverage.counting', { count: batchesLeft })} />
        )}
        {kind !== undefined && product !== undefined && (
          <MissingStages
            key={`${product} ${kind}`}
            kind={kind}
            product={product}
            onClose={() => void navigate({ to: '/coverage', search: {} })}
          />
        )}
        <Card title={t('coverage.missing')}>
          <Missing
            coverage={coverage}
            onOpen={(chosen, of) => void navigate({ to: '/coverage', search: { kind: chosen, product: of } })}
          />
        </Card>
        <Overview coverage={coverage} />
      </Flex>
    </>
  );
};
