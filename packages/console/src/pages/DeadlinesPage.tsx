/** What of the staged records is due when, how much of what is reported was in time, and the deadlines of each law version. */
import { getDeadlines, type AnswerOf } from '@suyuan/api';
import { recordKind } from '@suyuan/battery';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Alert, Card, Col, Empty, Flex, Row, Statistic, Tag, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../client/call.ts';
import { currentLanguage } from '../i18n/i18n.ts';
import { DataTable } from '../parts/DataTable.tsx';
import { PageTitle } from '../parts/PageTitle.tsx';
import { ProblemAlert } from '../parts/ProblemAlert.tsx';
import { ShareBar, shareColours } from '../parts/ShareBar.tsx';
import { useKindLabel } from '../parts/use-kind-label.ts';
import { Waiting } from '../parts/Waiting.tsx';

type Board = AnswerOf<typeof getDeadlines>;
type Due = Board['due'][number];

const SOON_DAYS = 7;

/** Names a kind with the sub-type that a deadline is about. */
const useDeadlineLabel = (): ((of: { readonly kind: string; readonly subType?: string }) => string) => {
  const kindLabel = useKindLabel();
  const language = currentLanguage();
  return ({ kind, subType }) => {
    const field = recordKind(kind)?.fields.find(({ id }) => id === 'subType');
    const values = field?.type === 'enum' ? field.values : [];
    const label = values.find(({ id }) => id === subType)?.label[language];
    return label === undefined ? kindLabel(kind) : `${kindLabel(kind)} · ${label}`;
  };
};

const sumOf = (due: readonly Due[]): number => due.reduce((sum, { records }) => sum + records, 0);

const Figures = ({ due }: { readonly due: readonly Due[] }) => {
  const { t } = useTranslation();
  const figures = [
    {
      title: t('deadlines.overdue'),
      of: due.filter(({ daysLeft }) => daysLeft < 0),
      colour: shareColours.bad,
    },
    {
      title: t('deadlines.soon'),
      of: due.filter(({ daysLeft }) => daysLeft >= 0 && daysLeft <= SOON_DAYS),
      colour: shareColours.waiting,
    },
    {
      title: t('deadlines.later'),
      of: due.filter(({ daysLeft }) => daysLeft > SOON_DAYS),
      colour: shareColours.good,
    },
  ];
  return (
    <Row gutter={[12, 12]}>
      {figures.map(({ title, of, colour }) => (
        <Col key={title} xs={24} sm={8}>
          <Card>
            <Statistic
              title={title}
              value={sumOf(of)}
              {...(of.length > 0 ? { styles: { content: { color: colour } } } : {})}
            />
          </Card>
        </Col>
      ))}
    </Row>
  );
};

const DueTable = ({ board }: { readonly board: Board }) => {
  const { t } = useTranslation();
  const labelOf = useDeadlineLabel();
  return (
    <Card title={t('deadlines.due')}>
      {!board.isComplete && (
        <Alert showIcon type="warning" title={t('deadlines.incomplete')} style={{ marginBottom: 12 }} />
      )}
      <DataTable<Due>
        label={t('deadlines.due')}
        rowKey={({ kind, subType, law, dueOn }) => `${kind} ${subType ?? ''} ${law} ${dueOn}`}
        dataSource={board.due}
        locale={{ emptyText: <Typography.Text type="secondary">{t('deadlines.none')}</Typography.Text> }}
        columns={[
          {
            title: t('deadlines.dueOn'),
            render: (_, { dueOn, isExact }) => (isExact ? dueOn : `${dueOn} (${t('deadlines.approximate')})`),
          },
          {
            title: t('deadlines.left'),
            render: (_, { daysLeft }) => (
              <Tag color={daysLeft < 0 ? 'error' : daysLeft <= SOON_DAYS ? 'warning' : 'success'}>
                {daysLeft < 0
                  ? t('deadlines.late', { count: -daysLeft })
                  : t('deadlines.days', { count: daysLeft })}
              </Tag>
            ),
          },
          { title: t('search.kind'), render: (_, deadline) => labelOf(deadline) },
          { title: t('deadlines.records'), dataIndex: 'records' },
          {
            title: t('common.act'),
            render: (_, { kind }) => (
              <Link to="/search" search={{ kind, status: 'staged' }}>
                {t('deadlines.show')}
              </Link>
            ),
          },
        ]}
      />
    </Card>
  );
};

const Reported = ({ board }: { readonly board: Board }) => {
  const { t } = useTranslation();
  const labelOf = useDeadlineLabel();
  if (board.reported.length === 0) return <Empty description={t('deadlines.reportedNone')} />;
  return (
    <Flex vertical gap="middle">
      {board.reported.map(({ kind, subType, law, month, inTime, late }) => {
        const counts = t('deadlines.inTime', { inTime, late });
        const name = labelOf({ kind, ...(subType === undefined ? {} : { subType }) });
        return (
          <div key={`${kind} ${subType ?? ''} ${law} ${month}`}>
            <Flex justify="space-between" wrap gap="small">
              <span>
                {month} · {name}
              </span>
              <Typography.Text type="secondary">{counts}</Typography.Text>
            </Flex>
            <ShareBar
              label={`${month} ${name}: ${counts}`}
              whole={inTime + late}
              parts={[
                { value: inTime, colour: shareColours.good },
                { value: late, colour: shareColours.bad },
              ]}
            />
          </div>
        );
      })}
    </Flex>
  );
};

const Rules = ({ board }: { readonly board: Board }) => {
  const { t } = useTranslation();
  const labelOf = useDeadlineLabel();
  const language = currentLanguage();
  return (
    <Flex vertical gap="middle">
      {board.laws.toReversed().map((law) => (
        <details key={law.id} open={law.inForce}>
          <summary>
            {law.label[language]} {law.inForce && <Tag color="success">{t('deadlines.inForce')}</Tag>}
          </summary>
          <Typography.Paragraph type="secondary">
            {law.validFrom} – {law.validTo ?? ''}
          </Typography.Paragraph>
          <DataTable<Board['deadlines'][number]>
            label={law.label[language]}
            rowKey={({ id, validFrom }) => `${id} ${validFrom}`}
            dataSource={board.deadlines.filter((deadline) => deadline.law === law.id)}
            columns={[
              { title: t('search.kind'), render: (_, deadline) => labelOf(deadline) },
              { title: t('deadlines.actor'), render: (_, { actor }) => actor[language] },
              {
                title: t('deadlines.term'),
                render: (_, { days, unit, validFrom, validTo }) => (
                  <>
                    {t(`deadlines.${unit}`, { count: days })}
                    {(validFrom !== law.validFrom || validTo !== law.validTo) && (
                      <Typography.Text type="secondary"> {`${validFrom} – ${validTo ?? ''}`}</Typography.Text>
                    )}
                  </>
                ),
              },
              {
                title: t('deadlines.source'),
                render: (_, { source, confidence }) => (
                  <>
                    {source} {confidence === 'assumed' && <Tag>{t('deadlines.assumed')}</Tag>}
                  </>
                ),
              },
            ]}
          />
        </details>
      ))}
    </Flex>
  );
};

export const DeadlinesPage = () => {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ['deadlines'], queryFn: () => call(getDeadlines) });
  const board = query.data;
  return (
    <>
      <PageTitle title={t('deadlines.title')} />
      {board === undefined && query.error === null && <Waiting />}
      {query.error !== null && <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />}
      {board !== undefined && (
        <Flex vertical gap="middle">
          <Figures due={board.due} />
          <DueTable board={board} />
          <Card title={t('deadlines.reported')}>
            <Reported board={board} />
          </Card>
          <Card title={t('deadlines.rules')}>
            <Rules board={board} />
          </Card>
        </Flex>
      )}
    </>
  );
};
