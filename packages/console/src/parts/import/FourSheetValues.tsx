/** Values for what the four-sheet layout has no column for: for all packs and modules of the file, or by model. */
import { recordKind } from '@suyuan/battery';
import { Collapse, Flex, Form, Input, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { currentLanguage } from '../../i18n/i18n.ts';
import { useKindLabel } from '../use-kind-label.ts';
import {
  fieldsWithoutColumn,
  fourSheetRecordKinds,
  modelsAreWrong,
  storeValues,
  type FourSheetTexts,
} from './four-sheet.ts';

const ModelValues = ({
  models,
  onChange,
}: {
  readonly models: string;
  readonly onChange: (models: string) => void;
}) => {
  const { t } = useTranslation();
  const wrong = { validateStatus: 'error' as const, help: t('import.fourSheetModelsWrong') };
  const field = (
    <Form.Item style={{ marginBottom: 0 }} {...(modelsAreWrong(models) ? wrong : {})}>
      <Input.TextArea
        aria-label={t('import.fourSheetModels')}
        autoSize={{ minRows: 2, maxRows: 8 }}
        spellCheck={false}
        value={models}
        placeholder='{"SYM-6S": {"connection": "1P6S", "ratedCapacity": 100}}'
        onChange={({ target }) => onChange(target.value)}
      />
    </Form.Item>
  );
  return (
    <Collapse size="small" items={[{ key: 'models', label: t('import.fourSheetModels'), children: field }]} />
  );
};

export const FourSheetValues = ({
  values,
  onChange,
}: {
  readonly values: FourSheetTexts;
  readonly onChange: (values: FourSheetTexts) => void;
}) => {
  const { t } = useTranslation();
  const kindLabel = useKindLabel();
  const language = currentLanguage();
  const change = (changed: Partial<FourSheetTexts>): void => {
    const next = { ...values, ...changed };
    onChange(next);
    storeValues(next);
  };
  return (
    <div style={{ marginBottom: 16 }}>
      <Typography.Paragraph type="secondary">{t('import.fourSheetValues')}</Typography.Paragraph>
      <Form layout="vertical">
        {fourSheetRecordKinds.map((kind) => (
          <Flex key={kind} gap="middle" wrap align="end">
            {fieldsWithoutColumn[kind].map((id) => {
              const field = recordKind(kind)?.fields.find((candidate) => candidate.id === id);
              const unit =
                field !== undefined && 'unit' in field && field.unit !== undefined ? ` (${field.unit})` : '';
              const label = `${kindLabel(kind)} · ${field?.label[language] ?? id}${unit}`;
              return (
                <Form.Item key={id} label={label} style={{ marginBottom: 12 }}>
                  <Input
                    aria-label={label}
                    autoComplete="off"
                    style={{ width: 200 }}
                    value={values[kind][id] ?? ''}
                    placeholder={field?.example}
                    onChange={({ target }) => change({ [kind]: { ...values[kind], [id]: target.value } })}
                  />
                </Form.Item>
              );
            })}
          </Flex>
        ))}
        <ModelValues models={values.models} onChange={(models) => change({ models })} />
      </Form>
    </div>
  );
};
