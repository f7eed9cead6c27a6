/** One import: what was staged, what is wrong, and the ways to put it right. */
import {
  discardImport,
  getImport,
  getImportWorkbook,
  listImportFindings,
  listRecords,
  type AnswerOf,
} from '@suyuan/api';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Alert, Button, Card, Flex, Popconfirm, Statistic } from 'antd';
import { useTranslation } from 'react-i18next';
import { call, download } from '../client/call.ts';
import { useMayOperate } from '../client/use-may-operate.ts';
import { BadRows } from '../parts/BadRows.tsx';
import { DownloadButton } from '../parts/DownloadButton.tsx';
import { FindingsTable } from '../parts/FindingsTable.tsx';
import { CancelImport, ImportFailure, ImportStatus, isUnderWay } from '../parts/ImportState.tsx';
import { MoreButton } from '../parts/MoreButton.tsx';
import { PageTitle } from '../parts/PageTitle.tsx';
import { ProblemAlert } from '../parts/ProblemAlert.tsx';
import { useKindLabel } from '../parts/use-kind-label.ts';
import { Waiting } from '../parts/Waiting.tsx';

type Import = AnswerOf<typeof getImport>;

/** Reads the import again every second while the node reads its file. */
const useImport = (id: number) =>
  useQuery({
    queryKey: ['import', id],
    queryFn: () => call(getImport, { params: { id } }),
    refetchInterval: ({ state }) => (state.data !== undefined && isUnderWay(state.data) ? 1_000 : false),
  });

/** Whether any record of the import can still be reported or discarded; undefined until known. */
const useHasStaged = (id: number): boolean | undefined =>
  useQuery({
    queryKey: ['batches', 'of import', id],
    queryFn: async () =>
      (await call(listRecords, { query: { import: id, status: 'staged', limit: 1 } })).items.length > 0,
  }).data;

/** What came of the import: where to go from here. */
const Result = ({ found }: { readonly found: Import }) => {
  const { t } = useTranslation();
  const hasStaged = useHasStaged(found.id);
  if (found.staged === 0) return <Alert showIcon type="warning" title={t('import.rejected')} />;
  if (hasStaged === undefined) return null;
  if (!hasStaged) return <Alert showIcon type="info" title={t('import.allReported')} />;
  return (
    <Alert
      showIcon
      type="success"
      title={t('import.ready', { count: found.staged })}
      action={<Link to="/report">{t('import.toReport')}</Link>}
    />
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
  const hasStaged = useHasStaged(found.id);
  const queryClient = useQueryClient();
  const discarding = useMutation({
    mutationFn: () => call(discardImport, { params: { id: found.id } }),
    onSuccess: async () => {
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
      {found.status === 'done' && hasStaged === true && (
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
        <ImportFailure found={found} />
        {found.status === 'done' && (
          <div style={{ marginTop: 16 }}>
            <Result found={found} />
          </div>
        )}
      </Card>
      {found.status === 'done' && <Findings id={found.id} />}
      {mayOperate && found.errors > 0 && found.status === 'done' && (
        <BadRows id={found.id} kind={found.kind} source={found.source} />
      )}
    </>
  );
};
