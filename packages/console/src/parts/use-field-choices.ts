/** The values of fields that have few, as options with names in the reader's language. */
import type { Field } from '@suyuan/battery';
import { useTranslation } from 'react-i18next';
import { currentLanguage } from '../i18n/i18n.ts';

/** A function from a field to its options; undefined where values are typed. */
export const useFieldChoices = (): ((field: Field) => { value: string; label: string }[] | undefined) => {
  const { t } = useTranslation();
  const language = currentLanguage();
  return (field) => {
    if (field.type === 'boolean')
      return [
        { value: 'true', label: t('common.yes') },
        { value: 'false', label: t('common.no') },
      ];
    return field.type === 'enum'
      ? field.values.map(({ id, label }) => ({ value: id, label: label[language] }))
      : undefined;
  };
};
