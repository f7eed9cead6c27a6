/** One import: what was staged, what is wrong, and the ways to put it right. */
import {
  discardImport,
  getImport,
  getImportWorkbook,
  listImportFindings,
  searchRecords,
  type AnswerOf,
} from '@suyuan/api';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Alert, App, Button, Card, Flex, Popconfirm, Statistic } from 'antd';
import { useTranslation } from 'react-i18next';
import { call, download } from '../client/call.ts';
import { importFilesQuery } from '../client/queries.ts';
import { useMayOperate } from '../client/use-may-operate.ts';
import { BadRows } from '../parts/BadRows.tsx';
import { DownloadButton } from '../parts/DownloadButton.tsx';
import { FindingsTable } from '../parts/FindingsTable.tsx';
import { MissingFiles } from '../parts/MissingFiles.tsx';
import { CancelImport, ImportFailure, ImportStatus, isUnderWay } from '../parts/ImportState.tsx';
import { MoreButton } from '../parts/MoreButton.tsx';
import { PageTitle } from '../parts/PageTitle.tsx';
import { ProblemAlert } from '../parts/ProblemAlert.tsx';
import { AllRows } from '../parts/import/AllRows.tsx';
import { useKindLabel } from '../parts/use-kind-label.ts';
import { useReporting } from '../parts/use-reporting.tsx';
import { Waiting } from '../parts/Waiting.tsx';

type Import = AnswerOf<typeof getImport>;

/** Reads the import again every second while the node reads its file. */
const useImport = (id: number) =>
  useQuery({
    queryKey: ['import', id],
    queryFn: () => call(getImport, { params: { id } }),
    refetchInterval: ({ state }) => (state.data !== undefined && isUnderWay(state.data) ? 1_000 : false),
  });

/** How many records of the import can still be reported or discarded; undefined until known. */
const useStagedCount = (id: number): number | undefined =>
  useQuery({
    queryKey: ['batches', 'of import', id],
    queryFn: async () =>
      (await call(searchRecords, { query: { import: id, status: 'staged', limit: 1 } })).total?.records ?? 0,
  }).data;

/** What came of the import: where to go from here. */
const Result = ({ found }: { readonly found: Import }) => {
  const { t } = useTranslation();
  const count = useStagedCount(found.id);
  const reporting = useReporting();
  const mayOperate = useMayOperate();
  const files = useInfiniteQuery(importFilesQuery(found.id));
  const lacksFiles = (files.data?.pages[0]?.items.length ?? 0) > 0;
  if (found.staged === 0) return <Alert showIcon type="warning" title={t('import.rejected')} />;
  if (count === undefined) return null;
  if (count === 0) return <Alert showIcon type="info" title={t('import.allReported')} />;
  if (lacksFiles) return <Alert showIcon type="warning" title={t('attachment.first', { count })} />;
  return (
    <>
      {reporting.error !== null && <ProblemAlert error={reporting.error} />}
      <Alert
        showIcon
        type="success"
        title={t('import.ready', { count })}
        action={
          <Flex gap="middle" align="center">
            {mayOperate && (
              <Button type="primary" onClick={() => reporting.ask({ import: found.id }, String(count))}>
                {t('import.report')}
              </Button>
            )}
            <Link to="/report">{t('import.toReport')}</Link>
          </Flex>
        }
      />
    </>
  );
};

const Numbers = ({ found }: { readonly found: Import }) => {
  const { t } = useTranslation();
  return (
    <Flex gap="large" wrap>
      <Statistic title={t('import.rows')} value={found.rows} />
      <Statistic title={t('import.stagedRows')} value={found.staged} />
      <Statistic title={t('import.errors')} value={found.errors} />
      <Statistic title={t('import.warnings')} value={found.warnings} />
    </Flex>
  );
};

/** The saved mapping that read the file, in the version that it then had. */
const ReadBy = ({ found: { mapping } }: { readonly found: Import }) => {
  const { t } = useTranslation();
  const mayOperate = useMayOperate();
  if (mapping === undefined) return null;
  const { id, name, version } = mapping;
  const text = t('mapping.readBy', { name: name ?? `#${id}`, version });
  return (
    <div style={{ marginTop: 8 }}>
      {mayOperate ? (
        <Link to="/mappings/$id" params={{ id: String(id) }} search={{ version: String(version) }}>
          {text}
        </Link>
      ) : (
        text
      )}
    </div>
  );
};

const Findings = ({ id }: { readonly id: number }) => {
  const { t } = useTranslation();
  const findings = useInfiniteQuery({
    queryKey: ['import', id, 'findings'],
    queryFn: ({ pageParam }) =>
      call(listImportFindings, {
        params: { id },
        query: { limit: 200, ...(pageParam === '' ? {} : { after: pageParam }) },
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });
  const items = findings.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card title={t('import.findings')} style={{ marginTop: 16 }} loading={findings.isPending}>
      {findings.error !== null && (
        <ProblemAlert error={findings.error} onRetry={() => void findings.refetch()} />
      )}
      {items.length === 0 ? (
        <Alert type="success" showIcon title={t('import.clean')} />
      ) : (
        <FindingsTable findings={items} />
      )}
      <MoreButton query={findings} />
    </Card>
  );
};

const Actions = ({ found }: { readonly found: Import }) => {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const count = useStagedCount(found.id);
  const queryClient = useQueryClient();
  const discarding = useMutation({
    mutationFn: () => call(discardImport, { params: { id: found.id } }),
    onSuccess: async ({ discarded }) => {
      void message.success(t('import.discardedCount', { count: discarded }));
      await queryClient.invalidateQueries({ queryKey: ['import', found.id] });
      await queryClient.invalidateQueries({ queryKey: ['batches'] });
    },
  });
  return (
    <Flex gap="small" wrap>
      <CancelImport found={found} />
      {(found.source === 'excel' || found.source === 'csv') && found.status === 'done' && (
        <DownloadButton
          label={t('import.marked')}
          fetchFile={() => download(getImportWorkbook, { params: { id: found.id } }, 'import-checked.xlsx')}
        />
      )}
      {found.status === 'done' && (found.staged === 0 || (count ?? 0) > 0) && (
        <Popconfirm
          title={t('import.discardAsk')}
          okButtonProps={{ danger: true }}
          onConfirm={() => discarding.mutate()}
        >
          <Button danger loading={discarding.isPending}>
            {t('import.discardAll')}
          </Button>
        </Popconfirm>
      )}
      {discarding.error !== null && <ProblemAlert error={discarding.error} />}
    </Flex>
  );
};

export const ImportDetailPage = () => {
  const kindLabel = useKindLabel();
  const mayOperate = useMayOperate();
  const { id } = useParams({ from: '/frame/import/$id' });
  const { data: found, error, refetch } = useImport(Number(id));
  if (error !== null && found === undefined)
    return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (found === undefined) return <Waiting />;
  return (
    <>
      <PageTitle
        title={`${kindLabel(found.kind)} · ${found.fileName ?? `#${found.id}`}`}
        extra={<ImportStatus found={found} />}
        actions={mayOperate && <Actions found={found} />}
      />
      <Card>
        <Numbers found={found} />
        <ReadBy found={found} />
        <ImportFailure found={found} />
        {found.status === 'done' && (
          <div style={{ marginTop: 16 }}>
            <Result found={found} />
          </div>
        )}
      </Card>
      {found.status === 'done' && <MissingFiles id={found.id} />}
      {found.status === 'done' && <Findings id={found.id} />}
      {mayOperate && found.errors > 0 && found.status === 'done' && (
        <BadRows id={found.id} kind={found.kind} source={found.source} />
      )}
      {mayOperate && found.status === 'done' && <AllRows id={found.id} />}
    </>
  );
};
