/** Names of record kinds in the reader's language. */
import { recordKinds } from '@suyuan/battery';
import { useTranslation } from 'react-i18next';
import { fourSheetKind } from './import/four-sheet.ts';

/** A function from a kind's id to its name; an unknown id stays as it is. */
export const useKindLabel = (): ((id: string) => string) => {
  const { i18n, t } = useTranslation();
  return (id) => {
    if (id === fourSheetKind) return t('import.fourSheet');
    const label = recordKinds.find((kind) => kind.id === id)?.label;
    return label === undefined ? id : i18n.language === 'zh' ? label.zh : label.en;
  };
};
