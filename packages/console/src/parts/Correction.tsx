/** A form over one bad row: its cells as the file had them, the wrong fields marked with the reason. */
import { correctImportRow, type AnswerOf, type getImport } from '@suyuan/api';
import { recordKind } from '@suyuan/battery';
import { useMutation } from '@tanstack/react-query';
import { App, Button, Drawer, Flex, Form } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../client/call.ts';
import type { BadRow } from './bad-row.ts';
import { FindingsTable } from './FindingsTable.tsx';
import { ProblemAlert } from './ProblemAlert.tsx';
import { cellsOf, cellText, type CellTexts } from './record-form.ts';
import { RecordFormFields } from './RecordFormFields.tsx';

const membersOf = (cells: unknown): ReadonlyMap<string, unknown> =>
  new Map(typeof cells === 'object' && cells !== null ? Object.entries(cells) : []);

export const Correction = ({
  id,
  kind,
  source,
  row,
  onStaged,
  onClose,
}: {
  readonly id: number;
  readonly kind: string;
  readonly source: AnswerOf<typeof getImport>['source'];
  readonly row: BadRow;
  readonly onStaged: () => Promise<void>;
  readonly onClose: () => void;
}) => {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<CellTexts>();
  const fields = recordKind(kind)?.fields ?? [];
  const given = membersOf(row.cells);
  const correcting = useMutation({
    mutationFn: (texts: CellTexts) =>
      call(correctImportRow, {
        params: { id, row: row.row },
        json: { cells: cellsOf(fields, texts, source === 'excel' || source === 'csv') },
      }),
    onSuccess: async (outcome: AnswerOf<typeof correctImportRow>) => {
      await onStaged();
      if (outcome.state !== 'corrected') return;
      void message.success(t('import.corrected'));
      onClose();
    },
  });
  const findings = correcting.data?.findings ?? row.findings;
  return (
    <Drawer
      open
      size="min(720px, 100vw)"
      title={t('import.correctTitle', { row: row.sheetRow ?? row.row })}
      onClose={onClose}
      extra={
        <Button type="primary" loading={correcting.isPending} onClick={form.submit}>
          {t('import.checkAgain')}
        </Button>
      }
    >
      <Flex vertical gap="middle">
        <div role="status" aria-live="polite">
          {correcting.error !== null && <ProblemAlert error={correcting.error} />}
        </div>
        <FindingsTable findings={findings} />
        <Form<CellTexts>
          form={form}
          layout="vertical"
          initialValues={Object.fromEntries(fields.map((field) => [field.id, cellText(given.get(field.id))]))}
          onFinish={(texts) => correcting.mutate(texts)}
        >
          <RecordFormFields kind={kind} fields={fields} findings={findings} />
        </Form>
      </Flex>
    </Drawer>
  );
};
