/** The files that an import still lacks, with the rows that name them; they are uploaded right here. */
import { createAttachment, type AnswerOf, type listImportAttachments } from '@suyuan/api';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Card, Form, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../client/call.ts';
import { importFilesQuery } from '../client/queries.ts';
import { useMayOperate } from '../client/use-may-operate.ts';
import { DataTable } from './DataTable.tsx';
import { FileField } from './FileField.tsx';
import { MoreButton } from './MoreButton.tsx';
import { ProblemAlert } from './ProblemAlert.tsx';

type Missing = AnswerOf<typeof listImportAttachments>['items'][number];

/** Rows that are named in a line. */
const rowsShown = 10;

const useUpload = (importId: number, missing: readonly Missing[]) => {
  const queryClient = useQueryClient();
  const [strangers, setStrangers] = useState<readonly string[]>([]);
  const uploading = useMutation({
    // One after another, however many were chosen.
    scope: { id: 'attachments' },
    mutationFn: async (file: File) => {
      const { digest } = await call(createAttachment, { file });
      return missing.some((one) => one.digest === digest);
    },
    onSuccess: async (isMissed, file) => {
      if (!isMissed) setStrangers((before) => [...before.filter((name) => name !== file.name), file.name]);
      await queryClient.invalidateQueries({ queryKey: ['import', importId] });
      await queryClient.invalidateQueries({ queryKey: ['sources'] });
    },
  });
  return { uploading, strangers };
};

const FileTable = ({
  missing,
  isLoading,
}: {
  readonly missing: readonly Missing[];
  readonly isLoading: boolean;
}) => {
  const { t } = useTranslation();
  return (
    <DataTable<Missing>
      label={t('attachment.missing')}
      rowKey="digest"
      size="small"
      loading={isLoading}
      dataSource={missing}
      columns={[
        {
          title: t('attachment.name'),
          dataIndex: 'name',
          render: (name: string) => <div className="suyuan-name">{name}</div>,
        },
        {
          title: t('import.row'),
          key: 'rows',
          render: (_, { rows, count }) =>
            [...rows.slice(0, rowsShown), ...(count > rowsShown ? ['…'] : [])].join(', '),
        },
        {
          title: t('attachment.digest'),
          dataIndex: 'digest',
          render: (digest: string) => (
            <Typography.Text code copyable={{ text: digest }}>
              {digest.slice(0, 16)}…
            </Typography.Text>
          ),
        },
      ]}
    />
  );
};

export const MissingFiles = ({ id }: { readonly id: number }) => {
  const { t } = useTranslation();
  const mayOperate = useMayOperate();
  const files = useInfiniteQuery(importFilesQuery(id));
  const missing = files.data?.pages.flatMap((page) => page.items) ?? [];
  const { uploading, strangers } = useUpload(id, missing);
  const hasUploaded = uploading.data !== undefined || uploading.error !== null;
  if (files.error !== null) return <ProblemAlert error={files.error} onRetry={() => void files.refetch()} />;
  if (missing.length === 0 && !hasUploaded) return null;
  return (
    <Card title={t('attachment.missing')} style={{ marginTop: 16 }}>
      <div role="status" aria-live="polite">
        {missing.length === 0 && <Alert showIcon type="success" title={t('attachment.complete')} />}
        {uploading.error !== null && <ProblemAlert error={uploading.error} />}
        {strangers.length > 0 && (
          <Alert
            showIcon
            type="warning"
            title={t('attachment.strange', { names: strangers.join(', ') })}
            description={t('attachment.strangeHelp')}
          />
        )}
      </div>
      {missing.length > 0 && (
        <>
          {mayOperate && (
            <Form layout="vertical">
              <FileField
                id="missing-attachments"
                label={t('attachment.upload')}
                help={t('attachment.uploadHelp')}
                file={undefined}
                isMultiple
                onChoose={(file) => {
                  if (file !== undefined) uploading.mutate(file);
                }}
              />
            </Form>
          )}
          <FileTable missing={missing} isLoading={files.isPending || uploading.isPending} />
          <MoreButton query={files} />
        </>
      )}
    </Card>
  );
};
