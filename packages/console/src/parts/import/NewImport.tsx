/** Sending a file: which kind it is, what is done with it, and what came of it. */
import { createImport, getKindTemplate, listImports, type AnswerOf } from '@suyuan/api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Alert, App, Button, Card, Checkbox, Flex, Select, Spin } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, download, ProblemError } from '../../client/call.ts';
import { newIdempotencyKey } from '../../client/idempotency-key.ts';
import { kindsQuery } from '../../client/queries.ts';
import { DownloadButton } from '../DownloadButton.tsx';
import { FileDrop } from '../FileDrop.tsx';
import { FindingsTable } from '../FindingsTable.tsx';
import { MappingChoice } from '../mapping/MappingChoice.tsx';
import { ProblemAlert } from '../ProblemAlert.tsx';
import { useKindLabel } from '../use-kind-label.ts';
import { FourSheetValues } from './FourSheetValues.tsx';
import { defaultsOf, fourSheetKind, fourSheetRecordKinds, storedValues } from './four-sheet.ts';

type Outcome = AnswerOf<typeof createImport>;

/** One file on its way; the key stays the same when it is sent again after a fault. */
interface Upload {
  readonly file: File;
  readonly kind: string;
  readonly dryRun: boolean;
  /** Name of the mapping, where the file is not a filled-in template. */
  readonly mapping: string | undefined;
  /** Of the four-sheet layout: values that it has no column for. */
  readonly defaults: string | undefined;
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
  const { t } = useTranslation();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const underWay = useRef(new AbortController());
  const importing = useMutation({
    mutationFn: ({ file, kind: id, dryRun: isDry, inBackground, idempotencyKey, ...rest }: Upload) =>
      call(createImport, {
        query: {
          kind: id,
          dryRun: isDry,
          async: inBackground && !isDry,
          again: rest.again,
          fileName: file.name,
          ...(rest.mapping === undefined ? {} : { mapping: rest.mapping }),
          ...(rest.defaults === undefined ? {} : { defaults: rest.defaults }),
        },
        file,
        ...(/\.csv$/iu.test(file.name) ? { mediaType: 'text/csv' } : {}),
        idempotencyKey,
        signal: underWay.current.signal,
      }),
    onSuccess: async (outcome, { inBackground }) => {
      await queryClient.invalidateQueries({ queryKey: ['imports'] });
      await queryClient.invalidateQueries({ queryKey: ['batches'] });
      if (outcome.id !== null && !inBackground)
        await navigate({ to: '/import/$id', params: { id: String(outcome.id) } });
    },
  });
  /** The node keeps nothing of an import whose sender has gone. */
  const cancel = (): void => {
    underWay.current.abort();
    underWay.current = new AbortController();
    importing.reset();
    void message.info(t('import.cancelledNow'));
    void queryClient.invalidateQueries({ queryKey: ['imports'] });
  };
  return { ...importing, cancel };
};

/** What came of the file that was sent last, with what can be done about a refusal. */
const Sent = ({ importing }: { readonly importing: ReturnType<typeof useImporting> }) => {
  const { t } = useTranslation();
  const sent = importing.variables;
  const worthRetrying = importing.error instanceof ProblemError && !isRefusal(importing.error);
  const retry = worthRetrying && sent !== undefined ? () => importing.mutate(sent) : undefined;
  const isRepeated = importing.error instanceof ProblemError && importing.error.code === 'import_repeated';
  const earlier = importing.error instanceof ProblemError ? importing.error.facts['import'] : undefined;
  return (
    <div role="status" aria-live="polite">
      {importing.error !== null && (
        <div style={{ marginTop: 16 }}>
          <ProblemAlert error={importing.error} onRetry={retry} />
          {isRepeated && sent !== undefined && (
            <Flex gap="middle" align="center" style={{ marginTop: 8 }}>
              {typeof earlier === 'number' && (
                <Link to="/import/$id" params={{ id: String(earlier) }}>
                  {t('import.one')} #{earlier}
                </Link>
              )}
              <Button
                onClick={() =>
                  importing.mutate({ ...sent, again: true, idempotencyKey: newIdempotencyKey() })
                }
              >
                {t('import.again')}
              </Button>
            </Flex>
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

/** What is done with the files that are dropped. */
interface Ways {
  readonly kind: string | undefined;
  readonly mapping: string | undefined;
  readonly dryRun: boolean;
  readonly inBackground: boolean;
}

const WaysBar = ({
  ways,
  kinds,
  isLoading,
  onChange,
}: {
  readonly ways: Ways;
  readonly kinds: readonly string[];
  readonly isLoading: boolean;
  readonly onChange: (changed: Partial<Ways>) => void;
}) => {
  const { t } = useTranslation();
  const { kind, mapping, dryRun, inBackground } = ways;
  const hasTemplate = kind !== fourSheetKind;
  return (
    <Flex gap="middle" align="center" wrap style={{ marginBottom: 16 }}>
      <KindSelect
        kind={kind}
        kinds={kinds}
        isLoading={isLoading}
        onChange={(id) => onChange({ kind: id, mapping: undefined })}
      />
      {kind !== undefined && hasTemplate && (
        <MappingChoice kind={kind} value={mapping} onChange={(name) => onChange({ mapping: name })} />
      )}
      {hasTemplate && (
        <DownloadButton
          label={t('import.template')}
          disabled={kind === undefined}
          fetchFile={async () => {
            if (kind !== undefined) await download(getKindTemplate, { params: { kind } }, `${kind}.xlsx`);
          }}
        />
      )}
      <Checkbox checked={dryRun} onChange={({ target }) => onChange({ dryRun: target.checked })}>
        {t('import.dryRun')}
      </Checkbox>
      <Checkbox
        checked={inBackground}
        disabled={dryRun}
        onChange={({ target }) => onChange({ inBackground: target.checked })}
      >
        {t('import.inBackground')}
      </Checkbox>
    </Flex>
  );
};

const firstWays: Ways = { kind: undefined, mapping: undefined, dryRun: false, inBackground: false };

export const NewImport = () => {
  const { t } = useTranslation();
  const kinds = useQuery(kindsQuery);
  const permitted = kinds.data?.items.filter((kind) => kind.permitted).map(({ id }) => id) ?? [];
  const hasFourSheet = fourSheetRecordKinds.every((id) => permitted.includes(id));
  const [chosen, setChosen] = useState(firstWays);
  const [values, setValues] = useState(storedValues);
  const ways = { ...chosen, kind: chosen.kind ?? permitted[0] };
  const { kind, dryRun } = ways;
  const isFourSheet = kind === fourSheetKind;
  const importing = useImporting();
  const running = useRunningRows(importing.isPending);
  if (kinds.data !== undefined && permitted.length === 0) {
    return <Alert showIcon type="info" title={t('import.noModules')} />;
  }
  const send = (file: File): void => {
    if (kind === undefined) return;
    const defaults = isFourSheet ? defaultsOf(values) : undefined;
    const way = { ...ways, kind, defaults, inBackground: ways.inBackground && !dryRun, again: false };
    importing.mutate({ file, ...way, idempotencyKey: newIdempotencyKey() });
  };
  return (
    <Card>
      <WaysBar
        ways={ways}
        kinds={hasFourSheet ? [...permitted, fourSheetKind] : permitted}
        isLoading={kinds.isPending}
        onChange={(changed) => setChosen({ ...ways, ...changed })}
      />
      {kinds.error !== null && <ProblemAlert error={kinds.error} onRetry={() => void kinds.refetch()} />}
      {isFourSheet && <FourSheetValues values={values} onChange={setValues} />}
      <Spin
        spinning={importing.isPending}
        description={running === 0 ? t('import.running') : t('import.runningRows', { count: running })}
      >
        <FileDrop
          accept={isFourSheet ? '.xlsx' : '.xlsx,.csv'}
          text={t('import.drop')}
          hint={t(isFourSheet ? 'import.fourSheetHint' : 'import.dropHint')}
          disabled={kind === undefined || importing.isPending}
          onFile={send}
        />
      </Spin>
      {importing.isPending && (
        <Button style={{ marginTop: 8 }} onClick={importing.cancel}>
          {t('import.cancel')}
        </Button>
      )}
      <Sent importing={importing} />
    </Card>
  );
};
