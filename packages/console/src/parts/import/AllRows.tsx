/** What became of every row of an import: where its record is, with its receipt once it is reported. */
import { listImportRows } from '@suyuan/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Collapse, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../client/call.ts';
import { rowStateColour, type BadRow } from '../bad-row.ts';
import { DataTable } from '../DataTable.tsx';
import { MoreButton } from '../MoreButton.tsx';
import { ProblemAlert } from '../ProblemAlert.tsx';
import { ReceiptLinks } from '../ReceiptLinks.tsx';

const Rows = ({ id }: { readonly id: number }) => {
  const { t } = useTranslation();
  const rows = useInfiniteQuery({
    queryKey: ['import', id, 'rows', 'all'],
    queryFn: ({ pageParam }) =>
      call(listImportRows, {
        params: { id },
        query: { state: 'all', ...(pageParam === '' ? {} : { after: pageParam }) },
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });
  return (
    <>
      {rows.error !== null && <ProblemAlert error={rows.error} onRetry={() => void rows.refetch()} />}
      <DataTable<BadRow>
        label={t('import.allRows')}
        rowKey="row"
        size="small"
        loading={rows.isPending}
        dataSource={rows.data?.pages.flatMap((page) => page.items) ?? []}
        columns={[
          { title: t('import.sheet'), dataIndex: 'sheet' },
          { title: t('import.row'), key: 'row', align: 'right', render: (_, row) => row.sheetRow ?? row.row },
          { title: t('import.recordId'), dataIndex: 'recordId' },
          {
            title: t('common.status'),
            key: 'state',
            render: (_, { state }) => <Tag color={rowStateColour[state]}>{t(`import.state.${state}`)}</Tag>,
          },
          {
            title: t('import.record'),
            key: 'record',
            render: (_, { entry, leaf }) =>
              entry === undefined || leaf === undefined ? null : `${entry}/${leaf}`,
          },
          {
            title: t('evidence.receipt'),
            key: 'receipt',
            render: (_, { entry, leaf }) =>
              entry === undefined || leaf === undefined ? null : <ReceiptLinks entry={entry} leaf={leaf} />,
          },
        ]}
      />
      <MoreButton query={rows} />
    </>
  );
};

/** Read only once it is opened. */
export const AllRows = ({ id }: { readonly id: number }) => {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Collapse
      style={{ marginTop: 16 }}
      onChange={(keys) => setIsOpen(keys.length > 0)}
      items={[{ key: 'rows', label: t('import.allRows'), children: isOpen && <Rows id={id} /> }]}
    />
  );
};
