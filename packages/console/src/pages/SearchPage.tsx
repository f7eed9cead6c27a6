/** Search over everything this node holds: filters in the address, a table by cursor, a choice of columns, export. */
import { searchRecords, type AnswerOf } from '@suyuan/api';
import { recordKind } from '@suyuan/battery';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Alert, Card, Flex, Select, Tag, Typography, type TableColumnType } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../client/call.ts';
import { currentLanguage } from '../i18n/i18n.ts';
import { CodeLink } from '../parts/CodeLink.tsx';
import { DataTable } from '../parts/DataTable.tsx';
import { ExportButton } from '../parts/ExportButton.tsx';
import { Moment } from '../parts/Moment.tsx';
import { MoreButton } from '../parts/MoreButton.tsx';
import { PageTitle } from '../parts/PageTitle.tsx';
import { ProblemAlert } from '../parts/ProblemAlert.tsx';
import { SearchForm } from '../parts/SearchForm.tsx';
import { searchQueryOf, type SearchAddress } from '../parts/search-filters.ts';
import { useKindLabel } from '../parts/use-kind-label.ts';
import { Waiting } from '../parts/Waiting.tsx';

type Page = AnswerOf<typeof searchRecords>;
type Found = Page['items'][number];
type Column = TableColumnType<Found> & { readonly key: string; readonly title: string };

const columnsAtFirst = ['code', 'kind', 'eventDate', 'status', 'reporter', 'record'];
const statusColours = { staged: 'warning', sending: 'processing', reported: 'success' } as const;

const textOf = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  if (typeof value === 'object' && value !== null) return JSON.stringify(value);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';
};

const memberOf = (members: object, name: string): unknown =>
  new Map<string, unknown>(Object.entries(members)).get(name);

/** All columns that can be shown: what the node knows, and the fields of the kind that is searched for. */
const useColumns = (kind: string | undefined): readonly Column[] => {
  const { t } = useTranslation();
  const kindLabel = useKindLabel();
  const language = currentLanguage();
  const fields = (recordKind(kind ?? '')?.fields ?? []).filter(({ part }) => part !== 'private');
  return [
    {
      key: 'code',
      title: t('search.code'),
      render: (_, { code }) => code !== undefined && <CodeLink code={code} />,
    },
    { key: 'kind', title: t('search.kind'), render: (_, found) => kindLabel(found.kind) },
    { key: 'eventDate', title: t('search.event'), dataIndex: 'eventDate' },
    {
      key: 'status',
      title: t('search.status'),
      render: (_, { status, voided }) => (
        <Tag color={voided ? 'error' : statusColours[status]}>
          {t(`search.statuses.${voided ? 'voided' : status}`)}
        </Tag>
      ),
    },
    { key: 'reporter', title: t('search.reporter'), dataIndex: 'reporter' },
    { key: 'record', title: t('search.record'), render: (_, { record, staged }) => record ?? staged },
    { key: 'storedOn', title: t('search.stored'), dataIndex: 'storedOn' },
    {
      key: 'reportedAt',
      title: t('search.reportedAt'),
      render: (_, { reportedAt }) => reportedAt !== undefined && <Moment at={reportedAt} />,
    },
    { key: 'import', title: t('search.import'), dataIndex: 'import' },
    { key: 'row', title: t('search.row'), dataIndex: 'row' },
    { key: 'channel', title: t('search.channel'), dataIndex: 'channel' },
    ...fields.map(({ id, label, part }) => ({
      key: `field.${id}`,
      title: label[language],
      ellipsis: true,
      render: (_: unknown, found: Found) =>
        textOf(memberOf(part === 'public' ? found.public : found.shared, id)),
    })),
  ];
};

const ColumnChoice = ({
  columns,
  keys,
  onColumns,
}: {
  readonly columns: readonly Column[];
  readonly keys: readonly string[];
  readonly onColumns: (keys: readonly string[]) => void;
}) => {
  const { t } = useTranslation();
  return (
    <Select
      mode="multiple"
      aria-label={t('search.columns')}
      placeholder={t('search.columns')}
      maxTagCount={0}
      maxTagPlaceholder={t('search.columns')}
      style={{ minWidth: 160 }}
      popupMatchSelectWidth={260}
      value={[...keys]}
      options={columns.map(({ key, title }) => ({ value: key, label: title }))}
      onChange={onColumns}
    />
  );
};

/** How far a page went that was not filled in its time. */
const Reached = ({ entry }: NonNullable<Page['reached']>) => {
  const { t } = useTranslation();
  return (
    <Alert
      showIcon
      type="info"
      title={entry === undefined ? t('search.reachedOpen') : t('search.reached', { entry })}
    />
  );
};

const Results = ({
  address,
  onColumns,
}: {
  readonly address: SearchAddress;
  readonly onColumns: (keys: readonly string[]) => void;
}) => {
  const { t } = useTranslation();
  const columns = useColumns(address.kind);
  const { columns: chosen, ...filters } = address;
  const query = useInfiniteQuery({
    queryKey: ['search', filters],
    queryFn: ({ pageParam }) =>
      call(searchRecords, {
        query: { ...searchQueryOf(filters), ...(pageParam === '' ? {} : { after: pageParam }) },
      }),
    initialPageParam: '',
    getNextPageParam: (last: Page) => last.next,
  });
  const pages = query.data?.pages;
  if (pages === undefined) {
    if (query.error === null) return <Waiting />;
    return <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />;
  }
  const items = pages.flatMap((page) => page.items);
  const known = pages[0]?.total;
  const isExact = known?.isExact === true || !query.hasNextPage;
  const total = Math.max(items.length, known?.records ?? 0);
  const reached = pages.at(-1)?.reached;
  const keys = chosen?.split(',') ?? columnsAtFirst;
  return (
    <Card
      title={t('search.results')}
      extra={<ExportButton address={address} total={isExact ? total : undefined} />}
    >
      <Flex vertical gap="middle">
        <Flex wrap justify="space-between" align="center" gap="small">
          <Typography.Text role="status" type="secondary">
            {t(isExact ? 'search.exactly' : 'search.atLeast', { count: total })}
          </Typography.Text>
          <ColumnChoice columns={columns} keys={keys} onColumns={onColumns} />
        </Flex>
        <DataTable<Found>
          label={t('search.results')}
          rowKey={({ record, staged }) => record ?? `staged ${staged ?? ''}`}
          columns={columns.filter(({ key }) => keys.includes(key))}
          dataSource={items}
          locale={{
            emptyText: (
              <Typography.Text type="secondary">
                {t(query.hasNextPage ? 'search.reachedOpen' : 'search.none')}
              </Typography.Text>
            ),
          }}
        />
        {reached !== undefined && query.hasNextPage && <Reached {...reached} />}
        <MoreButton query={query} />
      </Flex>
    </Card>
  );
};

export const SearchPage = () => {
  const { t } = useTranslation();
  const address = useSearch({ from: '/frame/search' });
  const navigate = useNavigate();
  const { columns: _, ...filters } = address;
  const go = (search: SearchAddress): void => void navigate({ to: '/search', search });
  return (
    <>
      <PageTitle title={t('search.title')} />
      <Flex vertical gap="middle">
        <SearchForm key={JSON.stringify(filters)} address={address} onSearch={go} />
        <Results
          address={address}
          onColumns={(keys) => go({ ...filters, ...(keys.length === 0 ? {} : { columns: keys.join(',') }) })}
        />
      </Flex>
    </>
  );
};
