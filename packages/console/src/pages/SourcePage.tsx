/** One source: its state, what stopped it, its work list and its runs. */
import { changeSource, getSource, removeSource, runSource, type AnswerOf } from '@suyuan/api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { Alert, Button, Card, Flex, Popconfirm } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../client/call.ts';
import { useIsAdministrator } from '../client/use-is-administrator.ts';
import { useMayOperate } from '../client/use-may-operate.ts';
import { Facts } from '../parts/Facts.tsx';
import { ForRoles } from '../parts/ForRoles.tsx';
import { Moment } from '../parts/Moment.tsx';
import { PageTitle } from '../parts/PageTitle.tsx';
import { ProblemAlert } from '../parts/ProblemAlert.tsx';
import { ColumnDifference } from '../parts/source/ColumnDifference.tsx';
import { SourceDrawer } from '../parts/source/SourceDrawer.tsx';
import { SourceExceptions } from '../parts/source/SourceExceptions.tsx';
import { SourceProblem } from '../parts/source/SourceProblem.tsx';
import { SourceRuns } from '../parts/source/SourceRuns.tsx';
import { SourceState } from '../parts/source/SourceState.tsx';
import { StreamPlaces } from '../parts/source/StreamPlaces.tsx';
import { useKindLabel } from '../parts/use-kind-label.ts';
import { useRoleNames } from '../parts/use-role-names.ts';
import { Waiting } from '../parts/Waiting.tsx';

type Source = AnswerOf<typeof getSource>;
const refreshMs = 3_000;
const runningMs = 500;

const placeOf = ({ settings }: Source): string =>
  settings.type === 'http'
    ? settings.address
    : settings.type === 'folder'
      ? settings.folder
      : settings.streams.map(({ view }) => view).join(', ');

const useActs = (id: number) => {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const onSettled = async (): Promise<void> => await queryClient.invalidateQueries({ queryKey: ['sources'] });
  const running = useMutation({ mutationFn: () => call(runSource, { params: { id } }), onSettled });
  const turning = useMutation({
    mutationFn: (json: { status?: 'active' | 'paused'; acceptColumns?: boolean }) =>
      call(changeSource, { params: { id }, json }),
    onSettled,
  });
  const removing = useMutation({
    mutationFn: () => call(removeSource, { params: { id } }),
    onSuccess: async () => {
      await navigate({ to: '/sources' });
      await onSettled();
    },
  });
  return { running, turning, removing, error: running.error ?? turning.error ?? removing.error };
};

const Buttons = ({
  source,
  acts,
  onEdit,
}: {
  readonly source: Source;
  readonly acts: ReturnType<typeof useActs>;
  readonly onEdit: () => void;
}) => {
  const { t } = useTranslation();
  const mayOperate = useMayOperate();
  const isAdministrator = useIsAdministrator();
  const isResting = source.state === 'paused' || source.state === 'stopped';
  const isRunning = source.running !== undefined;
  return (
    <Flex gap="small" wrap>
      {mayOperate && (
        <Button
          type="primary"
          disabled={isResting || isRunning}
          loading={acts.running.isPending}
          onClick={() => acts.running.mutate()}
        >
          {t('source.runNow')}
        </Button>
      )}
      {isAdministrator && (
        <>
          {source.state !== 'stopped' && (
            <Button
              disabled={isRunning}
              onClick={() => acts.turning.mutate({ status: source.state === 'paused' ? 'active' : 'paused' })}
            >
              {source.state === 'paused' ? t('source.resume') : t('source.pause')}
            </Button>
          )}
          <Button disabled={isRunning} onClick={onEdit}>
            {t('source.edit')}
          </Button>
          <Popconfirm title={t('source.removeAsk')} onConfirm={() => acts.removing.mutate()}>
            <Button danger disabled={isRunning}>
              {t('source.remove')}
            </Button>
          </Popconfirm>
        </>
      )}
    </Flex>
  );
};

const Changed = ({ source, onAccept }: { readonly source: Source; readonly onAccept: () => void }) => {
  const { t } = useTranslation();
  const kindLabel = useKindLabel();
  const roleNames = useRoleNames();
  const isAdministrator = useIsAdministrator();
  const mayOperate = useMayOperate();
  const mappingOf = (kind: string): number | undefined =>
    source.settings.streams.find((stream) => stream.kind === kind)?.mapping;
  const changed = source.streams.flatMap(({ kind, changed: difference }) =>
    difference === undefined ? [] : [{ kind, difference, mapping: mappingOf(kind) }],
  );
  if (source.state !== 'stopped') return null;
  return (
    <Alert
      type="error"
      showIcon
      style={{ marginBottom: 16 }}
      title={t('source.changed')}
      action={isAdministrator && <Button onClick={onAccept}>{t('source.accept')}</Button>}
      description={
        <>
          <p>{t('source.changedHelp')}</p>
          {!isAdministrator && <p>{t('source.acceptFor', { roles: roleNames(changeSource.access) })}</p>}
          {changed.map(({ kind, difference, mapping }) => (
            <div key={kind}>
              <Flex gap="small">
                {kindLabel(kind)}
                {mapping !== undefined && mayOperate && (
                  <Link to="/mappings/$id" params={{ id: String(mapping) }}>
                    {t('source.openMapping')}
                  </Link>
                )}
              </Flex>
              <ColumnDifference changed={difference} />
            </div>
          ))}
        </>
      }
    />
  );
};

const OneSource = () => {
  const { t } = useTranslation();
  const { id: text } = useParams({ from: '/frame/sources/$id' });
  const id = Number(text);
  const [isOpen, setIsOpen] = useState(false);
  const acts = useActs(id);
  const found = useQuery({
    queryKey: ['sources', id],
    queryFn: () => call(getSource, { params: { id } }),
    refetchInterval: ({ state }) => (state.data?.running === undefined ? refreshMs : runningMs),
  });
  if (found.data === undefined)
    return found.error === null ? (
      <Waiting />
    ) : (
      <ProblemAlert error={found.error} onRetry={() => void found.refetch()} />
    );
  const source = found.data;
  const { running } = source;
  // What changes with each run and while one goes on: the lists below are read again with it.
  const runs = `${source.lastRun?.id ?? 0}/${running?.id ?? 0}/${running?.rows ?? 0}`;
  return (
    <>
      <PageTitle
        title={source.name}
        extra={<SourceState source={source} />}
        actions={<Buttons source={source} acts={acts} onEdit={() => setIsOpen(true)} />}
      />
      {acts.error !== null && <SourceProblem error={acts.error} />}
      <Changed source={source} onAccept={() => acts.turning.mutate({ acceptColumns: true })} />
      <Card>
        <Facts
          items={[
            { key: 'system', label: t('source.system'), children: source.system },
            { key: 'place', label: t(`source.types.${source.settings.type}`), children: placeOf(source) },
            {
              key: 'next',
              label: t('source.nextRun'),
              children:
                source.nextRunAt === undefined ? t('source.onCommand') : <Moment at={source.nextRunAt} />,
            },
          ]}
        />
      </Card>
      <StreamPlaces source={source} />
      <SourceExceptions id={id} runs={runs} />
      <SourceRuns id={id} runs={runs} />
      {isOpen && <SourceDrawer source={source} onClose={() => setIsOpen(false)} />}
    </>
  );
};

export const SourcePage = () => {
  const { t } = useTranslation();
  return (
    <ForRoles roles={getSource.access} title={t('source.title')}>
      <OneSource />
    </ForRoles>
  );
};
