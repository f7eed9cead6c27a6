/** For the managing organisation: the sources that a member opened to it, starting one, and what both nodes wrote of it. */
import {
  listMemberStarts,
  listOpenedSources,
  listSourceStarts,
  runOpenedSource,
  type AnswerOf,
} from '@suyuan/api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Card, Flex, Select, Tag, Typography, type TableProps } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../client/call.ts';
import { organizationQuery } from '../../client/queries.ts';
import { useMayOperate } from '../../client/use-may-operate.ts';
import { DataTable } from '../DataTable.tsx';
import { Moment } from '../Moment.tsx';
import { useKindLabel } from '../use-kind-label.ts';
import { SourceProblem } from './SourceProblem.tsx';
import { sourceStateColour } from './SourceState.tsx';
import { StartLog, type Start } from './StartLog.tsx';

type Opened = AnswerOf<typeof listOpenedSources>['items'][number];
const refreshMs = 5_000;
const runningMs = 1_000;

const useColumns = (starting: {
  readonly isPending: boolean;
  readonly mutate: (id: number) => void;
}): NonNullable<TableProps<Opened>['columns']> => {
  const { t } = useTranslation();
  const kindLabel = useKindLabel();
  const mayOperate = useMayOperate();
  return [
    { title: t('source.one'), dataIndex: 'id', render: (id: number) => `#${id}` },
    {
      title: t('source.streams'),
      dataIndex: 'kinds',
      render: (kinds: readonly string[]) => kinds.map((kind) => kindLabel(kind)).join(', '),
    },
    {
      title: t('common.status'),
      key: 'state',
      render: (_, { running, state }) => (
        <Tag color={running ? 'processing' : sourceStateColour[state]}>
          {running ? t('source.status.running') : t(`source.state.${state}`)}
        </Tag>
      ),
    },
    {
      title: t('source.lastRun'),
      key: 'last',
      render: (_, { lastRun }) =>
        lastRun !== undefined && (
          <Flex vertical>
            {lastRun.finishedAt !== undefined && <Moment at={lastRun.finishedAt} />}
            <Typography.Text type="secondary">{t('source.counts', lastRun)}</Typography.Text>
          </Flex>
        ),
    },
    ...(mayOperate
      ? [
          {
            title: t('common.act'),
            key: 'act',
            render: (_: unknown, { id, running, state }: Opened) => (
              <Button
                aria-label={`${t('source.start')} #${id}`}
                disabled={running || state === 'paused' || state === 'stopped'}
                loading={starting.isPending}
                onClick={() => starting.mutate(id)}
              >
                {t('source.start')}
              </Button>
            ),
          },
        ]
      : []),
  ];
};

/** A start that was accepted is in both logs, under the number of its run. */
const isIn = (others: readonly Start[], { source, run }: Start): boolean =>
  others.some((other) => other.source === source && other.run === run);

const BothLogs = ({ member }: { readonly member: string }) => {
  const { t } = useTranslation();
  const own = useQuery({
    queryKey: ['members', member, 'starts', 'own'],
    queryFn: () => call(listSourceStarts, { query: { member, limit: 100 } }),
  });
  const theirs = useQuery({
    queryKey: ['members', member, 'starts', 'theirs'],
    queryFn: () => call(listMemberStarts, { params: { organization: member } }),
    retry: false,
  });
  const compare = (others: readonly Start[] | undefined) => (start: Start) =>
    others !== undefined && start.run !== undefined && !isIn(others, start);
  return (
    <Flex vertical gap="middle" style={{ marginTop: 16 }}>
      <StartLog
        label={t('source.ownLog')}
        starts={own.data?.items ?? []}
        isLoading={own.isPending}
        isUnmatched={compare(theirs.data?.items)}
      />
      {theirs.error === null ? (
        <StartLog
          label={t('source.theirLog')}
          starts={theirs.data?.items ?? []}
          isLoading={theirs.isPending}
          isUnmatched={compare(own.data?.items)}
        />
      ) : (
        <SourceProblem error={theirs.error} />
      )}
    </Flex>
  );
};

const OfMember = ({ member }: { readonly member: string }) => {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const opened = useQuery({
    queryKey: ['members', member, 'sources'],
    queryFn: () => call(listOpenedSources, { params: { organization: member } }),
    refetchInterval: ({ state }) =>
      state.data?.items.some(({ running }) => running) === true ? runningMs : refreshMs,
    retry: false,
  });
  const starting = useMutation({
    mutationFn: (id: number) => call(runOpenedSource, { params: { organization: member, id } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['members', member] }),
  });
  const columns = useColumns(starting);
  const failure = starting.error ?? opened.error;
  return (
    <>
      <div role="status" aria-live="polite">
        {failure !== null && <SourceProblem error={failure} />}
      </div>
      <DataTable<Opened>
        label={t('source.opened')}
        rowKey="id"
        loading={opened.isPending}
        dataSource={opened.data?.items ?? []}
        locale={{ emptyText: t('source.noneOpened') }}
        columns={columns}
      />
      <BothLogs member={member} />
    </>
  );
};

export const MemberSources = () => {
  const { t } = useTranslation();
  const { data: organization } = useQuery(organizationQuery);
  const [member, setMember] = useState<string>();
  if (organization?.manages !== true) return null;
  const options = organization.organizations.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Card title={t('source.opened')} style={{ marginTop: 16 }}>
      <Typography.Paragraph type="secondary">{t('source.openedHelp')}</Typography.Paragraph>
      <Select
        aria-label={t('source.chooseMember')}
        placeholder={t('source.chooseMember')}
        style={{ minWidth: 240, marginBottom: 16 }}
        showSearch={{ optionFilterProp: 'label' }}
        options={options}
        onChange={(id: string) => setMember(id)}
      />
      {member !== undefined && <OfMember key={member} member={member} />}
    </Card>
  );
};
