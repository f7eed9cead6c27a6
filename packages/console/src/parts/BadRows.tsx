/** Rows with findings: one that was not staged can be corrected on the spot or discarded. */
import { discardImportRow, listImportRows, type AnswerOf, type getImport } from '@suyuan/api';
import { recordKind } from '@suyuan/battery';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Card, Flex, Popconfirm, Tag, type TableProps } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DataTable } from './DataTable.tsx';
import { call } from '../client/call.ts';
import { currentLanguage } from '../i18n/i18n.ts';
import { placeOfRow, rowStateColour, type BadRow } from './bad-row.ts';
import { Correction } from './Correction.tsx';
import { fourSheetKind } from './import/four-sheet.ts';
import { MoreButton } from './MoreButton.tsx';
import { ProblemAlert } from './ProblemAlert.tsx';

const RowActions = ({
  row,
  isRecord,
  onCorrect,
  onDiscard,
}: {
  readonly row: BadRow;
  /** False for a row that is no record by itself, so that only its file can be corrected. */
  readonly isRecord: boolean;
  readonly onCorrect: () => void;
  readonly onDiscard: () => void;
}) => {
  const { t } = useTranslation();
  if (row.state !== 'wrong') return null;
  const of = placeOfRow(row, t('import.rowNumber', { row: row.sheetRow ?? row.row }));
  return (
    <Flex gap="small">
      {isRecord && (
        <Button aria-label={`${t('import.correct')} ${of}`} onClick={onCorrect}>
          {t('import.correct')}
        </Button>
      )}
      <Popconfirm title={t('import.discardRowAsk')} onConfirm={onDiscard}>
        <Button type="text" danger aria-label={`${t('common.discard')} ${of}`}>
          {t('common.discard')}
        </Button>
      </Popconfirm>
    </Flex>
  );
};

const useBadRows = (id: number) =>
  useInfiniteQuery({
    queryKey: ['import', id, 'rows'],
    queryFn: ({ pageParam }) =>
      call(listImportRows, {
        params: { id },
        query: pageParam === '' ? {} : { after: pageParam },
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });

/** Discards a row; `fresh` reads anew what a changed row changes. */
const useDiscarding = (id: number) => {
  const queryClient = useQueryClient();
  const fresh = async (): Promise<void> => {
    await queryClient.invalidateQueries({ queryKey: ['import', id] });
    await queryClient.invalidateQueries({ queryKey: ['batches'] });
  };
  const discarding = useMutation({
    mutationFn: (row: number) => call(discardImportRow, { params: { id, row } }),
    onSettled: fresh,
  });
  return { discarding, fresh };
};

/** What is wrong with a row, each reason with the name of its field. */
const Reasons = ({ row, kind }: { readonly row: BadRow; readonly kind: string | undefined }) => {
  const language = currentLanguage();
  const fields = (kind === undefined ? undefined : recordKind(kind)?.fields) ?? [];
  const reasonOf = ({ field: id, message }: BadRow['findings'][number]): string => {
    const label = fields.find((field) => field.id === id)?.label[language];
    const separator = language === 'zh' ? '：' : ': ';
    return label === undefined ? message[language] : `${label}${separator}${message[language]}`;
  };
  return (
    <div className="suyuan-sentence">{row.findings.map(reasonOf).join(language === 'zh' ? '；' : '; ')}</div>
  );
};

/** The columns that say where a row stands: with its sheet where the import has several. */
const usePlaceColumns = (hasSheets: boolean): NonNullable<TableProps<BadRow>['columns']> => {
  const { t } = useTranslation();
  return [
    ...(hasSheets ? [{ title: t('import.sheet'), dataIndex: 'sheet' }] : []),
    {
      title: t('import.row'),
      key: 'row',
      align: 'right',
      width: 72,
      render: (_, row) => row.sheetRow ?? row.row,
    },
  ];
};

export const BadRows = ({
  id,
  kind,
  source,
}: {
  readonly id: number;
  readonly kind: string;
  readonly source: AnswerOf<typeof getImport>['source'];
}) => {
  const { t } = useTranslation();
  const [open, setOpen] = useState<BadRow>();
  const { discarding, fresh } = useDiscarding(id);
  const rows = useBadRows(id);
  const placeColumns = usePlaceColumns(kind === fourSheetKind);
  const kindOf = (row: BadRow): string | undefined => (kind === fourSheetKind ? row.kind : kind);
  const failure = rows.error ?? discarding.error;
  return (
    <Card title={t('import.badRows')} style={{ marginTop: 16 }}>
      {failure !== null && <ProblemAlert error={failure} />}
      <DataTable<BadRow>
        label={t('import.badRows')}
        rowKey="row"
        loading={rows.isPending}
        dataSource={rows.data?.pages.flatMap((page) => page.items) ?? []}
        columns={[
          ...placeColumns,
          {
            title: t('common.status'),
            key: 'state',
            width: 104,
            render: (_, { state }) => <Tag color={rowStateColour[state]}>{t(`import.state.${state}`)}</Tag>,
          },
          {
            title: t('import.message'),
            key: 'reasons',
            render: (_, row) => <Reasons row={row} kind={kindOf(row)} />,
          },
          {
            title: t('common.act'),
            key: 'act',
            width: 176,
            render: (_, row) => (
              <RowActions
                row={row}
                isRecord={kindOf(row) !== undefined}
                onCorrect={() => setOpen(row)}
                onDiscard={() => discarding.mutate(row.row)}
              />
            ),
          },
        ]}
      />
      <MoreButton query={rows} />
      {open !== undefined && (
        <Correction
          id={id}
          kind={kindOf(open) ?? kind}
          source={source}
          row={open}
          onStaged={fresh}
          onClose={() => setOpen(undefined)}
        />
      )}
    </Card>
  );
};
