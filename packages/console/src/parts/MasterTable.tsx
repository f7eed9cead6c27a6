/** The entries of one kind of master data that count on a day, with their history and a way to change them. */
import { listMasterData, type AnswerOf } from '@suyuan/api';
import { masterKeyFields, masterNameFields, recordKind, type Field } from '@suyuan/battery';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Alert, Button, Empty, Flex, Tag, type TableProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../client/call.ts';
import { currentLanguage } from '../i18n/i18n.ts';
import { DataTable } from './DataTable.tsx';
import type { MasterKind } from './master-kind.ts';
import { MasterStanding } from './MasterStanding.tsx';
import { MoreButton } from './MoreButton.tsx';
import { ProblemAlert } from './ProblemAlert.tsx';
import { useKindLabel } from './use-kind-label.ts';

/** An entry by the version that counts. */
export type MasterEntryRow = AnswerOf<typeof listMasterData>['items'][number];

/** What of a kind is listed. */
export interface MasterFilter {
  readonly text: string;
  /** Empty for the node's today. */
  readonly day: string;
  readonly all: boolean;
}

const answerOf = (kind: MasterKind, { text, day, all }: MasterFilter, after: string) =>
  call(listMasterData, {
    params: { kind },
    query: {
      ...(text === '' ? {} : { text }),
      ...(day === '' ? {} : { day }),
      ...(all ? { all } : {}),
      ...(after === '' ? {} : { after }),
    },
  });

/** The list of a kind, page by page. */
export const useMasterData = (kind: MasterKind, filter: MasterFilter) =>
  useInfiniteQuery({
    queryKey: ['master', kind, 'list', filter],
    queryFn: ({ pageParam }) => answerOf(kind, filter, pageParam),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });

/** A code that is not built in is shown as it is. */
const shownValue = (field: Field, value: unknown): string => {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return field.type === 'enum'
    ? (field.values.find(({ id }) => id === text)?.label[currentLanguage()] ?? text)
    : text;
};

/** What stands beside the key where the names of an entry are not what people compare. */
const shownFields: { readonly [kind in MasterKind]?: readonly string[] } = {
  code_table_entry: ['table', 'name'],
  deadline_rule: ['recordKind', 'subType', 'days', 'dayUnit', 'law'],
  work_calendar_day: ['dayType', 'dayName'],
};

/** A column for the key, for what else an entry is known by, and for what sort of thing it is. */
const fieldColumns = (kind: MasterKind): NonNullable<TableProps<MasterEntryRow>['columns']> => {
  const beside = shownFields[kind] ?? ['product', 'unitType', ...masterNameFields[kind]];
  const inWords = currentLanguage() === 'zh' ? 'nameZh' : 'nameEn';
  const named = new Set([masterKeyFields[kind], ...beside.map((id) => (id === 'name' ? inWords : id))]);
  return (recordKind(kind)?.fields ?? [])
    .filter(({ id }) => named.has(id))
    .map((field) => ({
      key: field.id,
      title: field.label[currentLanguage()],
      render: (_: unknown, { values }: MasterEntryRow) => (
        <div className="suyuan-name">{shownValue(field, values[field.id])}</div>
      ),
    }));
};

/** Between which days an entry counts; a day of the calendar counts in its year, which says nothing more. */
const useDayColumns = (kind: MasterKind): NonNullable<TableProps<MasterEntryRow>['columns']> => {
  const { t } = useTranslation();
  if (kind === 'work_calendar_day') return [];
  return [
    { title: t('master.validFrom'), dataIndex: 'validFrom' },
    { title: t('master.validTo'), dataIndex: 'validTo' },
  ];
};

const Reporter = ({ entry: { builtIn, reporter } }: { readonly entry: MasterEntryRow }) => {
  const { t } = useTranslation();
  return builtIn === true ? <Tag>{t('master.builtIn')}</Tag> : reporter;
};

export const MasterTable = ({
  kind,
  entries,
  mayChange,
  onHistory,
  onChange,
}: {
  readonly kind: MasterKind;
  readonly entries: ReturnType<typeof useMasterData>;
  readonly mayChange: boolean;
  readonly onHistory: (entry: MasterEntryRow) => void;
  readonly onChange: (entry: MasterEntryRow) => void;
}) => {
  const { t } = useTranslation();
  const dayColumns = useDayColumns(kind);
  const kindLabel = useKindLabel();
  const columns: NonNullable<TableProps<MasterEntryRow>['columns']> = [
    ...fieldColumns(kind),
    {
      title: t('common.status'),
      dataIndex: 'standing',
      render: (standing: MasterEntryRow['standing']) => <MasterStanding standing={standing} />,
    },
    ...dayColumns,
    { title: t('common.organization'), render: (_, entry) => <Reporter entry={entry} /> },
    {
      title: t('common.act'),
      key: 'act',
      render: (_, entry) => (
        <Flex gap="small">
          <Button
            size="small"
            aria-label={t('master.historyOf', { code: entry.key })}
            onClick={() => onHistory(entry)}
          >
            {t('master.history', { count: entry.versions })}
          </Button>
          {mayChange && (
            <Button
              size="small"
              aria-label={`${t('master.change')}: ${entry.key}`}
              onClick={() => onChange(entry)}
            >
              {t('master.change')}
            </Button>
          )}
        </Flex>
      ),
    },
  ];
  if (entries.error !== null && entries.data === undefined) {
    return <ProblemAlert error={entries.error} onRetry={() => void entries.refetch()} />;
  }
  return (
    <>
      {entries.data?.pages[0]?.isComplete === false && (
        <Alert showIcon type="warning" title={t('master.tooMany')} style={{ marginBottom: 16 }} />
      )}
      <DataTable<MasterEntryRow>
        label={kindLabel(kind)}
        rowKey={({ key, product = '' }) => `${product}:${key}`}
        loading={entries.isPending}
        dataSource={entries.data?.pages.flatMap((page) => page.items) ?? []}
        locale={{ emptyText: <Empty description={t('master.nothing')} /> }}
        columns={columns}
      />
      <MoreButton query={entries} />
    </>
  );
};
