/** One part of a record, field by field, in the words of its kind. */
import { recordKind, type Field } from '@suyuan/battery';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Facts } from './Facts.tsx';
import { currentLanguage } from '../i18n/i18n.ts';
import { AttachmentLinks, attachmentsIn } from './AttachmentLinks.tsx';
import { CodeLink } from './CodeLink.tsx';
import { Moment } from './Moment.tsx';
import { useKindOptions } from './use-kind-options.ts';

/** Codes of a list shown at once. */
const openCodesMax = 6;

const CodeList = ({ codes }: { readonly codes: readonly string[] }) => {
  const { t } = useTranslation();
  const listed = (some: readonly string[]) =>
    some.map((code) => (
      <div key={code}>
        <CodeLink code={code} />
      </div>
    ));
  const rest = codes.slice(openCodesMax);
  return (
    <div>
      {listed(codes.slice(0, openCodesMax))}
      {rest.length > 0 && (
        <details>
          <summary>{t('trace.moreParts', { count: rest.length })}</summary>
          {listed(rest)}
        </details>
      )}
    </div>
  );
};

const isAdded = (field: Field | undefined, value: unknown): boolean =>
  field?.type === 'enum' && field.table !== undefined && !field.values.some(({ id }) => id === value);

/** The node is asked for names only where a code is not built in. */
const useValue = (
  kind: string,
  hasAdded: boolean,
): ((field: Field | undefined, value: unknown) => ReactNode) => {
  const { t } = useTranslation();
  const language = currentLanguage();
  const optionsOf = useKindOptions(kind, hasAdded);
  return (field, value) => {
    if (field?.type === 'attachments') return <AttachmentLinks attachments={attachmentsIn(value)} />;
    if (Array.isArray(value)) return <CodeList codes={value.map(String)} />;
    if (typeof value === 'boolean') return value ? t('common.yes') : t('common.no');
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (field?.type === 'battery_code' || field?.type === 'vin') return <CodeLink code={text} />;
    if (field?.type === 'datetime') return <Moment at={text} />;
    if (field?.type === 'enum') {
      const builtIn = field.values.find(({ id }) => id === text)?.label[language];
      return builtIn ?? optionsOf(field.id)?.find((option) => option.value === text)?.label[language] ?? text;
    }
    const isNumber = field?.type === 'number' || field?.type === 'integer';
    return isNumber && field.unit !== undefined ? `${text} ${field.unit}` : text;
  };
};

export const RecordFields = ({
  kind,
  title,
  values,
}: {
  readonly kind: string;
  readonly title: string;
  readonly values: Readonly<Record<string, unknown>>;
}) => {
  const fields = new Map((recordKind(kind)?.fields ?? []).map((field) => [field.id, field]));
  const entries = Object.entries(values);
  const shown = useValue(
    kind,
    entries.some(([id, value]) => isAdded(fields.get(id), value)),
  );
  if (entries.length === 0) return null;
  return (
    <Facts
      title={title}
      layout="vertical"
      colon={false}
      column={{ xs: 1, sm: 2, md: 3, xl: 2, xxl: 3 }}
      items={entries.map(([id, value]) => {
        const field = fields.get(id);
        return {
          key: id,
          label: field?.label[currentLanguage()] ?? id,
          children: shown(field, value),
          ...(Array.isArray(value) ? { span: 'filled' as const } : {}),
        };
      })}
    />
  );
};
