/** A form over the fields of a record kind: a control for each, wrong ones with their reasons below. */
import type { Field } from '@suyuan/battery';
import { Form, Input, Select } from 'antd';
import { currentLanguage } from '../i18n/i18n.ts';
import { useFieldChoices } from './use-field-choices.ts';

const useControl = (kind: string): ((field: Field) => React.ReactNode) => {
  const choicesOf = useFieldChoices(kind);
  return (field) => {
    if (field.type === 'battery_codes' || field.type === 'attachments') {
      return <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} spellCheck={false} />;
    }
    const choices = choicesOf(field);
    if (choices !== undefined) return <Select allowClear options={choices} />;
    return <Input autoComplete="off" spellCheck={false} placeholder={field.example} />;
  };
};

/** A finding about a field, of a check here or of the node's. */
interface FieldFinding {
  readonly level: string;
  readonly field?: string;
  readonly message: { readonly zh: string; readonly en: string };
}

/** The fields of the kind; a wrong one has its reasons below it. */
export const RecordFormFields = ({
  kind,
  fields,
  findings,
}: {
  readonly kind: string;
  readonly fields: readonly Field[];
  readonly findings: readonly FieldFinding[];
}) => {
  const language = currentLanguage();
  const control = useControl(kind);
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
