/** What the mapping makes of the sample's rows, checked as an import would check them, while it is edited. */
import { previewMapping, type AnswerOf } from '@suyuan/api';
import type { Mapping, RecordKind } from '@suyuan/battery';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Flex, Tag, Typography } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../client/call.ts';
import { currentLanguage } from '../../i18n/i18n.ts';
import { DataTable } from '../DataTable.tsx';
import { ProblemAlert } from '../ProblemAlert.tsx';
import { Waiting } from '../Waiting.tsx';
import { shorten } from './sample.ts';

type Preview = AnswerOf<typeof previewMapping>;
type PreviewRow = Preview['rows'][number];

const outcomes = ['good', 'warned', 'wrong', 'skipped'] as const;
const colours = { good: 'success', warned: 'warning', wrong: 'error', skipped: 'default' } as const;

/** The value once it has stayed the same for a moment. */
const useSettled = <T,>(value: T, ms: number): T => {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
};

const Cell = ({ row, field }: { readonly row: PreviewRow; readonly field: string }) => {
  const language = currentLanguage();
  const values: ReadonlyMap<string, unknown> = new Map(Object.entries(Object(row.record)));
  const value = values.get(field);
  const findings = row.findings.filter((finding) => finding.field === field);
  const isWrong = findings.some(({ level }) => level === 'error');
  return (
    <>
      {value !== undefined && (
        <Typography.Text {...(isWrong ? { type: 'danger' as const } : {})}>
          {shorten(Array.isArray(value) ? value.join(', ') : value)}
        </Typography.Text>
      )}
      {findings.map(({ code, message, level }, place) => (
        <div key={`${code}${place}`} className="suyuan-sentence">
          <Typography.Text type={level === 'error' ? 'danger' : 'secondary'} style={{ fontSize: 12 }}>
            {message[language]}
          </Typography.Text>
        </div>
      ))}
    </>
  );
};

const Changes = ({ columns: { missing, renamed } }: { readonly columns: Preview['columns'] }) => {
  const { t } = useTranslation();
  if (missing.length === 0) return null;
  const shown = missing.map((name) => {
    const to = renamed.find(({ from }) => from === name)?.to;
    return to === undefined ? name : t('mapping.maybe', { name, to });
  });
  return <Alert type="warning" showIcon title={t('mapping.missing', { columns: shown.join('、') })} />;
};

const PreviewTable = ({
  preview,
  kind,
  mapping,
}: {
  preview: Preview;
  kind: RecordKind;
  mapping: Mapping;
}) => {
  const { t } = useTranslation();
  const language = currentLanguage();
  const named = new Set(preview.findings.flatMap(({ field }) => field ?? []));
  // What has to be looked at stands first.
  const others = kind.fields.filter(({ id }) => id in mapping.fields && !named.has(id));
  const fields = [...kind.fields.filter(({ id }) => named.has(id)), ...others];
  return (
    <DataTable<PreviewRow>
      label={t('mapping.preview')}
      rowKey="row"
      size="small"
      dataSource={preview.rows}
      pagination={{ hideOnSinglePage: true, defaultPageSize: 10, showSizeChanger: false }}
      columns={[
        { title: '#', key: 'row', render: (_, { row }) => row + 1 },
        {
          title: t('common.status'),
          dataIndex: 'outcome',
          render: (outcome: PreviewRow['outcome']) => (
            <Tag color={colours[outcome]}>{t(`mapping.outcome.${outcome}`)}</Tag>
          ),
        },
        ...fields.map(({ id, label }) => ({
          title: label[language],
          key: id,
          render: (_: unknown, row: PreviewRow) => <Cell row={row} field={id} />,
        })),
      ]}
    />
  );
};

export const MappingPreview = ({
  kind,
  mapping,
  rows,
}: {
  readonly kind: RecordKind;
  /** A mapping without problems. */
  readonly mapping: Mapping;
  readonly rows: readonly unknown[];
}) => {
  const { t } = useTranslation();
  const settled = useSettled(mapping, 300);
  const preview = useQuery({
    queryKey: ['mappings', 'preview', JSON.stringify(settled), rows],
    queryFn: () => call(previewMapping, { json: { mapping: settled, rows: [...rows] } }),
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (preview.error !== null)
    return <ProblemAlert error={preview.error} onRetry={() => void preview.refetch()} />;
  if (preview.data === undefined) return <Waiting />;
  const { counts, columns } = preview.data;
  return (
    <Flex vertical gap="middle">
      <div role="status" aria-live="polite">
        {outcomes.map((outcome) => (
          <Tag key={outcome} color={colours[outcome]}>
            {t(`mapping.outcome.${outcome}`)} {counts[outcome]}
          </Tag>
        ))}
      </div>
      <Changes columns={columns} />
      <PreviewTable preview={preview.data} kind={kind} mapping={settled} />
    </Flex>
  );
};
