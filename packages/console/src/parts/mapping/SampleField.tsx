/** Where a sample comes from: a file that is dropped or chosen, or pasted JSON; of a workbook also which sheet. */
import { useMutation } from '@tanstack/react-query';
import { Button, Flex, Form, Input, InputNumber, Select, Spin, Tabs } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemError } from '../../client/call.ts';
import { FileDrop } from '../FileDrop.tsx';
import { ProblemAlert } from '../ProblemAlert.tsx';
import { sampleOfFile, sampleOfText, type Sample, type TableChoice } from './sample.ts';

type OnSample = (sample: Sample, table: TableChoice) => void;

const Paste = ({ onSample }: { readonly onSample: OnSample }) => {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [isWrong, setIsWrong] = useState(false);
  const use = () => {
    try {
      onSample(sampleOfText(text), {});
      setIsWrong(false);
    } catch {
      setIsWrong(true);
    }
  };
  return (
    <Form layout="vertical">
      <Form.Item
        label={t('mapping.pasteLabel')}
        htmlFor="mapping-paste"
        {...(isWrong ? { validateStatus: 'error' as const, help: t('mapping.notJson') } : {})}
      >
        <Input.TextArea
          id="mapping-paste"
          rows={5}
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder='[{"sn": "SY1MB01A000001GB20000001", "weight_g": 4567}]'
        />
      </Form.Item>
      <Button type="primary" disabled={text.trim() === ''} onClick={use}>
        {t('mapping.usePasted')}
      </Button>
    </Form>
  );
};

/** Which sheet of the workbook is read, and in which row its headings are. */
const TableFields = ({
  sample,
  onChange,
}: {
  readonly sample: Sample;
  readonly onChange: (table: TableChoice) => void;
}) => {
  const { t } = useTranslation();
  const { sheets, sheet, headings } = sample;
  const chosen = sheet === undefined ? {} : { sheet };
  return (
    <Flex gap="middle" wrap align="center" style={{ marginTop: 16 }}>
      {sheet !== undefined && (
        <Select
          aria-label={t('mapping.sheet')}
          value={sheet}
          style={{ minWidth: 160 }}
          options={sheets.map((name) => ({ value: name, label: name }))}
          onChange={(name) => onChange({ sheet: name })}
        />
      )}
      {headings !== undefined && (
        <InputNumber
          aria-label={t('mapping.headings')}
          prefix={t('mapping.headings')}
          min={1}
          max={100}
          value={headings}
          onChange={(row) => row !== null && onChange({ ...chosen, headings: row })}
        />
      )}
    </Flex>
  );
};

/** `onSample` gets each sample with the choices that a person made about its table. */
export const SampleField = ({
  sample,
  onSample,
}: {
  readonly sample: Sample | undefined;
  readonly onSample: OnSample;
}) => {
  const { t } = useTranslation();
  const [file, setFile] = useState<File>();
  const reading = useMutation({
    mutationFn: async ({ chosen, table }: { readonly chosen: File; readonly table: TableChoice }) =>
      await sampleOfFile(chosen, table),
    onSuccess: (found, { table }) => onSample(found, table),
  });
  const read = (chosen: File, table: TableChoice) => {
    setFile(chosen);
    reading.mutate({ chosen, table });
  };
  const dragger = (
    <Spin spinning={reading.isPending}>
      <FileDrop
        accept=".xlsx,.csv,.json,.ndjson,.jsonl"
        text={t('mapping.drop')}
        hint={t('mapping.dropHint')}
        onFile={(chosen) => read(chosen, {})}
      />
      {sample !== undefined && file !== undefined && sample.headings !== undefined && (
        <TableFields sample={sample} onChange={(table) => read(file, table)} />
      )}
      {reading.error instanceof ProblemError && <ProblemAlert error={reading.error} />}
      {reading.error !== null && !(reading.error instanceof ProblemError) && t('mapping.notJson')}
    </Spin>
  );
  return (
    <Tabs
      items={[
        { key: 'file', label: t('mapping.fromFile'), children: dragger },
        { key: 'paste', label: t('mapping.fromText'), children: <Paste onSample={onSample} /> },
      ]}
    />
  );
};
