/** The work list of a source: rows that a person corrects, discards or, where they only have warnings, reports. */
import {
  createReport,
  discardImportRow,
  discardStagedRecord,
  listSourceExceptions,
  type AnswerOf,
} from '@suyuan/api';
import { keepPreviousData, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Card, Flex, Popconfirm, Tag, type TableProps } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../client/call.ts';
import { newIdempotencyKey } from '../../client/idempotency-key.ts';
import { useMayOperate } from '../../client/use-may-operate.ts';
import { currentLanguage } from '../../i18n/i18n.ts';
import { Correction } from '../Correction.tsx';
import { DataTable } from '../DataTable.tsx';
import { MoreButton } from '../MoreButton.tsx';
import { ProblemAlert } from '../ProblemAlert.tsx';
import { useKindLabel } from '../use-kind-label.ts';

type Exception = AnswerOf<typeof listSourceExceptions>['items'][number];

const colour = { wrong: 'error', warned: 'warning' } as const;

/** Discards a wrong row, or the staged record of a warned one. */
const discard = async ({ import: id, row, record }: Exception): Promise<void> => {
  if (record === undefined) return await call(discardImportRow, { params: { id, row } });
  const [batch, leaf] = record.split('/').map(Number);
  return await call(discardStagedRecord, { params: { batch: batch ?? 0, leaf: leaf ?? 0 } });
};

const Acts = ({ found, onCorrect }: { readonly found: Exception; readonly onCorrect: () => void }) => {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const onSettled = async (): Promise<void> => await queryClient.invalidateQueries({ queryKey: ['sources'] });
  const discarding = useMutation({ mutationFn: () => discard(found), onSettled });
  const reporting = useMutation({
    mutationFn: (record: string) =>
      call(createReport, { json: { records: [record] }, idempotencyKey: newIdempotencyKey() }),
    onSettled,
  });
  const failure = discarding.error ?? reporting.error;
  const { record } = found;
  const lacksFile = found.findings.some(({ code }) => code === 'attachment_missing');
  return (
    <Flex gap="small" wrap>
      {record === undefined && <Button onClick={onCorrect}>{t('import.correct')}</Button>}
      {lacksFile && (
        <Link to="/import/$id" params={{ id: String(found.import) }}>
          {t('attachment.upload')}
        </Link>
      )}
      {record !== undefined && !lacksFile && (
        <Button loading={reporting.isPending} onClick={() => reporting.mutate(record)}>
          {t('source.report')}
        </Button>
      )}
      <Popconfirm title={t('source.discardAsk')} onConfirm={() => discarding.mutate()}>
        <Button type="text" danger loading={discarding.isPending}>
          {t('common.discard')}
        </Button>
      </Popconfirm>
      {failure !== null && <ProblemAlert error={failure} />}
    </Flex>
  );
};

const useColumns = (onCorrect: (found: Exception) => void): NonNullable<TableProps<Exception>['columns']> => {
  const { t } = useTranslation();
  const kindLabel = useKindLabel();
  const mayOperate = useMayOperate();
  const language = currentLanguage();
  return [
    { title: t('common.kind'), dataIndex: 'kind', render: (kind: string) => kindLabel(kind) },
    {
      title: t('source.import'),
      key: 'import',
      render: (_, found) => (
        <Link to="/import/$id" params={{ id: String(found.import) }}>
          #{found.import} · {found.row}
        </Link>
      ),
    },
    {
      title: t('common.status'),
      dataIndex: 'state',
      render: (state: Exception['state']) => <Tag color={colour[state]}>{t(`import.state.${state}`)}</Tag>,
    },
    {
      title: t('import.message'),
      key: 'findings',
      render: (_, { findings }) => (
        <div className="suyuan-sentence">
          {findings.map(({ message }) => message[language]).join(language === 'zh' ? '；' : '; ')}
        </div>
      ),
    },
    ...(mayOperate
      ? [
          {
            title: t('common.act'),
            key: 'act',
            render: (_: unknown, found: Exception) => (
              <Acts found={found} onCorrect={() => onCorrect(found)} />
            ),
          },
        ]
      : []),
  ];
};

export const SourceExceptions = ({ id, runs }: { readonly id: number; readonly runs: string }) => {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [open, setOpen] = useState<Exception>();
  const list = useInfiniteQuery({
    queryKey: ['sources', id, 'exceptions', runs],
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam }) =>
      call(listSourceExceptions, { params: { id }, query: pageParam === '' ? {} : { after: pageParam } }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });
  const columns = useColumns(setOpen);
  return (
    <Card title={t('source.exceptions')} style={{ marginTop: 16 }}>
      {list.error !== null && <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />}
      <DataTable<Exception>
        label={t('source.exceptions')}
        rowKey={(found) => `${found.import}:${found.row}`}
        loading={list.isPending}
        dataSource={list.data?.pages.flatMap((page) => page.items) ?? []}
        locale={{ emptyText: t('source.noExceptions') }}
        columns={columns}
      />
      <MoreButton query={list} />
      {open !== undefined && (
        <Correction
          id={open.import}
          kind={open.kind}
          source="json"
          row={{ row: open.row, state: 'wrong', cells: open.cells, findings: [] }}
          onStaged={async () => await queryClient.invalidateQueries({ queryKey: ['sources'] })}
          onClose={() => setOpen(undefined)}
        />
      )}
    </Card>
  );
};
