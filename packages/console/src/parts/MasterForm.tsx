/** A form over one version of an entry of master data: checked in the browser, then pushed and reported. */
import { createReport, pushRecords, type AnswerOf } from '@suyuan/api';
import { openCodeTables, parseRecord, recordKind, type Finding } from '@suyuan/battery';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Drawer, Flex, Form } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../client/call.ts';
import { newIdempotencyKey } from '../client/idempotency-key.ts';
import { FindingsTable } from './FindingsTable.tsx';
import { ProblemAlert } from './ProblemAlert.tsx';
import { cellsOf, cellText, type CellTexts } from './record-form.ts';
import { RecordFormFields } from './RecordFormFields.tsx';
import { useKindLabel } from './use-kind-label.ts';

type Report = AnswerOf<typeof createReport>;

/** One record on its way; the keys stay the same when it is sent again after a fault. */
interface Sending {
  readonly record: Readonly<Record<string, unknown>>;
  readonly pushKey: string;
  readonly reportKey: string;
}

/** Stages the record and, when it is staged, reports it. */
const useSending = (kind: string, onReported: (report: Report) => void) => {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ record, pushKey, reportKey }: Sending) => {
      const pushed = await call(pushRecords, {
        params: { kind },
        json: { records: [record] },
        idempotencyKey: pushKey,
      });
      if (pushed.id === null || pushed.staged === 0) return { pushed, report: undefined };
      const json = { import: pushed.id };
      return { pushed, report: await call(createReport, { json, idempotencyKey: reportKey }) };
    },
    onSuccess: async ({ report }) => {
      await queryClient.invalidateQueries({ queryKey: ['batches'] });
      await queryClient.invalidateQueries({ queryKey: ['reports'] });
      if (report !== undefined) onReported(report);
    },
  });
};

export const MasterForm = ({
  kind: id,
  values,
  today,
  onReported,
  onClose,
}: {
  readonly kind: string;
  /** The version that another one is made from; undefined for a new entry. */
  readonly values: Readonly<Record<string, unknown>> | undefined;
  /** The node's civil date. */
  readonly today: string;
  readonly onReported: (report: Report) => void;
  readonly onClose: () => void;
}) => {
  const { t } = useTranslation();
  const kindLabel = useKindLabel();
  const [form] = Form.useForm<CellTexts>();
  const [findings, setFindings] = useState<readonly Finding[]>([]);
  const kind = recordKind(id);
  const fields = kind?.fields ?? [];
  const sending = useSending(id, onReported);
  const given: Readonly<Record<string, unknown>> = { ...values, recordId: undefined, validFrom: today };
  const send = (texts: CellTexts): void => {
    if (kind === undefined) return;
    const record = cellsOf(fields, texts, false);
    // Codes of tables are the node's to judge.
    const parsed = parseRecord(kind, record, { today, codes: 'strict', tables: openCodeTables });
    setFindings(parsed.findings);
    if (parsed.record === undefined) return;
    sending.mutate({ record, pushKey: newIdempotencyKey(), reportKey: newIdempotencyKey() });
  };
  const refused = sending.data?.report === undefined ? (sending.data?.pushed.findings ?? []) : [];
  const sent = sending.variables;
  return (
    <Drawer
      open
      size="min(720px, 100vw)"
      title={`${t(values === undefined ? 'master.add' : 'master.change')}: ${kindLabel(id)}`}
      onClose={onClose}
      extra={
        <Button type="primary" loading={sending.isPending} onClick={form.submit}>
          {t('master.report')}
        </Button>
      }
    >
      <Flex vertical gap="middle">
        <Alert showIcon type="info" title={t('master.howVersions')} />
        <div role="status" aria-live="polite">
          {sending.error !== null && (
            <ProblemAlert
              error={sending.error}
              {...(sent === undefined ? {} : { onRetry: () => sending.mutate(sent) })}
            />
          )}
          {refused.length > 0 && <FindingsTable findings={refused} />}
        </div>
        <Form<CellTexts>
          form={form}
          layout="vertical"
          initialValues={Object.fromEntries(fields.map((field) => [field.id, cellText(given[field.id])]))}
          onFinish={send}
        >
          <RecordFormFields kind={id} fields={fields} findings={findings} />
        </Form>
      </Flex>
    </Drawer>
  );
};
