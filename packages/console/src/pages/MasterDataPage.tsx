/** Master data: what is registered of each sort, its history, and the ways to add or change an entry. */
import { UploadOutlined } from '@ant-design/icons';
import { createImport, getKindTemplate, getReport, type AnswerOf, type createReport } from '@suyuan/api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Alert, Button, Card, Checkbox, Flex, Input, Radio, Typography, Upload } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, download } from '../client/call.ts';
import { newIdempotencyKey } from '../client/idempotency-key.ts';
import { kindsQuery } from '../client/queries.ts';
import { useMayOperate } from '../client/use-may-operate.ts';
import { DownloadButton } from '../parts/DownloadButton.tsx';
import { masterKindIds, type MasterKind } from '../parts/master-kind.ts';
import { MasterForm } from '../parts/MasterForm.tsx';
import { MasterHistory } from '../parts/MasterHistory.tsx';
import { MasterTable, useMasterData, type MasterEntryRow, type MasterFilter } from '../parts/MasterTable.tsx';
import { PageTitle } from '../parts/PageTitle.tsx';
import { ProblemAlert } from '../parts/ProblemAlert.tsx';
import { useKindLabel } from '../parts/use-kind-label.ts';

type Report = AnswerOf<typeof createReport>;

/** Says how the report of a version goes on, and reads the lists again when it is done. */
const ReportNote = ({ report: { id } }: { readonly report: Report }) => {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const { data } = useQuery({
    queryKey: ['reports', 'one', id],
    queryFn: () => call(getReport, { params: { id } }),
    refetchInterval: ({ state }) =>
      state.data === undefined || state.data.status === 'running' ? 500 : false,
  });
  const status = data?.status ?? 'running';
  useEffect(() => {
    if (status !== 'running') void queryClient.invalidateQueries({ queryKey: ['master'] });
  }, [status, queryClient]);
  return (
    <div role="status" aria-live="polite" style={{ marginBottom: 16 }}>
      <Alert
        showIcon
        type={status === 'done' ? 'success' : status === 'failed' ? 'error' : 'info'}
        title={t(`master.reported.${status}`)}
        action={
          <Link to="/report/$id" params={{ id: String(id) }}>
            {t('master.toReport')}
          </Link>
        }
      />
    </div>
  );
};

/** The template and the import of a filled-in one, which goes on at the page of the import. */
const WorkbookButtons = ({ kind }: { readonly kind: MasterKind }) => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const importing = useMutation({
    mutationFn: (file: File) =>
      call(createImport, {
        query: { kind, fileName: file.name },
        file,
        idempotencyKey: newIdempotencyKey(),
      }),
    onSuccess: async ({ id }) => {
      await queryClient.invalidateQueries({ queryKey: ['imports'] });
      await queryClient.invalidateQueries({ queryKey: ['batches'] });
      if (id !== null) await navigate({ to: '/import/$id', params: { id: String(id) } });
    },
  });
  return (
    <>
      <DownloadButton
        label={t('import.template')}
        disabled={false}
        fetchFile={async () => await download(getKindTemplate, { params: { kind } }, `${kind}.xlsx`)}
      />
      <Upload
        accept=".xlsx"
        showUploadList={false}
        beforeUpload={(file) => {
          importing.mutate(file);
          return false;
        }}
      >
        <Button icon={<UploadOutlined />} loading={importing.isPending}>
          {t('master.upload')}
        </Button>
      </Upload>
      {importing.error !== null && <ProblemAlert error={importing.error} />}
    </>
  );
};

const Filters = ({
  filter,
  onChange,
}: {
  readonly filter: MasterFilter;
  readonly onChange: (filter: MasterFilter) => void;
}) => {
  const { t } = useTranslation();
  return (
    <>
      <Input.Search
        allowClear
        style={{ width: 240 }}
        maxLength={64}
        aria-label={t('master.search')}
        placeholder={t('master.search')}
        onSearch={(text) => onChange({ ...filter, text: text.trim() })}
      />
      <Input
        type="date"
        style={{ width: 160 }}
        aria-label={t('master.day')}
        title={t('master.day')}
        value={filter.day}
        onChange={(event) => onChange({ ...filter, day: event.target.value })}
      />
      <Checkbox checked={filter.all} onChange={(event) => onChange({ ...filter, all: event.target.checked })}>
        {t('master.all')}
      </Checkbox>
    </>
  );
};

/** What stands open beside the table: nothing, the history of an entry, or a form. */
type Opened =
  | { readonly what: 'history'; readonly entry: MasterEntryRow }
  | { readonly what: 'form'; readonly entry: MasterEntryRow | undefined }
  | undefined;

const OneKind = ({ kind, permitted }: { readonly kind: MasterKind; readonly permitted: boolean }) => {
  const { t } = useTranslation();
  const [filter, setFilter] = useState<MasterFilter>({ text: '', day: '', all: false });
  const [opened, setOpened] = useState<Opened>();
  const [report, setReport] = useState<Report>();
  const entries = useMasterData(kind, filter);
  const day = entries.data?.pages[0]?.day ?? '';
  const close = (): void => setOpened(undefined);
  return (
    <>
      <Flex gap="middle" align="center" wrap style={{ marginBottom: 16 }}>
        <Filters filter={filter} onChange={setFilter} />
        {permitted && (
          <>
            <Button
              type="primary"
              disabled={day === ''}
              onClick={() => setOpened({ what: 'form', entry: undefined })}
            >
              {t('master.add')}
            </Button>
            <WorkbookButtons kind={kind} />
          </>
        )}
      </Flex>
      {report !== undefined && <ReportNote key={report.id} report={report} />}
      <MasterTable
        kind={kind}
        entries={entries}
        mayChange={permitted}
        onHistory={(entry) => setOpened({ what: 'history', entry })}
        onChange={(entry) => setOpened({ what: 'form', entry })}
      />
      {opened?.what === 'history' && (
        <MasterHistory
          kind={kind}
          code={opened.entry.key}
          product={opened.entry.product}
          day={day}
          onClose={close}
        />
      )}
      {opened?.what === 'form' && (
        <MasterForm
          kind={kind}
          values={opened.entry?.values}
          today={day}
          onReported={(begun) => {
            setReport(begun);
            close();
          }}
          onClose={close}
        />
      )}
    </>
  );
};

export const MasterDataPage = () => {
  const { t } = useTranslation();
  const kindLabel = useKindLabel();
  const navigate = useNavigate();
  const mayOperate = useMayOperate();
  const search = useSearch({ from: '/frame/master-data' });
  const kinds = useQuery(kindsQuery);
  const chosen = masterKindIds.find((id) => id === search.kind) ?? masterKindIds[0];
  const isPermitted = (id: string): boolean =>
    mayOperate && kinds.data?.items.find((kind) => kind.id === id)?.permitted === true;
  return (
    <>
      <PageTitle title={t('master.title')} />
      <Typography.Paragraph type="secondary">{t('master.what')}</Typography.Paragraph>
      <Card>
        <Radio.Group
          aria-label={t('master.sort')}
          optionType="button"
          style={{ marginBottom: 16 }}
          value={chosen}
          onChange={({ target }) =>
            void navigate({ to: '/master-data', search: { kind: String(target.value) } })
          }
          options={masterKindIds.map((kind) => ({ value: kind, label: kindLabel(kind) }))}
        />
        {chosen !== undefined && <OneKind key={chosen} kind={chosen} permitted={isPermitted(chosen)} />}
      </Card>
    </>
  );
};
