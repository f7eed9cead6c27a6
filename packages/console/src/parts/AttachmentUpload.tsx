/** Uploads photos and PDF, and gives for each the line that a record or the template's cell names it by. */
import { createAttachment } from '@suyuan/api';
import { useMutation } from '@tanstack/react-query';
import { Card, Flex, Form, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../client/call.ts';
import { FileField } from './FileField.tsx';
import { ProblemAlert } from './ProblemAlert.tsx';

export const AttachmentUpload = () => {
  const { t } = useTranslation();
  const [lines, setLines] = useState<readonly string[]>([]);
  const uploading = useMutation({
    mutationFn: async (file: File) => {
      const { digest } = await call(createAttachment, { file });
      return `${digest} ${file.name}`;
    },
    onSuccess: (line) => setLines((before) => [line, ...before.filter((other) => other !== line)]),
  });
  return (
    <Card title={t('attachment.title')} loading={uploading.isPending} style={{ marginTop: 16 }}>
      <Form layout="vertical">
        <FileField
          id="attachment"
          label={t('attachment.choose')}
          help={t('attachment.hint')}
          file={undefined}
          onChoose={(file) => {
            if (file !== undefined) uploading.mutate(file);
          }}
        />
      </Form>
      <div role="status" aria-live="polite">
        {uploading.error !== null && <ProblemAlert error={uploading.error} />}
        {lines.length > 0 && (
          <Flex vertical gap="small">
            {t('attachment.stored')}
            {lines.map((line) => (
              <Typography.Text key={line} code copyable style={{ overflowWrap: 'anywhere' }}>
                {line}
              </Typography.Text>
            ))}
          </Flex>
        )}
      </div>
    </Card>
  );
};
