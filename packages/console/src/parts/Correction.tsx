/** A form over one bad row: its cells as the file had them, the wrong fields marked with the reason. */
import { correctImportRow, type AnswerOf, type getImport, type JsonOf } from '@suyuan/api';
import { recordKind, type Field } from '@suyuan/battery';
import { useMutation } from '@tanstack/react-query';
import { App, Button, Drawer, Flex, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../client/call.ts';
import { currentLanguage } from '../i18n/i18n.ts';
import type { BadRow } from './bad-row.ts';
import { FindingsTable, type Finding } from './FindingsTable.tsx';
import { ProblemAlert } from './ProblemAlert.tsx';

type Cells = JsonOf<typeof correctImportRow>['cells'];
type CellTexts = Readonly<Record<string, string | undefined>>;

/** A cell as text to edit; lists have one code a line. */
const cellText = (value: unknown): string | undefined => {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return value.map(String).join('\n');
  return typeof value === 'string' ? value : JSON.stringify(value);
};

const membersOf = (cells: unknown): ReadonlyMap<string, unknown> =>
  new Map(typeof cells === 'object' && cells !== null ? Object.entries(cells) : []);

/** What was typed as the value that the node expects: in a row of a sheet lists are text, in a pushed record arrays. */
const typedValue = (field: Field, text: string, isSheet: boolean): Cells[string] => {
  const trimmed = text.trim();
  const { type } = field;
  if (type === 'number' || type === 'integer') {
    return /^-?\d{1,15}(?:\.\d{1,15})?$/u.test(trimmed) ? Number(trimmed) : trimmed;
  }
  if (type === 'boolean') return trimmed === 'true' || (trimmed === 'false' ? false : trimmed);
  if (type === 'battery_codes' && !isSheet) return trimmed.split(/[\s,;，；、]+/u);
  return text;
};

const cellsOf = (fields: readonly Field[], texts: CellTexts, isSheet: boolean): Cells =>
  Object.fromEntries(
    fields.flatMap((field) => {
      const text = texts[field.id];
      return text === undefined || text.trim() === '' ? [] : [[field.id, typedValue(field, text, isSheet)]];
    }),
  );

const useControl = (): ((field: Field) => React.ReactNode) => {
  const { t } = useTranslation();
  const language = currentLanguage();
  const yesNo = [
    { value: 'true', label: t('common.yes') },
    { value: 'false', label: t('common.no') },
  ];
  return (field) => {
    if (field.type === 'battery_codes') {
      return <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} spellCheck={false} />;
    }
    if (field.type === 'enum') {
      const options = field.values.map(({ id, label }) => ({ value: id, label: label[language] }));
      return <Select allowClear options={options} />;
    }
    if (field.type === 'boolean') return <Select allowClear options={yesNo} />;
    return <Input autoComplete="off" spellCheck={false} placeholder={field.example} />;
  };
};

/** The fields of the kind; a wrong one has its reasons below it. */
const Fields = ({
  fields,
  findings,
}: {
  readonly fields: readonly Field[];
  readonly findings: readonly Finding[];
}) => {
  const language = currentLanguage();
  const control = useControl();
  const reasonsOf = (field: Field): string =>
    findings
      .filter((finding) => finding.field === field.id && finding.level === 'error')
      .map((finding) => finding.message[language])
      .join(' ');
  return fields.map((field) => {
    const reasons = reasonsOf(field);
    return (
      <Form.Item
        key={field.id}
        name={field.id}
        label={field.label[language]}
        required={field.required === 'yes'}
        extra={field.help[language]}
        {...(reasons === '' ? {} : { validateStatus: 'error' as const, help: reasons })}
      >
        {control(field)}
      </Form.Item>
    );
  });
};

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
      title={t('import.correctTitle', { row: row.row })}
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
          <Fields fields={fields} findings={findings} />
        </Form>
      </Flex>
    </Drawer>
  );
};
