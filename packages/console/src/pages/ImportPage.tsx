/** Import a workbook of one module, and the imports so far. */
import { createImport, getKindTemplate, listImports, type AnswerOf } from '@suyuan/api';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Alert, Button, Card, Checkbox, Flex, Select, Spin } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DataTable } from '../parts/DataTable.tsx';
import { call, download, ProblemError } from '../client/call.ts';
import { newIdempotencyKey } from '../client/idempotency-key.ts';
import { kindsQuery } from '../client/queries.ts';
import { useMayOperate } from '../client/use-may-operate.ts';
import { AttachmentUpload } from '../parts/AttachmentUpload.tsx';
import { DownloadButton } from '../parts/DownloadButton.tsx';
import { FileDrop } from '../parts/FileDrop.tsx';
import { FindingsTable } from '../parts/FindingsTable.tsx';
import { Moment } from '../parts/Moment.tsx';
import { CancelImport, ImportStatus, isUnderWay } from '../parts/ImportState.tsx';
import { MoreButton } from '../parts/MoreButton.tsx';
import { PageTitle } from '../parts/PageTitle.tsx';
import { MappingChoice } from '../parts/mapping/MappingChoice.tsx';
import { ProblemAlert } from '../parts/ProblemAlert.tsx';
import { useKindLabel } from '../parts/use-kind-label.ts';

type Outcome = AnswerOf<typeof createImport>;

/** One file on its way; the key stays the same when it is sent again after a fault. */
interface Upload {
  readonly file: File;
  readonly kind: string;
  readonly dryRun: boolean;
  /** Name of the mapping, where the file is not a filled-in template. */
  readonly mapping: string | undefined;
  readonly inBackground: boolean;
  /** Sent although the same bytes were imported before. */
  readonly again: boolean;
  readonly idempotencyKey: string;
}

const DryRunOutcome = ({ outcome }: { readonly outcome: Outcome }) => {
  const { t } = useTranslation();
  return (
    <Flex vertical gap="middle" style={{ marginTop: 16 }}>
      <Alert
        type={outcome.errors === 0 ? 'success' : 'warning'}
        showIcon
        title={t('import.checked', { rows: outcome.rows, good: outcome.staged })}
      />
      {outcome.findings.length > 0 && <FindingsTable findings={outcome.findings} />}
    </Flex>
  );
};

/** True for an answer about the file itself, which would be the same again. */
const isRefusal = (error: ProblemError): boolean => error.status >= 400 && error.status < 500;

/** How many rows the node has read of the file on its way. */
const useRunningRows = (isRunning: boolean): number => {
  const { data } = useQuery({
    queryKey: ['imports', 'running'],
    queryFn: async () => (await call(listImports, { query: { limit: 1 } })).items,
    enabled: isRunning,
    refetchInterval: 1_000,
  });
  return data?.find(({ status }) => status === 'reading')?.rows ?? 0;
};

/** Sends a file; a kept import opens its page. */
const useImporting = () => {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ file, kind: id, dryRun: isDry, mapping, inBackground, again, idempotencyKey }: Upload) =>
      call(createImport, {
        query: {
          kind: id,
          dryRun: isDry,
          async: inBackground && !isDry,
          again,
          fileName: file.name,
          ...(mapping === undefined ? {} : { mapping }),
        },
        file,
        ...(/\.csv$/iu.test(file.name) ? { mediaType: 'text/csv' } : {}),
        idempotencyKey,
      }),
    onSuccess: async (outcome, { inBackground }) => {
      await queryClient.invalidateQueries({ queryKey: ['imports'] });
      await queryClient.invalidateQueries({ queryKey: ['batches'] });
      if (outcome.id !== null && !inBackground)
        await navigate({ to: '/import/$id', params: { id: String(outcome.id) } });
    },
  });
};

/** What came of the file that was sent last, with what can be done about a refusal. */
const Sent = ({ importing }: { readonly importing: ReturnType<typeof useImporting> }) => {
  const { t } = useTranslation();
  const sent = importing.variables;
  const worthRetrying = importing.error instanceof ProblemError && !isRefusal(importing.error);
  const retry = worthRetrying && sent !== undefined ? () => importing.mutate(sent) : undefined;
  const isRepeated = importing.error instanceof ProblemError && importing.error.code === 'import_repeated';
  return (
    <div role="status" aria-live="polite">
      {importing.error !== null && (
        <div style={{ marginTop: 16 }}>
          <ProblemAlert error={importing.error} onRetry={retry} />
          {isRepeated && sent !== undefined && (
            <Button
              style={{ marginTop: 8 }}
              onClick={() => importing.mutate({ ...sent, again: true, idempotencyKey: newIdempotencyKey() })}
            >
              {t('import.again')}
            </Button>
          )}
        </div>
      )}
      {importing.data?.dryRun === true && <DryRunOutcome outcome={importing.data} />}
    </div>
  );
};

const KindSelect = ({
  kind,
  kinds,
  isLoading,
  onChange,
}: {
  readonly kind: string | undefined;
  readonly kinds: readonly string[];
  readonly isLoading: boolean;
  readonly onChange: (kind: string) => void;
}) => {
  const { t } = useTranslation();
  const kindLabel = useKindLabel();
  return (
    <Select
      aria-label={t('import.choose')}
      style={{ minWidth: 220 }}
      loading={isLoading}
      {...(kind === undefined ? {} : { value: kind })}
      placeholder={t('import.choose')}
      onChange={onChange}
      options={kinds.map((id) => ({ value: id, label: kindLabel(id) }))}
    />
  );
};

const NewImport = () => {
  const { t } = useTranslation();
  const kinds = useQuery(kindsQuery);
  const permitted = kinds.data?.items.filter((kind) => kind.permitted) ?? [];
  const [chosen, setChosen] = useState<string>();
  const [dryRun, setDryRun] = useState(false);
  const [inBackground, setInBackground] = useState(false);
  const kind = chosen ?? permitted[0]?.id;
  const [mapping, setMapping] = useState<string>();
  const importing = useImporting();
  const running = useRunningRows(importing.isPending);
  if (kinds.data !== undefined && permitted.length === 0) {
    return <Alert showIcon type="info" title={t('import.noModules')} />;
  }
  return (
    <Card>
      <Flex gap="middle" align="center" wrap style={{ marginBottom: 16 }}>
        <KindSelect
          kind={kind}
          kinds={permitted.map(({ id }) => id)}
          isLoading={kinds.isPending}
          onChange={(id) => {
            setChosen(id);
            setMapping(undefined);
          }}
        />
        {kind !== undefined && <MappingChoice kind={kind} value={mapping} onChange={setMapping} />}
        <DownloadButton
          label={t('import.template')}
          disabled={kind === undefined}
          fetchFile={async () => {
            if (kind !== undefined) await download(getKindTemplate, { params: { kind } }, `${kind}.xlsx`);
          }}
        />
        <Checkbox checked={dryRun} onChange={(event) => setDryRun(event.target.checked)}>
          {t('import.dryRun')}
        </Checkbox>
        <Checkbox
          checked={inBackground}
          disabled={dryRun}
          onChange={(event) => setInBackground(event.target.checked)}
        >
          {t('import.inBackground')}
        </Checkbox>
      </Flex>
      {kinds.error !== null && <ProblemAlert error={kinds.error} onRetry={() => void kinds.refetch()} />}
      <Spin
        spinning={importing.isPending}
        description={running === 0 ? t('import.running') : t('import.runningRows', { count: running })}
      >
        <FileDrop
          accept=".xlsx,.csv"
          text={t('import.drop')}
          hint={t('import.dropHint')}
          disabled={kind === undefined || importing.isPending}
          onFile={(file) => {
            if (kind === undefined) return;
            const choices = { dryRun, mapping, inBackground: inBackground && !dryRun, again: false };
            importing.mutate({ file, kind, ...choices, idempotencyKey: newIdempotencyKey() });
          }}
        />
      </Spin>
      <Sent importing={importing} />
    </Card>
  );
};

const History = () => {
  const { t } = useTranslation();
  const kindLabel = useKindLabel();
  const imports = useInfiniteQuery({
    queryKey: ['imports'],
    queryFn: ({ pageParam }) => call(listImports, { query: pageParam === '' ? {} : { after: pageParam } }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    refetchInterval: ({ state }) => (state.data?.pages[0]?.items.some(isUnderWay) === true ? 1_000 : false),
  });
  return (
    <Card title={t('import.history')} style={{ marginTop: 16 }}>
      {imports.error !== null && (
        <ProblemAlert error={imports.error} onRetry={() => void imports.refetch()} />
      )}
      <DataTable
        label={t('import.history')}
        rowKey="id"
        loading={imports.isPending}
        dataSource={imports.data?.pages.flatMap((page) => page.items) ?? []}
        columns={[
          {
            title: t('import.one'),
            dataIndex: 'id',
            render: (id: number) => (
              <Link to="/import/$id" params={{ id: String(id) }}>
                #{id}
              </Link>
            ),
          },
          { title: t('common.kind'), dataIndex: 'kind', render: (kind: string) => kindLabel(kind) },
          {
            title: t('import.file'),
            dataIndex: 'fileName',
            render: (name?: string) => <div className="suyuan-name">{name}</div>,
          },
          {
            title: t('common.status'),
            key: 'status',
            render: (_, found) => (
              <Flex gap="small" align="center">
                <ImportStatus found={found} />
                <CancelImport found={found} />
              </Flex>
            ),
          },
          { title: t('import.rows'), dataIndex: 'rows', align: 'right' },
          { title: t('import.stagedRows'), dataIndex: 'staged', align: 'right' },
          { title: t('import.errors'), dataIndex: 'errors', align: 'right' },
          { title: t('import.by'), dataIndex: 'createdBy' },
          { title: t('common.time'), dataIndex: 'createdAt', render: (at: string) => <Moment at={at} /> },
        ]}
      />
      <MoreButton query={imports} />
    </Card>
  );
};

export const ImportPage = () => {
  const { t } = useTranslation();
  const mayOperate = useMayOperate();
  return (
    <>
      <PageTitle title={t('import.title')} />
      {mayOperate && <NewImport />}
      {mayOperate && <AttachmentUpload />}
      <History />
    </>
  );
};
