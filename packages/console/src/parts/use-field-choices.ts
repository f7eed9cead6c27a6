/** The values of fields that have few, as options with names in the reader's language. */
import { recordKind, type Field } from '@suyuan/battery';
import { useTranslation } from 'react-i18next';
import { currentLanguage } from '../i18n/i18n.ts';
import { useKindOptions } from './use-kind-options.ts';

/**
 * A function from a field to its options; undefined where values are typed. Values of code tables are those that the
 * node has for the kind; without a kind those that are built in.
 */
export const useFieldChoices = (
  kind = '',
): ((field: Field) => { value: string; label: string }[] | undefined) => {
  const { t } = useTranslation();
  const language = currentLanguage();
  const fields = recordKind(kind)?.fields ?? [];
  const optionsOf = useKindOptions(
    kind,
    fields.some((field) => field.type === 'enum' && field.table !== undefined),
  );
  return (field) => {
    if (field.type === 'boolean')
      return [
        { value: 'true', label: t('common.yes') },
        { value: 'false', label: t('common.no') },
      ];
    if (field.type !== 'enum') return undefined;
    const options = field.table === undefined ? undefined : optionsOf(field.id);
    return (
      options?.map(({ value, label }) => ({ value, label: label[language] })) ??
      field.values.map(({ id, label }) => ({ value: id, label: label[language] }))
    );
  };
};
